/** CRC-32 (IEEE 802.3), eight bytes at a time: a slot is checked once, and its check must cost less than its decoding. */

const TABLES = makeTables();

function makeTables(): readonly Int32Array[] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
    return crc;
  });
  const tables = [first];
  for (let n = 1; n < 8; n += 1) {
    const previous = tables[n - 1] ?? first;
    tables.push(previous.map((crc) => (crc >>> 8) ^ (first[crc & 0xff] ?? 0)));
  }
  return tables;
}

/** Continues from `before` (0 at the start), so a checksum may skip bytes. */
export function crc32(view: DataView, at: number, end: number, before = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  if (!(t0 && t1 && t2 && t3 && t4 && t5 && t6 && t7)) return before;
  let crc = ~before;
  let i = at;
  for (; i + 8 <= end; i += 8) {
    const a = crc ^ view.getInt32(i, true);
    const b = view.getInt32(i + 4, true);
    crc = (t7[a & 0xff] ?? 0) ^ (t6[(a >>> 8) & 0xff] ?? 0) ^ (t5[(a >>> 16) & 0xff] ?? 0) ^ (t4[a >>> 24] ?? 0);
    crc ^= (t3[b & 0xff] ?? 0) ^ (t2[(b >>> 8) & 0xff] ?? 0) ^ (t1[(b >>> 16) & 0xff] ?? 0) ^ (t0[b >>> 24] ?? 0);
  }
  for (; i < end; i += 1) crc = (crc >>> 8) ^ (t0[(crc ^ view.getUint8(i)) & 0xff] ?? 0);
  return ~crc >>> 0;
}
