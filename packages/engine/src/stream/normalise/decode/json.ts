/**
 * One JSON value from text. Enters: text. Leaves: the value and remarks, or the reason why it is not JSON.
 *
 * J1. Integers of 2^53 and more stay as their decimal text; so do numbers that no double can hold.
 * J2. A duplicate key keeps its last value and leaves a remark. NaN and Infinity become null and leave a remark.
 * J3. Depth, member count and size are bounded; what is cut is named in a remark.
 * J4. Objects that follow each other with nothing but white space between are a list.
 * J5. `__proto__` is an ordinary own key. Nothing throws.
 *
 * Three ways, each for what the one before does not vouch for. The native parser alone, where a look at the colons shows that
 * no key can have come twice and no number is beyond what a double holds. Then one scan over the text, which finds integers that
 * have to be quoted first. Last the slow parser below, which knows all rules.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { DEPTH_MAX, EVENT_CHARS_MAX, FIELDS_MAX, LIST_EVENTS_MAX, setOwn } from "./decoded.ts";
import { parsePlain } from "./json-plain.ts";

type JsonResult =
  | { readonly kind: "value"; readonly value: Json; readonly remarks: readonly string[] }
  | { readonly kind: "not-json"; readonly reason: string };

const NO_REMARKS: readonly string[] = [];

export function decodeJson(text: string): JsonResult {
  const value = parsePlain(text) ?? parseScanned(text);
  return value === undefined ? parseSlowly(text) : { kind: "value", value, remarks: NO_REMARKS };
}

function parseScanned(text: string): Json | undefined {
  const longIntegers: number[] = [];
  const members = plainMembers(text, longIntegers);
  if (members < 0) return undefined;
  try {
    const value = JSON.parse(longIntegers.length === 0 ? text : withQuotes(text, longIntegers)) as Json;
    return countMembers(value) === members ? value : undefined;
  } catch {
    return undefined; // The slow parser names the place, or repairs it.
  }
}

/** Digits that every double can hold. */
const SAFE_DIGITS = 15;

/** Number of members if the text needs no special care, else -1. Starts and ends of unsafe integers are collected. */
function plainMembers(text: string, longIntegers: number[]): number {
  if (text.length > EVENT_CHARS_MAX) return -1;
  let members = 0;
  let elements = 0;
  let depth = 0;
  let digits = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      digits += 1;
      if (digits <= SAFE_DIGITS) continue;
      const end = endOfLongNumber(text, i - SAFE_DIGITS, longIntegers);
      if (end < 0) return -1;
      i = end - 1;
      digits = 0;
      continue;
    }
    // An exponent may make a number that no double holds.
    if (digits > 0 && (code | 32) === 101) return -1;
    digits = 0;
    if (code === 34) {
      i = endOfString(text, i);
      if (i < 0) return -1;
    } else if (code === 58) {
      members += 1;
    } else if (code === 44) {
      elements += 1;
    } else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > DEPTH_MAX) return -1;
    } else if (code === 125 || code === 93) {
      depth -= 1;
    }
  }
  return elements >= FIELDS_MAX ? -1 : members;
}

