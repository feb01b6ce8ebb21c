import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ColdStore } from "./cold-store.ts";

/** A record that names its key: first byte its length, then the key, then filling. */
function recordOf(key: string, filling: number): Uint8Array {
  const record = new Uint8Array(1 + key.length + filling).fill(filling & 255);
  record[0] = key.length;
  for (let i = 0; i < key.length; i += 1) record[1 + i] = key.charCodeAt(i);
  return record;
}
/** Large records are compared by what tells them apart. */
const markOf = (record: Uint8Array | undefined): string =>
  record === undefined ? "none" : `${keyOf(record)} ${record.length} ${record.at(-1)}`;
const keyOf = (record: Uint8Array): string => String.fromCharCode(...record.subarray(1, 1 + (record[0] ?? 0)));

type Step = { readonly do: "put" | "take"; readonly key: string; readonly filling: number } | { readonly do: "drop" };

const steps = (filling: fc.Arbitrary<number>): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.record({ do: fc.constant("put" as const), key: key(), filling }) },
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant("take" as const), key: key(), filling: fc.constant(0) }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("drop" as const) }) },
    ),
    { maxLength: 400, size: "max" },
  );
const key = () => fc.nat(120).map((n) => `user:${n}`);

/** The same by a map that keeps the order of insertion. */
function play(store: ColdStore, all: readonly Step[]): void {
  const naive = new Map<string, Uint8Array>();
  for (const step of all) {
    if (step.do === "drop") {
      const [oldest] = naive.keys();
      if (oldest !== undefined) naive.delete(oldest);
      store.dropOldest();
    } else if (step.do === "take" || naive.has(step.key)) {
      const found = store.take(step.key, (record) => (keyOf(record) === step.key ? record.slice() : undefined));
      expect(markOf(found)).toBe(markOf(naive.get(step.key)));
      naive.delete(step.key);
    } else {
      const record = recordOf(step.key, step.filling);
      naive.set(step.key, record);
      store.put(step.key, record);
    }
    expect(store.size).toBe(naive.size);
  }
  expect([...store.all()].map(markOf)).toEqual([...naive.values()].map(markOf));
  expect(store.bytes).toBe([...naive.values()].reduce((sum, { length }) => sum + length + 8, 0));
}

describe("the cold store", () => {
  it("holds what a map would hold, in the same order", () => {
    fc.assert(
      fc.property(steps(fc.nat(40)), fc.integer(), (all, seed) => play(new ColdStore(seed), all)),
      {
        numRuns: 60,
      },
    );
  });
  it("does so over many slabs and for records larger than one", () => {
    const filling = fc.oneof(fc.nat(90_000), fc.constant(300_000));
    fc.assert(
      fc.property(steps(filling), (all) => play(new ColdStore(1), all)),
      { numRuns: 12 },
    );
  });
  it("finds all of many, whatever left in between", () => {
    const store = new ColdStore(7);
    const name = (i: number): string => `host:${i}`;
    for (let i = 0; i < 50_000; i += 1) store.put(name(i), recordOf(name(i), 30));
    const read = (key: string) => store.take(key, (record) => (keyOf(record) === key ? true : undefined));
    for (let i = 0; i < 50_000; i += 3) expect(read(name(i))).toBe(true);
    for (let i = 0; i < 50_000; i += 1) expect(read(name(i))).toBe(i % 3 === 0 ? undefined : true);
    expect([store.size, store.bytes, [...store.all()].length]).toEqual([0, 0, 0]);
  });
});
