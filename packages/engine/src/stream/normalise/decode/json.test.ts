import type { Json } from "@cordon/model/json";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeJson } from "./json.ts";

const parsed = (text: string): Json | undefined => {
  const result = decodeJson(text);
  return result.kind === "value" ? result.value : undefined;
};
const remarksOf = (text: string): string => {
  const result = decodeJson(text);
  return result.kind === "value" ? result.remarks.join("; ") : result.reason;
};

describe("decodeJson", () => {
  const values: readonly [string, string, Json | undefined][] = [
    ["plain", '{"a":1,"b":[true,null,"x"]}', { a: 1, b: [true, null, "x"] }],
    ["2^53 stays a number below", '{"a":9007199254740991}', { a: 9007199254740991 }],
    ["2^53 is text", '{"a":9007199254740992}', { a: "9007199254740992" }],
    [
      "2^64 is text",
      '{"a":18446744073709551616,"b":-18446744073709551616}',
      { a: "18446744073709551616", b: "-18446744073709551616" },
    ],
    ["negative, in a list", "[-9214364837600034816, 1]", ["-9214364837600034816", 1]],
    ["16 digits below 2^53 stay a number", '{"a":1000000000000001}', { a: 1000000000000001 }],
    ["a long number with a leading zero is no JSON", '{"a":01234567890123456789}', undefined],
    ["a long number is no key", "{12345678901234567890:1}", undefined],
    ["long fraction stays a number", '{"a":0.12345678901234567}', { a: Number("0.12345678901234567") }],
    ["digits in strings are no numbers", '{"a":"12345678901234567890"}', { a: "12345678901234567890" }],
    ["a number no double holds", '{"a":1e999}', { a: "1e999" }],
    ["exponent", '{"a":1e3}', { a: 1000 }],
    ["NaN", '{"a":NaN,"b":-Infinity}', { a: null, b: null }],
    ["duplicate keys: last wins", '{"a":1,"a":2}', { a: 2 }],
    ["a duplicate behind white space", String.raw`{"a" :1,"b":"\":","a":2}`, { a: 2, b: '":' }],
    ["a duplicate beside texts that look like keys", String.raw`{"a":":","a":[":"],"c":"\\"}`, { a: [":"], c: "\\" }],
    ["a duplicate within a list", '{"l":[{"k":1,"k":2}]}', { l: [{ k: 2 }] }],
    ["a key that ends with a backslash", '{"a\\\\":1,"a\\\\":2}', { "a\\": 2 }],
    ["raw tab in a string", '{"a":"x\ty"}', { a: "x\ty" }],
    ["escaped quote", '{"a\\"b":"\\\\"}', { 'a"b': "\\" }],
    ["scalar", "12", 12],
    ["truncated", '{"a":1', undefined],
    ["objects one behind the other", '{"a":1}{"b":2} {"c":3}', [{ a: 1 }, { b: 2 }, { c: 3 }]],
    ["an object and a list", '{"a":1}[2]', undefined],
    ["an object and half of one", '{"a":1}{"b"', undefined],
    ["single quotes", "{'a':1}", undefined],
    ["empty", "", undefined],
    ["leading zero", '{"a":012}', undefined],
  ];
  for (const [name, text, expected] of values) {
    it(name, () => expect(parsed(text)).toEqual(expected));
  }

  const remarks: readonly [string, string, string][] = [
    ["clean", '{"a":1}', ""],
    ["duplicate", '{"a":{"k":1,"k":2}}', 'duplicate key "k": the last value was kept'],
    ["duplicate behind white space", '{"k"\n:":","k":2}', 'duplicate key "k": the last value was kept'],
    ["NaN", '{"a":NaN}', "NaN is no JSON value: read as null"],
    ["depth", `${"[".repeat(70)}1${"]".repeat(70)}`, "cut: values nested deeper than 64"],
    ["fields", `{"a":[${"1,".repeat(2_499)}1]}`, "cut: 501 fields beyond 2000"],
    ["a list of events counts each for itself", `[${'{"a":1},'.repeat(2_500)}{}]`, ""],
    ["size", `{"a":"${"x".repeat(1_100_000)}","b":1}`, "cut: text beyond 1048576 characters"],
    ["place of an error", '{"a":}', "no JSON value at 5"],
  ];
  for (const [name, text, expected] of remarks) {
    it(`remark: ${name}`, () => expect(remarksOf(text)).toBe(expected));
  }

  it("keeps __proto__ as an own key on both paths", () => {
    for (const text of ['{"__proto__":{"x":1}}', '{"__proto__":{"x":1},"n":NaN}']) {
      const value = parsed(text) as Record<string, Json>;
      expect(Object.hasOwn(value, "__proto__")).toBe(true);
      expect(({} as Record<string, unknown>).x).toBeUndefined();
    }
  });

  it("a very deep text does not overflow the stack", () => {
    expect(remarksOf("[".repeat(500_000))).toContain("unclosed");
    expect(remarksOf(`${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}`)).toContain("deeper");
  });

  it("agrees with the native parser on ordinary JSON", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        const native: unknown = JSON.parse(text);
        expect(parsed(text)).toEqual(big(native));
      }),
      { numRuns: 3_000 },
    );
  });

  it("never throws", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      '"',
      ":",
      ",",
      "\\",
      "1",
      "-",
      "e9",
      "NaN",
      "null",
      '"a"',
      " ",
      "\u0000",
    );
    const soup = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(soup, fc.string()), (text) => decodeJson(text).kind.length > 0),
      { numRuns: 20_000 },
    );
  });
});

/** What the native parser gives, with integers beyond 2^53 as their text. */
function big(value: unknown): unknown {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) return expect.anything();
  if (Array.isArray(value)) return value.map(big);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, big(member)]));
}
