/** The two time formats of Windows as text, to the microsecond, as the other readers of these logs write them. */

/** Seconds from 1601 to 1970. */
const EPOCH_SECONDS = 11_644_473_600;
/** 9999-12-31T23:59:59: later values are markers such as "never", not times. */
const SECONDS_MAX = 253_402_300_799;
const TICKS_PER_SECOND = 10_000_000;
/** 2^32 ticks of 100 ns are 429 s and this many ticks. */
const HIGH_SECONDS = 429;
const HIGH_TICKS = 4_967_296;

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
  const micros = Math.floor(at.ticks / 10);
  return `${new Date(at.seconds * 1_000).toISOString().slice(0, 19)}.${digits(micros, 6)}Z`;
}

/** SYSTEMTIME: eight u16: year, month, day of week, day, hour, minute, second, millisecond. Undefined when out of range. */
export function systemtimeText(fields: readonly number[]): string | undefined {
  const [year = 0, month = 0, , day = 0, hour = 0, minute = 0, second = 0, milli = 0] = fields;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59 || milli > 999) {
    return undefined;
  }
  const date = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
  return `${date}T${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}.${digits(milli, 3)}000Z`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, "0");
}
