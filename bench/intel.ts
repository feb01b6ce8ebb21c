/**
 * Indicators: five million in one table; look-ups on fresh strings that meet nothing (the case of nearly every event) and
 * that meet; building, writing and reading the image. Beside it a Map of as many strings per kind, which knows no parents.
 */
import { hash } from "node:crypto";
import { TableBuilder } from "@cordon/engine/stream/detect/intel/build";
import { imageOf, tableOf } from "@cordon/engine/stream/detect/intel/image";
import type { IntelTable } from "@cordon/engine/stream/detect/intel/table";
import type { Indicator, IndicatorKind } from "@cordon/model/indicator";
import { type Effort, type Figure, figure, timed } from "./measure.ts";

const ROWS = 5_000_000;
const QUICK_ROWS = 1_000_000;
const LOOKUPS = 400_000;
const MIB = 1_024 * 1_024;
const FACTS = { feed: "bench", confidence: 80, asOf: 0, label: "bench" } as const;

type Make = (n: number) => string;

/** A name's place in a row of names that looks like nothing else. */
const scattered = (n: number): number => Math.imul(n ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
const TLDS = ["com", "net", "org", "info", "xyz", "top", "ru", "site"];
const domain: Make = (n) => `${scattered(n).toString(36)}${(n % 97).toString(36)}.${TLDS[n % 8]}`;
const address: Make = (n) => {
  const bits = scattered(n);
  return `${(bits >>> 24) % 223 || 1}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
};
const sha256: Make = (n) =>
  [0, 1, 2, 3, 4, 5, 6, 7]
    .map((i) =>
      scattered(n * 8 + i)
        .toString(16)
        .padStart(8, "0"),
    )
    .join("");
const url: Make = (n) => `${domain(n)}/${scattered(n + 7).toString(36)}/gate.php`;

const LANES: readonly (readonly [string, IndicatorKind, Make])[] = [
  ["domains", "domain", domain],
  ["addresses", "ip", address],
  ["SHA-256", "hash", sha256],
  ["URLs", "url", url],
];
/** What public feeds hold, in tenths: mostly names and addresses. */
const MIXED: readonly number[] = [0, 0, 0, 0, 1, 1, 1, 1, 2, 3];

const digest = (bytes: Uint8Array): string => hash("sha256", bytes, "hex");

function rowOf(n: number, lane: number): Indicator {
  const [, kind, make] = LANES[lane] ?? LANES[0] ?? ["", "domain", domain];
  return { kind, value: make(n), below: kind === "domain" || kind === "url", facts: FACTS };
}

function build(rows: number, laneOf: (n: number) => number): IntelTable {
  const builder = new TableBuilder(1, rows * 24);
  for (let n = 0; n < rows; n += 1) builder.add(rowOf(n, laneOf(n)));
  const steps = builder.finish(digest);
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
  const laneOf = (n: number): number => MIXED[n % 10] ?? 0;
  const [table, buildSeconds] = timed(() => build(rows, laneOf));
  const mib = (table.bytes / MIB).toFixed(1);
  figures.push(figure(`build ${rows} mixed`, [buildSeconds], { unit: "CPU-s", note: `${mib} MiB, text included` }));
  const image = Buffer.concat(imageOf(table, digest));
  const own = new Uint8Array(image.length);
  own.set(image);
  const [again, loadSeconds] = timed(() => tableOf(own, digest));
  if (typeof again === "string") throw new Error(again);
  figures.push(
    figure("image load, checked", [loadSeconds], { unit: "CPU-s", note: `${(own.length / MIB).toFixed(1)} MiB` }),
  );
  for (const [lane, [name, kind, make]] of LANES.entries()) {
    const at = MIXED.indexOf(lane);
    const known: Make = (n) => make((n % (rows / 10)) * 10 + at);
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
