/**
 * Our own seeded windows with a known truth: does the judge find a shift of PSI 0.25, is it silent where nothing changed?
 *
 * DB3. Columns are functions of a standard normal; a shift of the normal by `delta` has the PSI delta^2 on a continuous column, and
 *      columns of cells get the delta at which their cells have exactly PSI_SHIFT.
 * DB4. Windows come in pairs of neighbours: an alarm counts when both have it, as in the product.
 */

import { normalUpper } from "../drift/gamma.ts";
import { judgeWindow, lasting, type WindowColumn } from "../drift/judge-window.ts";
import { makeRandom, type Random } from "../random.ts";
import type { Mistake } from "./suite.ts";

const PSI_SHIFT = 0.25;
const NULL_WINDOWS = 1_000;
const SHIFTED_WINDOWS = 200;
const WINDOW_ROWS = 500;
/** Both sides of the border at which a test gives way to a distance. */
const REFERENCE_ROWS = [1_000, 3_000];

interface Made {
  readonly name: string;
  readonly kind: WindowColumn["kind"];
  readonly of: (z: number) => number;
  readonly delta: number;
}

const upTo = (z: number): number => 1 - normalUpper(z);

function cells(name: string, kind: Made["kind"], borders: readonly number[]): Made {
  const psi = (delta: number): number => {
    const share = (at: number, by: number): number =>
      upTo((borders[at] ?? 40) - by) - (at === 0 ? 0 : upTo((borders[at - 1] ?? 40) - by));
    return Array.from({ length: borders.length + 1 }, (_, at) => {
      const [p, q] = [share(at, 0), share(at, delta)];
      return (p - q) * Math.log(p / q);
    }).reduce((sum, part) => sum + part, 0);
  };
  let [low, high] = [0, 3];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (psi(middle) < PSI_SHIFT) low = middle;
    else high = middle;
  }
  const at = (z: number): number => borders.filter((border) => z > border).length;
  return { name, kind, of: at, delta: high };
}

const smooth = (name: string, of: (z: number) => number): Made => ({
  name,
  kind: "number",
  of,
  delta: Math.sqrt(PSI_SHIFT),
});

const COLUMNS: readonly Made[] = [
  smooth("normal", (z) => z),
  smooth("lognormal", (z) => Math.exp(1.5 * z)),
  smooth("uniform", upTo),
  smooth("exponential", (z) => -Math.log(normalUpper(z))),
  smooth("heavy tail", (z) => z ** 3),
  cells("counts", "number", [-1.2, -0.6, -0.2, 0.2, 0.6, 1, 1.4, 1.9, 2.4]),
  cells("mostly zero", "number", [0.5, 0.8, 1.1, 1.4, 1.7, 2, 2.4]),
  cells("two values", "category", [0.4]),
  cells("four values", "category", [-0.5, 0.5, 1.3]),
  cells("twelve values", "category", [-1.5, -1, -0.7, -0.4, -0.1, 0.2, 0.5, 0.9, 1.3, 1.8, 2.2]),
];

function draw(random: Random, rows: number, shifted?: string): readonly WindowColumn[] {
  return COLUMNS.map(({ name, kind, of, delta }) => {
    const by = name === shifted ? delta : 0;
    return { name, kind, values: Float64Array.from({ length: rows }, () => of(random.normal() + by)) };
  });
}

export interface BenchmarkFigures {
  readonly metrics: Readonly<Record<string, number>>;
  readonly by: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly mistakes: readonly Mistake[];
}

interface Tally {
  drifted: number;
  alarm: number;
  tests: number;
  detected: number;
  shifts: number;
}

