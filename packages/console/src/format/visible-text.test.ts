import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shorten, visibleParts, visibleString } from "./visible-text.ts";

const rows: readonly (readonly [string, string, string])[] = [
  ["plain", "powershell.exe -enc", "powershell.exe -enc"],
  ["ansi colour", "\u001b[31mroot\u001b[0m", "[ESC][31mroot[ESC][0m"],
  ["bidi override", "invoice\u202egnp.exe", "invoice[RLO]gnp.exe"],
  ["zero width", "ad\u200bmin", "ad[ZWSP]min"],
  ["forged line", "ok\r\nAccepted password", "ok[CR][LF]Accepted password"],
  ["c1 control", "a\u009b2Jb", "a[CSI]2Jb"],
  ["tag characters", "x\u{e0041}y", "x[U+E0041]y"],
  ["hangul filler", "a\u3164b", "a[U+3164]b"],
  ["lone surrogate", "a\ud800b", "a[U+D800]b"],
  ["markup stays text", "<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
  ["real right-to-left letters stay", "مرحبا", "مرحبا"],
];

describe("visibleString", () => {
  it.each(rows)("%s", (_name, input, expected) => {
    expect(visibleString(input)).toBe(expected);
  });
});

describe("visibleParts", () => {
  it("loses nothing and leaves no hidden character in text (L1, L2)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const parts = visibleParts(text);
        expect(parts.map((part) => (part.kind === "text" ? part.text : part.char)).join("")).toBe(text);
        for (const part of parts) {
          if (part.kind === "text") expect(part.text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        }
      }),
    );
  });
});

describe("shorten", () => {
  it.each([
    ["short", 10, "short"],
    ["C:\\Windows\\System32\\cmd.exe", 12, "…m32\\cmd.exe"],
    ["arn:aws:iam::210987654321:user/dana.petrov", 17, "…user/dana.petrov"],
    ["C:\\Program Files\\Word\\word.exe", 14, "…Word\\word.exe"],
    ["C:\\Windows\\cmd.exe /c del x", 16, "C:\\Window… del x"],
    ["powershell -enc AAAA", 12, "powersh…AAAA"],
    ["😀😀😀😀😀", 3, "😀😀…"],
  ])("%s to %i", (text, max, expected) => {
    expect(shorten(text, max)).toBe(expected);
  });
});
