import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./json.ts";

/** RFC 8785 written as plainly as it can be. */
function naive(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => naive(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${naive(member)}`).join(",")}}`;
}

describe("canonicalJson", () => {
  const rows: readonly [string, unknown, string][] = [
    ["keys by code unit, digits too", { b: 1, a: 2, "10": 3, "9": 4 }, '{"10":3,"9":4,"a":2,"b":1}'],
    ["escapes", { 'q"': "a\\b\n\u0001é\ud800" }, '{"q\\"":"a\\\\b\\n\\u0001é\\ud800"}'],
    ["numbers", [0.1, -0, 1e21, 1e-7, 100], "[0.1,0,1e+21,1e-7,100]"],
    ["undefined is left out, in lists it is null", { a: undefined, b: [undefined] }, '{"b":[null]}'],
    ["own __proto__", JSON.parse('{"__proto__":1,"a":2}'), '{"__proto__":1,"a":2}'],
    ["toJSON is a name like any other", { toJSON: 1 }, '{"toJSON":1}'],
  ];
  for (const [name, value, expected] of rows) {
    it(name, () => expect(canonicalJson(value)).toBe(expected));
  }

  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 1, 1n]) {
    it(`refuses ${String(value)}`, () => expect(() => canonicalJson(value)).toThrow());
  }

  it("equals the plain writing", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        expect(canonicalJson(value)).toBe(naive(value));
      }),
      { numRuns: 3_000 },
    );
  });
});
