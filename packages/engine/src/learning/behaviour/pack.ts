/**
 * Plain data as bytes: what is remembered of many entities, most of which say nothing for hours.
 *
 * Enters: numbers, strings, arrays and records of those. Leaves: bytes, and from bytes the same data again.
 * PK1. What comes out equals what went in: numbers bit by bit, strings unit by unit, records in the order of their keys.
 * PK2. Known names of keys are one byte. The list only grows at its end; a name that is missing costs room, never truth.
 * PK3. Bytes that are none of ours throw `PackError`; they are never read beyond their end, nor is room made for more
 *      items than they can hold.
 */

import { HEX_DIGITS, KEY, NUMBER, type Packable, SMALL, TAG } from "./pack-format.ts";

/** Whole numbers from here on in a list are times, and lie close together. */
const TIME_MIN = 2 ** 38;
const WHOLE_MAX = 2 ** 48;
const LATIN_MAX = 127;
const FIRST_ROOM = 4_096;

export class Packer {
  readonly #known: ReadonlyMap<string, number>;
  #bytes = new Uint8Array(FIRST_ROOM);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  constructor(names: readonly string[]) {
    this.#known = new Map(names.map((name, i) => [name, i]));
  }

  /** The bytes belong to the packer until the next call: copy them to keep them. */
  pack(value: Packable): Uint8Array {
    this.#at = 0;
    this.#value(value);
    return this.#bytes.subarray(0, this.#at);
  }

  #room(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#at + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  #byte(byte: number): void {
    if (this.#at >= this.#bytes.length) this.#room(1);
    this.#bytes[this.#at] = byte;
    this.#at += 1;
  }

  #value(value: Packable): void {
    if (typeof value === "number") {
      this.#byte(TAG.number);
      this.#number(value);
    } else if (typeof value === "string") this.#string(value);
    else if (Array.isArray(value)) this.#list(value);
    else this.#record(value as { readonly [key: string]: Packable });
  }

  #record(record: { readonly [key: string]: Packable }): void {
    const keys = Object.keys(record);
    this.#byte(TAG.record);
    this.#number(keys.length);
    for (const key of keys) {
      this.#key(key);
      this.#value(record[key] ?? 0);
    }
  }

  /** A known name; or a known name, a bar and the rest; or any text. */
  #key(key: string): void {
    if (this.#plainKey(key)) return;
    const bar = key.indexOf("|");
    const head = bar < 0 ? undefined : this.#known.get(key.slice(0, bar));
    const rest = head === undefined ? key : key.slice(bar + 1);
    if (head !== undefined) {
      this.#byte(KEY.headed);
      this.#number(head);
      if (this.#plainKey(rest)) return;
    }
    this.#byte(KEY.text);
    this.#string(rest);
  }

  /** False, and nothing written, when the name is not known. */
  #plainKey(key: string): boolean {
    const known = this.#known.get(key);
    if (known === undefined) return false;
    this.#byte(KEY.known);
    this.#number(known);
    return true;
  }

  #list(list: readonly Packable[]): void {
    if (list.length > 0 && isNumbers(list)) {
      if (list.every(isTime)) this.#times(list);
      else this.#numbers(list);
      return;
    }
    this.#byte(TAG.list);
    this.#number(list.length);
    for (const each of list) this.#value(each);
  }

  #numbers(list: readonly number[]): void {
    this.#byte(TAG.numbers);
    this.#number(list.length);
    for (const each of list) this.#number(each);
  }

  #times(list: readonly number[]): void {
    this.#byte(TAG.times);
    this.#number(list.length);
    let before = 0;
    for (const each of list) {
      this.#number(each - before);
      before = each;
    }
  }

  #number(value: number): void {
    this.#room(10);
    const view = this.#view;
    if (Number.isInteger(value) && !Object.is(value, -0)) {
      if (value < 0) {
        if (value > -WHOLE_MAX) {
          this.#byte(NUMBER.negative);
          this.#number(-value);
          return;
        }
      } else if (value < SMALL) {
        this.#bytes[this.#at] = value;
        this.#at += 1;
        return;
      } else if (value <= 0xffff) {
        this.#bytes[this.#at] = NUMBER.u16;
        view.setUint16(this.#at + 1, value);
        this.#at += 3;
        return;
      } else if (value <= 0xffffffff) {
        this.#bytes[this.#at] = NUMBER.u32;
        view.setUint32(this.#at + 1, value);
        this.#at += 5;
        return;
      } else if (value < WHOLE_MAX) {
        this.#bytes[this.#at] = NUMBER.u48;
        view.setUint16(this.#at + 1, Math.floor(value / 2 ** 32));
        view.setUint32(this.#at + 3, value >>> 0);
        this.#at += 7;
        return;
      }
    }
    this.#real(value);
  }

  #real(value: number): void {
    if (Object.is(Math.fround(value), value)) {
      this.#bytes[this.#at] = NUMBER.f32;
      this.#view.setFloat32(this.#at + 1, value);
      this.#at += 5;
      return;
    }
    this.#bytes[this.#at] = NUMBER.f64;
    this.#view.setFloat64(this.#at + 1, value);
    this.#at += 9;
  }

  #string(text: string): void {
    if (text.charCodeAt(HEX_DIGITS) === 45 && text.length < HEX_DIGITS + 8 && this.#hex(text)) return;
    const { length } = text;
    this.#room(2 * length + 16);
    const start = this.#at;
    this.#byte(TAG.latin);
    this.#number(length);
    for (let i = 0; i < length; i += 1) {
      const unit = text.charCodeAt(i);
      if (unit > LATIN_MAX) {
        this.#at = start;
        this.#wide(text);
        return;
      }
      this.#bytes[this.#at] = unit;
      this.#at += 1;
    }
  }

  #wide(text: string): void {
    this.#byte(TAG.wide);
    this.#number(text.length);
    this.#room(2 * text.length);
    for (let i = 0; i < text.length; i += 1, this.#at += 2) this.#view.setUint16(this.#at, text.charCodeAt(i));
  }

  /** False, and nothing written, when it is no id. */
  #hex(text: string): boolean {
    const index = Number(text.slice(HEX_DIGITS + 1));
    if (String(index) !== text.slice(HEX_DIGITS + 1) || !Number.isInteger(index) || index < 0) return false;
    this.#room(HEX_DIGITS + 12);
    const start = this.#at;
    this.#byte(TAG.hex);
    for (let i = 0; i < HEX_DIGITS; i += 2) {
      const [high, low] = [digitOf(text.charCodeAt(i)), digitOf(text.charCodeAt(i + 1))];
      if (high < 0 || low < 0) {
        this.#at = start;
        return false;
      }
      this.#bytes[this.#at] = high * 16 + low;
      this.#at += 1;
    }
    this.#number(index);
    return true;
  }
}

const isNumbers = (list: readonly Packable[]): list is readonly number[] =>
  list.every((each) => typeof each === "number");

const isTime = (value: number): boolean => value >= TIME_MIN && value < WHOLE_MAX && Number.isInteger(value);

/** Lower case only: an id in another case is another id. */
const digitOf = (code: number): number =>
  code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1;
