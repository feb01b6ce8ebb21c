/**
 * The two time formats of Windows as text, to the microsecond, as the other readers of these logs write them.
 * Written out by hand: `Date`'s own text costs five times as much and was a tenth of all decoding.
 */

/** Seconds from 1601 to 1970. */
const EPOCH_SECONDS = 11_644_473_600;
/** 9999-12-31T23:59:59: later values are markers such as "never", not times. */
const SECONDS_MAX = 253_402_300_799;
const TICKS_PER_SECOND = 10_000_000;
/** 2^32 ticks of 100 ns are 429 s and this many ticks. */
const HIGH_SECONDS = 429;
const HIGH_TICKS = 4_967_296;
const DAY_SECONDS = 86_400;

const PAIRS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, "0"));

interface Moment {
  /** Since 1970; negative before. */
  readonly seconds: number;
  readonly ticks: number;
}

/** Exact although the 64-bit count does not fit a number: split before it is multiplied. Undefined after the year 9999. */
function moment(low: number, high: number): Moment | undefined {
  const rest = high * HIGH_TICKS + low;
  const seconds = high * HIGH_SECONDS + Math.floor(rest / TICKS_PER_SECOND) - EPOCH_SECONDS;
  return seconds > SECONDS_MAX ? undefined : { seconds, ticks: rest % TICKS_PER_SECOND };
}

/** Milliseconds since 1970, or undefined where the value is no time that a calendar shows. */
export function filetimeMs(low: number, high: number): number | undefined {
  const at = moment(low, high);
  return at === undefined ? undefined : at.seconds * 1_000 + Math.floor(at.ticks / 10_000);
}

/** `2025-11-27T07:40:10.165324Z`; a count of ticks beyond the calendar stays a decimal count. */
export function filetimeText(low: number, high: number): string {
  const at = moment(low, high);
  if (at === undefined) return ((BigInt(high) << 32n) | BigInt(low)).toString();
  const day = Math.floor(at.seconds / DAY_SECONDS);
  const second = at.seconds - day * DAY_SECONDS;
  const micros = Math.floor(at.ticks / 10);
  const clock = `${pair(second / 3_600)}:${pair((second / 60) % 60)}:${pair(second % 60)}`;
  return `${dateText(day)}T${clock}.${pair(micros / 10_000)}${pair((micros / 100) % 100)}${pair(micros % 100)}Z`;
}

/**
 * Days since 1970 -> `YYYY-MM-DD` in the Gregorian calendar. Years are counted from March, so that the leap day is the
 * last day of its year, in eras of 400 years, which all have the same 146,097 days.
 */
function dateText(day: number): string {
  const sinceMarch = day + 719_468;
  const era = Math.floor(sinceMarch / 146_097);
  const dayOfEra = sinceMarch - era * 146_097;
  const leaps = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const date = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return `${pair(year / 100)}${pair(year % 100)}-${pair(month)}-${pair(date)}`;
}

/** SYSTEMTIME: eight u16: year, month, day of week, day, hour, minute, second, millisecond. Undefined when out of range. */
export function systemtimeText(fields: readonly number[]): string | undefined {
  const [year = 0, month = 0, , day = 0, hour = 0, minute = 0, second = 0, milli = 0] = fields;
  const inCalendar = year <= 9_999 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!inCalendar || hour > 23 || minute > 59 || second > 59 || milli > 999) return undefined;
  const date = `${pair(year / 100)}${pair(year % 100)}-${pair(month)}-${pair(day)}`;
  return `${date}T${pair(hour)}:${pair(minute)}:${pair(second)}.${String(milli).padStart(3, "0")}000Z`;
}

function pair(value: number): string {
  return PAIRS[Math.floor(value)] ?? "";
}
