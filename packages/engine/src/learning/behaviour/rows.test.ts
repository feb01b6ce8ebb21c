import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PackError } from "./pack-format.ts";
import { recordsOf, rowsOf } from "./rows.ts";

const records = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 30 });

describe("rows of records", () => {
  it("hold the records in their order", () => {
    fc.assert(
      fc.property(records, (all) => {
        expect([...recordsOf(rowsOf(all))].map((each) => [...each])).toEqual(all.map((each) => [...each]));
      }),
    );
  });
  it("are base64 as everyone writes it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const [row = ""] = [...rowsOf([bytes])];
        const plain = Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
        expect(row.slice(8)).toBe(plain.toString("base64"));
      }),
    );
  });
  it("refuse what was damaged, with the row", () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.constantFrom("A", "b", "7", "*", "\u00e9", ""), (all, place, letter) => {
        const [row = ""] = [...rowsOf(all)];
        const at = place % row.length;
        fc.pre(row[at] !== letter);
        const damaged = row.slice(0, at) + letter + row.slice(at + 1);
        // The last letter before the padding carries bits that nobody reads.
        fc.pre(!(row.includes("=") && at === row.indexOf("=") - 1));
        expect(() => [...recordsOf([damaged])]).toThrow(PackError);
      }),
    );
  });
  it("stay below a megabyte or hold one record", () => {
    const sizes = [400_000, 400_000, 400_000, 2_000_000, 7];
    const rows = [...rowsOf(sizes.map((size) => new Uint8Array(size)))];
    expect(rows.map((row) => row.length)).toEqual([1_066_688, 533_348, 2_666_680, 24]);
    expect([...recordsOf(rows)].map(({ length }) => length)).toEqual(sizes);
  });
});
