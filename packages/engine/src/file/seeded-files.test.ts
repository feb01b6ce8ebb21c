/** Small files of each kind, built byte by byte for the tests beside this file. Nothing here can run. */
import { expect, it } from "vitest";

class Writer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }
  text(at: number, value: string): void {
    for (let index = 0; index < value.length; index += 1) this.bytes[at + index] = value.charCodeAt(index);
  }
  u16(at: number, value: number): void {
    this.view.setUint16(at, value, true);
  }
  u32(at: number, value: number): void {
    this.view.setUint32(at, value >>> 0, true);
  }
}

/** PE32 with one section at address 0x1000, file offset 0x400, that holds the import table. */
export function peWith({ imports = [] }: { imports?: readonly string[] }): Uint8Array {
  const file = new Writer(0x400 + 0x800);
  file.text(0, "MZ");
  file.u32(0x3c, 0x80);
  file.text(0x80, "PE\0\0");
  file.u16(0x84, 0x14c);
  file.u16(0x86, 1);
  file.u16(0x94, 224);
  file.u16(0x98, 0x10b);
  file.u32(0x98 + 16, 0x1000);
  file.u32(0x98 + 92, 16);
  const section = 0x98 + 224;
  file.text(section, ".text");
  [0x800, 0x1000, 0x800, 0x400].forEach((value, at) => {
    file.u32(section + 8 + 4 * at, value);
  });
  file.u32(section + 36, 0x60000020);
  if (imports.length === 0) return file.bytes;
  file.u32(0x98 + 96 + 8, 0x1100);
  file.u32(0x98 + 96 + 12, 40);
  file.u32(0x500, 0x1200);
  file.u32(0x50c, 0x1180);
  file.u32(0x510, 0x1200);
  file.text(0x580, "KERNEL32.dll");
  imports.forEach((name, at) => {
    file.u32(0x600 + 4 * at, 0x1400 + 32 * at);
    file.text(0x802 + 32 * at, name);
  });
  return file.bytes;
}

/** ELF64, one segment, optionally an interpreter. */
export function elfWith({ interpreter }: { interpreter?: string }): Uint8Array {
  const file = new Writer(0x200);
  file.text(0, "\x7fELF\x02\x01\x01");
  file.u16(16, 3);
  file.u16(18, 62);
  file.u32(32, 64);
  file.u16(54, 56);
  file.u16(56, interpreter === undefined ? 1 : 2);
  file.u32(64, 1);
  file.u32(68, 5);
  if (interpreter !== undefined) {
    file.u32(120, 3);
    file.u32(128, 0x100);
    file.u32(152, interpreter.length + 1);
    file.text(0x100, interpreter);
  }
  return file.bytes;
}

export function lnkWith(target: string, words: string): Uint8Array {
  const file = new Writer(0x4c + 28 + target.length + 2 + 2 + words.length * 2 + 2);
  file.u32(0, 0x4c);
  file.u32(4, 0x00021401);
  file.u32(12, 0x000000c0);
  file.u32(16, 0x46000000);
  file.u32(20, 2 | 32 | 128);
  const info = 0x4c;
  file.u32(info, 28 + target.length + 2);
  file.u32(info + 4, 28);
  file.u32(info + 8, 1);
  file.u32(info + 16, 28);
  file.text(info + 28, target);
  const at = info + 28 + target.length + 2;
  file.u16(at, words.length);
  for (let index = 0; index < words.length; index += 1) file.u16(at + 2 + 2 * index, words.charCodeAt(index));
  return file.bytes;
}

/** Stored members, no checksums: examiners read, they do not verify. */
export function zipWith(members: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const size = members.reduce((sum, [name, bytes]) => sum + 76 + 2 * name.length + bytes.length, 22);
  const file = new Writer(size);
  let at = 0;
  const places = members.map(([name, bytes]) => {
    const place = at;
    file.u32(at, 0x04034b50);
    file.u32(at + 18, bytes.length);
    file.u32(at + 22, bytes.length);
    file.u16(at + 26, name.length);
    file.text(at + 30, name);
    file.bytes.set(bytes, at + 30 + name.length);
    at += 30 + name.length + bytes.length;
    return place;
  });
  const directory = at;
  members.forEach(([name, bytes], index) => {
    file.u32(at, 0x02014b50);
    file.u32(at + 20, bytes.length);
    file.u32(at + 24, bytes.length);
    file.u16(at + 28, name.length);
    file.u32(at + 42, places[index] ?? 0);
    file.text(at + 46, name);
    at += 46 + name.length;
  });
  file.u32(at, 0x06054b50);
  file.u16(at + 10, members.length);
  file.u32(at + 12, at - directory);
  file.u32(at + 16, directory);
  return file.bytes;
}

it("ends where its parts end", () => {
  expect(zipWith([["a", new Uint8Array(3)]])).toHaveLength(22 + 76 + 2 + 3);
});
