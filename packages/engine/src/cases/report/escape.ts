/**
 * Text from logs, made harmless for people and for the formats a report is written in.
 * Enters: any text. Leaves: text that shows what it holds and does nothing.
 *
 * E1. Control, bidi and zero-width characters become visible (`⟦U+202E⟧`): nobody reads another order than is stored.
 * E2. In Markdown nothing from a log starts a link, an image, code, a table cell, a heading or HTML; bare URLs do not
 *     become links either.
 * E3. In HTML `& < > " '` are entities, in text and in attributes alike.
 */

/** C0 and C1 controls, soft hyphen, zero-width, bidi marks and isolates, line separators, tags, unpaired surrogates. */
function isHidden(code: number): boolean {
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0xad || code === 0x61c || code === 0x180e) return true;
  if (code >= 0x200b && code <= 0x200f) return true;
  if (code >= 0x2028 && code <= 0x202e) return true;
  if (code >= 0x2060 && code <= 0x206f) return true;
  if (code === 0xfeff || (code >= 0xfff9 && code <= 0xfffb)) return true;
  if (code >= 0xd800 && code <= 0xdfff) return true;
  return (code >= 0xe0000 && code <= 0xe007f) || (code >= 0xfe00 && code <= 0xfe0f);
}

export function visible(text: string): string {
  let out = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    out += isHidden(code) ? `⟦U+${code.toString(16).toUpperCase().padStart(4, "0")}⟧` : char;
  }
  return out;
}

export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Marks that a Markdown dialect could read become numeric entities, which no dialect undoes; the rest stays readable.
 * Brackets are always escaped, so parentheses alone start nothing; a colon only matters before a letter or a slash
 * (schemes, emoji), a full stop after `www` or a leading number, a hyphen or plus at the start.
 */
export function escapeMarkdown(text: string): string {
  return visible(text).replace(MARKS, (char) => `&#${char.charCodeAt(0)};`);
}

const MARKS = /[\\`*_{}[\]<>#|~&@$]|:(?=[a-z/+_-])|(?<=www)\.|^[-+](?=\s|-|\+|$)|(?<=^\d{1,9})[.)](?=\s|$)/gi;

/** An indicator that no mail client, chat or terminal turns into a link. */
export function defang(kind: string, value: string): string {
  switch (kind) {
    case "ip":
      return value.includes(":") ? value.replaceAll(":", "[:]") : value.replaceAll(".", "[.]");
    case "domain":
      return value.replaceAll(".", "[.]");
    case "url":
      return value.replace(/^http/i, "hxxp").replace("://", "[://]").replaceAll(".", "[.]");
    case "email":
      return value.replaceAll("@", "[@]").replaceAll(".", "[.]");
    default:
      return value;
  }
}
