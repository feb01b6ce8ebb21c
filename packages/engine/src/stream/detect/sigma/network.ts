/** IPv4 and IPv6 addresses and networks as numbers. IPv4-mapped IPv6 counts as IPv4, and is IPv6 to networks that hold all of it. */

export interface Network {
  /** 4 or 16 bytes, host bits cleared. */
  readonly bytes: readonly number[];
  readonly prefix: number;
}

/** Bytes of an address; undefined when the text is not one. Brackets are not part of an address. */
export function parseAddress(text: string): readonly number[] | undefined {
  return text.includes(":") ? parseV6(text) : parseV4(text);
}

export interface NetworkText {
  readonly network: Network;
  /** The rule gave bits behind the prefix; they were cleared. */
  readonly hostBits: boolean;
}

export function parseNetwork(text: string): NetworkText | undefined {
  const slash = text.indexOf("/");
  const read = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (read === undefined) return undefined;
  const mapped = text.includes(":") && read.length === 4;
  const digits = slash < 0 ? String(mapped ? V6_BITS : read.length * 8) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(digits)) return undefined;
  const written = Number(digits);
  // A prefix that ends before the mapped part means more than IPv4.
  const address = mapped && written < MAPPED_BITS ? mappedBytes(read) : read;
  const prefix = mapped && written >= MAPPED_BITS ? written - MAPPED_BITS : written;
  if (prefix > address.length * 8) return undefined;
  const bytes = address.map((byte, i) => byte & maskByte(prefix, i));
  return { network: { bytes, prefix }, hostBits: bytes.some((byte, i) => byte !== address[i]) };
}

const V6_BITS = 128;
/** ::ffff:0:0/96 */
const MAPPED_BITS = 96;
const mappedBytes = (v4: readonly number[]): readonly number[] => [...new Array<number>(10).fill(0), 0xff, 0xff, ...v4];

const maskByte = (prefix: number, index: number): number =>
  (0xff << (8 - Math.min(8, Math.max(0, prefix - 8 * index)))) & 0xff;

export function networkHolds(network: Network, text: string): boolean {
  const written = text.trim();
  const read = parseAddress(withoutZone(written));
  const mapped = read?.length === 4 && network.bytes.length === 16 && written.includes(":");
  const address = mapped ? mappedBytes(read) : read;
  if (address === undefined || address.length !== network.bytes.length) return false;
  return network.bytes.every((byte, i) => ((address[i] ?? 0) & maskByte(network.prefix, i)) === byte);
}

/** `fe80::1%12`: the interface says where an address is meant, not which one it is. */
function withoutZone(text: string): string {
  const percent = text.indexOf("%");
  return percent > 0 && percent < text.length - 1 && text.includes(":") ? text.slice(0, percent) : text;
}

function parseV4(text: string): readonly number[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseV6(text: string): readonly number[] | undefined {
  // The longest form is 45 characters; anything longer is not worth splitting.
  if (text.length > 45) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = groupBytes(halves[0] ?? "", halves.length === 1);
  const tail = halves.length === 2 ? groupBytes(halves[1] ?? "", true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined;
  const bytes = [...head, ...new Array<number>(missing).fill(0), ...tail];
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return mapped ? bytes.slice(12) : bytes;
}

function groupBytes(text: string, last: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const bytes: number[] = [];
  for (const [i, group] of groups.entries()) {
    const v4 = last && i === groups.length - 1 && group.includes(".") ? parseV4(group) : undefined;
    if (v4 !== undefined) bytes.push(...v4);
    else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const word = Number.parseInt(group, 16);
      bytes.push(word >> 8, word & 0xff);
    } else return undefined;
  }
  return bytes;
}
