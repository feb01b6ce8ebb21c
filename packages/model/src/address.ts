/**
 * IP addresses as values. Enters: text as logs write it (with port, brackets, zone). Leaves: the address, or nothing.
 * A1. Total: any text gives an address or `undefined`; leading zeros (octal elsewhere) are refused.
 * A2. A v4-mapped IPv6 address is the IPv4 address. Zone and port are dropped.
 */

/** 16-bit groups: two for IPv4, eight for IPv6. */
export interface Ip {
  readonly family: 4 | 6;
  readonly groups: readonly number[];
}

/** Longest text looked at: a bracketed IPv6 address with zone and port. */
const TEXT_MAX = 120;

export function parseIp(text: string): Ip | undefined {
  const clean = text.trim();
  if (clean.length === 0 || clean.length > TEXT_MAX) return undefined;
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(clean);
  if (bracketed !== null) return isPort(bracketed[2]) ? parseV6(bracketed[1] ?? "") : undefined;
  const v4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?::(\d{1,5}))?$/.exec(clean);
  if (v4 !== null) return isPort(v4[2]) ? parseV4(v4[1] ?? "") : undefined;
  return clean.includes(":") ? parseV6(clean) : undefined;
}

const isPort = (text: string | undefined): boolean => text === undefined || Number(text) <= 65_535;

function parseV4(text: string): Ip | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
    return undefined;
  }
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  return { family: 4, groups: [a * 256 + b, c * 256 + d] };
}

function parseV6(text: string): Ip | undefined {
  const zone = text.indexOf("%");
  const address = zone < 0 ? text : text.slice(0, zone);
  if (!/^[0-9a-f:.]+$/i.test(address)) return undefined;
  const halves = address.split("::");
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? "", halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? "", true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return mapped ? { family: 4, groups: groups.slice(6) } : { family: 6, groups };
}

/** Groups between colons; a dotted quad may stand at the very end of the address. */
function groupsOf(text: string, last: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: number[] = [];
  for (const [i, part] of parts.entries()) {
    const quad = last && i === parts.length - 1 && part.includes(".") ? parseV4(part) : undefined;
    if (quad !== undefined) groups.push(...quad.groups);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups.length <= 8 ? groups : undefined;
}

/** RFC 5952: lower case, the first longest run of two or more zero groups becomes `::`. */
export function formatIp(ip: Ip): string {
  if (ip.family === 4) return ip.groups.flatMap((group) => [group >> 8, group & 255]).join(".");
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (start + length < 8 && ip.groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  const hex = ip.groups.map((group) => group.toString(16));
  if (best.start < 0) return hex.join(":");
  return `${hex.slice(0, best.start).join(":")}::${hex.slice(best.start + best.length).join(":")}`;
}

/** `address/bits` with the host bits cleared. */
export function canonicalSubnet(text: string): string | undefined {
  const parts = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const ip = parts === null ? undefined : parseIp(parts[1] ?? "");
  const bits = Number(parts?.[2]);
  if (ip === undefined || bits > ip.groups.length * 16) return undefined;
  const groups = ip.groups.map((group, i) => {
    const kept = Math.min(16, Math.max(0, bits - i * 16));
    return group & ((0xffff << (16 - kept)) & 0xffff);
  });
  return `${formatIp({ family: ip.family, groups })}/${bits}`;
}

/** Loopback, unspecified, link-local, multicast, broadcast: addresses that name nobody. */
export function isSpecialIp(ip: Ip): boolean {
  const [first = 0] = ip.groups;
  if (ip.family === 4) {
    const top = first >> 8;
    return top === 0 || top === 127 || top >= 224 || first === 0xa9fe;
  }
  const restZero = ip.groups.slice(0, 7).every((group) => group === 0);
  if (restZero && (ip.groups[7] ?? 0) <= 1) return true;
  return (first & 0xffc0) === 0xfe80 || (first & 0xff00) === 0xff00;
}
