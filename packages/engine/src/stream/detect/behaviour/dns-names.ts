/**
 * How many names a host asked for that it had not asked for before, and what they were: counted within windows, not kept.
 *
 * Enters: one name at a time, with what is known of it. Leaves: the counts of the windows it falls into, for `burstOf`.
 * DN1. Two rows of windows, half a window apart: what takes half of one lies within one.
 * DN2. A window counts each name once: by one bit of 256 each, weighed by how full they are. When three quarters are set they
 *      begin anew, and names asked for again count again: then more are expected, not fewer.
 * DN3. Closed windows teach the host's rates, and by its first ones its peers'; one that was called a burst teaches nothing.
 */
import { MINUTE } from "@cordon/model/time";
import { type NameCounts, type NameRates, RATES_FIRST, RATES_LEAST } from "../../../learning/behaviour/name-burst.ts";
import type { Desk } from "./desk.ts";
import type { Remembered } from "./remembered.ts";

export const NAMES_SPAN = 10 * MINUTE;
const ROWS = 2;
const BITS = 256;
const BITS_MAX = 192;
const WORDS = BITS / 32;

/** `[asked, both, odd, missing]` not taught yet, then per row `[window, called, asked, both, odd, missing, set, bits...]`. */
const TAUGHT = 4;
const [WINDOW, CALLED, ASKED, BOTH, ODD, MISSING, SET, FIRST_BITS] = [0, 1, 2, 3, 4, 5, 6, 7];
const ROW = FIRST_BITS + WORDS;
/** New names that teach a rate at once: fewer say nothing about rare ones. */
const TEACHES = 100;
/** Rates are kept as names in a thousand. */
const SCALE = 1_000;

export interface NewName {
  readonly hash: number;
  readonly time: number;
  readonly odd: boolean;
  readonly missing: boolean;
  /** Counted within the window already, as one that exists or whose answer was not known yet. */
  readonly again: boolean;
}

export interface Counted extends NameCounts {
  /** Called a burst: it teaches nothing. */
  readonly call: () => void;
}

export function countName(about: Remembered, name: NewName, desk: Desk): readonly Counted[] {
  let tally = about.tallies.names;
  if (tally === undefined) {
    tally = Array.from({ length: TAUGHT + ROWS * ROW }, () => 0);
    about.tallies.names = tally;
  }
  const counted: Counted[] = [];
  for (let row = 0; row < ROWS; row += 1) {
    const from = TAUGHT + row * ROW;
    const window = windowAt(name.time, row);
    const open = tally[from + WINDOW] ?? 0;
    // Of a window that is over: it can be counted nowhere.
    if (window < open) continue;
    if (window > open) {
      if (row === 0) learn(about, tally, { desk, time: name.time });
      tally.fill(0, from, from + ROW);
      tally[from + WINDOW] = window;
    }
    if (add(tally, from, name) && (name.odd || name.missing)) counted.push(countsOf(tally, from));
  }
  return counted;
}

/** New names in a whole window, as fast as they come in those that run. */
export function paceOf(about: Remembered, time: number): number {
  const tally = about.tallies.names ?? [];
  let most = 0;
  for (let row = 0; row < ROWS; row += 1) {
    const from = TAUGHT + row * ROW;
    if (tally[from + WINDOW] !== windowAt(time, row)) continue;
    const gone = (time + (row * NAMES_SPAN) / ROWS) % NAMES_SPAN;
    most = Math.max(most, ((tally[from + ASKED] ?? 0) * NAMES_SPAN) / Math.max(MINUTE, gone));
  }
  return most;
}

const windowAt = (time: number, row: number): number => Math.floor((time + (row * NAMES_SPAN) / ROWS) / NAMES_SPAN);

const more = (tally: number[], place: number, by: number): void => {
  tally[place] = Math.max(0, (tally[place] ?? 0) + by);
};

/** False when it is nothing new for this window. */
function add(tally: number[], from: number, { hash, odd, missing, again }: NewName): boolean {
  if (again) {
    if (!missing || !isMarked(tally, from, hash)) return false;
    if (odd) more(tally, from + ODD, -1);
    more(tally, from + (odd ? BOTH : MISSING), 1);
    return true;
  }
  const fresh = mark(tally, from, hash);
  // Odd names are told apart by their own window, so that none is lost to a bit that another one set.
  more(tally, from + ASKED, odd || missing ? Math.max(1, fresh) : fresh);
  if (odd || missing) more(tally, from + (odd ? (missing ? BOTH : ODD) : MISSING), 1);
  return odd || missing || fresh > 0;
}

const placeOf = (from: number, bit: number): number => from + FIRST_BITS + (bit >>> 5);

const isMarked = (tally: number[], from: number, hash: number): boolean =>
  ((tally[placeOf(from, hash % BITS)] ?? 0) & (1 << (hash & 31))) !== 0;

/** For how many names the bit stands that is set now; 0 when it was set before. */
function mark(tally: number[], from: number, hash: number): number {
  const bit = hash % BITS;
  const place = placeOf(from, bit);
  const word = tally[place] ?? 0;
  const flag = 1 << (bit & 31);
  if ((word & flag) !== 0) return 0;
  const set = tally[from + SET] ?? 0;
  if (set >= BITS_MAX) {
    tally.fill(0, from + FIRST_BITS, from + ROW);
    tally[place] = flag >>> 0;
    tally[from + SET] = 1;
    return 1;
  }
  tally[place] = (word | flag) >>> 0;
  tally[from + SET] = set + 1;
  return BITS / (BITS - set);
}

const countsOf = (tally: number[], from: number): Counted => ({
  ...{ asked: tally[from + ASKED] ?? 0, both: tally[from + BOTH] ?? 0 },
  ...{ odd: tally[from + ODD] ?? 0, missing: tally[from + MISSING] ?? 0 },
  call: () => {
    for (let row = 0; row < ROWS; row += 1) tally[TAUGHT + row * ROW + CALLED] = 1;
  },
});

function learn(
  about: Remembered,
  tally: number[],
  { desk, time }: { readonly desk: Desk; readonly time: number },
): void {
  if (tally[TAUGHT + CALLED] === 1) return;
  for (const [i, place] of [ASKED, BOTH, ODD, MISSING].entries()) more(tally, i, tally[TAUGHT + place] ?? 0);
  const [asked = 0, both = 0, odd = 0, missing = 0] = tally;
  if (asked < TEACHES) return;
  tally.fill(0, 0, TAUGHT);
  desk.close(about, "names-both", (SCALE * both) / asked, time);
  desk.close(about, "names-odd", (SCALE * Math.min(asked, both + odd)) / asked, time);
  desk.close(about, "names-missing", (SCALE * Math.min(asked, both + missing)) / asked, time);
}

/** Rates of ordinary names, rather too high: by the host's past, backed by its peers'; before there is one no less than at first. */
export function ratesOf(about: Remembered, time: number, desk: Desk): NameRates {
  const share = (name: string, deviations: number): number => {
    const { mean, shape } = desk.expected(about, name, time);
    return Math.min(0.95, (mean + deviations * Math.sqrt(mean + (mean * mean) / shape)) / SCALE);
  };
  const least = (about.tallies["names-both"]?.[0] ?? 0) >= 1 ? RATES_LEAST : RATES_FIRST;
  return {
    both: Math.max(least.both, share("names-both", 2)),
    odd: Math.max(least.odd, share("names-odd", 1)),
    missing: Math.max(least.missing, share("names-missing", 1)),
  };
}
