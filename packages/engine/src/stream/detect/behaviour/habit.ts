/**
 * Sudden lasting change of one entity: another role, another team, another use of a machine.
 *
 * Each day's mean surprise of what it did (bits against its own counts) is compared with its own past days; Page-Hinkley on
 * these residuals asks whether the level moved for good. Then it is said once, and the past weighs a tenth from there on.
 *
 * BC1. One odd day is no change: a residual counts at most `RESIDUAL_MAX` widths, a change needs more than that.
 * BC2. An entity begins anew once in `REST`, and it is always counted: nobody makes others forget in silence. What peers and
 *      the organisation know stays.
 */
import { DAY } from "@cordon/model/time";
import { makePageHinkley } from "../../../learning/anomaly/change.ts";
import { rebase } from "../../../learning/behaviour/value-counts.ts";
import type { Desk } from "./desk.ts";
import type { Fact } from "./fact.ts";
import type { Remembered } from "./remembered.ts";
import type { Seen } from "./sight.ts";

/** Places in `tallies.habit`. */
const [DAY_AT, SIGHTS, BITS, DAYS, MEAN, SPREAD, WATCH] = [0, 1, 2, 3, 4, 5, 6];
const PLACES = 10;
/** A day with fewer sights says nothing about a habit. */
const SIGHTS_MIN = 8;
const DAYS_MIN = 14;
const MEMORY_DAYS = 30;
/** Days differ by this much at least, in bits; a change is more than a bit. */
const WIDTH_MIN = 0.2;
const RISE_MIN = 1;
const RESIDUAL_MAX = 5;
const DELTA = 0.75;
const LAMBDA = 10;
const REST = 30 * DAY;

/** Notes how surprising a sight was; on a new day the day before is judged. */
export function noteHabit(
  about: Remembered,
  seen: Seen,
  { fact, desk }: { readonly fact: Fact; readonly desk: Desk },
): void {
  const habit = about.tallies.habit ?? new Array<number>(PLACES).fill(0);
  about.tallies.habit = habit;
  const day = Math.floor(fact.time / DAY);
  if (day > (habit[DAY_AT] ?? 0)) {
    if ((habit[SIGHTS] ?? 0) >= SIGHTS_MIN) closeDay(about, habit, { fact, desk });
    habit[DAY_AT] = day;
    habit[SIGHTS] = 0;
    habit[BITS] = 0;
  }
  habit[SIGHTS] = (habit[SIGHTS] ?? 0) + 1;
  habit[BITS] = (habit[BITS] ?? 0) - Math.log2(Math.max(seen.probability, 1e-6));
}

function closeDay(
  about: Remembered,
  habit: number[],
  { fact, desk }: { readonly fact: Fact; readonly desk: Desk },
): void {
  const today = (habit[BITS] ?? 0) / Math.max(1, habit[SIGHTS] ?? 0);
  const days = (habit[DAYS] ?? 0) + 1;
  const mean = habit[MEAN] ?? 0;
  const width = Math.max(WIDTH_MIN, Math.sqrt(habit[SPREAD] ?? 0));
  const off = today - mean;
  const residual = days <= DAYS_MIN ? 0 : Math.max(-RESIDUAL_MAX, Math.min(RESIDUAL_MAX, off / width));
  habit[DAYS] = days;
  const step = 1 / Math.min(days, MEMORY_DAYS);
  const bounded = days <= DAYS_MIN ? off : residual * width;
  habit[MEAN] = mean + step * bounded;
  habit[SPREAD] = (1 - step) * ((habit[SPREAD] ?? 0) + step * bounded * bounded);
  if (days <= DAYS_MIN) return;
  const [n = 0, average = 0, up = 0, down = 0] = habit.slice(WATCH, PLACES);
  const watch = makePageHinkley({ delta: DELTA, lambda: LAMBDA, least: 1 }, { n, mean: average, up, down });
  const changed = watch.add(residual);
  const state = watch.snapshot();
  for (const [place, value] of [state.n, state.mean, state.up, state.down].entries()) habit[WATCH + place] = value;
  // Falling surprise is habit growing stronger.
  if (changed && off >= RISE_MIN) beginAnew(about, { fact, desk, usual: mean, today });
}

interface Changed {
  readonly fact: Fact;
  readonly desk: Desk;
  readonly usual: number;
  readonly today: number;
}

function beginAnew(about: Remembered, { fact, desk, usual, today }: Changed): void {
  const last = about.marks["habit-anew"];
  if (last !== undefined && fact.time - last < REST) return;
  about.marks["habit-anew"] = fact.time;
  for (const counts of Object.values(about.counts)) rebase(counts);
  about.tallies.habit = new Array<number>(PLACES).fill(0);
  const at = about.key.indexOf(":");
  desk.say({
    ...{
      detector: "changed-habit",
      about,
      fact,
      p: 2 ** -LAMBDA,
      basis: "own",
      n: about.n,
      mark: "habit",
      restMs: REST,
    },
    values: { who: about.key.slice(at + 1), today: today.toFixed(1), usual: usual.toFixed(1) },
  });
}
