/**
 * A parameter as it was sent -> as the program behind it reads it, whatever it was wrapped in.
 *
 * WD1. Total: what is not an encoding stays as it stands; hostile input costs time linear in its length.
 * WD2. Every layer that was taken off is named, because two layers are themselves a sign.
 * WD3. Bounded: `CHARS_MAX` characters, `ROUNDS_MAX` rounds.
 */
export interface Decoded {
  readonly text: string;
  /** In the order taken off: `url`, `url`, `entity`, ... */
  readonly layers: readonly string[];
  readonly cut: boolean;
}

/** An attack has to say early what it wants; longer values are uploads. */
const CHARS_MAX = 8_192;
/** Servers, frameworks and programs each decode at most once or twice. */
const ROUNDS_MAX = 4;
const LAYERS: readonly (readonly [name: string, decode: (text: string) => string])[] = [
  ["url", decodeUrl],
  ["entity", decodeEntities],
  ["escape", decodeEscapes],
  ["wide", decodeWide],
];
const MAYBE = /[%&\\]|[^\t\n\r -~]/;

export function decodePayload(sent: string): Decoded {
  const layers: string[] = [];
  let text = sent.length > CHARS_MAX ? sent.slice(0, CHARS_MAX) : sent;
  for (let round = 0; round < ROUNDS_MAX && MAYBE.test(text); round += 1) {
    const before = text;
    for (const [name, decode] of LAYERS) {
      const next = decode(text);
      if (next !== text) layers.push(name);
      text = next;
    }
    if (text === before) break;
  }
  const inner = decodeBase64(text);
  if (inner !== undefined) {
    layers.push("base64");
    text = inner;
  }
  return { text, layers, cut: sent.length > CHARS_MAX };
}

/** Runs of %XX are bytes of UTF-8, overlong forms included: `%c0%af` is a slash to careless readers. `%u002f` too. */
function decodeUrl(text: string): string {
  if (!text.includes("%")) return text;
  return text
    .replace(/%u([0-9a-f]{4})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/(?:%[0-9a-f]{2})+/gi, (run) => charactersOf(bytesOfHex(run)));
}

function bytesOfHex(run: string): readonly number[] {
  const bytes: number[] = [];
  for (let at = 1; at < run.length; at += 3) bytes.push(Number.parseInt(run.slice(at, at + 2), 16));
  return bytes;
}

/** Lenient on purpose: overlong forms are read, stray bytes are Latin-1. */
function charactersOf(bytes: readonly number[]): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const more = first >= 0xf0 && first < 0xf8 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    const rest = bytes.slice(at + 1, at + 1 + more);
    const whole = first < 0xf8 && rest.length === more && rest.every((byte) => (byte & 0xc0) === 0x80);
    const code = whole
      ? rest.reduce((sum, byte) => sum * 64 + (byte & 63), first & (0x7f >> (more + Number(more > 0))))
      : first;
    text += String.fromCodePoint(Math.min(code, 0x10_ffff));
    at += whole ? more + 1 : 1;
  }
  return text;
}

const NAMED: Readonly<Record<string, string>> = {
  ...{ lt: "<", gt: ">", amp: "&", quot: '"', apos: "'", nbsp: " ", tab: "\t", newline: "\n", colon: ":" },
  ...{ lpar: "(", rpar: ")", sol: "/", bsol: "\\", semi: ";", period: ".", equals: "=", grave: "`", num: "#" },
};

function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text
    .replace(/&#x0{0,8}([0-9a-f]{1,6});?/gi, (whole, hex: string) => codePoint(Number.parseInt(hex, 16), whole))
    .replace(/&#0{0,8}([0-9]{1,7});?/g, (whole, digits: string) => codePoint(Number(digits), whole))
    .replace(/&([a-z]{2,7});/gi, (whole, name: string) => {
      const key = name.toLowerCase();
      return Object.hasOwn(NAMED, key) ? (NAMED[key] ?? whole) : whole;
    });
}

const codePoint = (code: number, whole: string): string =>
  code > 0 && code <= 0x10_ffff && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : whole;

/** `\u003c`, `\x3c`, `\u{3c}` as scripts and JSON write characters. */
function decodeEscapes(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|u\{0{0,4}([0-9a-f]{1,5})\})/gi, (whole, four, two, open) =>
    codePoint(Number.parseInt(four ?? two ?? open, 16), whole),
  );
}

/** Full-width and other compatibility forms of ASCII (NFKC), and what no reader sees. */
function decodeWide(text: string): string {
  if (!/[^\t\n\r -~]/.test(text)) return text;
  return text
    .replace(/[\u2000-\u200a\u3000\u00a0]/g, " ")
    .replace(/[\u200b-\u200f\u2060\ufeff]/g, "")
    .replace(/[\uff01-\uff5e]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replace(/[\u2215\u2044]/g, "/")
    .replace(/[\u02b9\u02bc\u2018\u2019\u2032]/g, "'");
}

/** Shorter blocks are words by chance. */
const BASE64 = /^[a-z0-9+/_-]{16,}={0,2}$/i;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Only what reads as plain text with marks in it: names and identifiers decode to noise. */
function decodeBase64(text: string): string | undefined {
  if (!BASE64.test(text)) return undefined;
  const plain = text.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
  if (plain.length % 4 === 1) return undefined;
  let bits = 0;
  let held = 0;
  let out = "";
  for (const char of plain) {
    bits = ((bits << 6) | DIGITS.indexOf(char)) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const code = (bits >> held) & 255;
    if ((code < 32 && code !== 9 && code !== 10 && code !== 13) || code > 126) return undefined;
    out += String.fromCharCode(code);
  }
  return /[^a-z0-9]/i.test(out) ? out : undefined;
}
