/**
 * JSON in all the ways logs are written: one object a line, objects one after another, pretty-printed objects, one array,
 * or a wrapper (`{"Records":[...]}`, `{"records":[...]}`, `{"value":[...]}`) whose elements are the records.
 * In: chunks. Out: one frame per value. It follows brackets and strings only; whether a value is valid JSON is the
 * decoder's question. Rules F1-F3: frame.ts.
 *
 * J1. Elements of arrays and wrappers leave one by one: a file that is one 2 GB array needs the memory of one element.
 * J2. In a file of lines a broken line costs that line only: it leaves as it is with `meta.broken`, the next is framed anew.
 * J3. What is not JSON leaves as a line of format `auto`.
 * J4. `position` is the line number in a file of lines, else the number of the value, from 1.
 *
 * Deliberately absent: the other members of a wrapper (a page token, a context URL) are not records and are skipped.
 */
import { type Frame, type Framer, isBlank, makeHeld, withoutReturn } from "./frame.ts";
import { makeWrapperWatch } from "./json-wrapper.ts";

const NEWLINE = 10;
const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
/** Nesting that is told apart; deeper brackets are only counted. */
const DEPTH_MAX = 1_024;

const isSpace = (byte: number): boolean => byte === 32 || byte === 9 || byte === 13;

/**
 * between: no value in progress; opening: after `[`, list or value not yet known; value: inside an object or array;
 * line: text up to the line's end; scalar: a bare element of a list; tail: the rest of a wrapper.
 */
type Place = "between" | "opening" | "value" | "line" | "scalar" | "tail";

