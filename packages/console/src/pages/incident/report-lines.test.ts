import { describe, expect, it } from "vitest";
import { reportBlocks } from "./report-lines.ts";

describe("reportBlocks", () => {
  it("tells headings, tables and lines apart", () => {
    expect(reportBlocks("# A\n\n| x | y |\n| --- | :-: |\n| 1 | a \\| b |\n- end")).toEqual([
      { kind: "heading", level: 1, text: "A" },
      { kind: "gap" },
      {
        kind: "table",
        rows: [
          ["x", "y"],
          ["1", "a | b"],
        ],
      },
      { kind: "line", text: "- end" },
    ]);
  });
  it.each(["<img src=x>", "[a](javascript:alert(1))", "|half a table", "####### seven"])(
    "leaves %s as text",
    (text) => {
      expect(reportBlocks(text)).toEqual([{ kind: "line", text }]);
    },
  );
});
