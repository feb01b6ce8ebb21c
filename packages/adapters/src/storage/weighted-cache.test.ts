import { describe, expect, it } from "vitest";
import { makeWeightedCache } from "./weighted-cache.ts";

const held = (cache: ReturnType<typeof makeWeightedCache<number>>, keys: string): string =>
  [...keys].filter((key) => cache.get(key) !== undefined).join("");

describe("weighted cache", () => {
  it.each<readonly [string, readonly (readonly [string, number] | string)[], string]>([
    [
      "keeps what fits",
      [
        ["a", 4],
        ["b", 6],
      ],
      "ab",
    ],
    [
      "lets the oldest go",
      [
        ["a", 4],
        ["b", 6],
        ["c", 1],
      ],
      "bc",
    ],
    ["counts a look as use", [["a", 4], ["b", 6], "a", ["c", 5]], "ac"],
    [
      "counts a replaced value once",
      [
        ["a", 9],
        ["a", 2],
        ["b", 8],
      ],
      "ab",
    ],
    [
      "lets several go for a heavy one",
      [
        ["a", 3],
        ["b", 3],
        ["c", 3],
        ["d", 10],
      ],
      "d",
    ],
    [
      "does not keep what is heavier than all of it",
      [
        ["a", 3],
        ["b", 11],
      ],
      "a",
    ],
    [
      "forgets an old value that grew too heavy",
      [
        ["a", 3],
        ["a", 11],
      ],
      "",
    ],
  ])("%s", (_name, moves, expected) => {
    const cache = makeWeightedCache<number>(10);
    for (const move of moves) {
      if (typeof move === "string") cache.get(move);
      else cache.put(move[0], 1, move[1]);
    }
    expect(held(cache, "abcd")).toBe(expected);
  });
});
