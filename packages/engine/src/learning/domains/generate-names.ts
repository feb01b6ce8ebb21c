/**
 * Names for training when nothing else is at hand: usual ones built as people build them, generated ones of families that differ
 * in how they are made. Written from the public descriptions of such algorithms; no real list stands behind them.
 *
 * GN1. The same seed gives the same names.
 */
import { makeRandom, type Random } from "../random.ts";
import { WORDS_ABROAD, WORDS_OF_PURPOSE, WORDS_OF_TRADE } from "./name-words.ts";

export interface GeneratedName {
  readonly name: string;
  /** `usual`, or the family. */
  readonly family: string;
}

export const USUAL = "usual";

const pick = <T>(random: Random, from: readonly T[]): T => from[random.below(from.length)] as T;
const letters = (random: Random, count: number, from: string): string =>
  Array.from({ length: count }, () => from.charAt(random.below(from.length))).join("");
const between = (random: Random, low: number, high: number): number => low + random.below(high - low + 1);

const ABC = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
const VOWELS = "aeiou";
const CONSONANTS = "bcdfghjklmnpqrstvwxyz";

/** Letters of a linear congruence, as worms draw them: every letter as likely as any other. */
function congruence(random: Random, count: number, from: string): string {
  let state = random.below(2 ** 31 - 1) + 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return from.charAt((state >>> 16) % from.length);
  }).join("");
}

function syllables(random: Random, count: number): string {
  return Array.from({ length: count }, () => letters(random, 1, CONSONANTS) + letters(random, 1, VOWELS)).join("");
}

type Family = (random: Random, state: FamilyState) => string;
interface FamilyState {
  readonly words: readonly string[];
  readonly base: string;
  readonly suffixes: readonly string[];
}

const FAMILIES: Readonly<Record<string, Family>> = {
  "arithmetic-short": (random) => congruence(random, between(random, 5, 11), ABC),
  "arithmetic-middle": (random) => congruence(random, between(random, 12, 15), ABC),
  "arithmetic-long": (random) => congruence(random, between(random, 16, 26), ABC),
  "arithmetic-part": (random) => congruence(random, between(random, 10, 16), "abcdefghijklmnopqrstuvwxy".slice(0, 18)),
  "arithmetic-digits": (random) => congruence(random, between(random, 10, 24), ABC + DIGITS),
  "hash-hexadecimal": (random) => letters(random, pick(random, [8, 16, 32]), `${DIGITS}abcdef`),
  "hash-letter-hexadecimal": (random) =>
    letters(random, 1, ABC) + letters(random, between(random, 12, 33), `${DIGITS}abcdef`),
  "hash-base32": (random) => letters(random, between(random, 18, 28), `${ABC}234567`),
  "spoken-short": (random) => syllables(random, between(random, 3, 4)) + letters(random, random.below(2), CONSONANTS),
  "spoken-long": (random) => syllables(random, between(random, 5, 7)),
  "consonants-vowels": (random) =>
    letters(random, 2, CONSONANTS) + syllables(random, between(random, 2, 4)) + letters(random, 2, CONSONANTS),
  "words-two": (random, { words }) => pick(random, words) + pick(random, words),
  "words-three": (random, { words }) => pick(random, words) + pick(random, words) + pick(random, words),
  "words-hyphen": (random, { words }) => `${pick(random, words)}-${pick(random, words)}-${pick(random, words)}`,
  permuted: (random, { base }) => random.shuffle([...base]).join(""),
  "prefix-changed": (random, { base }) => letters(random, 4, ABC) + base,
  "letter-digit-blocks": (random) =>
    letters(random, between(random, 2, 4), ABC) +
    letters(random, between(random, 2, 4), DIGITS) +
    letters(random, between(random, 3, 6), ABC),
};

const SUFFIXES = [
  "com",
  "net",
  "org",
  "info",
  "biz",
  "ru",
  "cc",
  "ws",
  "top",
  "xyz",
  "pw",
  "eu",
  "in",
  "me",
  "su",
  "click",
  "ddns.net",
  "tk",
  "online",
  "club",
  "co.uk",
  "de",
];

/** `each` names of every family; lists, bases and suffixes are drawn once for a family and seed. */
export function generatedNames(seed: number, each: number): readonly GeneratedName[] {
  return Object.entries(FAMILIES).flatMap(([family, make], number) => {
    const random = makeRandom(seed * 1_000 + number);
    const words = random.shuffle([...WORDS_OF_PURPOSE, ...WORDS_OF_TRADE]).slice(0, 60 + random.below(120));
    const suffixes = random.shuffle([...SUFFIXES]).slice(0, between(random, 1, 5));
    const state = { words, base: pick(random, words) + pick(random, words), suffixes };
    return Array.from({ length: each }, () => ({ name: `${make(random, state)}.${pick(random, suffixes)}`, family }));
  });
}

const COMMON = [
  "com",
  "com",
  "com",
  "com",
  "com",
  "org",
  "net",
  "de",
  "co.uk",
  "io",
  "fr",
  "it",
  "es",
  "nl",
  "pl",
  "com.br",
  "ru",
  "jp",
  "eu",
  "info",
  "app",
  "dev",
  "ch",
  "at",
  "co",
  "me",
  "cloud",
  "gov",
  "edu",
  "com.au",
];
const ENDINGS = [
  "",
  "",
  "",
  "online",
  "hub",
  "ly",
  "ify",
  "app",
  "labs",
  "group",
  "tech",
  "24",
  "365",
  "1",
  "cdn",
  "api",
  "static",
  "-online",
  "shop",
  "pro",
  "world",
  "now",
];

/** How people name things: a word, two, a word and an ending, initials, names abroad, and words bent into brands. */
function usualLabel(random: Random): string {
  const word = (): string => pick(random, pick(random, [WORDS_OF_PURPOSE, WORDS_OF_TRADE, WORDS_ABROAD]));
  const at = random.below(12);
  if (at < 3) return word() + word();
  if (at < 5) return word() + pick(random, ENDINGS);
  if (at === 5) return `${word()}-${word()}`;
  if (at === 6) return letters(random, between(random, 2, 4), ABC) + (random.below(2) === 0 ? "" : word());
  if (at === 7) return word().slice(0, between(random, 3, 5)) + word().slice(0, between(random, 3, 6));
  if (at === 8) return bent(random, word());
  if (at === 9) return word() + String(random.below(1_000));
  if (at === 10) return word() + word() + word();
  return word();
}

/** A letter dropped, doubled or exchanged: flickr, tumblr, lyft. */
function bent(random: Random, word: string): string {
  const at = 1 + random.below(Math.max(1, word.length - 1));
  const how = random.below(3);
  if (how === 0) return word.slice(0, at) + word.slice(at + 1) + pick(random, ["", "r", "o", "a", "ix"]);
  if (how === 1) return word.slice(0, at) + word.charAt(at - 1) + word.slice(at);
  return word.slice(0, at) + letters(random, 1, ABC) + word.slice(at + 1);
}

export function usualNames(seed: number, count: number): readonly GeneratedName[] {
  const random = makeRandom(seed);
  const names = new Set<string>();
  while (names.size < count) names.add(`${usualLabel(random)}.${pick(random, COMMON)}`);
  return Array.from(names, (name) => ({ name, family: USUAL }));
}
