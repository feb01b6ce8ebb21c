/**
 * In which hours something is heard: of each hour of working days and of weekends the share of days with a sign of it, in one
 * text of 48 characters. What was missed is counted in expected hours, so that a quiet weekend is no silence.
 *
 * PR1. A share moves by an eighth a day at most: no outage of a day makes its hours unexpected, a month does.
 */
import { DAY, HOUR } from "@cordon/model/time";

/** 48 characters: hours of working days, then of weekends; each share in 64 steps from `0`. */
export type Presence = string;

const SLOTS = 48;
const STEPS = 63;
const ZERO = 48;
const MEMORY = 8;
/** More hours than this are not told one by one. */
const HOURS_MAX = 21 * 24;

/** Room for one call. */
const CODES: number[] = new Array<number>(SLOTS).fill(ZERO);

export const makePresence = (): Presence => "0".repeat(SLOTS);

const slotOf = (hour: number): number => {
  const weekday = (Math.floor((hour * HOUR) / DAY) + 4) % 7;
  return (weekday === 0 || weekday === 6 ? 24 : 0) + (((hour % 24) + 24) % 24);
};

const shareAt = (presence: Presence, slot: number): number => (presence.charCodeAt(slot) - ZERO) / STEPS;

/** Hours (since 1970) from after `last` to `now`: missed, but for `now`. `weeks`: what is known so far, for the first ones. */
export function hear(presence: Presence, last: number, now: number, days: number): Presence {
  const memory = Math.max(1, Math.min(MEMORY, days));
  const codes = CODES;
  for (let slot = 0; slot < SLOTS; slot += 1) codes[slot] = presence.charCodeAt(slot);
  for (let hour = Math.max(last + 1, now - HOURS_MAX); hour <= now; hour += 1) {
    const slot = slotOf(hour);
    const before = (codes[slot] ?? ZERO) - ZERO;
    const step = ((hour === now ? STEPS : 0) - before) / memory;
    // Steps away from nought, or the last eighth would never be gone.
    codes[slot] = ZERO + before + Math.sign(step) * Math.ceil(Math.abs(step));
  }
  return String.fromCharCode(...codes);
}

/** Expected signs in the whole hours between two hours, both excluded. */
export function missedBetween(presence: Presence, last: number, now: number): number {
  let missed = 0;
  for (let hour = Math.max(last + 1, now - HOURS_MAX); hour < now; hour += 1) missed += shareAt(presence, slotOf(hour));
  return missed;
}

/** Hours of a working day in which it is heard nearly always. */
export function restlessHours(presence: Presence, share: number): number {
  let count = 0;
  for (let slot = 0; slot < 24; slot += 1) if (shareAt(presence, slot) >= share) count += 1;
  return count;
}
