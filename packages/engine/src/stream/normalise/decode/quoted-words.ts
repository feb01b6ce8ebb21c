/** Words separated by spaces, quoted ones with `\"`, `\\` and `\xHH` escapes (nginx and Apache write those). */

/** Words of one line that are looked at: custom formats append a few. */
const WORDS_MAX = 40;

export function splitQuoted(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let at = 0;
  while (at < text.length && words.length < WORDS_MAX) {
    if (text[at] === " ") {
      at += 1;
    } else if (text[at] === '"') {
      const end = closingQuote(text, at + 1);
      if (end < 0) return undefined;
      words.push(unescaped(text.slice(at + 1, end)));
      at = end + 1;
    } else {
      const space = text.indexOf(" ", at);
      const end = space < 0 ? text.length : space;
      words.push(text.slice(at, end));
      at = end;
    }
  }
  return words;
}

function closingQuote(text: string, from: number): number {
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === '"') return i;
  }
  return -1;
}

function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|(["\\]))/g, (_, hex: string | undefined, char: string | undefined) =>
    hex === undefined ? (char ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
