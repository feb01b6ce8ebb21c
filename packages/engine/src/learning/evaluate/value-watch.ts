/**
 * One number over time: is this value, or this run of values, unlike what the same series did before?
 * Enters: instants and values, in order of time. Leaves: p, and what was expected.
 *
 * AV1. Causal: a value is judged before it is learnt. A value before the last one is refused.
 * AV2. Three questions: does it jump, is it unlike its hour of the day, and has the level moved. Each answer is ranked among
 *      its own last answers; p is their Cauchy combination.
 * AV3. A strange value is learnt cut to CUT widths: one spike must not widen what is usual, a lasting change must.
 * AV4. Memory is bounded: 24 hours, and RANKS answers of each question.
 */
import { combineP, type Ranks, ranksOf } from "../anomaly/combine.ts";

const HOUR = 3_600_000;
const HOURS = 24;
/** Values of an hour before its own level is believed. */
const HOUR_VALUES = 8;
const FAST = 0.2;
const SHORT = 0.05;
const SLOW = 0.005;
const CUT = 4;
const RANKS = 1_000;
/** Ranks are made anew so often: a tail does not move within so few values. */
const RERANK = 20;
/** Before so many values there is no judgement. */
const LEARN = 50;
const QUESTIONS = ["jump", "hour", "level"] as const;

export type Question = (typeof QUESTIONS)[number];

interface Moments {
  weight: number;
  mean: number;
  variance: number;
}

export interface ValueVerdict {
  /** 1 while there is too little to compare with. */
  readonly p: number;
  readonly expected: number;
  readonly strongest: Question;
}

export interface ValueSnapshot {
  readonly seen: number;
  readonly last: number;
  readonly fast: number;
  readonly short: number;
  readonly hours: readonly Moments[];
  readonly errors: Readonly<Record<Question, Moments>>;
  readonly answers: Readonly<Record<Question, readonly number[]>>;
}

export interface ValueWatch {
  observe(at: number, value: number): ValueVerdict;
  snapshot(): ValueSnapshot;
}

const moments = (): Moments => ({ weight: 0, mean: 0, variance: 0 });

export function makeValueWatch(from?: ValueSnapshot): ValueWatch {
  const hours = from?.hours.map((one) => ({ ...one })) ?? Array.from({ length: HOURS }, moments);
  const errors = structured(from?.errors, moments);
  const answers = structured<number[]>(from?.answers as Record<Question, number[]> | undefined, () => []);
  let { seen, last, fast, short } = from ?? { seen: 0, last: Number.NEGATIVE_INFINITY, fast: 0, short: 0 };
  let ranks: Partial<Record<Question, Ranks>> = rankAll(answers);
  const overall = moments();

  const observe = (at: number, value: number): ValueVerdict => {
    if (!(at >= last && Number.isFinite(value))) return { p: 1, expected: fast, strongest: "jump" };
    const slot = hours[Math.floor(at / HOUR) % HOURS] ?? overall;
    const settled = slot.weight >= HOUR_VALUES;
    const expected = seen === 0 ? value : settled ? slot.mean : fast;
    const raw: Record<Question, number> = { jump: seen === 0 ? 0 : value - fast, hour: value - expected, level: 0 };
    short += SHORT * (raw.hour - short);
    raw.level = short;
    const found = QUESTIONS.map((question) => {
      const error = errors[question];
      const width = Math.sqrt(error.variance);
      const z = width > 0 ? Math.abs(raw[question] - error.mean) / width : raw[question] === 0 ? 0 : CUT * 2;
      return { question, z, surprise: ranks[question]?.surprise(z) ?? 0 };
    });
    const verdict = judge(seen, found, expected);
    for (const { question, z } of found) {
      learn(errors[question], raw[question], SLOW);
      answers[question].push(z);
      if (answers[question].length > RANKS) answers[question].shift();
    }
    learn(slot, value, 1 / Math.min(slot.weight + 1, 200));
    fast = seen === 0 ? value : fast + FAST * (value - fast);
    seen += 1;
    last = at;
    if (seen % RERANK === 0) ranks = rankAll(answers);
    return verdict;
  };
  return { observe, snapshot: () => copied({ seen, last, fast, short, hours, errors, answers }) };
}

interface Answer {
  readonly question: Question;
  readonly surprise: number;
}

function judge(seen: number, found: readonly Answer[], expected: number): ValueVerdict {
  const strongest = found.reduce((best, one) => (one.surprise > best.surprise ? one : best)).question;
  const p = seen < LEARN ? 1 : combineP(found.map(({ surprise }) => Math.exp(-surprise)));
  return { p, expected, strongest };
}

/** Exponential forgetting; at first a plain mean, so that the first values do not weigh for ever. AV3. */
function learn(into: Moments, value: number, share: number): void {
  into.weight += 1;
  const step = Math.max(share, 1 / into.weight);
  const width = Math.sqrt(into.variance);
  const far = value - into.mean;
  const cut = into.weight > HOUR_VALUES && width > 0 ? Math.max(-CUT * width, Math.min(CUT * width, far)) : far;
  into.variance = (1 - step) * (into.variance + step * cut * cut);
  into.mean += step * cut;
}

const rankAll = (answers: Record<Question, number[]>): Partial<Record<Question, Ranks>> =>
  Object.fromEntries(QUESTIONS.map((question) => [question, ranksOf(Float64Array.from(answers[question]))]));

function structured<T>(from: Readonly<Record<Question, T>> | undefined, make: () => T): Record<Question, T> {
  const copy = from === undefined ? undefined : (JSON.parse(JSON.stringify(from)) as Record<Question, T>);
  return { jump: copy?.jump ?? make(), hour: copy?.hour ?? make(), level: copy?.level ?? make() };
}

const copied = (snapshot: ValueSnapshot): ValueSnapshot => JSON.parse(JSON.stringify(snapshot)) as ValueSnapshot;
