import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { MAIL } from "./mail.ts";
import { classOfPath } from "./mail-data.ts";
import { readMailTable } from "./mail-table.ts";
import type { DataFile, SuiteInput } from "./suite.ts";

const file = (path: string, text: string): DataFile => ({ path, bytes: async () => new TextEncoder().encode(text) });
const input = (files: readonly DataFile[], parts: Partial<SuiteInput> = {}): SuiteInput => ({
  path: "",
  files,
  train: [],
  test: [],
  seed: 1,
  progress: () => {},
  ...parts,
});

const GOOD = "meeting notes about the budget review schedule project team lunch tomorrow draft report comments".split(
  " ",
);
const BAD = "winner claim prize urgent verify account click limited offer money free guaranteed cash".split(" ");

function mailOf(bad: boolean, number: number): string {
  const random = makeRandom(number);
  const own = bad ? BAD : GOOD;
  const words = Array.from(
    { length: 40 },
    () => (random.next() < 0.5 ? own : [...GOOD, ...BAD])[random.below(13)] ?? "x",
  );
  return `From: ${bad ? "Prize" : "Ann"} <u${number}@${bad ? "win.example" : "corp.example"}>\nTo: b@corp.example\nSubject: ${words[0]} ${number}\n\n${words.join(" ")} http://${bad ? "198.51.100.7/x" : "wiki.corp.example/p"}\n`;
}
const folder = (name: string, bad: boolean, count: number, from = 0): readonly DataFile[] =>
  Array.from({ length: count }, (_, at) => file(`${name}/${at}.txt`, mailOf(bad, from + at)));

describe("suite mail", () => {
  it.each([
    ["easy_ham_2/00001.abc", "good"],
    ["hard-ham-1/0419.bad", "good"],
    ["spam_2/00001.5bad419", "bad"],
    ["spamassassin/ham/1", "good"],
    ["nazario/phishing3.mbox", "bad"],
    ["enron1/ham/0001.txt", "good"],
    ["enron1/spam/0001.txt", "bad"],
    ["lingspam/part1/spmsga1.txt", "bad"],
    ["data/inmail.1", undefined],
    ["easy_ham/00123.9becfade419bad", "good"],
    ["bec/1.eml", "bad"],
    ["set/easy/1.eml", "good"],
    ["set/hard/1.eml", "good"],
    ["set/spam_hard/1.eml", "bad"],
    ["benign/1.eml", "good"],
    ["malicious/1.eml", "bad"],
    ["not_phishing/1.eml", "good"],
    ["fraudulent/1.eml", "bad"],
    ["enron_spam/1.txt", "bad"],
    ["mail-419/1.txt", "bad"],
    ["ham/Maildir/cur/1204680122.M1P2.spam-host,S=3:2,S", "good"],
    ["Maildir/.Junk/cur/1204680122.M1P2.goodhost:2,S", "bad"],
  ])("MC1. %s is %s", (path, expected) => expect(classOfPath(path)).toBe(expected));

  it("tells classes apart in folds, counts equal mails once, names what it could not read", async () => {
    const files = [
      ...folder("ham", false, 60),
      ...folder("spam", true, 60, 500),
      ...folder("hard_ham", false, 20, 900),
    ];
    const outcome = await MAIL.run(
      input([...files, file("ham/copy.txt", mailOf(false, 3)), file("other/x.txt", mailOf(true, 1))]),
    );
    expect(outcome.metrics).toMatchObject({ n: 140, bad: 60, copies: 1 });
    expect(outcome.metrics.f1).toBeGreaterThan(0.9);
    expect(outcome.metrics.fprHardHam).toBeLessThan(0.2);
    expect(outcome.unread.map(({ where }) => where)).toEqual(["other/x.txt"]);
  });

  it("trains on one part and tests on another; a part of one class alone is refused for training", async () => {
    const files = [
      ...folder("a/ham", false, 40),
      ...folder("a/spam", true, 40, 100),
      ...folder("b/phishing", true, 15, 300),
    ];
    const outcome = await MAIL.run(input(files, { train: ["a"], test: ["b"] }));
    expect([outcome.metrics.n, outcome.metrics.bad]).toEqual([15, 15]);
    expect(outcome.metrics.recall).toBeGreaterThan(0.8);
    await expect(MAIL.run(input(files, { train: ["b"], test: ["a"] }))).rejects.toMatchObject({
      code: "eval-data-missing",
    });
  });

  it("says that parts hold the same mails, or nearly", async () => {
    const train = [...folder("a/ham", false, 20), ...folder("a/spam", true, 20, 100)];
    const again = (rename: (text: string) => string): readonly DataFile[] =>
      [...Array(20).keys()].flatMap((at) => [
        file(`b/ham/${at}.txt`, rename(mailOf(false, at))),
        file(`b/spam/${at}.txt`, rename(mailOf(true, 100 + at))),
      ]);
    const tried = (test: readonly DataFile[]): Promise<unknown> =>
      MAIL.run(input([...train, ...test], { train: ["a"], test: ["b"] }));
    await expect(tried(again((text) => `${text} indeed`))).rejects.toThrow(
      /^0 bad and 0 good mails to train on \(40 more are not learnt from: near-copies of them are tested\)/,
    );
    await expect(tried(again((text) => text))).rejects.toThrow(/no mails to test on \(40 were left out because equal/);
  });

  it("reads tables and an index of labels", async () => {
    const table = 'Subject,Message,Spam/Ham,Date\nhi,"a, b",ham,2001\n,,spam,\nwin,money,spam,x\nq,r,?,';
    const read = readMailTable(new TextEncoder().encode(table), "enron.csv", undefined);
    expect(read.messages.map(({ bad, message }) => [bad, message.subject])).toEqual([
      [false, "hi"],
      [true, "win"],
    ]);
    expect(read.unread.map(({ where }) => where)).toEqual(["enron.csv:3", "enron.csv:5"]);
    const index = [0, 1, 2, 3].map((at) => `${at % 2 === 0 ? "spam" : "ham"} ../data/inmail.${at}`).join("\n");
    const files = [0, 1, 2, 3].map((at) => file(`data/inmail.${at}`, mailOf(at % 2 === 0, at)));
    await expect(MAIL.run(input([...files, file("full/index", index)]))).rejects.toThrow(/2 good|1 good|good mails/);
  });
});
