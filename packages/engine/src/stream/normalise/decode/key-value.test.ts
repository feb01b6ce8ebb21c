import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyValuePairs } from "./key-value.ts";

describe("keyValuePairs", () => {
  it("quotes, empty values, words between", () => {
    expect(keyValuePairs(`date=2024 name="a b" empty= word k='x y'`).map(({ key, value }) => [key, value])).toEqual([
      ["date", "2024"],
      ["name", "a b"],
      ["empty", ""],
      ["k", "x y"],
    ]);
  });
  it("ends on any text", () => {
    const piece = fc.constantFrom("=", '"', "'", " ", "a", "=", "\u001d", ",");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
        keyValuePairs(parts.join(""));
      }),
      { numRuns: 5_000 },
    );
  });
});
