/** IPv4 and IPv6 addresses and networks as numbers. IPv4-mapped IPv6 counts as IPv4. */

export interface Network {
  /** 4 or 16 bytes, host bits cleared. */
  readonly bytes: readonly number[];
  readonly prefix: number;
}

/** Bytes of an address; undefined when the text is not one. Zone (`%eth0`) and brackets are not part of an address. */
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
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const whole = address.length * 8;
  const mapped = text.includes(":") && whole === 32 ? 96 : 0;
  const digits = slash < 0 ? String(whole + mapped) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(digits)) return undefined;
  const prefix = Number(digits) - mapped;
  if (prefix < 0 || prefix > whole) return undefined;
  const bytes = address.map((byte, i) => byte & maskByte(prefix, i));
  return { network: { bytes, prefix }, hostBits: bytes.some((byte, i) => byte !== address[i]) };
}

const maskByte = (prefix: number, index: number): number =>
  (0xff << (8 - Math.min(8, Math.max(0, prefix - 8 * index)))) & 0xff;

export function networkHolds(network: Network, text: string): boolean {
  const address = parseAddress(text.trim());
  if (address === undefined || address.length !== network.bytes.length) return false;
  return network.bytes.every((byte, i) => ((address[i] ?? 0) & maskByte(network.prefix, i)) === byte);
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
