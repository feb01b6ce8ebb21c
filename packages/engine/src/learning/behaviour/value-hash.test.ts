import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, makeValueHash, type ValueKey } from "./value-hash.ts";

/** Key 00 01 .. 07 of the authors' test vectors. */
const KEY: ValueKey = [0x03020100, 0x07060504];

describe("numbers of values", () => {
  it("are HalfSipHash-2-4: the authors' vector of nothing, cut to 48 bits", () => {
    expect(makeValueHash(KEY)("").toString(16)).toBe("b8b9591f8d21");
  });
  it("VH1. differ by key: what collides under one does not under another", () => {
    const narrow = (key: ValueKey): ((text: string) => number) => {
      const hash = makeValueHash(key);
      return (text) => hash(text) % 4_096;
    };
    const [one, other] = [narrow([1, 2]), narrow([1, 3])];
    const texts = Array.from({ length: 4_000 }, (_, i) => `value ${i}`).filter((text) => one(text) === one("usual"));
    expect(texts.filter((text) => other(text) === other("usual")).length).toBeLessThan(texts.length / 2 + 1);
    const both = Array.from({ length: 1_000 }, (_, i) => `value ${i}`).filter((text) => one(text) === other(text));
    expect(both.length).toBeLessThan(5);
  });
  it("VH2. are the same for the same text, whole and below 2^48, also beyond what is kept", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), fc.integer(), fc.integer(), (text, a, b) => {
        const hash = makeValueHash([a, b]);
        const value = hash(text);
        expect(hash(text)).toBe(value);
        expect(makeValueHash([a, b])(text)).toBe(value);
        expect(Number.isSafeInteger(value) && value >= 0 && value < 2 ** 48).toBe(true);
      }),
    );
    const hash = makeValueHash(KEY);
    const values = new Set(Array.from({ length: 40_000 }, (_, i) => hash(`v${i}`)));
    expect(values.size).toBe(40_000);
  });
  it("VH3. are those of before where there is no key", () => {
    expect(makeValueHash(undefined)("DE")).toBe(hashOf("DE"));
  });
});
