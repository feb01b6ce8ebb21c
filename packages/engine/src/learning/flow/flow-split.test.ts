import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SplitRow, splitFlows } from "./flow-split.ts";

const row = fc.record({
  bad: fc.boolean(),
  file: fc.constantFrom("one", "two", "three"),
  source: fc.constantFrom("", "a", "b", "c", "d", "e", "f", "g"),
  destination: fc.constantFrom("v", "w", "x", "y"),
  attack: fc.constantFrom("scan", "dos"),
});
const rows = fc
  .array(row, { minLength: 1, maxLength: 120 })
  .map((all) => all.map(({ attack, ...one }): SplitRow => ({ ...one, kind: one.bad ? attack : "" })));

describe("labelled flows in parts", () => {
  it("FS1. by source: no host, and no attack's host or victim, stands on both sides; every row is tested once", () => {
    fc.assert(
      fc.property(rows, (all) => {
        const { parts } = splitFlows(all, "source");
        expect(parts.flatMap(({ test }) => test).toSorted((a, b) => a - b)).toEqual([...all.keys()]);
        for (const { train, test } of parts) {
          const at = (side: readonly number[]) => side.flatMap((each) => all[each] ?? []);
          const hosts = (side: readonly number[]) =>
            at(side).map(({ source, file }) => (source === "" ? `file ${file}` : source));
          const victims = (side: readonly number[]) =>
            at(side).flatMap(({ bad, file, kind, destination }) => (bad ? [`${file} ${kind} ${destination}`] : []));
          expect(hosts(test).filter((host) => new Set(hosts(train)).has(host))).toEqual([]);
          expect(victims(test).filter((victim) => new Set(victims(train)).has(victim))).toEqual([]);
        }
      }),
    );
  });

  it("FS1. by file: whole files", () => {
    fc.assert(
      fc.property(rows, (all) => {
        for (const { train, test } of splitFlows(all, "file").parts) {
          const learnt = new Set(train.map((at) => all[at]?.file));
          expect(test.some((at) => learnt.has(all[at]?.file ?? ""))).toBe(false);
        }
      }),
    );
  });

  it("FS1. by time: what is tested of a file and kind comes after all that is learnt of it", () => {
    fc.assert(
      fc.property(rows, (all) => {
        for (const { train, test } of splitFlows(all, "time").parts)
          for (const one of test)
            for (const other of train)
              if (all[one]?.file === all[other]?.file && all[one]?.kind === all[other]?.kind)
                expect(one).toBeGreaterThan(other);
      }),
    );
  });

  const made = (attackers: number, hosts: number, files: number): readonly SplitRow[] =>
    Array.from({ length: 400 }, (_, at) => {
      const bad = at % 4 === 0;
      const file = `f${at % files}`;
      const own = Math.floor(at / 4);
      return bad
        ? { bad, kind: "scan", file, source: `x${own % attackers}`, destination: `v${own % attackers}` }
        : { bad, kind: "", file, source: `h${at % hosts}`, destination: "v" };
    });
  it.each([
    ["source", made(8, 30, 1)],
    ["file", made(1, 30, 5)],
    ["time", made(1, 30, 1)],
  ] as const)("FS2. without a wish: by %s", (way, all) => expect(splitFlows(all, undefined).way).toBe(way));

  it.each([
    ["many sources, one target", (at: number) => ({ source: `h${at}`, destination: "v" })],
    ["one source, many targets", (at: number) => ({ source: "h", destination: `v${at}` })],
    ["each its own", (at: number) => ({ source: `h${at}`, destination: `v${at}` })],
  ])("is done for a hundred thousand hosts: %s", (_name, ends) => {
    const all = Array.from({ length: 100_000 }, (_, at): SplitRow => {
      return { bad: at % 2 === 0, kind: at % 2 === 0 ? "dos" : "", file: "f", ...ends(at) };
    });
    const { parts } = splitFlows(all, "source");
    expect(parts.reduce((sum, { test }) => sum + test.length, 0)).toBe(all.length);
  });
});
