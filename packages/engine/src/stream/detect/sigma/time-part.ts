/** Numbers taken out of date values: components as written in ISO-like text (no time-zone conversion), epoch numbers in UTC. */

export const TIME_PARTS = ["minute", "hour", "day", "week", "month", "year"] as const;
export type TimePart = (typeof TIME_PARTS)[number];

const RANGES: Readonly<Record<TimePart, readonly [from: number, to: number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [0, 9_999],
};

/** Whether some date has this part. */
export function possible(part: TimePart, number: number): boolean {
  const [from, to] = RANGES[part];
  return Number.isInteger(number) && number >= from && number <= to;
}

interface Written {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number | undefined;
  readonly minute: number | undefined;
}

const ISO =
  /^\s*(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?\s*$/i;
/** Shorter numbers are not epochs of our time (10 digits: seconds since 2001). */
const EPOCH = /^\d{9,19}(\.\d+)?$/;
const DAY_MS = 86_400_000;

/** Undefined when the value holds no date, or none of that precision. */
export function timePart(part: TimePart, text: string): number | undefined {
  const at = written(text);
  if (at === undefined) return undefined;
  switch (part) {
    case "minute":
      return at.minute;
    case "hour":
      return at.hour;
    case "day":
      return at.day;
    case "month":
      return at.month;
    case "year":
      return at.year;
    case "week":
      return isoWeek(at);
  }
}

function written(text: string): Written | undefined {
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [year = 0, month = 0, day = 0] = iso.slice(1, 4).map(Number);
    if (!isDay(year, month, day)) return undefined;
    const [hour, minute] = [iso[4], iso[5]].map((digits) => (digits === undefined ? undefined : Number(digits)));
    if ((hour ?? 0) > 23 || (minute ?? 0) > 59) return undefined;
    return { year, month, day, hour, minute };
  }
  if (!EPOCH.test(text)) return undefined;
  const date = new Date(epochMs(Number(text)));
  if (Number.isNaN(date.getTime())) return undefined;
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}

/** 2026-02-31 is no day. */
function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Seconds, milliseconds, microseconds or nanoseconds, told apart by their size. */
function epochMs(value: number): number {
  if (value < 1e11) return value * 1_000;
  if (value < 1e14) return value;
  return value < 1e17 ? value / 1e3 : value / 1e6;
}

/** Week 1 holds the year's first Thursday; 53 weeks are possible. */
function isoWeek({ year, month, day }: Written): number {
  const at = Date.UTC(year, month - 1, day);
  const weekday = (new Date(at).getUTCDay() + 6) % 7;
  const thursday = at + (3 - weekday) * DAY_MS;
  const first = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return 1 + Math.floor((thursday - first) / (7 * DAY_MS));
}
