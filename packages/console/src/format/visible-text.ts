/**
 * Log text made safe to look at. In: any string from a log. Out: parts that are plain text or a named mark.
 * L1. Joining the text parts and the marked characters gives the input back: nothing is dropped.
 * L2. No part of kind `text` holds a control, bidirectional, zero-width or otherwise invisible character.
 */
export type TextPart =
  | { readonly kind: "text"; readonly at: number; readonly text: string }
  | {
      readonly kind: "mark";
      readonly at: number;
      readonly char: string;
      readonly label: string;
      readonly title: string;
    };

const NAMES: Readonly<Record<number, readonly [string, string]>> = {
  0: ["NUL", "null byte"],
  7: ["BEL", "terminal bell"],
  8: ["BS", "backspace"],
  9: ["TAB", "tab"],
  10: ["LF", "line feed"],
  13: ["CR", "carriage return"],
  27: ["ESC", "escape: starts a terminal sequence"],
  127: ["DEL", "delete"],
  155: ["CSI", "starts a terminal sequence"],
  173: ["SHY", "soft hyphen, invisible"],
  1564: ["ALM", "Arabic letter mark"],
  8203: ["ZWSP", "zero-width space"],
  8204: ["ZWNJ", "zero-width non-joiner"],
  8205: ["ZWJ", "zero-width joiner"],
  8206: ["LRM", "left-to-right mark"],
  8207: ["RLM", "right-to-left mark"],
  8232: ["LS", "line separator"],
  8233: ["PS", "paragraph separator"],
  8234: ["LRE", "left-to-right embedding"],
  8235: ["RLE", "right-to-left embedding"],
  8236: ["PDF", "pop directional formatting"],
  8237: ["LRO", "left-to-right override"],
  8238: ["RLO", "right-to-left override: shows text backwards"],
  8288: ["WJ", "word joiner, zero width"],
  8294: ["LRI", "left-to-right isolate"],
  8295: ["RLI", "right-to-left isolate"],
  8296: ["FSI", "first strong isolate"],
  8297: ["PDI", "pop directional isolate"],
  65279: ["BOM", "byte order mark, zero width"],
};

/** Control, format, surrogate, separators, and fillers that draw nothing. */
const HIDDEN = new RegExp(
  [
    "[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}",
    "\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u3164\\uffa0\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]",
  ].join(""),
  "u",
);
const HIDDEN_EACH = new RegExp(HIDDEN.source, "gu");

export function visibleParts(text: string): readonly TextPart[] {
  if (!HIDDEN.test(text)) return text === "" ? [] : [{ kind: "text", at: 0, text }];
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN_EACH)) {
    if (match.index > from) parts.push({ kind: "text", at: from, text: text.slice(from, match.index) });
    parts.push(markOf(match[0], match.index));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ kind: "text", at: from, text: text.slice(from) });
  return parts;
}

/** The same as one plain string, for titles, labels, SVG text and the clipboard: marks as `[RLO]`. */
export function visibleString(text: string): string {
  if (!HIDDEN.test(text)) return text;
  return text.replace(HIDDEN_EACH, (char) => `[${markOf(char, 0).label}]`);
}

/** Names that tell most at their end: paths and cloud resource names. */
const TELLS_AT_END = /^(?:arn:\S*|(?:[A-Za-z]:\\|\\\\)(?:(?! [-/])[^"])*|\/\S*)$/;

/** Cut in the middle, so that start and end of a command line stay readable; a path or resource name loses its start. */
export function shorten(text: string, max: number): string {
  const chars = Array.from(text);
  if (chars.length <= max) return text;
  if (TELLS_AT_END.test(text)) return `…${chars.slice(chars.length - (max - 1)).join("")}`;
  const head = Math.ceil((max - 1) * 0.6);
  return `${chars.slice(0, head).join("")}…${chars.slice(chars.length - (max - 1 - head)).join("")}`;
}

function markOf(char: string, at: number): Extract<TextPart, { kind: "mark" }> {
  const code = char.codePointAt(0) ?? 0;
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const [label, title] = NAMES[code] ?? [hex, "invisible or control character"];
  return { kind: "mark", at, char, label, title: `${hex} ${title}` };
}
