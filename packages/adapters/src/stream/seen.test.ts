import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { idBytes, makeSeenIds } from "./seen.ts";

const id = (n: number) => idBytes(createHash("md5").update(String(n)).digest("hex"));

describe("seen ids", () => {
  it("holds exactly what was added, as a Set does, also the id of all zeros", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), (numbers) => {
        const seen = makeSeenIds(1_000, 1_000_000);
        const bytes = (n: number) => (n === 0 ? Buffer.alloc(16) : id(n));
        for (const n of numbers) seen.add(bytes(n), 0, 1);
        for (let n = 0; n <= 50; n++) expect(seen.has(bytes(n))).toBe(numbers.includes(n));
        expect(seen.size).toBe(new Set(numbers).size);
      }),
    );
  });

  it("keeps many apart", () => {
    const seen = makeSeenIds(1_000, 1_000_000);
    for (let n = 0; n < 20_000; n += 2) seen.add(id(n), 0, 1);
    const known = Array.from({ length: 20_000 }, (_, n) => n).filter((n) => seen.has(id(n)));
    expect(known.length).toBe(10_000);
    expect(known.every((n) => n % 2 === 0)).toBe(true);
  });

  it("S1: knows an id for the window, then forgets it and says up to which batch", () => {
    const seen = makeSeenIds(1_000, 100);
    for (let n = 0; n <= 10; n++) seen.add(id(n), n * 100, n + 1);
    expect(seen.forget(1_000)).toBe(0);
    expect(seen.has(id(0))).toBe(true);
    const upTo = seen.forget(1_500);
    expect(upTo).toBeGreaterThan(0);
    expect(upTo).toBeLessThanOrEqual(5);
    expect(seen.has(id(0))).toBe(false);
    for (let n = 5; n <= 10; n++) expect(seen.has(id(n))).toBe(true);
    expect(seen.forgottenEarly).toBe(0);
  });

  it("S1: over the bound the oldest go early, counted; S2: what is kept stays bounded", () => {
    const seen = makeSeenIds(1_000_000, 40);
    for (let n = 0; n < 400; n++) {
      seen.add(id(n), n, n + 1);
      seen.forget(n);
      expect(seen.size).toBeLessThanOrEqual(40);
    }
    expect(seen.has(id(399))).toBe(true);
    expect(seen.has(id(0))).toBe(false);
    expect(seen.forgottenEarly + seen.size).toBe(400);
  });
});
