import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Packer } from "./pack.ts";
import { type Packable, PackError } from "./pack-format.ts";
import { Unpacker } from "./unpack.ts";

const NAMES = ["country", "d", "first-host", "last"];
const packer = new Packer(NAMES);
const unpacker = new Unpacker(NAMES);
const again = (value: Packable): Packable => unpacker.unpack(packer.pack(value).slice());

const numbers = fc.oneof(
  fc.double(),
  fc.maxSafeInteger(),
  fc.integer(),
  fc.nat(300),
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.integer({ min: 2 ** 38, max: 2 ** 48 + 2 }),
  fc.double().map(Math.fround),
  fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 243, 244, 65_535, 65_536),
);
const ids = fc
  .tuple(fc.string({ unit: fc.constantFrom(..."0123456789abcdefA"), minLength: 32, maxLength: 32 }), fc.nat())
  .map(([hex, index]) => `${hex}-${index}`);
const texts = fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), ids, fc.constant(`${"0".repeat(32)}-007`));
const keys = fc
  .oneof(fc.constantFrom(...NAMES, "d|country", "d|x", "d|d|d", "country|", "|"), texts)
  .filter((key) => key !== "__proto__");
const data: fc.Arbitrary<Packable> = fc.letrec<{ any: Packable }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    numbers,
    texts,
    fc.array(numbers),
    fc.array(tie("any")),
    fc.dictionary(keys, tie("any"), { noNullPrototype: true }),
  ),
})).any;

describe("packed data", () => {
  it("comes out as it went in, keys in their order", () => {
    fc.assert(
      fc.property(data, (value) => {
        const out = again(value);
        expect(out).toEqual(value);
        if (typeof value === "object" && !Array.isArray(value))
          expect(Object.keys(out as object)).toEqual(Object.keys(value));
      }),
      { numRuns: 400 },
    );
  });
  it("is refused when it is cut, and never read beyond its end", () => {
    fc.assert(
      fc.property(data, fc.nat(), (value, cut) => {
        const bytes = packer.pack(value).slice();
        const at = cut % bytes.length;
        expect(() => unpacker.unpack(bytes.subarray(0, at))).toThrow(PackError);
      }),
    );
  });
  it("throws nothing but its own error for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          unpacker.unpack(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(PackError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
  it("is small where it can be", () => {
    const rows: readonly (readonly [Packable, number])[] = [
      [{ country: 3 }, 6],
      [{ "d|country": 3 }, 8],
      [`${"ab".repeat(16)}-7`, 18],
      [[1, 2, 3], 5],
      [[1.7e12, 1.7e12 + 5, 1.7e12 + 200], 11],
    ];
    expect(rows.map(([value]) => packer.pack(value).length)).toEqual(rows.map(([, size]) => size));
  });
});
