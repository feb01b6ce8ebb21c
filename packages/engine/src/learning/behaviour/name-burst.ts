/**
 * Are the names that a host asked for within a window a burst of generated ones? What counts is how many there are beside
 * what as many ordinary names give: a fixed number would accuse whoever asks for much.
 *
 * Enters: how many different names the host had never asked for before, how many of them look generated, do not exist, or both;
 * and the rates of each among ordinary names. Leaves: the kind of burst and its chance, or undefined.
 * NB1. Where ordinary names are odd, missing and both no more often than the rates say, the chance that a window is ever
 *      called a burst, at whichever of its names, is at most `WINDOW_CHANCE`, whether it has 12 names or 5,000. For `generated`
 *      each name stands for itself; for the other two, shares differ from window to window (beta-binomial).
 * NB2. Rates may be too high without harm to NB1: then less is found. They are never taken lower than `RATES_LEAST`.
 * NB3. Where a window's other names are often missing or odd by themselves, names that are both are expected as often as that gives.
 */
import { logGamma } from "../drift/gamma.ts";

export interface NameCounts {
  readonly asked: number;
  readonly both: number;
  /** Look generated, and exist or are not known not to. */
  readonly odd: number;
  /** Do not exist, and look ordinary. */
  readonly missing: number;
}

export interface NameRates {
  readonly both: number;
  /** Of all names, whether they exist or not; `missing` alike. */
  readonly odd: number;
  readonly missing: number;
}

export interface NameBurst {
  /** Odd names that do not exist; odd ones that do, and are most of all; names of words that do not exist. */
  readonly kind: "generated" | "flood" | "words";
  readonly p: number;
  /** How many an ordinary window of this size has. */
  readonly expected: number;
}

export const WINDOW_CHANCE = 2.5e-5;
/** Each look; a window is looked at after each of its names, and in three ways. */
const TAIL = 5e-7;
/** Deviations; at the least tail that is looked for there are more than four, also of counts that are not skewed. */
const NEAR = 4;
/** Of an organisation whose names are not known yet: real names of projects and trackers, of which a tenth does not exist. */
export const RATES_FIRST: NameRates = { both: 0.015, odd: 0.15, missing: 0.1 };
export const RATES_LEAST: NameRates = { both: 0.004, odd: 0.05, missing: 0.02 };
/** Names that are odd are missing more often than others even where nothing is wrong: trackers that are gone or blocked. */
const TOGETHER = 2;
/** Names that the rates are worth beside those of the window. */
const BACKING = 30;
const BOTH_MIN = 8;
const ODD_MIN = 15;
const MISSING_MIN = 24;
/** Names that the rate of a window is worth: shares of odd names differ by who writes, missing ones by what is out of order. */
const ODD_ALIKE = 20;
const MISSING_ALIKE = 10;

export function burstOf(counts: NameCounts, rates: NameRates): NameBurst | undefined {
  const { both, odd, missing } = counts;
  const asked = Math.max(Math.round(counts.asked), both + odd + missing);
  const bursts = [
    judged("generated", both, BOTH_MIN, { asked, rate: bothRate(counts, rates) }),
    judged("flood", both + odd, ODD_MIN, { asked, rate: rates.odd, alike: ODD_ALIKE }),
    judged("words", both + missing, MISSING_MIN, { asked, rate: rates.missing, alike: MISSING_ALIKE }),
  ];
  return bursts.find((burst) => burst !== undefined);
}

interface Ordinary {
  readonly asked: number;
  readonly rate: number;
  readonly alike?: number;
}

function judged(kind: NameBurst["kind"], count: number, least: number, ordinary: Ordinary): NameBurst | undefined {
  const { asked, rate } = ordinary;
  const expected = asked * rate;
  // So near to what is expected no tail is as small as `TAIL`: most looks end here.
  if (count < least || count <= expected + NEAR * Math.sqrt(expected * (1 - rate))) return undefined;
  const p = tailOf(count, ordinary);
  return p > TAIL ? undefined : { kind, p, expected };
}

/** As often as the rate says, or as the other names of the window being odd and being missing give together (NB3). */
function bothRate({ asked, odd, missing, both }: NameCounts, rates: NameRates): number {
  const plain = Math.max(0, asked - odd - missing - both);
  const oddShare = (odd + BACKING * rates.odd) / (odd + plain + BACKING);
  const missingShare = (missing + BACKING * rates.missing) / (missing + plain + BACKING);
  return Math.min(0.9, Math.max(rates.both, TOGETHER * oddShare * missingShare));
}

/** P(X >= count): binomial, or beta-binomial where the names of a window are alike. */
function tailOf(count: number, { asked, rate, alike }: Ordinary): number {
  const [a, b] = alike === undefined ? [0, 0] : [alike * rate, alike * (1 - rate)];
  const choose = logGamma(asked + 1) - logGamma(count + 1) - logGamma(asked - count + 1);
  const first =
    alike === undefined
      ? choose + count * Math.log(rate) + (asked - count) * Math.log1p(-rate)
      : choose + logBeta(a + count, b + asked - count) - logBeta(a, b);
  let term = Math.exp(first);
  let sum = 0;
  for (let k = count; k <= asked && term > sum * 1e-9; k += 1) {
    sum += term;
    const more = (asked - k) / (k + 1);
    term *= alike === undefined ? (more * rate) / (1 - rate) : (more * (a + k)) / (b + asked - k - 1);
  }
  return Math.min(1, sum);
}

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);
