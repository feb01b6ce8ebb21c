/**
 * Addresses and prefixes, parsed strictly and compared as numbers: what the rails stand on.
 * Enters: text. Leaves: an address, a prefix, or undefined. IPv4-mapped IPv6 is the IPv4 address it means.
 */

export interface Address {
  readonly version: 4 | 6;
  readonly bits: bigint;
}

export interface Cidr {
  readonly address: Address;
  readonly prefix: number;
}

const MAPPED = 0xffffn << 32n;

/** Strict: four decimal parts without leading zeros, or RFC 4291 text without a zone. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 45) return undefined;
  if (!text.includes(":")) {
    const bits = parseV4(text);
    return bits === undefined ? undefined : { version: 4, bits };
  }
  const bits = parseV6(text);
  if (bits === undefined) return undefined;
  return bits >> 32n === MAPPED >> 32n ? { version: 4, bits: bits & 0xffff_ffffn } : { version: 6, bits };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let bits = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bits = (bits << 8n) | BigInt(part);
  }
  return bits;
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = groups(halves[0] ?? "", halves.length === 1);
  const tail = halves.length === 2 ? groups(halves[1] ?? "", true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return all.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n);
}

function groups(text: string, last: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const found: number[] = [];
  for (const [index, part] of parts.entries()) {
    const dotted = last && index === parts.length - 1 && part.includes(".") ? parseV4(part) : undefined;
    if (dotted !== undefined) found.push(Number(dotted >> 16n), Number(dotted & 0xffffn));
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) found.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return found;
}

/** A bare address is a prefix of full length. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf("/");
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const width = address.version === 4 ? 32 : 128;
  if (slash < 0) return { address, prefix: width };
  const digits = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || Number(digits) > width) return undefined;
  return { address, prefix: Number(digits) };
}

export function cidrContains(outer: Cidr, inner: Cidr): boolean {
  if (outer.address.version !== inner.address.version || outer.prefix > inner.prefix) return false;
  const shift = BigInt((outer.address.version === 4 ? 32 : 128) - outer.prefix);
  return outer.address.bits >> shift === inner.address.bits >> shift;
}

export const cidrsOverlap = (a: Cidr, b: Cidr): boolean => cidrContains(a, b) || cidrContains(b, a);

/** Ranges that must never be a block target, with the word that is shown. */
const NEVER_BLOCK: readonly (readonly [string, string])[] = [
  ["0.0.0.0/8", "this network"],
  ["10.0.0.0/8", "a private address (RFC 1918)"],
  ["100.64.0.0/10", "a shared address (RFC 6598)"],
  ["127.0.0.0/8", "loopback"],
  ["169.254.0.0/16", "a link-local address"],
  ["172.16.0.0/12", "a private address (RFC 1918)"],
  ["192.0.0.0/24", "a protocol address"],
  ["192.168.0.0/16", "a private address (RFC 1918)"],
  ["224.0.0.0/4", "multicast"],
  ["240.0.0.0/4", "reserved or broadcast"],
  ["::/128", "the unspecified address"],
  ["::1/128", "loopback"],
  ["::/96", "an IPv4-compatible address"],
  ["64:ff9b::/96", "a translated IPv4 address"],
  ["fc00::/7", "a unique local address (RFC 4193)"],
  ["fe80::/10", "a link-local address"],
  ["fec0::/10", "a site-local address"],
  ["ff00::/8", "multicast"],
];

const NEVER = NEVER_BLOCK.flatMap(([text, why]) => {
  const cidr = parseCidr(text);
  return cidr === undefined ? [] : [{ cidr, why }];
});

/** Why this address must never be a block target, or undefined for an external unicast address. */
export function whyNeverBlock(address: Address): string | undefined {
  const single: Cidr = { address, prefix: address.version === 4 ? 32 : 128 };
  return NEVER.find(({ cidr }) => cidrContains(cidr, single))?.why;
}
