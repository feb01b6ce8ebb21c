/**
 * Times as logs write them -> milliseconds UTC. Enters: a JSON value. Leaves: an instant, or undefined when it is no time.
 *
 * T1. Text without a zone is UTC: the sources that omit it say so in their documentation.
 * T2. Fractions beyond milliseconds are cut, never rounded up into the next millisecond.
 * T3. Epoch numbers are told apart by size: seconds, ms, µs, ns, and Windows FILETIME (100 ns since 1601).
 * T4. No engine date parser is used: its reading of unusual text depends on the machine's zone.
 */
import type { Json } from "@cordon/model/json";
import { DAY, HOUR, type Instant, instant, MINUTE, SECOND } from "@cordon/model/time";

/** 0001-01-01 and 9999-12-31: outside of it a number is not a time, and ISO output would fail. */
const EARLIEST = -62_135_596_800_000;
const LATEST = 253_402_300_799_999;
/** From 1601 to 1970 in ms. */
const FILETIME_EPOCH_MS = 11_644_473_600_000;

export function parseTime(value: Json | undefined): Instant | undefined {
  if (typeof value === "number") return epoch(value);
  if (typeof value !== "string" || value.length < 8 || value.length > 64) return undefined;
  const text = value.charCodeAt(0) <= 32 || value.charCodeAt(value.length - 1) <= 32 ? value.trim() : value;
  return (
    isoLike(text) ?? clf(text) ?? numeric(text) ?? aspnet(text) ?? longMonth(text) ?? asctime(text) ?? slashed(text)
  );
}

function within(ms: number): Instant | undefined {
  const whole = Math.floor(ms);
  return whole >= EARLIEST && whole <= LATEST ? instant(whole) : undefined;
}

/** Below 10^8 a number is not taken as a time: 1973 and earlier are counters and ids far more often. */
function epoch(value: number): Instant | undefined {
  if (!(value >= 1e8)) return undefined;
  if (value < 1e11) return within(secondsToMs(value));
  if (value < 1e14) return within(value);
  if (value < 1e17) return within(value / 1e3);
  if (value < 1e18) return within(value / 1e4 - FILETIME_EPOCH_MS);
  return value < 1e20 ? within(value / 1e6) : undefined;
}

/** Zeek's 1591367999.305988 is 305 ms, also where the nearest double lies just below. */
const secondsToMs = (seconds: number): number => Math.floor(seconds * 1_000 + 1e-4);

function numeric(text: string): Instant | undefined {
  return /^\d{9,20}(\.\d{1,9})?$/.test(text) ? epoch(Number(text)) : undefined;
}

/** `Mon May 04 10:20:30.125456 2026`: C's asctime, with the fraction that Apache adds. */
function asctime(text: string): Instant | undefined {
  const found = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d(?:\.\d{1,9})?) (\d{4})$/.exec(text);
  const month = monthNumber(found?.[1] ?? "");
  if (found === null || month === 0) return undefined;
  return isoLike(`${found[4]}-${String(month).padStart(2, "0")}-${(found[2] ?? "").padStart(2, "0")}T${found[3]}Z`);
}

/** `/Date(1600000000000)/` of older Microsoft services. */
function aspnet(text: string): Instant | undefined {
  const found = /^\/?Date\((\d{9,15})/.exec(text);
  return found === null ? undefined : within(Number(found[1]));
}

/** Days since 1970-01-01 of a civil date (proleptic Gregorian). */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** `2024-01-15T10:30:45.123456789+01:00`, with space for `T`, `Z`, `UTC`, `+0100`, ` +0000`, `,` for the point, or date only. */
function isoLike(text: string): Instant | undefined {
  const year = digits(text, 0, 4);
  const mark = text.charCodeAt(4);
  if (year < 0 || (mark !== 45 && mark !== 47) || text.charCodeAt(7) !== mark) return undefined;
  const date = dateMs(year, digits(text, 5, 2), digits(text, 8, 2));
  if (date === undefined) return undefined;
  if (text.length === 10) return within(date);
  const gap = text.charCodeAt(10);
  if (gap !== 84 && gap !== 32 && gap !== 116 && gap !== 45) return undefined;
  return clock(text, 11, date);
}

function dateMs(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return daysFromCivil(year, month, day) * DAY;
}

/** `10:30:45[.frac][ ][zone]` at `at`. */
function clock(text: string, at: number, date: number): Instant | undefined {
  const hour = digits(text, at, 2);
  const minute = digits(text, at + 3, 2);
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || text.charCodeAt(at + 2) !== 58) return undefined;
  let ms = date + hour * HOUR + minute * MINUTE;
  let end = at + 5;
  if (text.charCodeAt(end) === 58) {
    const second = digits(text, end + 1, 2);
    if (second < 0 || second > 60) return undefined;
    ms += second * SECOND;
    end += 3;
  }
  const point = text.charCodeAt(end);
  if (point === 46 || point === 44) {
    end += 1;
    for (let scale = 100; isDigit(text.charCodeAt(end)); end += 1) {
      if (scale >= 1) ms += (text.charCodeAt(end) - 48) * scale;
      scale = Math.floor(scale / 10);
    }
  }
  const offset = zoneMs(text, end);
  return offset === undefined ? undefined : within(ms - offset);
}

