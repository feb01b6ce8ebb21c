import { describe, expect, it } from "vitest";
import { mailFacts } from "../mail-facts.ts";
import { mailVector } from "../mail-vector.ts";
import { parseMessage } from "../parse-message.ts";
import { ownMails } from "./own-mails.ts";

const MAILS = ownMails(5, 150);

describe("our own mails", () => {
  it("OM1. are the same for the same seed, and others for another", () => {
    const again = ownMails(5, 150);
    expect(again.map(({ bytes }) => bytes)).toEqual(MAILS.map(({ bytes }) => bytes));
    expect(ownMails(6, 1)[0]?.bytes).not.toEqual(MAILS[0]?.bytes);
  });

  it("are whole mails without a template's marks left in them", () => {
    for (const { bytes, letter } of MAILS) {
      const message = parseMessage(bytes);
      expect(message.remarks, letter).toEqual([]);
      expect(message.from[0]?.address, letter).toMatch(/@.+\./);
      expect(`${message.subject} ${message.text}`, letter).not.toMatch(/<[a-z]+\d?>|\{[^}]*\|/);
      expect(message.text.length + message.html.length, letter).toBeGreaterThan(40);
    }
  });

  it("OM2. do not tell the class by whether the receiving side wrote results or hops", () => {
    const facts = MAILS.map(({ bytes, bad }) => ({ bad, message: mailFacts(parseMessage(bytes)).message }));
    const share = (bad: boolean, name: string): number => {
      const all = facts.filter((one) => one.bad === bad);
      return all.filter(({ message }) => message.headers.some((header) => header.name === name)).length / all.length;
    };
    for (const name of ["received", "authentication-results", "return-path"])
      expect(Math.abs(share(true, name) - share(false, name)), name).toBeLessThan(0.15);
  });

  it("are not told apart by any single number: each class has mails that look like the other's", () => {
    const rows = MAILS.map(({ bytes, bad }) => ({ bad, values: mailVector(mailFacts(parseMessage(bytes))) }));
    const range = (at: number, bad: boolean): readonly [number, number] => {
      const found = rows.flatMap(({ bad: each, values }) =>
        each === bad && !Number.isNaN(values[at]) ? [values[at] ?? 0] : [],
      );
      return [Math.min(...found), Math.max(...found)];
    };
    const split = Array.from({ length: rows[0]?.values.length ?? 0 }, (_, at) => at).filter((at) => {
      const [low, high] = range(at, true);
      const [from, to] = range(at, false);
      return high < from || to < low;
    });
    expect(split).toEqual([]);
  });
});
