import { mailsOfToday } from "@cordon/testkit/mail/make-mails";
import { describe, expect, it } from "vitest";
import { mailFacts } from "./mail-facts.ts";
import { hashWords } from "./mail-model.ts";
import { AWAY_CUT, atOwnShare, isElsewhere, judgeAway } from "./mail-shift.ts";
import { modelText } from "./mail-text.ts";
import { fitMailAway, type MailRow, ownRows } from "./mail-training.ts";
import { mailVector } from "./mail-vector.ts";
import { parseMessage } from "./parse-message.ts";

const rowOf = (eml: string, bad: boolean, group: number): MailRow => {
  const facts = mailFacts(parseMessage(new TextEncoder().encode(eml)));
  return { bad, group, talk: true, kind: "list", values: mailVector(facts), words: hashWords(modelText(facts)) };
};
const LIST = ["the build fails on arm", "who brings the cake", "minutes of tuesday", "patch for the parser"];
const LURES = ["claim your prize now", "cheap pills no doctor", "lose weight in a week", "hot stock about to rise"];
/** A collection of one kind: plain letters of one list and of one wave. */
const COLLECTION = Array.from({ length: 240 }, (_, at) =>
  rowOf(
    `From: ${at % 2 === 0 ? `win${at}@prize.example` : `ann${at % 5}@list.example`}\nTo: list@list.example\nSubject: ${at % 2 === 0 ? LURES[at % 4] : LIST[at % 4]} ${at}\n\n${(at % 2 === 0 ? LURES : LIST).join(". ")} ${at}\n`,
    at % 2 === 0,
    at,
  ),
);
const ELSEWHERE = mailsOfToday(1, 4).map(({ bad, eml }, at) => rowOf(eml, bad, 1_000 + at));
const elsewhere = (rows: readonly MailRow[]): boolean => isElsewhere(COLLECTION, rows, 1);

describe("mails of another source", () => {
  it("SH2. are known by their marks", () => {
    expect(elsewhere(COLLECTION.slice(0, 100))).toBe(false);
    expect(elsewhere(ELSEWHERE)).toBe(true);
    expect(elsewhere(ELSEWHERE.slice(0, 20)), "too few tell of no source").toBe(false);
  });

  it("SH3. most lures of today are seen by what a collection of another kind and our own mails teach", () => {
    const p = judgeAway(fitMailAway(COLLECTION, ownRows(400, "away"), 1), ELSEWHERE);
    const share = (bad: boolean): number => {
      const of = ELSEWHERE.flatMap((row, at) => (row.bad === bad ? [p[at] ?? 0] : []));
      return of.filter((each) => each >= AWAY_CUT).length / of.length;
    };
    expect(share(true)).toBeGreaterThan(0.7);
    expect(share(false)).toBeLessThan(0.3);
  });

  it.each([
    ["as many of each", [0.1, 0.9, 0.2, 0.8], [0.1, 0.9, 0.2, 0.8]],
    ["nothing to judge", [], []],
  ])("SH3. %s stay as they are", (_, fitted, expected) => {
    const found = atOwnShare(Float64Array.from(fitted));
    expect(found.length).toBe(expected.length);
    expected.forEach((p, at) => {
      expect(found[at]).toBeCloseTo(p, 2);
    });
  });

  it("SH3. where nearly all look bad a doubtful one is more likely bad, and the order stays", () => {
    const many = atOwnShare(Float64Array.from([...Array.from({ length: 60 }, () => 0.97), 0.45, 0.1]));
    expect(many[60]).toBeGreaterThan(0.8);
    expect(many[61]).toBeLessThan(many[60] ?? 0);
    const few = atOwnShare(Float64Array.from([...Array.from({ length: 60 }, () => 0.03), 0.55]));
    expect(few[60]).toBeLessThan(0.2);
  });
});
