/** CRC-32 (IEEE 802.3), four bytes at a time: a slot is checked once, and its check must cost less than its decoding. */

const TABLES = makeTables();

function makeTables(): readonly Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
    return crc;
  });
  const tables = [first];
  for (let n = 1; n < 4; n += 1) {
    const previous = tables[n - 1] ?? first;
    tables.push(previous.map((crc) => (crc >>> 8) ^ (first[crc & 0xff] ?? 0)));
  }
  return tables;
}

/** Continues from `before` (0 at the start), so a checksum may skip bytes. */
export function crc32(view: DataView, at: number, end: number, before = 0): number {
  const [t0, t1, t2, t3] = TABLES;
  if (t0 === undefined || t1 === undefined || t2 === undefined || t3 === undefined) return before;
  let crc = ~before;
  let i = at;
  for (; i + 4 <= end; i += 4) {
    crc ^= view.getUint32(i, true);
    crc =
      (t3[crc & 0xff] ?? 0) ^ (t2[(crc >>> 8) & 0xff] ?? 0) ^ (t1[(crc >>> 16) & 0xff] ?? 0) ^ (t0[crc >>> 24] ?? 0);
  }
  for (; i < end; i += 1) crc = (crc >>> 8) ^ (t0[(crc ^ view.getUint8(i)) & 0xff] ?? 0);
  return ~crc >>> 0;
}
