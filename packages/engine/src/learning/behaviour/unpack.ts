/** Bytes of `pack.ts` -> the data that went in (PK1, PK3). */
import { DEPTH_MAX, HEX_DIGITS, KEY, NUMBER, type Packable, PackError, SMALL, TAG } from "./pack-format.ts";

const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

export class Unpacker {
  readonly #names: readonly string[];
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #at = 0;
  #end = 0;

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Reads one value; `bytes` must hold nothing else. */
  unpack(bytes: Uint8Array): Packable {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = 0;
    this.#end = bytes.length;
    const value = this.#value(DEPTH_MAX);
    if (this.#at !== this.#end) throw new PackError(`${this.#end - this.#at} bytes too many`);
    return value;
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new PackError("ends too early");
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }

  #skip(size: number): number {
    const at = this.#at;
    if (at + size > this.#end) throw new PackError("ends too early");
    this.#at = at + size;
    return at;
  }

  #length(): number {
    const length = this.#number();
    if (!Number.isInteger(length) || length < 0 || length > this.#end - this.#at)
      throw new PackError(`no length: ${length}`);
    return length;
  }

  #value(deeper: number): Packable {
    const tag = this.#byte();
    if (deeper === 0) throw new PackError("too deep");
    switch (tag) {
      case TAG.record:
        return this.#record(deeper - 1);
      case TAG.list: {
        const list: Packable[] = [];
        for (let left = this.#length(); left > 0; left -= 1) list.push(this.#value(deeper - 1));
        return list;
      }
      case TAG.numbers: {
        const list: number[] = [];
        for (let left = this.#length(); left > 0; left -= 1) list.push(this.#number());
        return list;
      }
      case TAG.times: {
        const list: number[] = [];
        let before = 0;
        for (let left = this.#length(); left > 0; left -= 1) {
          before += this.#number();
          list.push(before);
        }
        return list;
      }
      case TAG.number:
        return this.#number();
      default:
        return this.#text(tag);
    }
  }

  #record(deeper: number): Packable {
    const record: Record<string, Packable> = {};
    for (let left = this.#length(); left > 0; left -= 1) {
      const key = this.#key();
      if (key === "__proto__") throw new PackError("a key that no record has");
      record[key] = this.#value(deeper);
    }
    return record;
  }

  #key(): string {
    const how = this.#byte();
    if (how !== KEY.headed) return this.#plainKey(how);
    const head = this.#known();
    return `${head}|${this.#plainKey(this.#byte())}`;
  }

  #plainKey(how: number): string {
    if (how === KEY.text) return this.#text(this.#byte());
    if (how !== KEY.known) throw new PackError(`no key begins with ${how}`);
    return this.#known();
  }

  #known(): string {
    const name = this.#names[this.#number()];
    if (name === undefined) throw new PackError("an unknown name");
    return name;
  }

  #number(): number {
    const first = this.#byte();
    if (first < SMALL) return first;
    switch (first) {
      case NUMBER.u16:
        return this.#view.getUint16(this.#skip(2));
      case NUMBER.u32:
        return this.#view.getUint32(this.#skip(4));
      case NUMBER.u48: {
        const at = this.#skip(6);
        return this.#view.getUint16(at) * 2 ** 32 + this.#view.getUint32(at + 2);
      }
      case NUMBER.f32:
        return this.#view.getFloat32(this.#skip(4));
      case NUMBER.f64:
        return this.#view.getFloat64(this.#skip(8));
      case NUMBER.negative:
        // Of a negative of a negative the stack would decide how deep.
        if (this.#bytes[this.#at] === NUMBER.negative) throw new PackError("twice negative");
        return -this.#number();
      default:
        throw new PackError(`no number begins with ${first}`);
    }
  }

  #text(tag: number): string {
    if (tag === TAG.hex) {
      const at = this.#skip(HEX_DIGITS / 2);
      let text = "";
      for (let i = 0; i < HEX_DIGITS / 2; i += 1) text += PAIRS[this.#bytes[at + i] ?? 0] ?? "";
      return `${text}-${this.#number()}`;
    }
    if (tag !== TAG.latin && tag !== TAG.wide) throw new PackError(`no value begins with ${tag}`);
    const length = this.#length();
    const at = this.#skip(tag === TAG.wide ? 2 * length : length);
    let text = "";
    for (let i = 0; i < length; i += 1)
      text += String.fromCharCode(tag === TAG.wide ? this.#view.getUint16(at + 2 * i) : (this.#bytes[at + i] ?? 0));
    return text;
  }
}
