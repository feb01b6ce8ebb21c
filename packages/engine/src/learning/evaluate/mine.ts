/**
 * The operator's own closed incidents as an evaluation: learnt from the older 70 %, judged on the newer 30 %.
 * Enters: guarded verdicts. Leaves: figures with intervals, the mistakes, or a refusal with the counts.
 */
import type { WireMine } from "@cordon/model/api/models";
import { calibratedValue, fitCalibrator } from "../calibrate/calibrator.ts";
import { byFallingScore } from "../metrics/ranking.ts";
import { figuresOf } from "../training/figures.ts";
import { type Breathe, labelsOf, scoresOf } from "../training/fit-triage.ts";
import type { Guarded, GuardedRow } from "../training/guard.ts";
import { crossed } from "../training/train.ts";

/** Fewer say nothing: ten newer true positives and fifty newer verdicts. */
const ROWS_MIN = 170;
const NEWER_MALICIOUS_MIN = 10;
const EARLY_SHARE = 0.7;
const MISTAKES_MAX = 50;
const PROTOCOL =
  "Own verdicts in order of time: learnt from the older 70 %, judged on the newer 30 %; rows as stored when each incident was scored.";

export async function mineOf(
  guarded: Guarded,
  { seed, breathe }: { readonly seed: number; readonly breathe: Breathe },
): Promise<WireMine> {
  const { rows } = guarded;
  const cut = Math.floor(rows.length * EARLY_SHARE);
  const [early, late] = [rows.slice(0, cut), rows.slice(cut)];
  const notes = Object.entries(guarded.heldBack).map(([reason, count]) => `${count} verdicts ${reason}`);
  const labels = labelsOf(late);
  const malicious = labels.reduce((sum, label) => sum + label, 0);
  const base = { rows: rows.length, malicious, protocol: PROTOCOL, notes };
  const empty = { metrics: {}, intervals: {}, by: {}, mistakes: [] };
  const known = new Set(early.map(({ verdict }) => verdict === "true-positive")).size;
  if (rows.length < ROWS_MIN || malicious < NEWER_MALICIOUS_MIN || malicious === late.length || known < 2) {
    const refusal = `refused: ${rows.length} of ${ROWS_MIN} verdicts, ${malicious} of ${NEWER_MALICIOUS_MIN} true positives among the newer ones`;
    return { ...base, ...empty, refusal };
  }
  const { fitted, held, scores } = await crossed(early, seed, breathe);
  const calibrator = fitCalibrator(scores, labelsOf(held));
  const lateScores = scoresOf(fitted, late);
  const p = lateScores.map((score) => calibratedValue(calibrator, score) ?? Number.NaN);
  const figures = figuresOf({ rows: late, labels, scores: lateScores, p }, seed);
  const { metrics } = figures;
  return {
    ...base,
    notes: [...notes, ...figures.missing.map((what) => `not known: ${what}`)],
    metrics: { n: late.length, ...mapped(metrics, ({ value }) => value) },
    intervals: mapped(metrics, ({ low, high }): [number, number] => [low, high]),
    by: mapped(figures.segments, ({ rows: n, malicious: bad, ap }) => ({ n, malicious: bad, ap })),
    mistakes: mistakesOf(late, labels, p),
  };
}

function mapped<A, B>(of: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(value)]));
}

/** Malicious ones that were thought harmless, and the other way, worst first. */
function mistakesOf(rows: readonly GuardedRow[], labels: Float64Array, p: Float64Array): WireMine["mistakes"] {
  const wrong = p.map((chance, at) => (Number.isNaN(chance) ? 0 : Math.abs((labels[at] ?? 0) - chance)));
  return [...byFallingScore(wrong)]
    .filter((at) => (wrong[at] ?? 0) > 0.5)
    .slice(0, MISTAKES_MAX)
    .map((at) => {
      const { incident, row, verdict } = rows[at] ?? { incident: "", row: { rule: "" }, verdict: "" };
      const guess = labels[at] === 1 ? "not a true positive" : "true positive";
      return { what: `${incident}, rule ${row.rule}`, truth: verdict, guess, score: p[at] ?? 0 };
    });
}
