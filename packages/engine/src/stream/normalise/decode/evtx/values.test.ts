import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { itemsAt } from "./arrays.ts";
import { crc32 } from "./crc32.ts";
import { type Members, put, putItem } from "./members.ts";
import { openSlot } from "./slot.ts";
import { filetimeMs, filetimeText, systemtimeText } from "./times.ts";
import { ARRAY, TYPE, valueAt } from "./values.ts";

const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const utf16 = (text: string) => [...text].flatMap((_, i) => [text.charCodeAt(i) & 0xff, text.charCodeAt(i) >> 8]);

/** The value between other bytes, so that reading one byte too many or too few shows. */
function valueFrom(type: number, bytes: Uint8Array) {
  const around = Uint8Array.from([0xee, 0xee, 0xee, ...bytes, 0xee, 0xee, 0xee]);
  return valueAt(openSlot(around), type, 3, bytes.length);
}

const rows: readonly [string, number, string, unknown][] = [
  ["null", TYPE.null, "", null],
  ["null with bytes", TYPE.null, "0102", null],
  ["empty string", TYPE.string, "", ""],
  ["string", TYPE.string, "410042004300", "ABC"],
  ["string with trailing NULs", TYPE.string, "4100420000000000", "AB"],
  ["string of odd size", TYPE.string, "410042", "A"],
  ["lone surrogate", TYPE.string, "410000d84200", "A\ufffdB"],
  ["byte order mark stays", TYPE.string, "fffe4100", "\ufeffA"],
  ["ansi", TYPE.ansi, "4180e900", "A\u20ac\u00e9"],
  ["int8", TYPE.int8, "ff", -1],
  ["uint8", TYPE.uint8, "ff", 255],
  ["int16", TYPE.int16, "feff", -2],
  ["uint16", TYPE.uint16, "feff", 65_534],
  ["int32", TYPE.int32, "00000080", -2_147_483_648],
  ["uint32", TYPE.uint32, "ffffffff", 4_294_967_295],
  ["uint32 in one byte", TYPE.uint32, "07", 7],
  ["uint32 in three bytes", TYPE.uint32, "070809", "070809"],
  ["int64 safe", TYPE.int64, "ffffffffffffffff", -1],
  ["int64 not safe", TYPE.int64, "0000000000000080", "-9223372036854775808"],
  ["uint64 at 2^53 - 1", TYPE.uint64, "ffffffffffff1f00", Number.MAX_SAFE_INTEGER],
  ["uint64 at 2^53", TYPE.uint64, "0000000000002000", "9007199254740992"],
  ["uint64 all ones", TYPE.uint64, "ffffffffffffffff", "18446744073709551615"],
  ["real32 is the shortest decimal", TYPE.real32, "cdcccc3d", 0.1],
  ["real64", TYPE.real64, "000000000000f83f", 1.5],
  ["real NaN", TYPE.real64, "000000000000f87f", "NaN"],
  ["real infinity", TYPE.real32, "000080ff", "-Infinity"],
  ["boolean true", TYPE.boolean, "01000000", true],
  ["boolean false", TYPE.boolean, "00000000", false],
  ["boolean 16", TYPE.boolean, "10000000", true],
  ["boolean in one byte", TYPE.boolean, "01", true],
  ["boolean in eight bytes", TYPE.boolean, "0000000000000001", true],
  ["binary", TYPE.binary, "00ff10ab", "00FF10AB"],
  ["guid", TYPE.guid, "33221100554477668899aabbccddeeff", "00112233-4455-6677-8899-AABBCCDDEEFF"],
  ["guid of wrong size", TYPE.guid, "3322", "3322"],
  ["size_t of 4", TYPE.size, "0a000000", "0xa"],
  ["size_t of 8", TYPE.size, "0a00000001000000", "0x10000000a"],
  ["hex32", TYPE.hex32, "efbeadde", "0xdeadbeef"],
  ["hex32 zero", TYPE.hex32, "00000000", "0x0"],
  ["hex64", TYPE.hex64, "0000000000000080", "0x8000000000000000"],
  ["filetime", TYPE.filetime, "3e80d4fe6e9fd101", "2016-04-26T03:52:04.101331Z"],
  ["filetime zero", TYPE.filetime, "0000000000000000", "1601-01-01T00:00:00.000000Z"],
  ["filetime never", TYPE.filetime, "ffffffffffffff7f", "9223372036854775807"],
  ["filetime of wrong size", TYPE.filetime, "00000000", "00000000"],
  ["systemtime", TYPE.systemtime, "e007080005001c00130001001e007b00", "2016-08-28T19:01:30.123000Z"],
  ["systemtime with month 13", TYPE.systemtime, "e0070d0005001c00130001001e007b00", "E0070D0005001C00130001001E007B00"],
  ["sid", TYPE.sid, "010100000000000512000000", "S-1-5-18"],
  ["sid cut short", TYPE.sid, "01050000000000051500000001000000", "S-1-5-21-1"],
  ["sid with large authority", TYPE.sid, "0101ffffffffffff01000000", "S-1-281474976710655-1"],
  ["sid without authority", TYPE.sid, "0101", "0101"],
  ["unknown type", 0x55, "0102", "0102"],
  ["unknown type, no bytes", 0x55, "", null],
];

