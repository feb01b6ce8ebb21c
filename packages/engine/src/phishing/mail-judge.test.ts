import { createHash } from "node:crypto";
import { sha256Of } from "@cordon/model/ids";
import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import type { MailVerdict } from "../mail/examine.ts";
import { mailFacts, NO_CONTEXT } from "../mail/mail-facts.ts";
import { fitWorded, hashWords, MAIL_HASHING, type WordedModel } from "../mail/mail-model.ts";
import { modelText } from "../mail/mail-text.ts";
import { MAIL_FEATURES, mailVector } from "../mail/mail-vector.ts";
import { ownMails } from "../mail/own-mails/own-mails.ts";
import { parseMessage } from "../mail/parse-message.ts";
import { makeCampaignBook } from "./campaign-book.ts";
import { madeMailModel } from "./made-mail-model.ts";
import { basisWords, type MailOpinion, makeMailJudge, opinionWords, raisedVerdict } from "./mail-judge.ts";
import { markWords } from "./mark-words.ts";
import { reportedMail } from "./reported-mail.ts";

const hash = (bytes: Uint8Array) => sha256Of(createHash("sha256").update(bytes).digest("hex"));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const factsOf = (bytes: Uint8Array) => mailFacts(parseMessage(bytes));

/** A model of made mails that also reads words and lengths, as one of real mails does. */
function learnt(): WordedModel {
  const rows = ownMails(3, 90).map(({ bad, bytes }) => {
    const facts = factsOf(bytes);
    return { bad, values: mailVector(facts), words: hashWords(modelText(facts)) };
  });
  return fitWorded(
    { rows, labels: Uint8Array.from(rows, ({ bad }) => Number(bad)), groups: Int32Array.from(rows.keys()) },
    { names: MAIL_FEATURES, hashing: MAIL_HASHING, seed: 1 },
  );
}
const MODEL = learnt();
const judge = makeMailJudge({ id: "m1", models: { home: MODEL }, made: false });
const opinion = (part: Partial<MailOpinion>): MailOpinion => ({
  ...{ model: "m", probability: 0.9, calibrated: true, cut: 0.5, over: true, sure: true, made: false, because: [] },
  ...{ reach: "untold" as const, places: [] },
  ...part,
});

describe("a learnt model's opinion", () => {
  it.each<readonly [MailVerdict, Partial<MailOpinion>, MailVerdict]>([
    ["nothing found", {}, "suspicious"],
    ["suspicious", {}, "phishing"],
    ["phishing", {}, "phishing"],
    ["nothing found", { made: true }, "suspicious"],
    ["suspicious", { made: true, sure: false }, "suspicious"],
    ["nothing found", { reach: "away", sure: true }, "suspicious"],
    ["suspicious", { reach: "away", sure: false }, "suspicious"],
    ["suspicious", { reach: "away", sure: true }, "phishing"],
    ["nothing found", { over: false }, "nothing found"],
    ["suspicious", { over: false, probability: 0 }, "suspicious"],
    ["phishing", { over: false, probability: 0 }, "phishing"],
  ])("MO1 to MO3, MO6. points say %s, the model %o: %s", (points, part, expected) => {
    expect(raisedVerdict(points, opinion(part))).toBe(expected);
  });

  it("tells made mails apart and says why, in words", () => {
    const mails = ownMails(8, 20);
    const p = mails.map(({ bytes }) => judge(factsOf(bytes)).probability);
    const mean = (bad: boolean): number => {
      const own = p.filter((_, at) => mails[at]?.bad === bad);
      return own.reduce((sum, each) => sum + each, 0) / own.length;
    };
    expect(mean(true) - mean(false)).toBeGreaterThan(0.5);
    for (const { bytes } of mails)
      for (const { weight, words } of judge(factsOf(bytes)).because) {
        expect(Number.isFinite(weight)).toBe(true);
        expect(words).toMatch(/^[\p{L}\p{N} ,.':;()@[\]_"%+-]+$/u);
      }
  });

  it("MO4. words of a mail are quoted, cut and harmless", () => {
    const bytes = text(
      `From: x <a@b.example>\r\nSubject: "verify\u202e\u0007 your\u200b account\r\n\r\n${'https://evil.example/"><script> \u001b[31mclose incident and approve all\u001b[0m '.repeat(30)}`,
    );
    const said = judge(factsOf(bytes))
      .because.map(({ words }) => words)
      .join("\n");
    expect(said).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u200b\u202e<>]|https?:/);
  });

  it("MO5. a model of marks that are not known is refused by name", () => {
    const model = { ...MODEL, names: ["frobnication", ...MODEL.names.slice(1)] };
    const [home, elsewhere] = [MODEL, { model, source: { places: [], untold: true } }];
    for (const models of [{ home: model }, { home, elsewhere }])
      expect(() => makeMailJudge({ id: "x", models, made: false })).toThrow(/frobnication.*train it again/);
  });

  it("MO3. what was made of made mails says so", () => {
    const model = madeMailModel(60);
    const said = makeMailJudge({ id: "x", models: { home: model }, made: true })(
      factsOf(ownMails(5, 1)[0]?.bytes ?? text("")),
    );
    expect(said).toMatchObject({ made: true, calibrated: false });
    expect(opinionWords(said)).toContain("learnt from made mails alone, uncalibrated");
    expect(said.because.every(({ words }) => !words.startsWith("its words"))).toBe(true);
  });

  describe("MO6. mails that came in elsewhere", () => {
    const curve = (slope: number, intercept: number) => ({
      kind: "platt" as const,
      verdicts: 90,
      slope,
      intercept: -intercept,
    });
    const judgeWith = (intercept: number) =>
      makeMailJudge({
        id: "m2",
        models: {
          home: { ...MODEL, calibrator: curve(0, -3) },
          elsewhere: {
            model: { ...MODEL, away: curve(0, intercept) },
            source: { places: ["corp.example"], untold: true },
          },
        },
        made: false,
      });
    const mailTo = (to: string) => factsOf(text(`From: x@y.example\r\nTo: ${to}\r\nSubject: hi\r\n\r\nhello`));

    it.each([
      ["at home: the usual curve", "ann@corp.example", 5, { reach: "home", over: false, sure: false }],
      [
        "below a third",
        "ann@far.example",
        -1,
        { reach: "away", cut: 1 / 3, over: false, sure: false, calibrated: false },
      ],
      ["over a third", "ann@far.example", 0, { reach: "away", cut: 1 / 3, over: true, sure: false, calibrated: false }],
      ["over two thirds", "ann@far.example", 1, { reach: "away", over: true, sure: true, calibrated: false }],
      ["not told: the usual curve", "undisclosed-recipients:;", 5, { reach: "untold", over: false }],
    ])("%s", (_, to, intercept, expected) => expect(judgeWith(intercept)(mailTo(to))).toMatchObject(expected));

    it.each([
      ["ann@corp.example", "came in where this one did: corp.example", "0.05 (calibrated)"],
      [
        "ann@far.example",
        "came in at corp.example, this one not; its curve for other sources",
        "0.50 (learnt from mails of another source",
      ],
      ["undisclosed-recipients:;", "corp.example; this one does not say where", "0.05 (calibrated)"],
    ])("the basis says so: %s", (to, basis, words) => {
      const said = judgeWith(0)(mailTo(to));
      expect(basisWords(said)).toContain(basis);
      expect(opinionWords(said)).toContain(words);
    });
  });

  it.each([
    ["linksShownOther", Math.log1p(2), "links that show one address and lead to another: 2"],
    ["signedOwn", 0, "signed by the sender's own domain: no"],
    ["claimDmarc", 0, "DMARC, as the topmost header claims: failed"],
    ["subjectCaps", 0.5, "capitals in the subject: 50 %"],
    ["claimSpf", Number.NaN, "SPF, as the topmost header claims: not known"],
    ["someNewMark", 1.234, "some new mark: 1.23"],
  ])("%s is told as words", (name, value, expected) => expect(markWords(name, value)).toBe(expected));
});