function zoneMs(text: string, at: number): number | undefined {
  let i = at;
  while (text.charCodeAt(i) === 32) i += 1;
  if (i >= text.length) return 0;
  const rest = text.slice(i);
  if (rest === "Z" || rest === "z" || rest === "UTC" || rest === "GMT") return 0;
  const sign = rest.charCodeAt(0) === 43 ? 1 : rest.charCodeAt(0) === 45 ? -1 : 0;
  if (sign === 0) return undefined;
  const hours = digits(rest, 1, 2);
  const colon = rest.charCodeAt(3) === 58 ? 1 : 0;
  const minutes = rest.length === 3 ? 0 : digits(rest, 3 + colon, 2);
  const tail = rest.slice(rest.length === 3 ? 3 : 5 + colon).trim();
  const named = tail === "" || tail === "UTC" || tail === "GMT";
  return hours < 0 || hours > 18 || minutes < 0 || minutes > 59 || !named
    ? undefined
    : sign * (hours * HOUR + minutes * MINUTE);
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** 1..12, 0 when it is no month name. Full names are told by their first three letters. */
export function monthNumber(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

/** `10/Oct/2000:13:55:36 -0700`, with or without brackets. */
function clf(text: string): Instant | undefined {
  const start = text.charCodeAt(0) === 91 ? 1 : 0;
  if (text.charCodeAt(start + 2) !== 47 || text.charCodeAt(start + 6) !== 47) return undefined;
  const month = monthNumber(text.slice(start + 3, start + 6));
  const date = dateMs(digits(text, start + 7, 4), month, digits(text, start, 2));
  if (date === undefined || text.charCodeAt(start + 11) !== 58) return undefined;
  const end = text.endsWith("]") ? text.length - 1 : text.length;
  return clock(text.slice(0, end), start + 12, date);
}

/** `Oct 11 2024 22:14:15.003 [zone]` of CEF, `Tue, 15 Nov 1994 08:12:31 GMT` of mail and HTTP. */
function longMonth(text: string): Instant | undefined {
  const american = /^(?:[A-Za-z]{3,9},? +)?([A-Za-z]{3,9}) +(\d{1,2}),? +(\d{4}),? +(\d{1,2}:.+)$/.exec(text);
  const european =
    american ?? /^(?:[A-Za-z]{3,9}, +)?(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4}) +(\d{1,2}:.+)$/.exec(text);
  if (european === null) return undefined;
  const [, first = "", second = "", year = "", time = ""] = european;
  const [month, day] = american === null ? [second, first] : [first, second];
  const date = dateMs(Number(year), monthNumber(month), Number(day));
  return date === undefined ? undefined : clock(time.charCodeAt(1) === 58 ? `0${time}` : time, 0, date);
}

/** `6/30/2020 7:03:05 PM`, the American form that Windows exports use. */
function slashed(text: string): Instant | undefined {
  const found = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) +(\d{1,2})(:\d{2}:\d{2}(?:\.\d{1,9})?)(?: *([AaPp])\.?[Mm]\.?)?$/.exec(
    text,
  );
  if (found === null) return undefined;
  const date = dateMs(Number(found[3]), Number(found[1]), Number(found[2]));
  if (date === undefined) return undefined;
  const half = found[6]?.toLowerCase();
  const hour = half === undefined ? Number(found[4]) : (Number(found[4]) % 12) + (half === "p" ? 12 : 0);
  return clock(`${String(hour).padStart(2, "0")}${found[5] ?? ""}`, 0, date);
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Exactly `count` digits at `at`, -1 if there are not. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i += 1) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) return -1;
    value = value * 10 + code - 48;
  }
  return value;
}
