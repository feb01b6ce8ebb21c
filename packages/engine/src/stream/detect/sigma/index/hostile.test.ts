/** Rules and events made to hurt: the answer stays that of the reference, and the work stays in proportion to the input. */
import type { Json, JsonObject } from "@cordon/model/json";
import { PLAIN_VIEW } from "@cordon/model/view";
import { describe, expect, it } from "vitest";
import { loadRules } from "../load-rules.ts";
import { holds } from "../naive.ts";
import { REGEX_SUBJECT_MAX } from "../regex.ts";
import type { SigmaRule } from "../rule.ts";
import { Matcher } from "./matcher.ts";

function rulesOf(...detections: readonly JsonObject[]): readonly SigmaRule[] {
  const { rules, rejected } = loadRules(
    detections.map((detection, i) => ({
      path: `${i}.yml`,
      text: JSON.stringify({ title: `${i}`, logsource: { product: "any" }, detection }),
      source: "test",
    })),
  );
  expect(rejected).toEqual([]);
  return rules;
}

const referenceOf = (rules: readonly SigmaRule[], raw: JsonObject): number[] =>
  [...rules.keys()].filter((i) => holds(rules[i]?.condition ?? { kind: "or", of: [] }, { view: PLAIN_VIEW, raw }));

const MEGABYTE = 1_000_000;

describe("lists of a hundred thousand values", () => {
  const values = Array.from({ length: 100_000 }, (_, i) => `evil-${i.toString(36)}.example`);
  it.each([
    ["f", "EVIL-255r.example", "evil-255r.example2"],
    ["f|contains", "http://Evil-255r.example/x", "http://evil-.example"],
    ["f|endswith", "www.evil-255r.example", "evil-255r.example."],
    ["f|startswith", "evil-255r.example/path", "xevil-255r.example"],
  ])("are one look into the index: %s", (field, hit, miss) => {
    const matcher = new Matcher(rulesOf({ s: { [field]: values }, condition: "s" }));
    expect([hit, miss].map((f) => matcher.match(PLAIN_VIEW, { f }).length)).toEqual([1, 0]);
    expect(matcher.stats.evaluated).toBe(0);
  });
});

describe("values of ten megabytes", () => {
  const rules = rulesOf(
    { s: { "f|contains": ["needle", "aaaaaaaab"] }, condition: "s" },
    { s: { "f|endswith": "end" }, condition: "s" },
    { s: { f: "a" }, condition: "s" },
    { s: ["*nee?le*"], condition: "s" },
    { s: { "f|contains": "\u2013x" }, condition: "s" },
  );
  it.each([
    ["one unit again and again", "a".repeat(10 * MEGABYTE), []],
    ["the needle at the end", `${"a".repeat(10 * MEGABYTE)} needle end`, [0, 1, 3]],
    ["beginnings of the needle", `${"needl".repeat(2 * MEGABYTE)}\u2013x`, [4]],
  ])("%s", (_, f, expected) => {
    const matcher = new Matcher(rules);
    expect(matcher.match(PLAIN_VIEW, { f })).toEqual(expected);
  });
});

describe("texts too long for regular expressions", () => {
  it("are cut, and every cut is counted", () => {
    const rules = rulesOf({ s: { "f|re": "x+needle" }, condition: "s" });
    const matcher = new Matcher(rules);
    const beyond = { f: `${"x".repeat(REGEX_SUBJECT_MAX)}needle` };
    const within = { f: `xneedle${"x".repeat(REGEX_SUBJECT_MAX)}` };
    expect(matcher.match(PLAIN_VIEW, beyond)).toEqual(referenceOf(rules, beyond));
    expect(matcher.match(PLAIN_VIEW, within)).toEqual([0]);
    expect(matcher.match(PLAIN_VIEW, { f: "xxneedle" })).toEqual([0]);
    expect(matcher.stats.cutTexts).toBe(2);
  });
});

describe("strange events", () => {
  const nested = (depth: number): Json => {
    let value: Json = "deep needle";
    for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? { k: value } : [value];
    return value;
  };
  const rules = rulesOf(
    { s: ["needle"], condition: "s" },
    { s: { "f|contains": "needle" }, condition: "s" },
    { s: { ["__proto__"]: "x" }, condition: "s" },
    { s: { constructor: "x" }, condition: "s" },
    { s: { "toString|contains": "native" }, condition: "s" },
    { s: { "f|contains": "a\u0000b" }, condition: "s" },
    { s: { "f|startswith": "\\" }, condition: "not s" },
    { s: { "a.b.c|endswith": "needle" }, condition: "s" },
  );
  const parse = (text: string): JsonObject => JSON.parse(text);
  it.each<readonly [string, JsonObject]>([
    ["nested within the limit", { f: nested(40) }],
    ["nested beyond the limit", { f: nested(5_000) }],
    ["keys of the prototype", parse('{"__proto__":"x","constructor":"x","toString":"native code","hasOwnProperty":1}')],
    ["a prototype as a path", parse('{"a":{"__proto__":{"c":"needle"},"b":{"c":"a needle"}}}')],
    ["NUL", { f: "xa\u0000by" }],
    ["lone surrogates", { f: "\ud800needle\udfff", "\ud800": "needle" }],
    ["nothing", {}],
    ["null and lists of null", { f: null, a: [null, { b: [null, { c: "needle" }] }] }],
    ["a list of ten thousand", { f: Array.from({ length: 10_000 }, (_, i) => `needl${i}`) }],
    ["ten thousand keys", Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, "needle"]))],
  ])("%s", (_, raw) => {
    const matcher = new Matcher(rules);
    expect(matcher.match(PLAIN_VIEW, raw)).toEqual(referenceOf(rules, raw));
    expect(matcher.match(PLAIN_VIEW, raw)).toEqual(referenceOf(rules, raw));
  });
});

describe("the memo", () => {
  it("gives the same answers through forgetting and resting, for values that come back and values that do not", () => {
    const rules = rulesOf(
      { s: { "f|contains": "le-7" }, condition: "s" },
      { s: { "f|re": "va.ue-1\\d*3$" }, condition: "s" },
      { s: ["lue-99"], condition: "s" },
    );
    const matcher = new Matcher(rules);
    const seen = Array.from({ length: 30_000 }, (_, i) => {
      const raw = { f: `Value-${i % 3 === 0 ? i % 100 : i}`, g: `value-${i}`, h: i };
      return [matcher.match(PLAIN_VIEW, raw), referenceOf(rules, raw)];
    });
    expect(seen.filter(([found, reference]) => found?.join() !== reference?.join())).toEqual([]);
    expect(seen.filter(([found]) => found?.length !== 0).length).toBeGreaterThan(100);
  });
});
