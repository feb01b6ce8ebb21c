/**
 * May a model take the champion's place? Each gate says yes or no with its figures; all must say yes, and a person too.
 * Enters: challenger, champion (or none: the score without a model), verdicts that came after both were made. Leaves: gates.
 *
 * RG1. Nothing is estimated from verdicts that either of the two has learnt from.
 * RG2. A gate that cannot be judged for want of verdicts says no, and how many are missing.
 * RG3. Canaries are judged whatever the figures are.
 */
import type { ModelGate } from "@cordon/model/model-record";
import { bootstrap } from "../metrics/interval.ts";
import { calibrationError } from "../metrics/probability.ts";
import { averagePrecision } from "../metrics/ranking.ts";
import { makeRandom } from "../random.ts";
import { SEGMENT_MALICIOUS_MIN, SEGMENT_ROWS_MIN, segmentsIn } from "../training/figures.ts";
import type { VerdictRow } from "../training/verdict-row.ts";
import type { TriageJudge } from "../triage/decide.ts";
import { betOn } from "./betting.ts";
import { CANARIES } from "./canaries.ts";

export interface GateOptions {
  readonly now: number;
  readonly challengerSince: number;
  readonly shadowDays: number;
  readonly shadowVerdicts: number;
  /** Wealth at which a bet is won: 20 is a chance of 1 in 20. */
  readonly evidence: number;
  readonly seed: number;
  /** Milliseconds of one decision, the median of some. */
  readonly decisionMs: number;
}

const DAY_MS = 86_400_000;
const ECE_MAX = 0.02;
const DECISION_MS_MAX = 50;
const MISS_WORSE_MAX = 0.01;
/** A canary may not lose more than this. */
const CANARY_POINTS_MIN = -3;
const DRAWS = 200;

export interface Sides {
  readonly challenger: TriageJudge;
  readonly champion: TriageJudge | undefined;
  /** Verdicts given since the challenger was made, oldest first. */
  readonly rows: readonly VerdictRow[];
}

export function judgePromotion(sides: Sides, options: GateOptions): readonly ModelGate[] {
  return [
    shadowGate(sides, options),
    ...canaryGate(sides.challenger),
    latencyGate(options.decisionMs),
    ...(sides.rows.length === 0 ? [] : verdictGates(sides, options)),
  ];
}

function shadowGate({ rows }: Sides, options: GateOptions): ModelGate {
  const days = Math.floor((options.now - options.challengerSince) / DAY_MS);
  return {
    gate: "shadow",
    passed: days >= options.shadowDays && rows.length >= options.shadowVerdicts,
    said: `${days} of ${options.shadowDays} days, ${rows.length} of ${options.shadowVerdicts} verdicts since it was made`,
  };
}

function canaryGate(judge: TriageJudge): readonly ModelGate[] {
  const low = CANARIES.map(({ name, row }) => ({ name, points: judge.decide(row, []).points })).filter(
    ({ points }) => points < CANARY_POINTS_MIN,
  );
  const said =
    low.length === 0
      ? `all ${CANARIES.length} known-bad cases keep their rank`
      : low.map(({ name, points }) => `"${name}" would lose ${-points} points`).join("; ");
  return [{ gate: "canaries", passed: low.length === 0, said }];
}

const latencyGate = (ms: number): ModelGate => ({
  gate: "latency",
  passed: ms <= DECISION_MS_MAX,
  said: `a decision takes ${ms.toFixed(1)} ms, at most ${DECISION_MS_MAX}`,
});

function verdictGates(sides: Sides, options: GateOptions): readonly ModelGate[] {
  const { rows } = sides;
  const labels = Float64Array.from(rows, ({ verdict }) => Number(verdict === "true-positive"));
  const own = judged(sides.challenger, rows);
  const old = sides.champion === undefined ? withoutModel(rows) : judged(sides.champion, rows);
  return [
    missGate(labels, own, old),
    precisionGate(labels, own, old),
    betGate(labels, { own: own.p, old: old.p, evidence: options.evidence }),
    eceGate(labels, own.p, options.seed),
    segmentGate(rows, labels, { own: own.p, old: old.p, seed: options.seed }),
  ];
}

interface Side {
  readonly scores: Float64Array;
  readonly p: Float64Array;
  /** Whether the priority falls. */
  readonly lowered: readonly boolean[];
}

