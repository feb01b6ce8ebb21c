/**
 * Members of a ZIP by its central directory.
 * FZ1. Nothing is unpacked while listing; a member is unpacked up to the given size only, so a bomb is named and not opened.
 * FZ2. Members that share bytes with one before them are bombs: one block of data would be unpacked under each of its names.
 */
import type { ArchiveMember } from "./archive-member.ts";
import { codesOf, latin1, makeReader } from "./bytes.ts";
import { inflateRaw } from "./inflate.ts";

const MEMBERS_MAX = 5_000;
const COMMENT_MAX = 65_557;
/** Office documents reach 100, bombs begin at 1,000. */
const RATIO_MAX = 500;
const RATIO_BYTES_MIN = 10 * 2 ** 20;
/** A local header without its name. */
const LOCAL_BYTES = 30;

export function zipMembers(bytes: Uint8Array): readonly ArchiveMember[] {
  const reader = makeReader(bytes);
  const mark = codesOf("PK\x05\x06");
  let end = bytes.length - 22;
  const least = Math.max(0, bytes.length - COMMENT_MAX);
  while (end >= least && !mark.every((code, at) => bytes[end + at] === code)) end -= 1;
  if (end < least) return [];
  const members: ArchiveMember[] = [];
  let at = reader.u32(end + 16);
  for (let left = Math.min(reader.u16(end + 10), MEMBERS_MAX); left > 0 && reader.u32(at) === 0x02014b50; left -= 1) {
    const [method, packed, size] = [reader.u16(at + 10), reader.u32(at + 20), reader.u32(at + 24)];
    const offset = reader.u32(at + 42);
    const name = latin1(reader.slice(at + 46, reader.u16(at + 28)));
    const encrypted = (reader.u16(at + 8) & 1) === 1;
    members.push({
      ...{ name, offset, packed, size, encrypted },
      bomb: size > RATIO_BYTES_MIN && size > packed * RATIO_MAX,
      bytes: (max) => {
        if (encrypted || reader.u32(offset) !== 0x04034b50) return new Uint8Array(0);
        const data = reader.slice(offset + 30 + reader.u16(offset + 26) + reader.u16(offset + 28), packed);
        if (method === 0) return data.subarray(0, max);
        return method === 8 ? inflateRaw(data, max).bytes : new Uint8Array(0);
      },
    });
    at += 46 + reader.u16(at + 28) + reader.u16(at + 30) + reader.u16(at + 32);
  }
  return withoutShared(members);
}

/** FZ2 */
function withoutShared(members: readonly ArchiveMember[]): readonly ArchiveMember[] {
  const shared = new Set<ArchiveMember>();
  let end = 0;
  for (const member of members.toSorted((a, b) => a.offset - b.offset)) {
    if (member.offset < end) shared.add(member);
    end = Math.max(end, member.offset + LOCAL_BYTES + member.packed);
  }
  return members.map((member) => (shared.has(member) ? { ...member, bomb: true } : member));
}