describe("valueAt", () => {
  it.each(rows)("%s", (_, type, hex, expected) => {
    expect(valueFrom(type, fromHex(hex))).toEqual(expected);
  });

  it("makes the same text from the same bytes, cached or not, and another text from others", () => {
    const text = fc.string({ maxLength: 40, unit: fc.constantFrom("a", "b", "\u00e9", "\u4e2d") });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), (texts) => {
        const bytes = texts.map(utf16);
        const slot = openSlot(Uint8Array.from(bytes.flat()));
        let at = 0;
        for (const [i, one] of bytes.entries()) {
          expect(valueAt(slot, TYPE.string, at, one.length)).toBe(texts[i]);
          at += one.length;
        }
      }),
    );
  });
});

describe("the cache of texts", () => {
  it("tells long texts apart that differ in one character anywhere", () => {
    const texts = Array.from({ length: 100 }, (_, i) => `${"x".repeat(i)}y${"x".repeat(99 - i)}`);
    const slot = openSlot(Uint8Array.from(texts.flatMap(utf16)));
    expect(texts.map((_, i) => valueAt(slot, TYPE.string, 200 * i, 200))).toEqual(texts);
  });

  it("tells the same bytes of two types apart", () => {
    const slot = openSlot(fromHex("41424344"));
    expect(valueAt(slot, TYPE.string, 0, 4)).toBe("\u4241\u4443");
    expect(valueAt(slot, TYPE.ansi, 0, 4)).toBe("ABCD");
  });
});

const arrays: readonly [string, number, string, unknown][] = [
  ["no bytes", TYPE.string, "", []],
  ["strings", TYPE.string, "4100000042004300000000000000", ["A", "BC", "", ""]],
  ["last string without NUL", TYPE.string, "410000004200", ["A", "B"]],
  ["ansi strings", TYPE.ansi, "410042430000", ["A", "BC", ""]],
  ["uint16", TYPE.uint16, "01000200", [1, 2]],
  ["uint32 that do not divide", TYPE.uint32, "010000000200", ["010000000200"]],
  ["booleans", TYPE.boolean, "0100000000000000", [true, false]],
  ["sids", TYPE.sid, "010100000000000512000000010100000000000513000000", ["S-1-5-18", "S-1-5-19"]],
  ["sid cut", TYPE.sid, "0105000000000005", ["0105000000000005"]],
  ["binary", TYPE.binary, "0102", ["0102"]],
];

describe("itemsAt", () => {
  it.each(arrays)("%s", (_, type, hex, expected) => {
    const bytes = fromHex(hex);
    expect(itemsAt(openSlot(bytes), type | ARRAY, 0, bytes.length)).toEqual(expected);
  });
});

describe("times", () => {
  it("agree with Date wherever Date can say it", () => {
    const ms = fc.integer({ min: Date.UTC(1601, 0, 1), max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) });
    fc.assert(
      fc.property(ms, fc.nat(9_999), (at, ticks) => {
        const filetime = (BigInt(at) + 11_644_473_600_000n) * 10_000n + BigInt(ticks);
        const low = Number(filetime & 0xffff_ffffn);
        const high = Number(filetime >> 32n);
        const micros = String(Math.floor(ticks / 10)).padStart(3, "0");
        expect(filetimeText(low, high)).toBe(new Date(at).toISOString().replace("Z", `${micros}Z`));
        expect(filetimeMs(low, high)).toBe(at);
      }),
    );
  });

  it("knows no calendar time beyond the year 9999", () => {
    expect(filetimeMs(0xffff_ffff, 0xffff_ffff)).toBeUndefined();
    expect(filetimeText(0xffff_ffff, 0xffff_ffff)).toBe("18446744073709551615");
  });

  it("refuses a SYSTEMTIME out of range in any field", () => {
    const good = [2016, 8, 5, 28, 19, 1, 30, 123];
    const bad: readonly [number, number][] = [
      [0, 10_000],
      [1, 0],
      [1, 13],
      [3, 0],
      [3, 32],
      [4, 24],
      [5, 60],
      [6, 60],
      [7, 1_000],
    ];
    expect(systemtimeText(good)).toBe("2016-08-28T19:01:30.123000Z");
    for (const [field, value] of bad) expect(systemtimeText(good.with(field, value))).toBeUndefined();
  });
});

describe("crc32", () => {
  it("agrees with the published check value and with itself in pieces", () => {
    const bytes = new TextEncoder().encode("123456789");
    const view = new DataView(bytes.buffer);
    expect(crc32(view, 0, 9)).toBe(0xcbf4_3926);
    expect(crc32(view, 4, 9, crc32(view, 0, 4))).toBe(0xcbf4_3926);
  });

  it("agrees with the bit by bit definition", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        let crc = 0xffff_ffff;
        for (const byte of bytes) {
          crc ^= byte;
          for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
        }
        expect(crc32(new DataView(bytes.buffer), 0, bytes.length)).toBe(~crc >>> 0);
      }),
    );
  });
});

describe("put", () => {
  it("makes an array of a repeated name, in order, and keeps a list a list", () => {
    const members: Members = {};
    for (const value of [1, null, "x"]) put(members, "a", value);
    put(members, "b", 1);
    putItem(members, "c", "only");
    expect(members).toEqual({ a: [1, null, "x"], b: 1, c: ["only"] });
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("makes %s an own member", (name) => {
    for (const add of [put, putItem]) {
      const members: Members = {};
      add(members, name, "x");
      add(members, name, "y");
      expect(Object.getPrototypeOf(members)).toBe(Object.prototype);
      expect(Object.entries(members)).toEqual([[name, ["x", "y"]]]);
    }
  });
});
