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
import { type Frame, type Framer, type Held, isBlank, makeHeld, withoutReturn } from "./frame.ts";
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

/** What a byte outside of strings may mean; everything else only continues a value. */
const SPACE = 1;
const LINE_END = 2;
const STRING = 3;
const OPEN = 4;
const CLOSE = 5;
const KIND = new Uint8Array(256);
for (const byte of [9, 13, 32]) KIND[byte] = SPACE;
KIND[NEWLINE] = LINE_END;
KIND[QUOTE] = STRING;
for (const byte of [OPEN_ARRAY, OPEN_OBJECT]) KIND[byte] = OPEN;
for (const byte of [CLOSE_ARRAY, CLOSE_OBJECT]) KIND[byte] = CLOSE;

/**
 * between: no value in progress; opening: after `[`, list or value not yet known; value: inside an object or array;
 * line: text up to the line's end; scalar: a bare element of a list; tail: the rest of a wrapper.
 */
type Place = "between" | "opening" | "value" | "line" | "scalar" | "tail";

export function makeJsonFramer(): Framer {
  return new JsonFramer();
}

/** A class because it lives long, holds much state and its inner loops run once per byte. */
class JsonFramer implements Framer {
  readonly #held: Held = makeHeld();
  readonly #watch = makeWrapperWatch();
  /** 1 = object, by depth. */
  readonly #isObject = new Uint8Array(DEPTH_MAX);
  #place: Place = "between";
  #layout: "unknown" | "lines" | "values" = "unknown";
  #list: "none" | "array" | "wrapper" = "none";
  #inString = false;
  #escaped = false;
  #depth = 0;
  /** Last byte that was neither space nor within a string; QUOTE for a whole string. */
  #last = 0;
  #atLineStart = true;
  #chunkOffset = 0;
  #line = 1;
  #count = 0;
  #startOffset = 0;
  #startLine = 1;
  /** Where the frame in progress begins in this chunk; what lay in earlier chunks is held. */
  #from = 0;
  #out: Frame[] = [];

