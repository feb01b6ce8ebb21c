/** The search on bytes against `includes`, `startsWith`, `endsWith` and `===`, with the images that fields are laid out as. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteSearch } from "../../../tape/byte-search.ts";
import { makeByteImage } from "./byte-image.ts";
import { GramWeights } from "./gram-weights.ts";
import { isWide } from "./unit-index.ts";
import { longWordAt } from "./word-index.ts";

type Text = Parameters<typeof makeByteImage>[0][number];

const NONE = new GramWeights([]);
const units = fc.constantFrom("a", "A", "b", "c", "\\", "-", "0", "K", "@", "[", "`", "{", "\x7f", "\n");
const plain = (min: number, max: number): fc.Arbitrary<string> =>
  fc.array(units, { minLength: min, maxLength: max }).map((list) => list.join(""));
const anchor = fc.constantFrom<Text["anchor"]>("contains", "prefix", "suffix", "equals");
const literal = fc
  .record({ anchor, text: plain(0, 9).map((text) => text.toLowerCase()) })
  .filter((one) => one.anchor !== "contains" || one.text.length >= 3);

const MEETS: Readonly<Record<Text["anchor"], (text: string, literal: string) => boolean>> = {
  contains: (text, wanted) => text.includes(wanted),
  prefix: (text, wanted) => text.startsWith(wanted),
  suffix: (text, wanted) => text.endsWith(wanted),
  equals: (text, wanted) => text === wanted,
};

const expected = (literals: readonly Text[], text: string): number[] =>
  [...literals.keys()].filter((number) => {
    const one = literals[number];
    return one !== undefined && !isWide(one.text) && MEETS[one.anchor](text.toLowerCase(), one.text);
  });

function made(): ByteSearch {
  const search = ByteSearch.make();
  if (search === undefined) throw new Error("WebAssembly is not to be had here");
  return search;
}

function imageOf(literals: readonly Text[], words = false) {
  const image = makeByteImage(literals, NONE, words);
  if (image === undefined) throw new Error("no image");
  return image;
}

/** What stands in each text, all of them taken as one block. */
function found(search: ByteSearch, image: ReturnType<typeof imageOf>, texts: readonly string[]): number[][] {
  expect(search.take(new TextEncoder().encode(`\0${texts.map((text) => `${text}\0`).join("")}`))).toBe(true);
  let from = 1;
  return texts.map((text) => {
    const count = search.scan(image, from, from + text.length);
    from += text.length + 1;
    expect(count).toBeGreaterThanOrEqual(0);
    return [...search.found.subarray(0, count)].sort((a, b) => a - b);
  });
}

describe("the search on bytes", () => {
  it.each([
    ["a few literals", 0],
    ["many literals", 400],
  ])("finds what stands in a text: %s", (_, padding) => {
    const search = made();
    const others = Array.from({ length: padding }, (__, i): Text => ({ anchor: "contains", text: `other-${i}` }));
    let met = 0;
    fc.assert(
      fc.property(
        fc.array(literal, { minLength: 1, maxLength: 24 }),
        fc.array(plain(0, 40), { minLength: 1, maxLength: 5 }),
        (own, some) => {
          const literals = [...own, ...others];
          const texts = [...some, `b${own[0]?.text ?? ""}`, own.at(-1)?.text.toUpperCase() ?? "", "Another-7 other-3"];
          const wanted = texts.map((text) => expected(literals, text));
          met += wanted.flat().length;
          expect(found(search, imageOf(literals), texts)).toEqual(wanted);
        },
      ),
      { numRuns: 500 },
    );
    expect(met).toBeGreaterThan(500);
  });

  it("finds digests by the words they are, and other literals beside them", () => {
    const digests = Array.from({ length: 300 }, (_, i) => `md5=${(1e9 + i * 7_919).toString(16).repeat(4)}`);
    expect(digests.every((digest) => longWordAt(digest) > 0)).toBe(true);
    const literals: Text[] = [...digests, "sha", "f7d4"].map((text) => ({ anchor: "contains", text }));
    const texts = [
      `MD5=${digests[7]?.slice(4).toUpperCase()},SHA256=00`,
      `x${digests[299]},${digests[0]}`,
      "MD5=F7D4E83E37DA12695D3AB18864369438",
    ];
    expect(found(made(), imageOf(literals, true), texts)).toEqual([[7, 300], [0, 299], [301]]);
  });

  it("passes over literals beyond ASCII, which stand in no ASCII text", () => {
    const literals: Text[] = [
      { anchor: "contains", text: "caf\u00e9" },
      { anchor: "contains", text: "cafe" },
    ];
    expect(found(made(), imageOf(literals), ["a cafe"])).toEqual([[1]]);
  });

  it.each<[string, readonly Text[]]>([
    ["literals of one or two units that may stand anywhere", [{ anchor: "contains", text: "ab" }]],
    [
      "many short literals at the ends",
      Array.from({ length: 40 }, (_, i) => ({ anchor: "suffix", text: String.fromCharCode(48 + i) })),
    ],
  ])("has no image for %s", (_, literals) => {
    expect(makeByteImage(literals, NONE, false)).toBeUndefined();
  });

  it("gives up where comparing would take too long", () => {
    const literals = Array.from(
      { length: 2_000 },
      (_, i): Text => ({
        anchor: "contains",
        text: `${"a".repeat(200)}${i}`,
      }),
    );
    const search = made();
    expect(search.take(new TextEncoder().encode(`\0${"a".repeat(20_000)}\0`))).toBe(true);
    expect(search.scan(imageOf(literals), 1, 20_001)).toBe(-1);
    expect(found(search, imageOf([{ anchor: "prefix", text: "aab" }]), ["aab", "aaab"])).toEqual([[0], []]);
  });

  it("takes no block and no image that is too large, and forgets images when there is no room for another", () => {
    const search = made();
    expect(search.take(new Uint8Array(400_000))).toBe(false);
    expect(search.take(new TextEncoder().encode("\0abc\0"))).toBe(true);
    expect(search.scan({ bytes: new Uint8Array(40_000_000) }, 1, 4)).toBe(-1);
    const images = Array.from({ length: 12 }, (_, i) => {
      const bytes = new Uint8Array(4_000_000);
      bytes.set(imageOf([{ anchor: "contains", text: `needle${i}` }]).bytes);
      return { bytes };
    });
    for (const [i, image] of [...images, ...images].entries())
      expect(found(search, image, [`a needle${i % 12}.`, "a needle"])).toEqual([[0], []]);
  });
});
