/**
 * How benches measure: CPU time of the whole process, because other work on the machine must not count. Every figure is
 * a median over rounds, shown with its smallest and largest round. Nothing here judges a figure.
 */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export interface Figure extends Spread {
  readonly name: string;
  readonly unit: "events/CPU-s" | "events/s" | "rows/CPU-s" | "times" | "CPU-s" | "ms";
  readonly note?: string;
}

export interface Effort {
  readonly rounds: number;
  /** CPU time of one round of a loop. */
  readonly cpuSeconds: number;
  /** Events of a round where a round is a fixed piece of work. */
  readonly events: number;
}

export const QUICK: Effort = { rounds: 3, cpuSeconds: 0.4, events: 10_000 };
export const FULL: Effort = { rounds: 7, cpuSeconds: 3, events: 50_000 };

/** Time between two looks at the clock: reading it must not count. */
const SLICE_SECONDS = 0.01;

export function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export function timed<T>(run: () => T): readonly [T, number] {
  const start = cpuNow();
  const value = run();
  return [value, cpuNow() - start];
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { min: at(0), median: at((sorted.length - 1) >> 1), max: at(sorted.length - 1) };
}

export const figure = (name: string, values: readonly number[], rest: Pick<Figure, "unit" | "note">): Figure => ({
  name,
  ...spreadOf(values),
  ...rest,
});

/** Items per CPU-second in each round. One round more, the first, warms up and is not counted. */
export function ratesOf<T>(items: readonly T[], { rounds, cpuSeconds }: Effort, run: (item: T) => unknown): number[] {
  const rates: number[] = [];
  let at = 0;
  let slice = 1;
  for (let round = 0; round <= rounds && items.length > 0; round += 1) {
    const start = cpuNow();
    let done = 0;
    for (let now = start; now - start < cpuSeconds; ) {
      for (let i = 0; i < slice; i += 1) {
        run(items[at] as T);
        at = at + 1 === items.length ? 0 : at + 1;
      }
      done += slice;
      const before = now;
      now = cpuNow();
      if (now - before < SLICE_SECONDS) slice *= 2;
    }
    if (round > 0) rates.push(done / (cpuNow() - start));
  }
  return rates;
}

/** Runs one piece of work per round, one more first to warm up, and gives what each counted round said. */
export async function roundsOf<T>(rounds: number, run: (round: number) => T | Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const result = await run(round);
    if (round > 0) results.push(result);
  }
  return results;
}