export function makeJsonFramer(): Framer {
  const held = makeHeld();
  const watch = makeWrapperWatch();
  /** 1 = object, by depth. */
  const isObject = new Uint8Array(DEPTH_MAX);
  let place: Place = "between";
  let layout: "unknown" | "lines" | "values" = "unknown";
  let list: "none" | "array" | "wrapper" = "none";
  let inString = false;
  let escaped = false;
  let depth = 0;
  /** Last byte that was neither space nor within a string; QUOTE for a whole string. */
  let last = 0;
  let atLineStart = true;
  let chunkOffset = 0;
  let line = 1;
  let count = 0;
  let startOffset = 0;
  let startLine = 1;
  /** Where the frame in progress begins in this chunk; what lay in earlier chunks is in `held`. */
  let from = 0;
  let out: Frame[] = [];

  const begin = (next: Place, at: number): void => {
    place = next;
    from = at;
    startOffset = chunkOffset + at;
    startLine = line;
    inString = false;
    escaped = false;
    depth = 0;
  };
  const emit = (chunk: Uint8Array, end: number, kind: "json" | "auto", broken?: string): void => {
    held.add(chunk.subarray(from, end));
    const { bytes, cut } = held.take();
    const body = withoutReturn(bytes);
    place = "between";
    if (isBlank(body)) return;
    count += 1;
    const position = layout === "lines" && list === "none" ? startLine : count;
    const remarks = { ...(cut ? { cut } : {}), ...(broken ? { broken } : {}) };
    const meta = cut || broken ? { meta: remarks } : {};
    out.push({ bytes: body, offset: startOffset, position, format: kind, ...meta });
  };

  const between = (chunk: Uint8Array, at: number): number => {
    const byte = chunk[at] ?? 0;
    if (byte === NEWLINE) {
      line += 1;
      if (layout === "unknown" && count > 0 && list === "none") layout = "lines";
      return at + 1;
    }
    if (isSpace(byte) || byte === COMMA) return at + 1;
    if (list !== "none" && byte === CLOSE_ARRAY) {
      place = list === "wrapper" ? "tail" : "between";
      depth = 1;
      list = "none";
      return at + 1;
    }
    if (byte === OPEN_OBJECT) {
      begin("value", at);
      watch.begin(list === "none");
      return at;
    }
    if (byte === OPEN_ARRAY) begin(list === "none" ? "opening" : "value", at);
    else begin(list === "none" ? "line" : "scalar", at);
    return byte === OPEN_ARRAY && list === "none" ? at + 1 : at;
  };

  /** After a `[`: an object or an end makes it a list, a JSON value makes it a value, anything else text. */
  const opening = (chunk: Uint8Array, at: number): number => {
    const byte = chunk[at] ?? 0;
    if (isSpace(byte) || byte === NEWLINE) {
      if (byte === NEWLINE) line += 1;
      return at + 1;
    }
    if (byte === OPEN_OBJECT || byte === CLOSE_ARRAY) {
      held.take();
      list = "array";
      layout = layout === "lines" ? "lines" : "values";
      place = "between";
      return at;
    }
    const value = byte === OPEN_ARRAY || byte === QUOTE || byte === 45 || (byte >= 48 && byte <= 57);
    place = value || byte === 116 || byte === 102 || byte === 110 ? "value" : "line";
    depth = 1;
    isObject[1] = 0;
    return at;
  };

  const value = (chunk: Uint8Array, start: number): number => {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
        else if (byte === NEWLINE && newline(chunk, at, true)) return at;
        if (watch.open) watch.text(byte, inString);
        continue;
      }
      if (isSpace(byte)) {
        atLineStart = false;
        continue;
      }
      if (byte === NEWLINE) {
        if (newline(chunk, at, false)) return at;
        continue;
      }
      if (watch.open && watch.mark(byte, depth)) return enterWrapper(at);
      if (byte === QUOTE) inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        if (atLineStart && byte === OPEN_OBJECT && misplaced()) {
          emit(chunk, at, "auto", "the value ends in its middle");
          layout = "unknown";
          return at;
        }
        depth += 1;
        if (depth < DEPTH_MAX) isObject[depth] = byte === OPEN_OBJECT ? 1 : 0;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        depth -= 1;
        if (depth === 0) {
          if (watch.emptyWrapper) return dropFrame(at);
          emit(chunk, at + 1, "json");
          return at + 1;
        }
      }
      last = byte;
      atLineStart = false;
    }
    return chunk.length;
  };

  /** An object at a line's start where JSON allows none: the value before it was never finished. */
  const misplaced = (): boolean => {
    if (depth === 0 || depth >= DEPTH_MAX || list !== "none") return false;
    return isObject[depth] === 1 ? last !== COLON : last !== COMMA && last !== OPEN_ARRAY;
  };

  /** True when the line's end is the value's end, because it is broken (J2). */
  const newline = (chunk: Uint8Array, at: number, withinString: boolean): boolean => {
    const broken = list === "none" && (layout === "lines" || withinString);
    if (broken) {
      emit(chunk, at, "auto", withinString ? "the line ends within a string" : "the line ends within a value");
      return true;
    }
    line += 1;
    atLineStart = true;
    if (layout === "unknown" && list === "none") layout = "values";
    return false;
  };

  const enterWrapper = (at: number): number => {
    held.take();
    place = "between";
    list = "wrapper";
    return at;
  };
  const dropFrame = (at: number): number => {
    held.take();
    place = "between";
    return at + 1;
  };

  const textLine = (chunk: Uint8Array, at: number): number => {
    const end = chunk.indexOf(NEWLINE, at);
    if (end < 0) return chunk.length;
    emit(chunk, end, "auto");
    return end;
  };

  const scalar = (chunk: Uint8Array, start: number): number => {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (escaped) escaped = false;
      else if (inString && byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) inString = !inString;
      else if (!inString && (byte === COMMA || byte === CLOSE_ARRAY || byte === NEWLINE)) {
        emit(chunk, at, "json");
        return at;
      }
    }
    return chunk.length;
  };

  const tail = (chunk: Uint8Array, start: number): number => {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === NEWLINE) line += 1;
      if (escaped) escaped = false;
      else if (inString && byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) inString = !inString;
      else if (!inString && (byte === OPEN_OBJECT || byte === OPEN_ARRAY)) depth += 1;
      else if (!inString && (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY)) depth -= 1;
      if (depth === 0) {
        place = "between";
        return at + 1;
      }
    }
    return chunk.length;
  };

  const steps: Record<Place, (chunk: Uint8Array, at: number) => number> = {
    between,
    opening,
    value,
    line: textLine,
    scalar,
    tail,
  };

  return {
    push(chunk) {
      out = [];
      from = 0;
      for (let at = 0; at < chunk.length; ) at = steps[place](chunk, at);
      if (place !== "between" && place !== "tail") held.add(chunk.subarray(from));
      chunkOffset += chunk.length;
      return out;
    },
    end() {
      out = [];
      from = 0;
      const nothing = new Uint8Array();
      if (place === "value") emit(nothing, 0, "auto", "the input ends within a value");
      else if (place === "line" || place === "opening") emit(nothing, 0, "auto");
      else if (place === "scalar") emit(nothing, 0, "json");
      return out;
    },
  };
}