/** End of an integer of 16 digits or more, noted if no double holds it; -1 for fractions and whatever is no plain integer. */
function endOfLongNumber(text: string, first: number, longIntegers: number[]): number {
  let end = first + SAFE_DIGITS + 1;
  while (text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end += 1;
  const start = text.charCodeAt(first - 1) === 45 ? first - 1 : first;
  const whole = text.charCodeAt(first) !== 48 && isGap(text, start - 1) && isGap(text, end);
  if (!whole) return -1;
  if (!Number.isSafeInteger(Number(text.slice(start, end)))) longIntegers.push(start, end);
  return end;
}

/** A place where a number may begin or end: punctuation of lists and members, white space, the ends of the text. */
function isGap(text: string, at: number): boolean {
  return at < 0 || at >= text.length || ":,[]} \t\n\r".includes(text[at] ?? "");
}

function withQuotes(text: string, longIntegers: readonly number[]): string {
  let quoted = "";
  let from = 0;
  for (const [i, at] of longIntegers.entries()) {
    quoted += `${text.slice(from, at)}"`;
    from = at;
    if (i === longIntegers.length - 1) quoted += text.slice(from);
  }
  return quoted;
}

/** Index of the closing quote of the string that opens at `start`, -1 if there is none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && text.charCodeAt(end - 1) === 92) {
    let backslashes = 1;
    while (text.charCodeAt(end - 1 - backslashes) === 92) backslashes += 1;
    if (backslashes % 2 === 0) break;
    end = text.indexOf('"', end + 1);
  }
  return end;
}

function countMembers(value: Json): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countMembers(item);
    return count;
  }
  const object = value as JsonObject;
  for (const key in object) {
    count += 1;
    const member = object[key];
    if (typeof member === "object" && member !== null) count += countMembers(member);
  }
  return count;
}

interface Cursor {
  readonly text: string;
  at: number;
  fields: number;
  chars: number;
  dropped: number;
  readonly remarks: Set<string>;
}

class NotJson extends Error {}

function parseSlowly(text: string): JsonResult {
  const cursor: Cursor = { text, at: 0, fields: 0, chars: EVENT_CHARS_MAX, dropped: 0, remarks: new Set() };
  try {
    const first = parseValue(cursor, 0, true);
    skipSpace(cursor);
    const value = isJsonObject(first) && text[cursor.at] === "{" ? withFollowers(cursor, first) : first;
    if (cursor.at < text.length) return { kind: "not-json", reason: `text after the JSON value at ${cursor.at}` };
    if (cursor.dropped > 0) cursor.remarks.add(`cut: ${cursor.dropped} fields beyond ${FIELDS_MAX}`);
    return { kind: "value", value, remarks: [...cursor.remarks] };
  } catch (error) {
    if (error instanceof NotJson) return { kind: "not-json", reason: error.message };
    throw error;
  }
}

/** Objects one behind the other, as delivery streams write them, are a list; each has its own limits. */
function withFollowers(cursor: Cursor, first: JsonObject): Json {
  const items: Json[] = [first];
  while (cursor.text[cursor.at] === "{" && items.length < LIST_EVENTS_MAX) {
    cursor.fields = 0;
    cursor.chars = EVENT_CHARS_MAX;
    items.push(parseValue(cursor, 0));
    skipSpace(cursor);
  }
  return items;
}

function fail(cursor: Cursor, what: string): never {
  throw new NotJson(`${what} at ${cursor.at}`);
}

function skipSpace(cursor: Cursor): void {
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return;
    cursor.at += 1;
  }
}

/** `isList`: an array here is a list of events, each with its own limits. */
function parseValue(cursor: Cursor, depth: number, isList = false): Json {
  skipSpace(cursor);
  const first = cursor.text[cursor.at];
  if (first === undefined) fail(cursor, "end of text where a value is due");
  if (first === '"') return parseString(cursor);
  if (first === "{" || first === "[") {
    if (depth >= DEPTH_MAX) return cutDeep(cursor);
    return first === "{" ? parseObject(cursor, depth) : parseArray(cursor, depth, isList);
  }
  return parseBare(cursor);
}

/** Text kept of what lies too deep. */
const DEEP_TEXT_MAX = 1_024;

function cutDeep(cursor: Cursor): string {
  const start = cursor.at;
  let open = 0;
  do {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code === 34) cursor.at = endOfString(cursor.text, cursor.at);
    else if (code === 123 || code === 91) open += 1;
    else if (code === 125 || code === 93) open -= 1;
    if (cursor.at < 0 || cursor.at >= cursor.text.length) {
      cursor.at = cursor.text.length;
      fail(cursor, "unclosed value");
    }
    cursor.at += 1;
  } while (open > 0);
  cursor.remarks.add(`cut: values nested deeper than ${DEPTH_MAX}`);
  return cursor.text.slice(start, Math.min(cursor.at, start + DEEP_TEXT_MAX)).toWellFormed();
}

