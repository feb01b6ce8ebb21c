import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bunzip2, bzip2Begins } from "./bunzip2.ts";

const MAX = 2 ** 24;
const base64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "base64"));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
/** Of the machine, where it is there. */
const PROGRAM = "bzip2";
const BZIP2 = ((): boolean => {
  try {
    execFileSync(PROGRAM, ["--help"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();
const bzip2 = (bytes: Uint8Array, level = 9): Uint8Array =>
  execFileSync(PROGRAM, ["-c", `-${level}`], { input: bytes, maxBuffer: 2 ** 28, stdio: ["pipe", "pipe", "ignore"] });

/** Written by bzip2 1.0.8. */
const VECTORS: readonly (readonly [string, string, string])[] = [
  ["a line", "QlpoOTFBWSZTWYCrHYAAAANZgAAQQAQQABJlwhAgACKYAGhAAARLxpcVgLdHC7kinChIQFWOwAA=", "hello, bunzip2\n"],
  [
    "a sentence with runs",
    "QlpoOTFBWSZTWclCSqEAABdxgCQAQABAAD////AgAHIimmAAAABH6qTU0DTaQeoZNlMWK+UaLvS6jZJsyc+qIzpHtREaJqpKwswat4WTfEmC7VN4bN01WiycLrqIjoBb4QF8LuSKcKEhkoSVQg==",
    "aaaaaaaabbbbb the quick brown fox jumps over the lazy dog aaaaaaaabbbbb the quick brown fox jumps over the lazy dog aaaaaaaabbbbb the quick brown fox jumps over the lazy dog zzzzzzzzzzzzzzzzzzzz",
  ],
  ["nothing", "QlpoORdyRThQkAAAAAA=", ""],
];

/** The same numbers on every machine. */
function noise(seed: number, length: number, letters: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 16) % letters;
  });
}

describe("bunzip2", () => {
  it.each(VECTORS)("%s", (_, packed, expected) => {
    const bytes = base64(packed);
    expect(bzip2Begins(bytes)).toBe(true);
    const { bytes: found, whole } = bunzip2(bytes, MAX);
    expect([textOf(found), whole]).toEqual([expected, true]);
  });

  it("BZ2. streams one behind the other are one file; what follows is left alone", () => {
    const [[, a] = ["", ""], [, b] = ["", ""]] = [VECTORS[0], VECTORS[1]];
    const joined = Uint8Array.from([...base64(a), ...base64(b), 0, 0, 0]);
    const { bytes, whole } = bunzip2(joined, MAX);
    expect([textOf(bytes), whole]).toEqual([`${VECTORS[0]?.[2]}${VECTORS[1]?.[2]}`, true]);
  });

  it.each<readonly [string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["text", new TextEncoder().encode("BZh is not enough")],
    ["a head alone", new TextEncoder().encode("BZh9")],
    ["a cut file", base64(VECTORS[1]?.[1] ?? "").subarray(0, 30)],
  ])("BZ1. %s is not whole", (_, bytes) => {
    expect(bunzip2(bytes, MAX).whole).toBe(false);
  });

  it("BZ1. no changed bit is taken for whole, and none throws", () => {
    const good = base64(VECTORS[1]?.[1] ?? "");
    for (let bit = 32; bit < good.length * 8 - 8; bit += 1) {
      const bad = good.slice();
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const { bytes, whole } = bunzip2(bad, MAX);
      expect(whole && textOf(bytes) !== VECTORS[1]?.[2], `bit ${bit}`).toBe(false);
    }
  });

  it("BZ1. random bytes behind a good head never throw and stay within the limit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 5_000 }), (bytes, max) => {
        const head = Uint8Array.from([...base64(VECTORS[1]?.[1] ?? "").subarray(0, 14), ...bytes]);
        return bunzip2(head, max).bytes.length <= max;
      }),
    );
  });

  it.skipIf(!BZIP2)(
    "gives back what the program packed (skipped where bzip2 is not installed)",
    { timeout: 60_000 },
    () => {
      const rows: readonly (readonly [string, Uint8Array, number])[] = [
        ["nothing", new Uint8Array(0), 9],
        ["one byte", Uint8Array.of(7), 9],
        ["noise over two blocks", noise(1, 250_000, 256), 1],
        ["few letters", noise(2, 300_000, 3), 2],
        [
          "runs of all lengths",
          Uint8Array.from(Buffer.concat(Array.from({ length: 600 }, (_, at) => Buffer.alloc(at % 270, at % 256)))),
          1,
        ],
        ["one byte, a million times", new Uint8Array(1_000_000).fill(65), 9],
        ["every byte", Uint8Array.from({ length: 4_096 }, (_, at) => at % 256), 9],
      ];
      for (const [name, bytes, level] of rows) {
        const { bytes: found, whole } = bunzip2(bzip2(bytes, level), MAX);
        const digest = (all: Uint8Array): string => createHash("sha256").update(all).digest("hex");
        expect([whole, found.length, digest(found)], name).toEqual([true, bytes.length, digest(bytes)]);
      }
      const bomb = bzip2(new Uint8Array(20_000_000));
      const cut = bunzip2(bomb, 1_000);
      expect([bomb.length < 200, cut.whole, cut.bytes.length]).toEqual([true, false, 1_000]);
    },
  );
});
