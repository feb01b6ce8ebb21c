/**
 * How usual an hour of the week is for someone: counts of hours, smoothed over neighbouring hours and over days alike, and
 * backed by what the peers do. Flat, so that it is its own JSON: `[total, day, lastHour, (slot, count)...]`, slot = weekday x 24
 * + hour of the local clock, Sunday first.
 *
 * HW1. One hour of one day counts once, however many sign-ins it held.
 * HW2. Before 14 days a weekday is a weekday; after them each day has hours of its own, and days alike lend theirs.
 * HW3. Counts halve in 60 days.
 */
import { DAY, HOUR } from "@cordon/model/time";

export type HourCounts = number[];

const HEAD = 3;
const STEP = 2;
const HALF_LIFE_DAYS = 60;
const OWN_DAYS = 14;
/** What an hour lends to one `d` hours away: a bell of about an hour and a quarter. */
const NEAR = [1, 0.726, 0.278, 0.056, 0.006, 0.0003];
const NEAR_SUM = 1 + 2 * NEAR.slice(1).reduce((sum, each) => sum + each, 0);
/** What a day lends to another of its class, and the week to its end. */
const LIKE_DAY = 0.5;
const OTHER_CLASS = 0.03;
/** Width in hours for which a share is stated: a sign-in is as usual as the two hours around it. */
const WIDTH = 5;
/** Counts that the peers' habit is worth. */
const BACKING = 5;
/** Even where no peer was ever seen, a week has no impossible hour. */
const FLOOR = 1 / 168 / 10;

export const makeHours = (): HourCounts => [0, 0, -1];

export const slotOf = (local: number): number =>
  ((Math.floor(local / DAY) + 4) % 7) * 24 + Math.floor((local - Math.floor(local / DAY) * DAY) / HOUR);

const isWeekend = (slot: number): boolean => slot < 24 || slot >= 144;

/** Counts this hour; false when this hour of this day was counted before. */
export function takeHour(counts: HourCounts, local: number): boolean {
  const hour = Math.floor(local / HOUR);
  if (counts[2] === hour) return false;
  counts[2] = hour;
  addHour(counts, local);
  return true;
}

/** Counts this hour whatever was counted before: of a group, whose members count for themselves. */
export function addHour(counts: HourCounts, local: number): void {
  const day = Math.floor(local / DAY);
  if (day > (counts[1] ?? 0)) fade(counts, day);
  const slot = slotOf(local);
  counts[0] = (counts[0] ?? 0) + 1;
  for (let i = HEAD; i < counts.length; i += STEP) {
    if (counts[i] !== slot) continue;
    counts[i + 1] = (counts[i + 1] ?? 0) + 1;
    return;
  }
  counts.push(slot, 1);
}

function fade(counts: HourCounts, day: number): void {
  const before = counts[1] ?? 0;
  counts[1] = day;
  if (before === 0) return;
  const factor = 0.5 ** ((day - before) / HALF_LIFE_DAYS);
  counts[0] = (counts[0] ?? 0) * factor;
  for (let i = HEAD; i < counts.length; i += STEP) counts[i + 1] = (counts[i + 1] ?? 0) * factor;
}

/** Takes one count of an hour back. */
export function giveHourBack(counts: HourCounts, local: number): void {
  const slot = slotOf(local);
  for (let i = HEAD; i < counts.length; i += STEP) {
    if (counts[i] !== slot) continue;
    const gone = Math.min(1, counts[i + 1] ?? 0);
    counts[i + 1] = (counts[i + 1] ?? 0) - gone;
    counts[0] = Math.max(0, (counts[0] ?? 0) - gone);
  }
}

/** Share of sign-ins that fall around this hour on days like this, by the own counts and the peers'. */
export function usualShare(
  own: HourCounts,
  peers: HourCounts,
  { local, days }: { readonly local: number; readonly days: number },
): number {
  const slot = slotOf(local);
  const lending = days < OWN_DAYS ? LENDING_YOUNG : LENDING;
  const total = own[0] ?? 0;
  const mine = total * densityAt(own, slot, lending);
  return Math.min(
    1,
    (WIDTH * (mine + BACKING * Math.max(FLOOR, densityAt(peers, slot, LENDING_YOUNG)))) / (total + BACKING),
  );
}

/** Counts within two hours on a day of the same class, as one would count them by hand. */
export function nearOf(counts: HourCounts, local: number): number {
  const slot = slotOf(local);
  let sum = 0;
  for (let i = HEAD; i < counts.length; i += STEP) {
    const other = counts[i] ?? 0;
    if (isWeekend(other) === isWeekend(slot) && apart(other, slot) <= 2) sum += counts[i + 1] ?? 0;
  }
  return sum;
}

const apart = (a: number, b: number): number => {
  const off = Math.abs((a % 24) - (b % 24));
  return Math.min(off, 24 - off);
};

const WEEK = 168;

/** What each hour of the week lends to each other one: `[to * 168 + from]`. */
function lendingOf(like: number): Float64Array {
  const table = new Float64Array(WEEK * WEEK);
  for (let to = 0; to < WEEK; to += 1) {
    for (let from = 0; from < WEEK; from += 1) {
      const near = (NEAR[apart(from, to)] ?? 0) / NEAR_SUM;
      const same = isWeekend(from) === isWeekend(to);
      const day = Math.floor(from / 24) === Math.floor(to / 24) ? 1 : same ? like : OTHER_CLASS;
      table[to * WEEK + from] = near * day;
    }
  }
  return table;
}
const LENDING_YOUNG = lendingOf(1);
const LENDING = lendingOf(LIKE_DAY);

function densityAt(counts: HourCounts, slot: number, lending: Float64Array): number {
  const total = counts[0] ?? 0;
  if (total <= 0) return 0;
  const row = slot * WEEK;
  let sum = 0;
  for (let i = HEAD; i < counts.length; i += STEP) sum += (counts[i + 1] ?? 0) * (lending[row + (counts[i] ?? 0)] ?? 0);
  return sum / total;
}
