/** Files made to cost their reader time or memory: each ends, within bounds, and says what was not read (FX1 to FX3). */
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { examineFile } from "./examine.ts";
import { peWith, zipWith } from "./seeded-files.test.ts";

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** One deflated member, named by `times` entries of the directory: each would be unpacked anew. */
function overlapping(times: number, unpacked: number): Uint8Array {
  const data = deflateRawSync(new Uint8Array(unpacked));
  const local = new Uint8Array(31 + data.length);
  local.set([0x50, 0x4b, 3, 4]);
  view(local).setUint16(26, 1, true);
  local[30] = 97;
  local.set(data, 31);
  const entry = new Uint8Array(47);
  entry.set([0x50, 0x4b, 1, 2]);
  view(entry).setUint16(10, 8, true);
  view(entry).setUint32(20, data.length, true);
  view(entry).setUint32(24, unpacked, true);
  view(entry).setUint16(28, 1, true);
  entry[46] = 97;
  const end = new Uint8Array(22);
  end.set([0x50, 0x4b, 5, 6]);
  view(end).setUint16(10, times, true);
  view(end).setUint32(12, times * 47, true);
  view(end).setUint32(16, local.length, true);
  const all = new Uint8Array(local.length + times * 47 + 22);
  all.set(local);
  for (let at = 0; at < times; at += 1) all.set(entry, local.length + at * 47);
  all.set(end, local.length + times * 47);
  return all;
}

function nested(levels: number): Uint8Array {
  let bytes: Uint8Array = new TextEncoder().encode("core");
  for (let level = 0; level < levels; level += 1) bytes = zipWith([[`${level}.zip`, bytes]]);
  return bytes;
}

/** Every table of sectors points back to its own beginning, and the directory's tree to itself. */
function oleRing(): Uint8Array {
  const bytes = new Uint8Array(512 * 8);
  const data = view(bytes);
  bytes.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  data.setUint16(30, 9, true);
  data.setUint16(32, 6, true);
  data.setUint32(44, 1, true);
  data.setUint32(48, 1, true);
  data.setUint32(56, 4096, true);
  data.setUint32(60, 2, true);
  data.setUint32(64, 0xffffffff, true);
  data.setUint32(68, 0, true);
  data.setUint32(72, 0xffffffff, true);
  for (let at = 0; at < 109; at += 1) data.setUint32(76 + 4 * at, 0, true);
  for (let at = 0; at < 128; at += 1) data.setUint32(512 + 4 * at, 1 + (at % 3), true);
  for (let entry = 0; entry < 4; entry += 1) {
    const at = 1024 + 128 * entry;
    bytes.set([82, 0, 0, 0], at);
    data.setUint16(at + 64, 4, true);
    bytes[at + 66] = entry === 0 ? 5 : 1;
    for (const link of [68, 72, 76]) data.setUint32(at + link, (entry + 1) % 4, true);
    data.setUint32(at + 116, 1, true);
    data.setUint32(at + 120, 0x7fffffff, true);
  }
  return bytes;
}

function peClaiming(change: (data: DataView) => void, length?: number): Uint8Array {
  const bytes = peWith({ imports: ["CreateFileA"] });
  change(view(bytes));
  return length === undefined ? bytes : bytes.subarray(0, length);
}

describe("hostile files", () => {
  it("one member named 5,000 times is not unpacked 5,000 times", () => {
    const seen = examineFile("bomb.zip", overlapping(5_000, 9 * 2 ** 20));
    expect(seen.facts.members).toHaveLength(200);
    expect(seen.limits.join()).toMatch(/only 200 of 5000 members/);
    expect(seen.limits.filter((limit) => limit.includes("not opened"))).toHaveLength(199);
    expect(seen.signs.map(({ id }) => id)).toContain("archive-bomb");
  });

  it("archives within archives end at a depth, and it is said", () => {
    const seen = examineFile("nested.zip", nested(40));
    expect(seen.limits.join()).toMatch(/not opened/);
  });

  it("a high ratio is named and not opened", () => {
    const seen = examineFile("flat.zip", overlapping(1, 20 * 2 ** 20));
    expect(seen.signs.map(({ id }) => id)).toContain("archive-bomb");
  });

  it.each([
    ["65,535 sections", peClaiming((data) => data.setUint16(0x86, 65_535, true))],
    ["a header that ends in the middle", peClaiming(() => {}, 0x90)],
    [
      "sections of four gigabytes",
      peClaiming((data) => void [0x180, 0x188].map((at) => data.setUint32(at, 0xffffffff, true))),
    ],
    [
      "imports that never end",
      peClaiming((data) => Array.from({ length: 400 }, (_, at) => data.setUint32(0x500 + 4 * at, 0x1200, true))),
    ],
    [
      "resources that hold themselves",
      peClaiming((data) => {
        data.setUint32(0x98 + 96 + 16, 0x1100, true);
        data.setUint32(0x98 + 96 + 20, 0xffffffff, true);
        data.setUint32(0x50c, 0xffffffff, true);
        data.setUint32(0x514, 0x80000000, true);
      }),
    ],
    [
      "exports without number",
      peClaiming((data) => {
        data.setUint32(0x98 + 96, 0x1100, true);
        data.setUint32(0x98 + 100, 0xffffffff, true);
        Array.from({ length: 10 }, (_, at) => data.setUint32(0x500 + 4 * at, 0xfffffff0, true));
      }),
    ],
    ["rings of sectors and a tree that bites its tail", oleRing()],
  ])("%s: the end is reached and a verdict given", (_name, bytes) => {
    const seen = examineFile("sample.bin", bytes);
    expect(["unremarkable", "unknown", "suspicious"]).toContain(seen.verdict.verdict);
    expect(seen.facts.pe?.sections.length ?? 0).toBeLessThanOrEqual(96);
    expect(seen.facts.members?.length ?? 0).toBeLessThanOrEqual(200);
  });
});
