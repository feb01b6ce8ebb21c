/**
 * Indicators: five million in one table; look-ups on fresh strings that meet nothing (the case of nearly every event) and
 * that meet; building, writing and reading the image. Beside it a Map of as many strings per kind, which knows no parents.
 */
import { hash } from "node:crypto";
import { TableBuilder } from "@cordon/engine/stream/detect/intel/build";
import { imageOf, tableOf } from "@cordon/engine/stream/detect/intel/image";
import type { IntelTable } from "@cordon/engine/stream/detect/intel/table";
import { LANES, type Make, MIXED, rowOf } from "./intel-rows.ts";
import { type Effort, type Figure, figure, timed } from "./measure.ts";

const ROWS = 5_000_000;
const QUICK_ROWS = 1_000_000;
const LOOKUPS = 400_000;
const MIB = 1_024 * 1_024;
const digestOf = (bytes: Uint8Array): string => hash("sha256", bytes, "hex");

function build(rows: number, laneOf: (n: number) => number): IntelTable {
  const builder = new TableBuilder({ key: [1, 2, 3, 4], digestOf });
  for (let n = 0; n < rows; n += 1) builder.add(rowOf(n, laneOf(n)));
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Strings that nobody has hashed or flattened yet, made before the clock starts. */
function fresh(make: Make, from: number): string[] {
  return Array.from({ length: LOOKUPS }, (_, i) => Buffer.from(make(from + i)).toString("latin1"));
}

function rateOf(texts: readonly string[], ask: (text: string) => boolean, expected: number): number {
  let met = 0;
  const [, seconds] = timed(() => {
    for (const text of texts) if (ask(text)) met += 1;
  });
  // Hits beyond what was put in would be false ones.
  if (met < expected || met > expected + texts.length / 100) throw new Error(`${met} of ${texts.length} met`);
  return texts.length / seconds;
}

export function benchIntel(effort: Effort): readonly Figure[] {
  const rows = effort.rounds > 3 ? ROWS : QUICK_ROWS;
  const figures: Figure[] = [];
  const sizes = LANES.map(([name], lane) => [name, build(rows / 5, () => lane).bytes / (rows / 5)] as const);
  figures.push(...sizes.map(([name, bytes]) => figure(`bytes per indicator, ${name}`, [bytes], { unit: "times" })));
  const laneOf = (n: number): number => MIXED[n % MIXED.length] ?? 0;
  const [table, buildSeconds] = timed(() => build(rows, laneOf));
  const mib = (table.bytes / MIB).toFixed(1);
  figures.push(
    figure(`build ${rows} mixed`, [buildSeconds], {
      unit: "CPU-s",
      note: `${mib} MiB; memory of a process: bench/intel-memory.ts`,
    }),
  );
  const image = Buffer.concat(imageOf(table, digestOf));
  const own = new Uint8Array(image.length);
  own.set(image);
  const [again, loadSeconds] = timed(() => tableOf(own, digestOf));
  if (typeof again === "string") throw new Error(again);
  figures.push(
    figure("image load, checked", [loadSeconds], { unit: "CPU-s", note: `${(own.length / MIB).toFixed(1)} MiB` }),
  );
  for (const [lane, [name, kind, make]] of LANES.entries()) {
    const at = MIXED.indexOf(lane);
    const known: Make = (n) => make((n % (rows / MIXED.length)) * MIXED.length + at);
    const ask = (text: string): boolean => again.meets(kind, text).length > 0;
    const rates = (from: number, from2: Make, expected: number): number[] =>
      Array.from({ length: effort.rounds + 1 }, (_, round) =>
        rateOf(fresh(from2, from + round * LOOKUPS), ask, expected),
      ).slice(1);
    figures.push(figure(`look-ups/s, ${name}, nothing met`, rates(rows * 10, make, 0), { unit: "events/CPU-s" }));
    figures.push(figure(`look-ups/s, ${name}, all met`, rates(0, known, LOOKUPS), { unit: "events/CPU-s" }));
  }
  figures.push(...twins(rows / 5, effort));
  return figures;
}

/** One look-up of the very string: no parents, no folders, no ranges, nothing said about the indicator. */
function twins(rows: number, effort: Effort): Figure[] {
  return LANES.flatMap(([name, , make]) => {
    const map = new Map<string, number>();
    for (let n = 0; n < rows; n += 1) map.set(make(n), n);
    const rates = (from: (round: number) => Make, expected: number): number[] =>
      Array.from({ length: effort.rounds }, (_, round) =>
        rateOf(fresh(from(round), 0), (text) => map.has(text), expected),
      );
    const missed = rates((round) => (n) => make(rows * 50 + round * LOOKUPS + n), 0);
    const met = rates(() => (n) => make(n % rows), LOOKUPS);
    return [
      figure(`twin: Map of ${rows} ${name}, nothing met`, missed, { unit: "events/CPU-s" }),
      figure(`twin: Map of ${rows} ${name}, all met`, met, { unit: "events/CPU-s" }),
    ];
  });
}
