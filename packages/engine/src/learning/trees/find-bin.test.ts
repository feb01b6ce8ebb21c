import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeSchema, makeTable } from "../table.ts";
import { binTable } from "./bins.ts";
import { binFinder } from "./find-bin.ts";

const found = (edges: readonly number[], values: readonly number[]): number[] => {
  const into = new Uint8Array(values.length);
  binFinder(Float64Array.from(edges), 255)(Float64Array.from(values), into);
  return [...into];
};
/** The first edge that is not below the value, looked for one by one. */
const naive = (edges: readonly number[], value: number): number =>
  Number.isNaN(value) ? 255 : edges.filter((edge) => edge < value).length;

describe("binFinder", () => {
  it("finds what looking at every edge finds, for edges and values of any size", () => {
    const number = fc.oneof(
      fc.double({ noDefaultInfinity: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.integer({ min: -9, max: 9 }),
    );
    const edge = number.filter((value) => !Number.isNaN(value)).map((value) => value + 0);
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 60 }), fc.array(number, { maxLength: 30 }), (some, values) => {
        const edges = [...new Set(some)].sort((a, b) => a - b);
        const asked = [...values, ...edges];
        expect(found(edges, asked)).toEqual(asked.map((value) => naive(edges, value)));
      }),
    );
  });

  it.each<[string, readonly number[], readonly number[], readonly number[]]>([
    ["no edge", [], [-1, 0, 1e300, Number.NaN], [0, 0, 0, 255]],
    ["one edge", [2], [1, 2, 3], [0, 0, 1]],
    ["a span beyond doubles", [-1.7e308, 0, 1.7e308], [-1.79e308, -1, 1, 1.75e308], [0, 1, 2, 3]],
    ["the smallest span", [0, 5e-324], [-5e-324, 0, 5e-324, 1], [0, 0, 1, 2]],
    ["all but one edge in one cell", [0, 1e-9, 2e-9, 1e9], [1e-9, 1.5e-9, 5, 2e9], [1, 2, 3, 4]],
  ])("%s", (_, edges, values, expected) => {
    expect(found(edges, values)).toEqual(expected);
  });
});

describe("values of a column", () => {
  it("LB2. few values have a bin each; both zeros are one value", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.constant(Number.NaN), fc.constant(-0), fc.double({ noDefaultInfinity: true, noNaN: true })),
        ),
        (values) => {
          const { features, bins } = binTable(makeTable(makeSchema(["x"]), [Float64Array.from(values)]), {
            seed: 1,
            binsMax: 255,
          });
          const rising = [...new Set(values.filter((value) => !Number.isNaN(value)).map((value) => value + 0))].sort(
            (a, b) => a - b,
          );
          expect(features[0]?.bins).toBe(rising.length);
          expect([...(bins[0] ?? [])]).toEqual(
            values.map((value) => (Number.isNaN(value) ? rising.length : rising.indexOf(value + 0))),
          );
        },
      ),
    );
  });
});