/** `share` of the full number of windows: tests play a part of it. */
export function runDriftBenchmark(seed: number, share = 1): BenchmarkFigures {
  const random = makeRandom(seed);
  const tally = new Map(
    COLUMNS.map(({ name }): [string, Tally] => [name, { drifted: 0, alarm: 0, tests: 0, detected: 0, shifts: 0 }]),
  );
  const mistakes: Mistake[] = [];
  const sums = { windows: 0, alarmed: 0, lasting: 0, whole: 0 };
  for (const rows of REFERENCE_ROWS) {
    const reference = draw(random, rows);
    const windows = Math.round((NULL_WINDOWS / REFERENCE_ROWS.length) * share);
    let before = new Set<string>();
    for (let at = 0; at < windows; at += 1) {
      const judged = judgeWindow(reference, draw(random, WINDOW_ROWS), { seed });
      const found = lasting(judged.columns, before);
      before = new Set(judged.columns.filter(({ alarm }) => alarm).map(({ name }) => name));
      sums.windows += 1;
      sums.alarmed += Number(before.size > 0);
      sums.lasting += Number(found.length > 0);
      sums.whole += Number(judged.drifted);
      for (const column of judged.columns) {
        const one = tally.get(column.name);
        if (one === undefined) continue;
        one.tests += 1;
        one.drifted += Number(column.drifted);
        one.alarm += Number(column.alarm);
        if (column.alarm)
          mistakes.push(mistakeOf(`null window ${at}, ${rows} reference rows`, column, "nothing changed"));
      }
    }
    playShifts({
      random,
      reference,
      seed,
      windows: Math.round((SHIFTED_WINDOWS / REFERENCE_ROWS.length) * share),
      tally,
      mistakes,
    });
  }
  return { metrics: metricsOf(sums, [...tally.values()]), by: byColumn(tally), mistakes };
}

interface Shifts {
  readonly random: Random;
  readonly reference: readonly WindowColumn[];
  readonly seed: number;
  readonly windows: number;
  readonly tally: ReadonlyMap<string, Tally>;
  readonly mistakes: Mistake[];
}

function playShifts({ random, reference, seed, windows, tally, mistakes }: Shifts): void {
  for (let at = 0; at < windows; at += 1) {
    const { name } = COLUMNS[at % COLUMNS.length] ?? { name: "" };
    const judge = () => judgeWindow(reference, draw(random, WINDOW_ROWS, name), { seed }).columns;
    const first = new Set(judge().flatMap((column) => (column.alarm ? [column.name] : [])));
    const second = judge();
    const one = tally.get(name);
    if (one === undefined) continue;
    one.shifts += 1;
    if (lasting(second, first).some((column) => column.name === name)) one.detected += 1;
    else {
      const missed = second.find((column) => column.name === name);
      if (missed !== undefined)
        mistakes.push(
          mistakeOf(`shifted window ${at}, ${reference[0]?.values.length} reference rows`, missed, "PSI 0.25"),
        );
    }
  }
}

type Judged = ReturnType<typeof judgeWindow>["columns"][number];

const mistakeOf = (where: string, { name, statistic, value, q, effect, alarm }: Judged, truth: string): Mistake => ({
  what: `${where}: ${name}`,
  truth,
  guess: alarm ? "alarm" : "no lasting alarm",
  score: effect,
  why: [`${statistic} ${value.toPrecision(3)}`, `q ${q.toPrecision(3)}`],
});

function metricsOf(
  sums: { windows: number; alarmed: number; lasting: number; whole: number },
  columns: readonly Tally[],
) {
  const sum = (of: (one: Tally) => number): number => columns.reduce((all, one) => all + of(one), 0);
  return {
    detected: sum(({ detected }) => detected) / sum(({ shifts }) => shifts),
    falseAlarms: sums.lasting / sums.windows,
    falseAlarmsOneWindow: sums.alarmed / sums.windows,
    falseAlarmsPerColumn: sum(({ alarm }) => alarm) / sum(({ tests }) => tests),
    /** The statistics' own limits, without any control: what the product does not alarm on. */
    driftedByLimit: sum(({ drifted }) => drifted) / sum(({ tests }) => tests),
    falseDataSetDrift: sums.whole / sums.windows,
    nullWindows: sums.windows,
    shiftedWindows: sum(({ shifts }) => shifts),
  };
}

const byColumn = (tally: ReadonlyMap<string, Tally>) =>
  Object.fromEntries(
    [...tally].map(([name, { drifted, alarm, tests, detected, shifts }]) => [
      `own: ${name}`,
      { detected: detected / shifts, driftedByLimit: drifted / tests, falseAlarms: alarm / tests },
    ]),
  );
