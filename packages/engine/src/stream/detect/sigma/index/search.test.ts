/** The searches against `includes`, `startsWith` and `endsWith`, for few and many literals, ordinary and made to hurt. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold } from "../fold.ts";
import { ByteIndex } from "./byte-index.ts";
import { GramIndex } from "./gram-index.ts";
import { GramWeights } from "./gram-weights.ts";
import type { Hits } from "./hits.ts";
import { type Anchored, type End, LiteralTrie } from "./literal-trie.ts";
import { isWide, UnitIndex } from "./unit-index.ts";
import { longWordAt, WordIndex } from "./word-index.ts";

const NONE = new GramWeights([]);

function found(search: { scan(text: string, hits: Hits): unknown }, literals: number, text: string): number[] {
  const hits: Hits = { refs: new Int32Array(literals), count: 0 };
  search.scan(text, hits);
  expect(hits.count).toBeLessThanOrEqual(literals);
  return [...new Set(hits.refs.subarray(0, hits.count))].sort((a, b) => a - b);
}

const entriesOf = (literals: readonly string[]) => literals.map((text, ref) => ({ text, ref }));
const holding = (literals: readonly string[], met: (literal: string) => boolean): number[] =>
  [...literals.keys()].filter((ref) => met(literals[ref] ?? ""));

const units = fc.constantFrom(
  "a",
  "A",
  "b",
  "c",
  "\\",
  "-",
  "0",
  "K",
  "\u212a",
  "\u2013",
  "\u0130",
  "\ud83d",
  "\u0000",
);
const textOf = (min: number, max: number): fc.Arbitrary<string> =>
  fc.array(units, { minLength: min, maxLength: max }).map((list) => list.join(""));
const plain = (min: number, max: number): fc.Arbitrary<string> =>
  textOf(min, max)
    .map(fold)
    .filter((text) => !isWide(text));

describe("windows", () => {
  it.each([
    ["few literals of any length", fc.array(plain(1, 9), { minLength: 1, maxLength: 40 }), 0],
    ["many literals of any length", fc.array(plain(1, 9), { minLength: 1, maxLength: 20 }), 300],
    ["many long literals", fc.array(plain(7, 12), { minLength: 1, maxLength: 20 }), 300],
  ])("find what includes finds: %s", (_, some, padding) => {
    const others = Array.from({ length: padding }, (__, i) => `other-literal-${i}`);
    let met = 0;
    fc.assert(
      fc.property(some, fc.array(textOf(0, 40), { maxLength: 6 }), (own, texts) => {
        const literals = [...own, ...others];
        const index = new GramIndex(entriesOf(literals), NONE);
        for (const text of [...texts, `${own[0]}b`, "another-literal-7"]) {
          const expected = holding(literals, (literal) => fold(text).includes(literal));
          met += expected.length;
          expect(found(index, literals.length, text)).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
    expect(met).toBeGreaterThan(300);
  });

  it("choose the window that ordinary texts hold most seldom", () => {
    const weights = new GramWeights(["c:\\windows\\system32\\", "powershell.exe"]);
    expect([weights.of("powershell", 5) > 0, weights.of("zq!!", 3)]).toEqual([true, 0]);
  });

  it("stay exact when literals and text are made to keep them comparing", () => {
    const literals = Array.from({ length: 400 }, (_, i) => "a".repeat(i + 4)).concat(`${"a".repeat(500)}b`);
    const index = new GramIndex(entriesOf(literals), NONE);
    const text = "a".repeat(100_000);
    expect(found(index, literals.length, text)).toEqual(holding(literals, (literal) => text.includes(literal)));
    expect(found(index, literals.length, "aaaaaa")).toEqual([0, 1, 2]);
  });
});

describe("bytes", () => {
  const ascii = fc
    .array(fc.constantFrom("a", "b", "c", "\\", "-", "0"), { minLength: 3, maxLength: 9 })
    .map((list) => list.join(""));
  const bytesOf = (text: string): DataView => new DataView(new TextEncoder().encode(`\0${text}\0`).buffer);

  it("find what includes finds", () => {
    let met = 0;
    fc.assert(
      fc.property(
        fc.array(ascii, { minLength: 1, maxLength: 40 }),
        fc.array(ascii, { maxLength: 6 }),
        (literals, texts) => {
          const index = new ByteIndex(entriesOf(literals), NONE);
          const search = {
            scan: (text: string, hits: Hits) => expect(index.scan(bytesOf(text), text.length + 2, hits)).toBe(true),
          };
          const first = literals[0] ?? "";
          for (const text of [texts.join(""), texts.join("\0"), first, `x${first.toUpperCase()}b`, `${first}B`]) {
            const expected = holding(literals, (literal) => text.toLowerCase().includes(literal));
            met += expected.length;
            expect(found(search, literals.length, text)).toEqual(expected);
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(met).toBeGreaterThan(300);
  });

  it("say so when literals and text are made to keep them comparing", () => {
    const literals = Array.from({ length: 400 }, (_, i) => `${"a".repeat(i + 4)}b`);
    const index = new ByteIndex(entriesOf(literals), NONE);
    const text = "a".repeat(60_000);
    expect(index.scan(bytesOf(text), text.length + 2, { refs: new Int32Array(400), count: 0 })).toBe(false);
  });
});

describe("words", () => {
  it("are long words behind a unit of no word", () => {
    const digest = "0123456789abcdef";
    expect([`md5=${digest}`, digest, `md5=${digest.slice(1)}`, ` x-${digest}-`].map(longWordAt)).toEqual([
      4, -1, -1, 3,
    ]);
  });

  it("find what includes finds", () => {
    const digest = fc.array(fc.constantFrom("a", "0"), { minLength: 16, maxLength: 18 }).map((list) => list.join(""));
    fc.assert(
      fc.property(
        fc.array(digest, { minLength: 1, maxLength: 12 }),
        fc.array(digest, { maxLength: 4 }),
        (own, texts) => {
          const literals = own.map((one, i) => `${i % 2 === 0 ? "=" : "a="}${one}`);
          const index = new WordIndex(entriesOf(literals));
          for (const text of [
            `x=${texts.join(",A=")}`,
            `B=${own[0]}`,
            `A=${own[0]?.toUpperCase()}-${literals.join(";")}`,
          ]) {
            expect(found(index, literals.length, text)).toEqual(holding(literals, (one) => fold(text).includes(one)));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("units beyond ASCII", () => {
  it("find what includes finds", () => {
    fc.assert(
      fc.property(
        fc.array(textOf(1, 6).map(fold).filter(isWide), { minLength: 1, maxLength: 30 }),
        textOf(0, 40),
        (literals, text) => {
          const index = new UnitIndex(entriesOf(literals));
          const both = `${text}${literals[0]}`;
          for (const each of [text, both]) {
            expect(found(index, literals.length, each)).toEqual(holding(literals, (one) => fold(each).includes(one)));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("stay exact when literals and text are made to keep them comparing", () => {
    const literals = Array.from({ length: 300 }, (_, i) => "\u2013".repeat(i + 1)).concat(`${"\u2013".repeat(900)}x`);
    const text = "\u2013".repeat(20_000);
    expect(found(new UnitIndex(entriesOf(literals)), literals.length, text)).toEqual(
      holding(literals, (literal) => text.includes(literal)),
    );
  });
});

describe("tries", () => {
  it.each<[End]>([["front"], ["back"]])("find the literals at the %s, and whole values", (end) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(textOf(0, 6).map(fold), fc.boolean()), { minLength: 1, maxLength: 60 }),
        fc.array(textOf(0, 9), { maxLength: 5 }),
        (rows, texts) => {
          const entries: Anchored[] = rows.map(([text, whole], ref) => ({ text, whole, ref }));
          const trie = new LiteralTrie(entries, end);
          for (const text of [...texts, rows[0]?.[0] ?? "", `${rows[0]?.[0]}a`, `a${rows[0]?.[0]}`]) {
            const folded = fold(text);
            const expected = entries.flatMap(({ text: literal, whole, ref }) => {
              if (whole) return folded === literal ? [ref] : [];
              return (end === "front" ? folded.startsWith(literal) : folded.endsWith(literal)) ? [ref] : [];
            });
            expect(found(trie, entries.length, text)).toEqual(expected);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("hold lists of a hundred thousand values in memory of their own size", () => {
    const entries = Array.from({ length: 100_000 }, (_, ref) => ({ text: `value-${ref}-end`, ref, whole: true }));
    const trie = new LiteralTrie(entries, "front");
    expect(found(trie, 4, "Value-77777-END")).toEqual([77_777]);
    expect(found(trie, 4, "value-77777-en")).toEqual([]);
  });
});