/** Members under which clouds list events; each event has its own limits. */
const LISTS: ReadonlySet<string> = new Set(
  "Records records logEvents items value events Events entries Findings findings".split(" "),
);

function parseObject(cursor: Cursor, depth: number): JsonObject {
  const object: Record<string, Json> = {};
  cursor.at += 1;
  skipSpace(cursor);
  if (take(cursor, "}")) return object;
  for (;;) {
    skipSpace(cursor);
    if (cursor.text[cursor.at] !== '"') fail(cursor, "no key");
    const key = parseString(cursor);
    skipSpace(cursor);
    if (!take(cursor, ":")) fail(cursor, "no colon");
    const value = parseValue(cursor, depth + 1, depth === 0 && LISTS.has(key));
    if (Object.hasOwn(object, key))
      cursor.remarks.add(`duplicate key ${JSON.stringify(key.slice(0, 60))}: the last value was kept`);
    if (admit(cursor)) setOwn(object, key, value);
    skipSpace(cursor);
    if (take(cursor, "}")) return object;
    if (!take(cursor, ",")) fail(cursor, "no comma between members");
  }
}

function parseArray(cursor: Cursor, depth: number, isList: boolean): Json {
  const items: Json[] = [];
  cursor.at += 1;
  skipSpace(cursor);
  if (take(cursor, "]")) return items;
  for (;;) {
    skipSpace(cursor);
    if (isList && cursor.text[cursor.at] === "{" && items.length < LIST_EVENTS_MAX) {
      cursor.fields = 0;
      cursor.chars = EVENT_CHARS_MAX;
    }
    const value = parseValue(cursor, depth + 1);
    if (admit(cursor)) items.push(value);
    skipSpace(cursor);
    if (take(cursor, "]")) return items;
    if (!take(cursor, ",")) fail(cursor, "no comma between elements");
  }
}

function admit(cursor: Cursor): boolean {
  cursor.fields += 1;
  if (cursor.fields <= FIELDS_MAX) return true;
  cursor.dropped += 1;
  return false;
}

function take(cursor: Cursor, char: string): boolean {
  if (cursor.text[cursor.at] !== char) return false;
  cursor.at += 1;
  return true;
}

function parseString(cursor: Cursor): string {
  const end = endOfString(cursor.text, cursor.at);
  if (end < 0) fail(cursor, "unclosed string");
  const source = cursor.text.slice(cursor.at, end + 1);
  let value: string;
  try {
    value = JSON.parse(source) as string;
  } catch {
    value = source.slice(1, -1);
    cursor.remarks.add("a string with raw control characters or bad escapes was kept as written");
  }
  cursor.at = end + 1;
  if (value.length > cursor.chars) {
    cursor.remarks.add(`cut: text beyond ${EVENT_CHARS_MAX} characters`);
    value = value.slice(0, cursor.chars).toWellFormed();
  }
  cursor.chars -= value.length;
  return value;
}

const BARE_END = /[\s,\]}:"[{]/g;
const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ["true", true],
  ["false", false],
  ["null", null],
]);
const NOT_NUMBERS = new Set(["NaN", "nan", "Infinity", "-Infinity", "undefined"]);
const NUMBER = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

function parseBare(cursor: Cursor): Json {
  BARE_END.lastIndex = cursor.at;
  const end = BARE_END.exec(cursor.text)?.index ?? cursor.text.length;
  const word = cursor.text.slice(cursor.at, end);
  const known = WORDS.get(word);
  if (known === undefined && NOT_NUMBERS.has(word)) cursor.remarks.add(`${word} is no JSON value: read as null`);
  const value = known !== undefined ? known : NOT_NUMBERS.has(word) ? null : parseNumber(word);
  if (value === undefined) fail(cursor, `no JSON value`);
  cursor.at = end;
  return value;
}

function parseNumber(word: string): number | string | undefined {
  const shape = NUMBER.exec(word);
  if (shape === null) return undefined;
  const value = Number(word);
  if (!Number.isFinite(value)) return word;
  const integer = shape[1] === undefined && shape[2] === undefined;
  return integer && !Number.isSafeInteger(value) ? word : value;
}
