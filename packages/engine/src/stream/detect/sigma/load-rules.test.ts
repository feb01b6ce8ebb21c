import { describe, expect, it } from "vitest";
import { loadRules } from "./load-rules.ts";

const file = (text: string, path = "r.yml") => ({ path, text, source: "test" });
const rule = (detection: string, more = ""): string =>
  `title: t\n${more}logsource: { product: windows }\ndetection:\n  ${detection.replaceAll("\n", "\n  ")}\n`;
const line = (text: string): string => rule(`s:\n  ${text}\ncondition: s`);

describe("rejections", () => {
  it.each([
    ["yaml-syntax", "title: [a\n", 1],
    ["yaml-duplicate-key", line("f: a\n  f: b"), 6],
    ["yaml-syntax", line("f: !a b"), 1],
    ["yaml-syntax", line("f: !!python/object:a b"), 1],
    ["yaml-syntax", rule("x: &x { f: a }\ns: { <<: *x }\ncondition: s"), 5],
    ["yaml-too-deep", `title: t\nx: ${"[".repeat(40)}${"]".repeat(40)}\n`, 2],
    ["schema-document", "just text\n", 1],
    ["schema-document", "title: t\n", 1],
    ["schema-title", "logsource: {}\ndetection: { s: { f: a }, condition: s }\n", 1],
    ["schema-logsource", "title: t\ndetection: { s: { f: a }, condition: s }\n", 1],
    ["schema-detection", "title: t\nlogsource: {}\ndetection: { condition: s }\n", 3],
    ["schema-condition", rule("s: { f: a }"), 3],
    ["schema-modifier", line("f|re|contains: a"), 5],
    ["schema-modifier", line("f|contains|re: a"), 5],
    ["schema-modifier", line("f|contains|base64: a"), 5],
    ["schema-modifier", line("f|i: a"), 5],
    ["schema-modifier", line("f|cidr|gt: 1"), 5],
    ["schema-modifier", line("'|exists': true"), 5],
    ["schema-value", line("f|exists: maybe"), 5],
    ["schema-value", line("f|cidr: 10.0.0.0/99"), 5],
    ["schema-value", line("f|gt: many"), 5],
    ["schema-value", line("f: []"), 5],
    ["schema-value", line("f: { g: a }"), 5],
    ["schema-value", line("f|contains: null"), 5],
    ["schema-value", line("f|base64offset|contains: a"), 5],
    ["unknown-modifier", line("f|glob: a"), 5],
    ["unknown-modifier", line("f|constructor: a"), 5],
    ["null-in-list", line("f:\n    - a\n    - null"), 7],
    ["wildcard-in-encoded", line("f|base64: a*"), 5],
    ["regex-unsupported", line("f|re: '(?=a)b'"), 5],
    ["regex-unsupported", line("f|re: '(a)\\1'"), 5],
    ["regex-too-large", line(`f|re: '${"a".repeat(2_049)}'`), 5],
    ["regex-too-large", line("f|re: 'a{2000}'"), 5],
    ["placeholder-unresolved", line("f|expand: '%nobody%'"), 5],
    ["empty-pattern", rule("s: { f: a }\ncondition: 1 of x*"), 5],
    ["empty-pattern", rule("_s: { f: a }\ncondition: 1 of them"), 5],
    ["unknown-identifier", rule("s: { f: a }\ncondition: s and t"), 5],
    ["condition-syntax", rule("s: { f: a }\ncondition: s and"), 5],
    ["condition-syntax", rule("s: { f: a }\ncondition: (s"), 5],
    ["condition-syntax", rule("s: { f: a }\ncondition: s s"), 5],
    ["condition-syntax", rule(`s: { f: a }\ncondition: ${"(".repeat(100)}s${")".repeat(100)}`), 5],
    ["obsolete-aggregation", rule("s: { f: a }\ncondition: s | count() > 5"), 5],
    ["obsolete-aggregation", rule("s: { f: a }\ntimeframe: 5m\ncondition: s"), 5],
    ["obsolete-action", "action: global\ntitle: t\n", 1],
    ["unsupported-sigma-3", line("'f[any]': a"), 5],
    ["unknown-taxonomy", rule("s: { f: a }\ncondition: s", "taxonomy: acme\n"), 2],
  ])("%s: %j", (code, text, at) => {
    const { rules, rejected, offered } = loadRules([file(text)]);
    expect(rules).toEqual([]);
    expect(offered).toBe(1);
    expect(rejected.map((row) => [row.code, row.line ?? 1])).toEqual([[code, at]]);
  });

  it("reads every document of a file, and one bad one keeps nobody else out", () => {
    const good = rule("s: { f: a }\ncondition: s");
    const { rules, rejected, offered } = loadRules([file(`${good}---\ntitle: bad\n---\n${good}`), file(good, "b.yml")]);
    expect([offered, rules.length, rejected.length]).toEqual([4, 3, 1]);
    expect(rules.map((loaded) => [loaded.path, loaded.line])).toEqual([
      ["r.yml", 1],
      ["r.yml", 9],
      ["b.yml", 1],
    ]);
    expect(rejected[0]?.title).toBe("bad");
  });

  it("takes a `---` at the end of a file for no document", () => {
    const good = rule("s: { f: a }\ncondition: s");
    expect(loadRules([file(`---\n${good}---\n`)])).toMatchObject({ offered: 1, rules: [{ line: 2 }], rejected: [] });
    expect(loadRules([file(`${good}---\nnull\n`)]).rejected.map(({ code }) => code)).toEqual(["schema-document"]);
  });

  it("keeps the first of two rules with one id and names both places", () => {
    const id = "id: 11111111-2222-4333-8444-555555555555\n";
    const text = rule("s: { f: a }\ncondition: s", id);
    const { rules, rejected } = loadRules([file(text, "a.yml"), file(text, "b.yml")]);
    expect(rules.map(({ path }) => path)).toEqual(["a.yml"]);
    expect(rejected[0]).toMatchObject({ code: "duplicate-id", path: "b.yml", line: 2 });
    expect(rejected[0]?.reason).toContain("a.yml:1");
  });

  it("sets deprecated rules aside without rejecting them", () => {
    const text = rule("s: { f: a }\ncondition: s", "status: deprecated\n");
    expect(loadRules([file(text)])).toMatchObject({
      offered: 1,
      rules: [],
      rejected: [],
      notSelected: [{ status: "deprecated" }],
    });
    expect(loadRules([file(text)], { skipStatus: [] }).rules).toHaveLength(1);
  });

  it("stops an alias bomb by counting, not by memory", () => {
    const bomb = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"];
    for (let i = 1; i < 9; i += 1) bomb.push(`a${i}: &a${i} [${`*a${i - 1},`.repeat(10)}]`);
    expect(loadRules([file(bomb.join("\n"))]).rejected[0]?.code).toBe("yaml-too-large");
  });
});

describe("what is read besides the detection", () => {
  it("keeps dates and yes/no as text, and takes a missing level as medium", () => {
    const { rules, lint } = loadRules([file(rule("s: { f: yes }\ncondition: s", "date: 2026-01-02\nlevel: dire\n"))]);
    expect(rules[0]).toMatchObject({ level: "medium", logsource: { product: "windows" } });
    expect(rules[0]?.condition).toMatchObject({ of: { tests: [{ shown: "yes" }] } });
    expect(lint.map(({ remark }) => remark)).toEqual([
      "no id: known by its path",
      "unknown level `dire`, taken as medium",
    ]);
  });
});
