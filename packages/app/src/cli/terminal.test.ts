import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { jsonLine, makeTerminal, safeText, table } from "./terminal.ts";

describe("colours", () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ["a terminal", true, undefined, "xterm", true],
    ["a terminal with NO_COLOR", true, "1", "xterm", false],
    ["a dumb terminal", true, undefined, "dumb", false],
    ["a pipe", false, undefined, "xterm", false],
  ])("%s", (_, isTTY, noColor, term, coloured) => {
    vi.stubEnv("NO_COLOR", noColor);
    vi.stubEnv("TERM", term);
    let written = "";
    const write = (text: string): boolean => {
      written += text;
      return true;
    };
    const stream = (tty: boolean) => ({ isTTY: tty, columns: 80, write }) as unknown as NodeJS.WriteStream;
    const terminal = makeTerminal(stream(isTTY), stream(false));
    table(terminal, ["high"], [{ head: "LEVEL", value: (row) => row, style: () => "red" }]);
    terminal.note("note");
    expect(written).toContain("high");
    expect(written.includes("\u001b")).toBe(coloured);
  });
});

describe("what reaches a terminal", () => {
  it.each([
    ["escape sequence", "\u001b[31mred", "\\u001b[31mred"],
    ["line feed", "a\nb", "a\\u000ab"],
    ["C1 control", "a\u009bb", "a\\u009bb"],
    ["bidi override", "a\u202eb", "a\\u202eb"],
    ["zero width", "a\u200bb", "a\\u200bb"],
    ["lone surrogate", "a\ud800b", "a\\ud800b"],
    ["tag character", "a\u{e0041}b", "a\\udb40\\udc41b"],
    ["plain text stays", "Grüße, 世界 😀", "Grüße, 世界 😀"],
  ])("%s", (_name, text, expected) => {
    expect(safeText(text)).toBe(expected);
  });

  it("no control, bidi or zero-width character survives (property)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(safeText(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/);
      }),
    );
  });

  it("a JSON line is one line and reads back the same (property)", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const line = jsonLine(value);
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
