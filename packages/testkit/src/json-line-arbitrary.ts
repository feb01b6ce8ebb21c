/** JSON lines by chance, hostile on purpose: odd keys, every way to write a text, numbers at the edges, bytes changed. */
import fc from "fast-check";

/** Keys come back often, so that shapes, paths and values do. */
const KEYS = ["a", "b", "Image", "user", "User", "long".repeat(70), "", ":", " "].map((key) => JSON.stringify(key));
const ODD_KEYS = ['"__proto__"', '"1"', '"01"', '"é"', '"a\\"b"', '"\\u0061"', '"constructor"', '"toJSON"', "a", "1"];

const NUMBERS = (
  "0 1 -1 7 4688 1.5 -0.25 0.1 0.000001 123456789012345 1234567890123456 8999999999999999 9007199254740991 0.3 " +
  "1.0 1.50 0.00 1591367999.305988 -0 -0.0 0.0000001 0.0000010 1e5 1E400 9007199254740992 9223372036854775807 0.1234567890123456789 00 01 1. .5 -"
).split(" ");
const WORDS = ["true", "false", "null", "NaN", "Infinity", "tru", "nul", "undefined", "True"];

/** What texts are made of, as it stands between the quotes. */
const PIECES = [
  ..."aAk:,{}[]",
  ":",
  "C:\\\\Windows",
  "\\\\",
  '\\"',
  "\\/\\b\\f\\n\\r\\t",
  "\\u0041\\u00e9",
  "\\u20ac",
  "\\ud83d\\ude00",
  "é",
  "€",
  "😀",
  "\ufeff",
  "\ufffd",
  "\u2028",
  "\x7f",
  "plain text of some length that is longer than a lane",
];
const ODD_PIECES = ["\\u0000", "\\ud83d", "\\ude00", "\\ud83d\\u0041", "\\x", "\\u12", "\t", "\0", "\x1f", "\\"];

/** Oddities are rare, so that most events get far. */
const mostly = <T>(usual: readonly T[], odd: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 60, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });

const gap = mostly([""], [" ", "\n", "\t\r ", "\x0b", "\u00a0"]);
const key = mostly(KEYS, ODD_KEYS);
const text = fc.array(mostly(PIECES, ODD_PIECES), { maxLength: 4 }).map((pieces) => `"${pieces.join("")}"`);
const number = mostly(NUMBERS.slice(0, 18), NUMBERS.slice(18));
const word = mostly(WORDS.slice(0, 3), WORDS.slice(3));

const { object } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    { weight: 6, arbitrary: text },
    { weight: 3, arbitrary: number },
    { weight: 2, arbitrary: word },
    { weight: 1, arbitrary: tie("list") },
    { weight: 2, arbitrary: tie("object") },
  ),
  list: fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
  object: fc
    .uniqueArray(fc.tuple(key, gap, gap, tie("value"), gap), { maxLength: 5, selector: ([name]) => name })
    .map((members) => `{${members.map(([name, a, b, value, c]) => `${name}${a}:${b}${value}${c}`).join(",")}}`),
}));

/** A line that nobody has touched, spelled in any way. */
export const jsonLine: fc.Arbitrary<Uint8Array> = fc
  .tuple(gap, object, mostly(["", "\n"], ["\r\n", " ", "x", "{}", ",", "\0"]))
  .map((parts) => new TextEncoder().encode(parts.join("")));

/** A line as it is usually written. */
export const usualLine: fc.Arbitrary<Uint8Array> = fc
  .dictionary(
    fc.constantFrom("a", "b", "Image", "user"),
    fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.string({ unit: "grapheme", maxLength: 5 }),
      fc.constantFrom("x", "", "C:\\a.exe"),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom<unknown>(true, false, null, 4688, {}, [], [1, "x"], { user: "x", b: 1 }, { user: { a: "é" } }),
    ),
    { maxKeys: 4 },
  )
  .map((value) => new TextEncoder().encode(JSON.stringify(value)));

const BYTES = [
  0, 9, 10, 0x1f, 0x20, 0x22, 0x2c, 0x2e, 0x30, 0x3a, 0x5b, 0x5c, 0x5d, 0x65, 0x7b, 0x7d, 0x80, 0xc0, 0xe9,
];
const byte = fc.oneof(fc.constantFrom(...BYTES, 0xed, 0xef, 0xf0, 0xf4, 0xff), fc.nat(255));

const edit = fc.record({
  at: fc.nat(1_000),
  how: fc.constantFrom("set" as const, "insert" as const, "cut" as const, "end" as const),
  byte,
});

/** A line with bytes changed, added, taken away or cut off. */
export const brokenLine: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.oneof(jsonLine, usualLine), fc.array(edit, { minLength: 1, maxLength: 3 }))
  .map(([line, edits]) => {
    let bytes = [...line];
    for (const { at, how, byte: value } of edits) {
      const place = at % (bytes.length + 1);
      if (how === "end") bytes = bytes.slice(0, place);
      else bytes.splice(place, how === "insert" ? 0 : 1, ...(how === "cut" ? [] : [value]));
    }
    return Uint8Array.from(bytes);
  });
