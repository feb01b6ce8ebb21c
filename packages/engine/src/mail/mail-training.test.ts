import { mailsOfToday } from "@cordon/testkit/mail/make-mails";
import { describe, expect, it } from "vitest";
import { auroc } from "../learning/metrics/ranking.ts";
import { mailFacts } from "./mail-facts.ts";
import { hashWords, scoreWorded } from "./mail-model.ts";
import { modelText } from "./mail-text.ts";
import { fitMail, ownRows } from "./mail-training.ts";
import { mailVector } from "./mail-vector.ts";
import { parseMessage } from "./parse-message.ts";

const TODAY = mailsOfToday(1, 2).map(({ bad, scene, eml }) => {
  const facts = mailFacts(parseMessage(new TextEncoder().encode(eml)));
  return { bad, scene, values: mailVector(facts), words: hashWords(modelText(facts)), facts };
});

describe("training of the mail model", () => {
  it("mails that were written for measuring are read whole", () => {
    for (const { scene, facts } of TODAY) {
      expect(facts.message.remarks, scene).toEqual([]);
      expect(facts.fromAddress, scene).toMatch(/@/);
      expect(`${facts.message.subject} ${facts.shown}`, scene).not.toMatch(/%[a-z]+\d*%/);
    }
  });

  it("MT3. what is learnt from our own mails alone ranks mails of other texts, servers and senders", () => {
    const model = fitMail([], ownRows(1_500), 1);
    const p = scoreWorded(model, TODAY);
    expect(
      auroc(
        Uint8Array.from(TODAY, ({ bad }) => Number(bad)),
        p,
      ),
    ).toBeGreaterThan(0.85);
  });

  it("MM2. the same rows and seed give the same model", () => {
    const rows = ownRows(100).slice(0, 120);
    const scores = (seed: number) => [...scoreWorded(fitMail(rows, [], seed), rows)];
    expect(scores(1)).toEqual(scores(1));
  });
});
