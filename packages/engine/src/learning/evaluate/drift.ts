/**
 * Suite `drift`: what the statistics say of given tables, and how often the judge is right on seeded windows.
 *
 * DU1. Nothing is learnt from the tables: a pair is judged alone.
 * DU2. Without tables only the seeded windows are played, and the notes say so.
 */
import { runDriftBenchmark } from "./drift-benchmark.ts";
import { figuresOf, type PairFigures } from "./drift-columns.ts";
import { runEstimateBenchmark } from "./drift-estimate.ts";
import { pairsOf, type TextPair } from "./drift-pairs.ts";
import type { Suite, SuiteInput, SuiteOutcome } from "./suite.ts";

export const DRIFT: Suite = {
  name: "drift",
  summary:
    "drift statistics of pairs of tables; detection and false alarms on seeded windows; error of estimated performance",
  data: "reference.csv and current.csv (also train/test, before/after) or any tables; --train reference files, --test current files",
  run,
};

async function run(input: SuiteInput): Promise<SuiteOutcome> {
  const pairs = await pairsOf(input);
  const found = pairs.map((pair, at) => {
    input.progress(at, pairs.length + 2, pair.name);
    return { pair, figures: figuresOf(pair, input.seed) };
  });
  input.progress(pairs.length, pairs.length + 2, "seeded windows");
  const windows = runDriftBenchmark(input.seed);
  input.progress(pairs.length + 1, pairs.length + 2, "estimated performance");
  const estimate = runEstimateBenchmark(input.seed);
  return outcomeOf({ found, windows, estimate });
}

interface Parts {
  readonly found: readonly { readonly pair: TextPair; readonly figures: PairFigures }[];
  readonly windows: ReturnType<typeof runDriftBenchmark>;
  readonly estimate: ReturnType<typeof runEstimateBenchmark>;
}

function outcomeOf({ found, windows, estimate }: Parts): SuiteOutcome {
  const all = found.flatMap(({ figures }) => figures.columns);
  const judged = all.filter(({ value }) => !Number.isNaN(value));
  const sole = found.length === 1;
  return {
    train: found.map(({ pair }) => pair.name.split(" -> ")[0] ?? ""),
    test: found.map(({ pair }) => pair.name.split(" -> ")[1] ?? `second half of ${pair.name}`),
    protocol:
      "Columns: the statistic that fits kind and size with its usual limit (drifted), and an alarm where q <= 0.05 over all columns and a tenth of the rows moved. " +
      "Seeded windows: 10 kinds of columns, 500 rows against 1,000 and 3,000; a shift has PSI 0.25; alarms count when two neighbouring windows have them.",
    metrics: {
      ...windows.metrics,
      ...estimate.metrics,
      driftShare: judged.filter(({ drifted }) => drifted).length / judged.length,
      driftedColumns: judged.filter(({ drifted }) => drifted).length,
      alarmedColumns: judged.filter(({ alarm }) => alarm).length,
      n: judged.length,
      dataSetDrift:
        found.length === 0 ? Number.NaN : found.filter(({ figures }) => figures.drifted).length / found.length,
    },
    by: {
      ...Object.fromEntries(
        found.flatMap(({ pair, figures }) =>
          Object.entries(figures.by).map(([name, values]) => [sole ? name : `${pair.name}: ${name}`, values]),
        ),
      ),
      ...windows.by,
    },
    mistakes: [...windows.mistakes, ...estimate.mistakes],
    notes: [
      ...(found.length === 0 ? ["no tables in the data: seeded windows only"] : []),
      ...found.flatMap(({ pair, figures }) => figures.lines.map((line) => (sole ? line : `${pair.name}: ${line}`))),
    ],
    unread: found.flatMap(({ pair }) => [...pair.reference.unread, ...pair.current.unread]),
  };
}
