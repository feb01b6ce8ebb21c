import { deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inflateRaw } from "./inflate.ts";
import { parseLnk } from "./lnk.ts";
import { md5 } from "./md5.ts";
import { parsePe } from "./pe.ts";
import { lnkWith, peWith } from "./seeded-files.test.ts";
import { decompressVba } from "./vba.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("md5", () => {
  it.each([
    ["", "d41d8cd98f00b204e9800998ecf8427e"],
    ["abc", "900150983cd24fb0d6963f7d28e17f72"],
    [
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a",
    ],
  ])("of %j", (value, hash) => expect(md5(text(value))).toBe(hash));
});

describe("inflateRaw", () => {
  it("gives back what zlib packed, and never more than asked (property)", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), fc.nat(8), fc.nat(4_000), (bytes, times, max) => {
        const all = Buffer.concat(Array.from({ length: times + 1 }, () => bytes));
        const out = inflateRaw(deflateRawSync(all), 100_000);
        expect(out.whole).toBe(true);
        expect(Buffer.compare(out.bytes, all)).toBe(0);
        expect(inflateRaw(deflateRawSync(all), max).bytes.length).toBeLessThanOrEqual(max);
      }),
    );
  });
});

describe("decompressVba", () => {
  it("reads the example of the specification: a run, then a copy", () => {
    // [MS-OVBA] 3.2.2: "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"
    const packed =
      "012fb000236161616263646582660070616768696a013808616b6c00306d6e6f700671027004107273747576107778797a003c";
    const bytes = Uint8Array.from(Buffer.from(packed, "hex"));
    expect(Buffer.from(decompressVba(bytes, 1_000)).toString()).toBe(
      "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa",
    );
  });
});

describe("parsePe and parseLnk", () => {
  it("reads imports and their hash as feeds write it", () => {
    const pe = parsePe(peWith({ imports: ["ExitProcess", "GetTickCount"] }));
    expect(pe?.imports.libraries).toEqual([{ name: "KERNEL32.dll", functions: ["ExitProcess", "GetTickCount"] }]);
    expect(pe?.imports.imphash).toBe(md5(text("kernel32.exitprocess,kernel32.gettickcount")));
    expect(pe?.sections.map(({ name }) => name)).toEqual([".text"]);
  });

  it("reads a shortcut's target and arguments", () => {
    expect(parseLnk(lnkWith("C:\\a b\\c.exe", "--x y"))).toMatchObject({
      target: "C:\\a b\\c.exe",
      arguments: "--x y",
    });
  });
});
