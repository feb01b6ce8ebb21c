import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCsvRow, splitCsv } from "./csv.ts";

describe("splitCsv", () => {
  const rows: readonly [string, string, string[]][] = [
    ["plain", "a,b,c", ["a", "b", "c"]],
    ["empty cells", ",,", ["", "", ""]],
    ["quoted delimiter", '"a,b",c', ["a,b", "c"]],
    ["doubled quote", '"a""b"', ['a"b']],
    ["line end in quotes", '"a\nb",c\r\n', ["a\nb", "c"]],
    ["quote inside a plain cell", 'a"b,c', ['a"b', "c"]],
    ["text after the quote", '"a"x,b', ["ax", "b"]],
    ["unclosed quote", '"a,b', ["a,b"]],
    ["empty line", "", [""]],
    ["BOM", "\uFEFFa,b", ["a", "b"]],
  ];
  for (const [name, text, expected] of rows) {
    it(name, () => expect(splitCsv(text, ",")).toEqual(expected));
  }

  it("reads back what a writer quotes", () => {
    const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (cells) => {
        expect(splitCsv(cells.map(quote).join(","), ",")).toEqual(cells);
      }),
    );
  });
});

describe("parseCsvRow", () => {
  it("names cells, keeps extra ones, remarks", () => {
    expect(parseCsvRow("1,2,3", "a,", ",")).toEqual({
      raw: { a: "1", column_2: "2", column_3: "3" },
      remarks: ["row has 3 cells, header 2"],
    });
  });
  it("tabs", () => expect(parseCsvRow("x y\tz", "p\tq", "\t").raw).toEqual({ p: "x y", q: "z" }));
});
