import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsv } from "./read-csv.ts";
import { type DataFile, filesOfPart } from "./suite.ts";

const rowsOf = (text: string) => readCsv(new TextEncoder().encode(text)).rows;

describe("readCsv", () => {
  it.each([
    [
      "plain",
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "CR LF, no end",
      "a,b\r\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    ["quotes", '"a,1","b""c"\n', [["a,1", 'b"c']]],
    ["line end within quotes", '"a\nb",c\n', [["a\nb", "c"]]],
    [
      "empty last field",
      "a,\n,b",
      [
        ["a", ""],
        ["", "b"],
      ],
    ],
    ["byte order mark, blank lines", "\ufeffa\n\n\nb\n", [["a"], ["b"]]],
    ["text after a quote", '"a"x,b', [["ax", "b"]]],
  ])("%s", (_name, text, rows) => expect(rowsOf(text)).toEqual(rows));

  it("says when a quote never ends", () => {
    expect(readCsv(new TextEncoder().encode('a,"b\nc'))).toEqual({ rows: [["a", "b\nc"]], open: true });
  });

  it("reads back what was written (property)", () => {
    const field = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "é") });
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (rows) => {
        const text = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(",")).join("\n");
        expect(rowsOf(text)).toEqual(rows);
      }),
    );
  });
});

describe("filesOfPart", () => {
  const file = (path: string): DataFile => ({ path, bytes: async () => new Uint8Array() });
  const files = ["fox_alerts.csv", "spam-1/a.eml", "spam-1/b.eml", "KDDTest+.txt"].map(file);
  it.each([
    ["fox", ["fox_alerts.csv"]],
    ["fox_alerts.csv", ["fox_alerts.csv"]],
    ["spam-1/", ["spam-1/a.eml", "spam-1/b.eml"]],
    ["KDDTest+", ["KDDTest+.txt"]],
  ])("%s", (part, paths) => expect(filesOfPart(files, part).map(({ path }) => path)).toEqual(paths));

  it("names what there is", () => {
    expect(() => filesOfPart(files, "wolf")).toThrow(/no file or folder "wolf"/);
  });
});
