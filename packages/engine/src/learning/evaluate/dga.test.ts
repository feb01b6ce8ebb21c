import { describe, expect, it } from "vitest";
import { generatedNames, usualNames } from "../domains/generate-names.ts";
import { DGA } from "./dga.ts";
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
    ["dga_domains_full.csv", "legit,alexa,google.com\ndga,cryptolocker,qxzvkjwq.net\n", ["usual", "dga:cryptolocker"]],
    ["dga.txt", "# feed\nvirut\tqxzvkjwq.net\t2020-01-01 00:00:00\t2020-01-02 00:00:00\n", ["dga:virut"]],
    [
      "feed.csv",
      "# feed\nqxzvkjwq.net,Domain used by pykspa DGA for 01 Jan,2020-01-01,http://x.test/m.txt\n",
      ["dga:pykspa"],
    ],
    ["top-1m.csv", "1,google.com\n2,youtube.com\n", ["usual", "usual"]],
    ["benign/names.txt", "google.com\n", ["usual"]],
    ["dga/banjori/list/1000.txt", "", []],
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

describe("dga", () => {
  const csv = [
    ...usualNames(1, 1_200).map(({ name }) => `${name},legit,legit`),
    ...generatedNames(1, 60).map(({ name, family }) => `${name},dga,${family}`),
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
    await expect(DGA.run(input([fileOf("top.csv", "1,google.com\n")]))).rejects.toThrow("both classes");
  });
});
