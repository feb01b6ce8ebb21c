/**
 * How often an entity showed each value of one kind (country, program, ...): decayed counts in one flat array, which is
 * small, is its own JSON, and comes back from it bit by bit.
 *
 * VC1. Counts halve in 30 days of the source's own time: a gap in the source does not age them.
 * VC2. One value adds at most `VALUE_PER_DAY` and all values together at most `ALL_PER_DAY` a day: no one teaches it fast.
 * VC3. At most `VALUES_MAX` values; the rarest leaves. A value that left is new again, and the novelty rate knows it.
 */
import { DAY } from "@cordon/model/time";

/** `[n, at, day, today, novel, draws, (value, count, today)...]` */
export type ValueCounts = number[];

export const HALF_LIFE = 30 * DAY;
export const VALUE_PER_DAY = 4;
const ALL_PER_DAY = 64;
const VALUES_MAX = 48;
const HEAD = 6;
const STEP = 3;

export const makeCounts = (at: number): ValueCounts => [0, at, Math.floor(at / DAY), 0, 0, 0];

/** Where a value stands, or -1; good until the next take. */
export function placeOf(counts: ValueCounts | undefined, value: number): number {
  if (counts === undefined) return -1;
  for (let i = HEAD; i < counts.length; i += STEP) if (counts[i] === value) return i;
  return -1;
}

export const countAt = (counts: ValueCounts | undefined, place: number): number =>
  place < 0 ? 0 : (counts?.[place + 1] ?? 0);

export const countOf = (counts: ValueCounts | undefined, value: number): number =>
  countAt(counts, placeOf(counts, value));

/** How often a value was taken on the day that runs. */
export const todayAt = (counts: ValueCounts, place: number): number => (place < 0 ? 0 : (counts[place + 2] ?? 0));

export const totalOf = (counts: ValueCounts | undefined): number => counts?.[0] ?? 0;

/** Chance that the next take is a value never shown before (Good-Turing over takes, both decayed). */
export const noveltyOf = (counts: ValueCounts): number => ((counts[4] ?? 0) + 0.5) / ((counts[5] ?? 0) + 1);

function age(counts: ValueCounts, at: number): void {
  const day = Math.floor(at / DAY);
  if (day <= (counts[2] ?? 0)) return;
  const factor = 2 ** (-Math.max(0, at - (counts[1] ?? at)) / HALF_LIFE);
  counts[0] = (counts[0] ?? 0) * factor;
  counts[1] = at;
  counts[2] = day;
  counts[3] = 0;
  counts[4] = (counts[4] ?? 0) * factor;
  counts[5] = (counts[5] ?? 0) * factor;
  for (let i = HEAD; i < counts.length; i += STEP) {
    counts[i + 1] = (counts[i + 1] ?? 0) * factor;
    counts[i + 2] = 0;
  }
}

/** One more sight of the value at `place`; false: the day's share is used up, nothing changed. */
export function takeAgain(counts: ValueCounts, place: number, at: number): boolean {
  age(counts, at);
  if ((counts[place + 2] ?? 0) >= VALUE_PER_DAY || (counts[3] ?? 0) >= ALL_PER_DAY) return false;
  counts[place + 1] = (counts[place + 1] ?? 0) + 1;
  counts[place + 2] = (counts[place + 2] ?? 0) + 1;
  counts[0] = (counts[0] ?? 0) + 1;
  counts[3] = (counts[3] ?? 0) + 1;
  counts[5] = (counts[5] ?? 0) + 1;
  return true;
}

/** The first sight of a value that stands nowhere; false as above. */
export function takeFirst(counts: ValueCounts, value: number, at: number): boolean {
  age(counts, at);
  if ((counts[3] ?? 0) >= ALL_PER_DAY) return false;
  if (counts.length >= HEAD + STEP * VALUES_MAX) dropRarest(counts);
  counts.push(value, 1, 1);
  counts[0] = (counts[0] ?? 0) + 1;
  counts[3] = (counts[3] ?? 0) + 1;
  counts[4] = (counts[4] ?? 0) + 1;
  counts[5] = (counts[5] ?? 0) + 1;
  return true;
}

function dropRarest(counts: ValueCounts): void {
  let rarest = HEAD;
  for (let i = HEAD + STEP; i < counts.length; i += STEP)
    if ((counts[i + 1] ?? 0) < (counts[rarest + 1] ?? 0)) rarest = i;
  counts[0] = Math.max(0, (counts[0] ?? 0) - (counts[rarest + 1] ?? 0));
  counts.splice(rarest, STEP);
}

/** What was taken in a confirmed incident is given back; a value with nothing left is forgotten. */
export function giveBack(counts: ValueCounts, value: number): void {
  const place = placeOf(counts, value);
  if (place < 0) return;
  const gone = Math.min(1, counts[place + 1] ?? 0);
  counts[0] = Math.max(0, (counts[0] ?? 0) - gone);
  counts[place + 1] = (counts[place + 1] ?? 0) - gone;
  if ((counts[place + 1] ?? 0) < 0.5) {
    counts[0] = Math.max(0, (counts[0] ?? 0) - (counts[place + 1] ?? 0));
    counts.splice(place, STEP);
  }
}

/** After a sudden change the past weighs a tenth. */
export function rebase(counts: ValueCounts): void {
  for (let i = HEAD; i < counts.length; i += STEP) counts[i + 1] = (counts[i + 1] ?? 0) / 10;
  for (const i of [0, 4, 5]) counts[i] = (counts[i] ?? 0) / 10;
}

/** Most frequent values, most frequent first. */
export function topOf(counts: ValueCounts | undefined, most: number): readonly number[] {
  if (counts === undefined) return [];
  if (most === 1) return counts.length === HEAD ? [] : [commonestOf(counts)];
  const pairs: (readonly [value: number, count: number])[] = [];
  for (let i = HEAD; i < counts.length; i += STEP) pairs.push([counts[i] ?? 0, counts[i + 1] ?? 0]);
  return pairs
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, most)
    .map(([value]) => value);
}

/** Values with their counts, oldest first. */
export function* valuesOf(counts: ValueCounts | undefined): Generator<readonly [value: number, count: number]> {
  if (counts === undefined) return;
  for (let i = HEAD; i < counts.length; i += STEP) yield [counts[i] ?? 0, counts[i + 1] ?? 0];
}

/** Of equals the smaller value, as above. */
function commonestOf(counts: ValueCounts): number {
  let best = HEAD;
  for (let i = HEAD + STEP; i < counts.length; i += STEP) {
    const more = (counts[i + 1] ?? 0) - (counts[best + 1] ?? 0);
    if (more > 0 || (more === 0 && (counts[i] ?? 0) < (counts[best] ?? 0))) best = i;
  }
  return counts[best] ?? 0;
}