function judged(judge: TriageJudge, rows: readonly VerdictRow[]): Side {
  const all = rows.map(({ row }) => judge.score(row));
  const { threshold } = judge.model;
  return {
    scores: Float64Array.from(all, ({ score }) => score),
    p: Float64Array.from(all, ({ p }) => p ?? threshold),
    lowered: all.map(({ p }) => (p ?? threshold) < threshold),
  };
}

/** The priority without a model, as if it were a probability. */
function withoutModel(rows: readonly VerdictRow[]): Side {
  const scores = Float64Array.from(rows, ({ row }) => row.values.priority ?? 0);
  return { scores, p: scores.map((score) => score / 100), lowered: [...scores].map((score) => score < 30) };
}

function missGate(labels: Float64Array, own: Side, old: Side): ModelGate {
  const missed = (side: Side): number => labels.filter((label, at) => label === 1 && side.lowered[at] === true).length;
  const malicious = labels.reduce((sum, label) => sum + label, 0);
  const [a, b] = [missed(own), missed(old)];
  const worse = malicious === 0 ? 0 : (a - b) / malicious;
  return {
    gate: "misses",
    passed: malicious > 0 && worse <= MISS_WORSE_MAX,
    said: `ranks ${a} of ${malicious} true positives low, what serves now ${b}`,
  };
}

function precisionGate(labels: Float64Array, own: Side, old: Side): ModelGate {
  const [a, b] = [averagePrecision(labels, own.scores), averagePrecision(labels, old.scores)];
  return {
    gate: "average precision",
    passed: a >= b,
    said: `${a.toFixed(3)}, what serves now ${b.toFixed(3)}, on ${labels.length} verdicts`,
  };
}

interface Pair {
  readonly own: Float64Array;
  readonly old: Float64Array;
}

function betGate(labels: Float64Array, { own, old, evidence }: Pair & { readonly evidence: number }): ModelGate {
  const loss = (p: Float64Array, at: number): number => ((p[at] ?? 0) - (labels[at] ?? 0)) ** 2;
  const { highest, verdicts } = betOn(Array.from(labels, (_, at) => loss(old, at) - loss(own, at)));
  return {
    gate: "bet",
    passed: highest >= evidence,
    said: `wealth ${highest.toFixed(1)} of ${evidence} after ${verdicts} verdicts`,
  };
}

/** A perfectly calibrated model on so few rows has an error too: the gate is no stricter than that. */
function eceGate(labels: Float64Array, p: Float64Array, seed: number): ModelGate {
  const random = makeRandom(seed);
  const perfect = Array.from({ length: DRAWS }, () =>
    calibrationError(
      p.map((chance) => Number(random.next() < chance)),
      p,
    ),
  ).sort((a, b) => a - b);
  const allowed = Math.max(ECE_MAX, perfect[Math.floor(DRAWS * 0.95)] ?? ECE_MAX);
  const ece = calibrationError(labels, p);
  return {
    gate: "calibration",
    passed: ece <= allowed,
    said: `error ${ece.toFixed(3)}, at most ${allowed.toFixed(3)} on ${labels.length} verdicts`,
  };
}

function segmentGate(
  rows: readonly VerdictRow[],
  labels: Float64Array,
  { own, old, seed }: Pair & { readonly seed: number },
): ModelGate {
  const members = new Map<string, number[]>();
  for (const [at, row] of rows.entries())
    for (const name of segmentsIn(row)) members.set(name, [...(members.get(name) ?? []), at]);
  const worse: string[] = [];
  let few = 0;
  for (const [name, all] of members) {
    const malicious = all.filter((at) => labels[at] === 1).length;
    if (all.length < SEGMENT_ROWS_MIN || malicious < SEGMENT_MALICIOUS_MIN) {
      few += 1;
      continue;
    }
    const loss = (p: Float64Array, at: number): number => ((p[at] ?? 0) - (labels[at] ?? 0)) ** 2;
    const gain = all.map((at) => loss(own, at) - loss(old, at));
    const mean = (at: Int32Array): number => at.reduce((sum, each) => sum + (gain[each] ?? 0), 0) / at.length;
    const { low } = bootstrap(gain.length, mean, { seed, draws: DRAWS });
    if (low > 0) worse.push(name);
  }
  return {
    gate: "segments",
    passed: worse.length === 0,
    said: `${worse.length === 0 ? "none" : worse.join(", ")} worse beyond chance; ${few} with too few verdicts to tell`,
  };
}
