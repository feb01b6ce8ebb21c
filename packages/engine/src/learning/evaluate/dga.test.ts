import { describe, expect, it } from "vitest";
import { generatedNames, usualNames } from "../domains/generate-names.ts";
import { DGA } from "./dga.ts";
import { readLists } from "./dga-lists.ts";
import { readNames } from "./dga-rows.ts";
import type { DataFile, SuiteInput } from "./suite.ts";

const fileOf = (path: string, text: string): DataFile => ({ path, bytes: async () => new TextEncoder().encode(text) });
const input = (files: readonly DataFile[], parts: Partial<SuiteInput> = {}): SuiteInput => ({
  ...{ path: "data", files, train: [], test: [], seed: 1, progress: () => undefined },
  ...parts,
});

describe("lists of names", () => {
  it.each([
    ["a.csv", "domain,class\ngoogle.com,legit\nqxzvkjwq.net,dga\n", ["usual", "dga:unnamed"]],
    [
      "legit_dga_domains.csv",
      '"host","domain","class","subclass"\n"google.com","google","legit","legit"\n"qxzvkjwq.net","qxzvkjwq","dga","necurs"\n',
      ["usual", "dga:necurs"],
    ],
    [
      "dga_data.csv",
      "isDGA,domain,host,subclass\ndga,qxzvkjwq.net,qxzvkjwq,necurs\nlegit,google.com,google,alexa\n",
      ["dga:necurs", "usual"],
    ],
    ["dga_domains_full.csv", "legit,alexa,google.com\ndga,cryptolocker,qxzvkjwq.net\n", ["usual", "dga:cryptolocker"]],
    ["dga.txt", "# feed\nvirut\tqxzvkjwq.net\t2020-01-01 00:00:00\t2020-01-02 00:00:00\n", ["dga:virut"]],
    [
      "feed.csv",
      "# feed\nqxzvkjwq.net,Domain used by pykspa DGA for 01 Jan,2020-01-01,http://x.test/m.txt\n",
      ["dga:pykspa"],
    ],
    ["top-1m.csv", "1,google.com\n2,youtube.com\n", ["usual", "usual"]],
    ["benign/names.txt", "google.com\n", ["usual"]],
    ["dga/banjori/list/1000.txt", "qxzvkjwq.net\n", ["dga:banjori"]],
    ["Domains/banjori/list/5000.txt", "qxzvkjwq.net\n", ["dga:banjori"]],
    ["sets/alexa/list/5000.txt", "google.com\n", ["usual"]],
    ["suppobox_dga_2020-01-01.csv", '"qxzvkjwq.net","2020-01-01 00:00:00","2020-01-02 00:00:00"\n', ["dga:suppobox"]],
    [
      "majestic_million.csv",
      "GlobalRank,TldRank,Domain,TLD,Refs\n1,1,google.com,com,99\n2,2,a-b.de,de,9\n",
      ["usual", "usual"],
    ],
    [
      "x.jsonl",
      '{"domain":"gouwlqiobez","threat":"dga"}\n{"domain":"wikipedia","threat":"benign"}\n',
      ["dga:unnamed", "usual"],
    ],
    ["dga.json", '{"banjori":["qxzvkjwq.net"],"locky":["a1b2c3d4e5.ru"]}', ["dga:banjori", "dga:locky"]],
    ["dga/banjori.txt", "qxzvkjwq.net\n", ["dga:banjori"]],
    ["x.csv", "domain;label;family\ngoogle.com;0;\nqxzvkjwq.net;1;locky\n", ["usual", "dga:locky"]],
    [
      "x.json",
      '{"domain":"qxzvkjwq.net","threat":"dga"}\n{"domain":"google.com","threat":"benign"}\n',
      ["dga:unnamed", "usual"],
    ],
  ])("%s: %j", async (path, text, wanted) => {
    const { rows, unread } = await readNames(fileOf(path, text));
    expect(rows.map(({ generated, family }) => (generated ? `dga:${family}` : family))).toEqual(wanted);
    expect(unread).toEqual([]);
  });

  it("DR1. names what it cannot read", async () => {
    const { unread } = await readNames(fileOf("x.txt", "google.com\nnonsense\n"));
    expect(unread.map(({ where }) => where)).toEqual(["x.txt row 1", "x.txt row 2"]);
  });
});

describe("lists together", () => {
  it("DL2. a list that nothing tells about is a family where usual ones are told; DL1. nested lists are read once, other files are named", async () => {
    const { rows, notes, unread } = await readLists(
      input([
        fileOf("tranco_X1.csv", "1,google.com\n2,wikipedia.org\n"),
        fileOf("newfamily.txt", "qxzvkjwq.net\n"),
        fileOf("locky/list/1000.txt", "qxzvkjwa.net\n"),
        fileOf("locky/list/500.txt", "qxzvkjwb.net\n"),
        fileOf("README.md", "about"),
        fileOf("model.h5", "x"),
      ]),
    );
    expect(rows.map(({ name, family }) => `${family} ${name}`)).toEqual([
      "usual google.com",
      "usual wikipedia.org",
      "newfamily qxzvkjwq.net",
      "locky qxzvkjwa.net",
    ]);
    expect(notes.join(" ")).toMatch(/newfamily\.txt.*1 lists were left out/);
    expect(unread).toEqual([{ where: "model.h5", reason: "not a list of names" }]);
  });
});

describe("dga", () => {
  const csv = [
    ...usualNames(1, 700).map(({ name }) => `${name},legit,legit`),
    ...generatedNames(1, 30).map(({ name, family }) => `${name},dga,${family}`),
  ].join("\n");
  const file = fileOf("names.csv", `domain,class,family\n${csv}\n`);

  it("holds families out and finds them all the same", async () => {
    const { metrics, by, protocol } = await DGA.run(input([file]));
    expect(protocol).toContain("no tested family was trained on");
    expect(metrics.auroc).toBeGreaterThan(0.85);
    expect(by?.["hash-base32"]?.tprAtFpr01).toBeGreaterThan(0.9);
    expect(Object.keys(by ?? {}).length).toBe(17);
  });

  it("takes families as parts, and refuses data of one class", async () => {
    const { test, by } = await DGA.run(input([file], { test: ["permuted", "words-two"] }));
    expect(test).toEqual(["permuted+words-two"]);
    expect(Object.keys(by ?? {})).toEqual(["permuted", "words-two"]);
    const usual = fileOf(
      "top-1m.csv",
      usualNames(2, 400)
        .map(({ name }, at) => `${at},${name}`)
        .join("\n"),
    );
    const { metrics } = await DGA.run(input([file, usual], { train: ["top-1m", "hash-base32"], test: ["permuted"] }));
    expect(metrics.auroc).toBeGreaterThan(0.5);
    await expect(DGA.run(input([fileOf("top.csv", "1,google.com\n")]))).rejects.toThrow("both classes");
  });
});