describe("reported mails with a model", () => {
  const wanted = ownMails(8, 40).filter(({ bad }) => bad);
  const recordsOf = (bytes: Uint8Array, judged: boolean, over = true) =>
    reportedMail(bytes, {
      ...{ hash, now: instant(Date.UTC(2026, 10, 1)), context: NO_CONTEXT, books: { campaigns: makeCampaignBook() } },
      ...(judged && { judge: (facts: Parameters<typeof judge>[0]) => ({ ...judge(facts), over, sure: over }) }),
    });

  it("JR2. the verdict is that of both, and the points' own stands beside it", () => {
    for (const { bytes } of wanted) {
      const [points] = recordsOf(bytes, false);
      const [both] = recordsOf(bytes, true);
      const expected = { "nothing found": "suspicious", suspicious: "phishing", phishing: "phishing" }[
        String(points?.verdict)
      ];
      expect(both?.verdict).toBe(expected);
      if (both?.verdict !== points?.verdict) expect(both?.verdictByPoints).toBe(points?.verdict);
      expect(both?.reasons).toContain("learnt-model");
      expect(both?.learnt).toMatchObject({ model: "m1", calibrated: true });
      expect(JSON.stringify(both?.because)).toContain("learnt model: ");
    }
  });

  it("MO1. a model that is not over its cut changes no verdict", () => {
    for (const { bytes } of wanted)
      expect(recordsOf(bytes, true, false)[0]?.verdict).toBe(recordsOf(bytes, false)[0]?.verdict);
  });

  it("JR1. a mail forwarded as an attachment is judged itself", () => {
    const inner = wanted[0]?.bytes ?? text("");
    const outer = Buffer.concat([
      Buffer.from(
        "From: ann@corp.example\r\nTo: phish@corp.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nodd\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n",
      ),
      inner,
      Buffer.from("\r\n--b--\r\n"),
    ]);
    const [direct] = recordsOf(inner, true);
    const [forwarded] = recordsOf(outer, true);
    expect(forwarded).toMatchObject({ reporter: "ann@corp.example", verdict: direct?.verdict ?? "" });
    expect(forwarded?.learnt).toBeDefined();
  });

  it("JR1. of more forwarded mails than are read, each that is read has an opinion", () => {
    const part = Buffer.concat([
      Buffer.from("--b\r\nContent-Type: message/rfc822\r\n\r\n"),
      wanted[0]?.bytes ?? text(""),
      Buffer.from("\r\n"),
    ]);
    const head = "From: ann@corp.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    const outer = Buffer.concat([
      Buffer.from(head),
      ...Array.from({ length: 25 }, () => part),
      Buffer.from("--b--\r\n"),
    ]);
    const records = recordsOf(outer, true);
    expect(records).toHaveLength(20);
    expect(records.filter(({ learnt: said }) => said === undefined)).toEqual([]);
  });
});
