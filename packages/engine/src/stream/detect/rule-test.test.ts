import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { runRuleTests, type TestedRule } from "./rule-test.ts";

const root = resolve(import.meta.dirname, "../../../../..");
const content = join(root, "content");
const paths = ["rules", "correlations"].flatMap((part) =>
  readdirSync(join(content, part), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yml"))
    .map((path) => join(part, path)),
);
const sidecar = (path: string): string => path.replace(/\.yml$/, ".test.yml");
const isSidecar = (path: string): boolean => path.endsWith(".test.yml");

const tested = paths
  .filter((path) => !isSidecar(path))
  .map((path): TestedRule => {
    const text = readFileSync(join(content, path), "utf8");
    const test = paths.includes(sidecar(path)) ? readFileSync(join(content, sidecar(path)), "utf8") : undefined;
    return { rule: { path: `content/${path}`, text, source: "content" }, test };
  });

describe("our own rules", () => {
  it.each(tested.map((one) => [one.rule.path, one] as const))("%s passes its own tests", (_, one) => {
    const [result] = runRuleTests([one]);
    expect(result?.problems).toEqual([]);
    expect(result?.cases.filter((row) => !row.ok)).toEqual([]);
  });

  it("has no sidecar without a rule", () => {
    const orphans = paths.filter((path) => isSidecar(path) && !paths.includes(path.replace(/\.test\.yml$/, ".yml")));
    expect(orphans).toEqual([]);
  });

  it("gives every rule what the catalogue needs", () => {
    const bare = tested.filter(
      ({ rule }) => !/^id: [0-9a-f-]{36}$/m.test(rule.text) || !/attack\.t\d{4}/.test(rule.text),
    );
    expect(bare.map(({ rule }) => rule.path)).toEqual([]);
    expect(tested.length).toBeGreaterThanOrEqual(45);
  });
});

const RULE = `
title: Test
id: 11111111-2222-4333-8444-555555555555
logsource: { product: windows, category: process_creation }
detection:
  s: { Image|endswith: '\\cmd.exe' }
  condition: s
`;
const file = { path: "r.yml", source: "test", text: RULE };
const log = "{ product: windows, categories: [process_creation] }";

describe("runRuleTests", () => {
  it.each([
    ["no sidecar", undefined, ["no sidecar with tests", "no case that must match", "no case that must no match"]],
    ["no near miss", `match: [{ log: ${log}, raw: { Image: 'C:\\cmd.exe' } }]`, ["no case that must no match"]],
    [
      "broken sidecar",
      "match: 3",
      ["sidecar: `match` is not a list", "no case that must match", "no case that must no match"],
    ],
  ])("refuses a rule with %s", (_, test, problems) => {
    const [result] = runRuleTests([{ rule: file, test }]);
    expect(result?.ok).toBe(false);
    expect(result?.problems).toEqual(problems);
  });

  it("names the case that does not come out as expected", () => {
    const test = `
match: [{ name: wrong source, log: { product: linux }, raw: { Image: '\\cmd.exe' } }]
noMatch: [{ name: should not, log: ${log}, raw: { Image: '\\cmd.exe' } }]`;
    const [result] = runRuleTests([{ rule: file, test }]);
    expect(result?.cases).toEqual([
      { name: "wrong source", expected: "match", ok: false, reason: "the logsource does not admit the event" },
      { name: "should not", expected: "no match", ok: false, reason: "seen: 1 rules match" },
    ]);
  });
});
