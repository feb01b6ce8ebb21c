import type { JsonObject } from "@cordon/model/json";
import { PLAIN_VIEW } from "@cordon/model/view";
import { describe, expect, it } from "vitest";
import { Matcher } from "./index/matcher.ts";
import { loadRules } from "./load-rules.ts";
import { makeMatchReader } from "./matched-fields.ts";

function matchedOf(detection: string, raw: JsonObject) {
  const text = `title: t\nid: 0f7d1a3e-93d1-4c11-9d0a-3f7b0f8a1c01\nlogsource: { product: x }\ndetection:\n${detection}\n  condition: k\n`;
  const { rules } = loadRules([{ path: "a.yml", text, source: "test" }]);
  const [rule] = rules;
  if (rule === undefined) throw new Error(text);
  const matcher = new Matcher(rules);
  expect(matcher.match(PLAIN_VIEW, raw)).toEqual([0]);
  const { matchedFields } = makeMatchReader();
  return matchedFields(rule, { view: PLAIN_VIEW, raw }, matcher);
}

describe("matched fields of keywords", () => {
  it.each<[string, string, JsonObject, string, unknown]>([
    [
      "the first leaf that holds one",
      "  k: [erase, delete]",
      { a: "x", b: "may DELETE", c: "erase" },
      "/b",
      "may DELETE",
    ],
    ["within lists and objects", "  k: [erase]", { a: { "b/c": ["x", { d: "Erased" }] } }, "/a/b~1c/1/d", "Erased"],
    ["not over the border of two leaves", "  k: [ab]", { a: "xa", b: "bx", c: "xabx" }, "/c", "xabx"],
    [
      "letters that some fold to two",
      "  k: [erase]",
      { a: "\u0130\u0130\u03a3", b: "\u00c9 erase" },
      "/b",
      "\u00c9 erase",
    ],
    ["in its case only", "  k:\n    '|cased': [Erase]", { a: "erase", b: "Erase" }, "/b", "Erase"],
    ["a pattern", "  k:\n    '|re': 'er.se'", { a: "x", b: "erose" }, "/b", "erose"],
    ["a number as text", "  k: [4104]", { a: 1, b: 4104 }, "/b", 4104],
    ["with a wildcard within", "  k: ['er*e']", { a: "erbe no", b: "er it is e" }, "/a", "erbe no"],
  ])("%s", (_name, detection, raw, pointer, value) => {
    expect(matchedOf(detection, raw)).toEqual([{ selection: "k", field: "", pointer, value }]);
  });
});