  push(chunk: Uint8Array): readonly Frame[] {
    this.#out = [];
    this.#from = 0;
    for (let at = 0; at < chunk.length; ) at = this.#step(chunk, at);
    if (this.#place !== "between" && this.#place !== "tail") this.#held.add(chunk.subarray(this.#from));
    this.#chunkOffset += chunk.length;
    return this.#out;
  }

  end(): readonly Frame[] {
    this.#out = [];
    this.#from = 0;
    const nothing = new Uint8Array();
    if (this.#place === "value") this.#emit(nothing, 0, "auto", "the input ends within a value");
    else if (this.#place === "line" || this.#place === "opening") this.#emit(nothing, 0, "auto");
    else if (this.#place === "scalar") this.#emit(nothing, 0, "json");
    return this.#out;
  }

  #step(chunk: Uint8Array, at: number): number {
    switch (this.#place) {
      case "between":
        return this.#between(chunk, at);
      case "opening":
        return this.#opening(chunk, at);
      case "value":
        return this.#value(chunk, at);
      case "line":
        return this.#textLine(chunk, at);
      case "scalar":
        return this.#scalar(chunk, at);
      case "tail":
        return this.#tail(chunk, at);
    }
  }

  #begin(next: Place, at: number): void {
    this.#place = next;
    this.#from = at;
    this.#startOffset = this.#chunkOffset + at;
    this.#startLine = this.#line;
    this.#inString = false;
    this.#escaped = false;
    this.#depth = 0;
  }

  #emit(chunk: Uint8Array, end: number, format: "json" | "auto", broken?: string): void {
    this.#held.add(chunk.subarray(this.#from, end));
    const { bytes, cut } = this.#held.take();
    const body = withoutReturn(bytes);
    this.#place = "between";
    if (isBlank(body)) return;
    this.#count += 1;
    const position = this.#layout === "lines" && this.#list === "none" ? this.#startLine : this.#count;
    const remarks = { ...(cut ? { cut } : {}), ...(broken ? { broken } : {}) };
    const meta = cut || broken ? { meta: remarks } : {};
    this.#out.push({ bytes: body, offset: this.#startOffset, position, format, ...meta });
  }

  #between(chunk: Uint8Array, at: number): number {
    const byte = chunk[at] ?? 0;
    if (byte === NEWLINE) {
      this.#line += 1;
      if (this.#layout === "unknown" && this.#count > 0 && this.#list === "none") this.#layout = "lines";
      return at + 1;
    }
    if (KIND[byte] === SPACE || byte === COMMA) return at + 1;
    if (this.#list !== "none" && byte === CLOSE_ARRAY) {
      this.#place = this.#list === "wrapper" ? "tail" : "between";
      this.#depth = 1;
      this.#list = "none";
      return at + 1;
    }
    if (byte === OPEN_OBJECT) {
      this.#begin("value", at);
      this.#watch.begin(this.#list === "none");
      return at;
    }
    const top = this.#list === "none";
    if (byte !== OPEN_ARRAY) this.#begin(top ? "line" : "scalar", at);
    else this.#begin(top ? "opening" : "value", at);
    return byte === OPEN_ARRAY && top ? at + 1 : at;
  }

  /** After a `[`: an object or an end makes it a list, a JSON value makes it a value, anything else text. */
  #opening(chunk: Uint8Array, at: number): number {
    const byte = chunk[at] ?? 0;
    if (KIND[byte] === SPACE || byte === NEWLINE) {
      if (byte === NEWLINE) this.#line += 1;
      return at + 1;
    }
    if (byte === OPEN_OBJECT || byte === CLOSE_ARRAY) {
      this.#held.take();
      this.#list = "array";
      if (this.#layout !== "lines") this.#layout = "values";
      this.#place = "between";
      return at;
    }
    this.#place = BEGINS_VALUE.has(byte) ? "value" : "line";
    this.#depth = 1;
    this.#isObject[1] = 0;
    return at;
  }

  #value(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      if (this.#inString) {
        at = this.#string(chunk, at);
        if (at >= chunk.length) return at;
        // At a line break within the string, or at the quote that ends it.
        if (chunk[at] === NEWLINE && this.#newline(chunk, at, true)) return at;
        continue;
      }
      const byte = chunk[at] ?? 0;
      const kind = KIND[byte];
      if (kind === SPACE) {
        this.#atLineStart = false;
        continue;
      }
      if (kind === LINE_END) {
        if (this.#newline(chunk, at, false)) return at;
        continue;
      }
      if (this.#watch.open && this.#watch.mark(byte, this.#depth)) return this.#enterWrapper(at);
      if (kind === STRING) this.#inString = true;
      else if (kind === OPEN) {
        if (this.#atLineStart && byte === OPEN_OBJECT && this.#misplaced()) {
          this.#emit(chunk, at, "auto", "the value ends in its middle");
          this.#layout = "unknown";
          return at;
        }
        this.#depth += 1;
        if (this.#depth < DEPTH_MAX) this.#isObject[this.#depth] = byte === OPEN_OBJECT ? 1 : 0;
      } else if (kind === CLOSE) {
        this.#depth -= 1;
        if (this.#depth === 0) return this.#valueEnded(chunk, at + 1);
      }
      this.#last = byte;
      this.#atLineStart = false;
    }
    return chunk.length;
  }

  /** Runs to the quote that ends the string, to a line break within it, or to the chunk's end. */
  #string(chunk: Uint8Array, start: number): number {
    if (this.#watch.open) return this.#watchedString(chunk, start);
    const { length } = chunk;
    let at = start;
    if (this.#escaped) {
      this.#escaped = false;
      at += 1;
    }
    for (; at < length; at++) {
      const byte = chunk[at];
      if (byte === QUOTE) {
        this.#inString = false;
        return at;
      }
      if (byte === NEWLINE) return at;
      if (byte === BACKSLASH) {
        at += 1;
        if (at >= length) this.#escaped = true;
      }
    }
    return length;
  }

  #watchedString(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      this.#watch.text(byte, this.#inString);
      if (byte === NEWLINE || !this.#inString) return at;
    }
    return chunk.length;
  }

  #valueEnded(chunk: Uint8Array, end: number): number {
    if (this.#watch.emptyWrapper) {
      this.#held.take();
      this.#place = "between";
    } else {
      this.#emit(chunk, end, "json");
    }
    return end;
  }

  /** An object at a line's start where JSON allows none: the value before it was never finished. */
  #misplaced(): boolean {
    if (this.#depth === 0 || this.#depth >= DEPTH_MAX || this.#list !== "none") return false;
    if (this.#isObject[this.#depth] === 1) return this.#last !== COLON;
    return this.#last !== COMMA && this.#last !== OPEN_ARRAY;
  }

  /** True when the line's end is the value's end, because it is broken (J2). */
  #newline(chunk: Uint8Array, at: number, withinString: boolean): boolean {
    if (this.#list === "none" && (this.#layout === "lines" || withinString)) {
      this.#emit(chunk, at, "auto", withinString ? "the line ends within a string" : "the line ends within a value");
      return true;
    }
    this.#line += 1;
    this.#atLineStart = true;
    if (this.#layout === "unknown" && this.#list === "none") this.#layout = "values";
    return false;
  }

  #enterWrapper(at: number): number {
    this.#held.take();
    this.#place = "between";
    this.#list = "wrapper";
    return at;
  }

  #textLine(chunk: Uint8Array, at: number): number {
    const end = chunk.indexOf(NEWLINE, at);
    if (end < 0) return chunk.length;
    this.#emit(chunk, end, "auto");
    return end;
  }

  #scalar(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#quoted(byte)) continue;
      if (byte === COMMA || byte === CLOSE_ARRAY || byte === NEWLINE) {
        this.#emit(chunk, at, "json");
        return at;
      }
    }
    return chunk.length;
  }

  #tail(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === NEWLINE) this.#line += 1;
      if (this.#quoted(byte)) continue;
      if (KIND[byte] === OPEN) this.#depth += 1;
      else if (KIND[byte] === CLOSE) this.#depth -= 1;
      if (this.#depth === 0) {
        this.#place = "between";
        return at + 1;
      }
    }
    return chunk.length;
  }

  /** Follows strings byte by byte; true when the byte belongs to one, its quotes included. */
  #quoted(byte: number): boolean {
    if (this.#escaped) this.#escaped = false;
    else if (this.#inString && byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) {
      this.#inString = !this.#inString;
      return true;
    } else return this.#inString;
    return true;
  }
}

/** First bytes of a string, number, list, `true`, `false` and `null`. */
const BEGINS_VALUE = new Set([...'["-0123456789tfn'].map((char) => char.charCodeAt(0)));
