/**
 * Parameters for training when no labelled requests are at hand: ordinary values as people and programs send them, and attacks put
 * together from grammar, then disguised. Written for this purpose; no published list of payloads stands behind them.
 *
 * GP1. The same seed gives the same payloads. Ordinary values hold what looks like attacks: quotes, SQL words in prose, code, paths.
 */
import { makeRandom, type Random } from "../random.ts";
import { ATTACKS, ORDINARY, PIECES } from "./payload-grammar.ts";
import { BENIGN, type LabelledPayload } from "./web-model.ts";

/** `{name}` is replaced by a piece of that list, `{n}` by a number, `{w}` by letters; pieces may hold further ones. */
const HOLE = /\{(\w+)\}/g;
const DEPTH_MAX = 6;

function filled(random: Random, pattern: string, depth = 0): string {
  return pattern.replace(HOLE, (whole, name: string) => {
    if (name === "n") return String(random.below(10 ** (1 + random.below(5))));
    if (name === "w") return letters(random, 2 + random.below(8));
    if (name === "o") return "{";
    if (name === "c") return "}";
    const list = Object.hasOwn(PIECES, name) ? PIECES[name] : undefined;
    if (list === undefined || depth >= DEPTH_MAX) return whole;
    return filled(random, list[random.below(list.length)] ?? "", depth + 1);
  });
}

const letters = (random: Random, count: number): string =>
  Array.from({ length: count }, () => "abcdefghijklmnopqrstuvwxyz".charAt(random.below(26))).join("");

type Disguise = (text: string, random: Random) => string;

const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(2, "0");
const mixedCase: Disguise = (text, random) =>
  text.replace(/[a-z]/g, (char) => (random.below(2) === 0 ? char.toUpperCase() : char));
const urlMarks: Disguise = (text) =>
  text.replace(/[^\w.~-]/g, (char) => (char.charCodeAt(0) < 128 ? `%${hex(char)}` : char));
const urlTwice: Disguise = (text, random) => urlMarks(text, random).replaceAll("%", "%25");
const plusBlanks: Disguise = (text) => text.replaceAll(" ", "+");
const comments: Disguise = (text) => text.replaceAll(" ", "/**/");
const blanks: Disguise = (text, random) =>
  text.replaceAll(" ", () => ["\t", "\n", "  ", "%0a", "%09"][random.below(5)] ?? " ");
const entities: Disguise = (text, random) =>
  text.replace(/[<>"'():]/g, (char) => (random.below(2) === 0 ? `&#x${hex(char)};` : `&#${char.charCodeAt(0)};`));
const upper: Disguise = (text) => text.toUpperCase();
const overlong: Disguise = (text) => text.replaceAll("/", "%c0%af");
const backslash: Disguise = (text) => text.replaceAll("/", "\\");

const DISGUISES: Readonly<Record<string, readonly Disguise[]>> = {
  sqli: [mixedCase, urlMarks, urlTwice, plusBlanks, comments, blanks, upper],
  xss: [mixedCase, urlMarks, urlTwice, entities, upper],
  "path-traversal": [urlMarks, urlTwice, overlong, backslash],
  cmdi: [urlMarks, plusBlanks, urlTwice],
};
const ELSEWHERE: readonly Disguise[] = [urlMarks, urlTwice];

/** `each` attacks of every kind and as many ordinary values as `share` times all attacks. */
export function generatedPayloads(seed: number, each: number, share = 2): readonly LabelledPayload[] {
  const random = makeRandom(seed);
  const attacks = Object.entries(ATTACKS).flatMap(([kind, patterns]) =>
    Array.from({ length: each }, () => {
      const plain = filled(random, patterns[random.below(patterns.length)] ?? "");
      const disguises = DISGUISES[kind] ?? ELSEWHERE;
      const disguise = random.below(3) === 0 ? disguises[random.below(disguises.length)] : undefined;
      return { payload: disguise === undefined ? plain : disguise(plain, random), kind };
    }),
  );
  const ordinary = Array.from({ length: Math.round(attacks.length * share) }, () => {
    const plain = filled(random, ORDINARY[random.below(ORDINARY.length)] ?? "");
    const how = random.below(8);
    const payload =
      how === 0
        ? urlMarks(plain, random)
        : how === 1
          ? plusBlanks(plain, random)
          : how === 2
            ? upper(plain, random)
            : plain;
    return { payload, kind: BENIGN };
  });
  return [...attacks, ...ordinary];
}
