/**
 * IP addresses as text and as numbers. One parser for entity extraction, search, approvals and inventory.
 * Accepts what logs write: ports, brackets, zones, v4-mapped v6. Gives the RFC 5952 form.
 */

export type Ip =
  | { readonly version: 4; readonly bits: number }
  | { readonly version: 6; readonly groups: readonly number[] };

/** Longest text worth looking at: 45 for v6 with an embedded v4, plus brackets, a port and a zone name. */
const TEXT_MAX = 128;

/** `10.0.0.1`, `10.0.0.1:443`, `[::1]:443`, `fe80::1%eth0`, `::ffff:1.2.3.4`; undefined for everything else. */
export function parseIp(text: string): Ip | undefined {
  if (text.length < 2 || text.length > TEXT_MAX) return undefined;
  const bare = withoutPort(text.trim());
  if (bare === undefined) return undefined;
  return bare.includes(":") ? parseV6(bare) : parseV4(bare);
}

export function formatIp(ip: Ip): string {
  return ip.version === 4 ? formatV4(ip.bits) : formatV6(ip.groups);
}

/** Loopback, unspecified, broadcast and multicast: real, but never who did it. */
export function isSpecialIp(ip: Ip): boolean {
  if (ip.version === 4) {
    const first = ip.bits >>> 24;
    return ip.bits === 0 || first === 127 || first >= 224;
  }
  const first = ip.groups[0] ?? 0;
  return first >= 0xff00 || (ip.groups.slice(0, 7).every((group) => group === 0) && (ip.groups[7] ?? 0) <= 1);
}

/** `10.1.2.3/8` -> `10.0.0.0/8`. */
export function canonicalSubnet(text: string): string | undefined {
  const slash = text.lastIndexOf("/");
  if (slash < 1) return undefined;
  const ip = parseIp(text.slice(0, slash));
  const prefix = decimal(text.slice(slash + 1).trim(), 128);
  if (ip === undefined || prefix === undefined) return undefined;
  if (ip.version === 4) {
    if (prefix > 32) return undefined;
    const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
    return `${formatV4((ip.bits & mask) >>> 0)}/${prefix}`;
  }
  const groups = ip.groups.map((group, i) => {
    const kept = Math.min(16, Math.max(0, prefix - i * 16));
    return kept === 0 ? 0 : group & ((0xffff << (16 - kept)) & 0xffff);
  });
  return `${formatV6(groups)}/${prefix}`;
}

function withoutPort(text: string): string | undefined {
  if (text.startsWith("[")) {
    const close = text.indexOf("]");
    if (close < 0) return undefined;
    const rest = text.slice(close + 1);
    if (rest !== "" && !(rest.startsWith(":") && decimal(rest.slice(1), 65_535) !== undefined)) return undefined;
    return withoutZone(text.slice(1, close));
  }
  const colon = text.indexOf(":");
  if (colon >= 0 && colon === text.lastIndexOf(":")) {
    return decimal(text.slice(colon + 1), 65_535) === undefined ? undefined : text.slice(0, colon);
  }
  return withoutZone(text);
}

function withoutZone(text: string): string {
  const percent = text.indexOf("%");
  return percent < 0 ? text : text.slice(0, percent);
}

function decimal(text: string, max: number): number | undefined {
  if (text === "" || text.length > 5) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value <= max ? value : undefined;
}

function parseV4(text: string): Ip | undefined {
  const bits = v4Bits(text);
  return bits === undefined ? undefined : { version: 4, bits };
}

/** Four decimal octets. A leading zero is refused: some read it as octal, so it has no one meaning. */
function v4Bits(text: string): number | undefined {
  if (text.length < 7 || text.length > 15) return undefined;
  let bits = 0;
  let octet = -1;
  let octets = 0;
  for (let i = 0; i <= text.length; i += 1) {
    const code = i === text.length ? 46 : text.charCodeAt(i);
    if (code === 46) {
      if (octet < 0 || octets === 4) return undefined;
      bits = bits * 256 + octet;
      octets += 1;
      octet = -1;
      continue;
    }
    if (code < 48 || code > 57 || octet === 0) return undefined;
    octet = octet < 0 ? code - 48 : octet * 10 + code - 48;
    if (octet > 255) return undefined;
  }
  return octets === 4 ? bits : undefined;
}

function parseV6(text: string): Ip | undefined {
  const gap = text.indexOf("::");
  if (gap !== text.lastIndexOf("::")) return undefined;
  const head = v6Groups(gap < 0 ? text : text.slice(0, gap), gap < 0);
  const tail = gap < 0 ? [] : v6Groups(text.slice(gap + 2), true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (gap < 0 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) return { version: 4, bits: (groups[6] ?? 0) * 65_536 + (groups[7] ?? 0) };
  return { version: 6, groups };
}

function v6Groups(text: string, mayEndInV4: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  if (parts.length > 8) return undefined;
  const groups: number[] = [];
  for (const [i, part] of parts.entries()) {
    if (part.includes(".")) {
      const bits = mayEndInV4 && i === parts.length - 1 ? v4Bits(part) : undefined;
      if (bits === undefined) return undefined;
      groups.push(Math.floor(bits / 65_536), bits % 65_536);
    } else {
      const group = hexGroup(part);
      if (group === undefined) return undefined;
      groups.push(group);
    }
  }
  return groups;
}

function hexGroup(text: string): number | undefined {
  if (text.length < 1 || text.length > 4) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i += 1) {
    const digit = hexDigit(text.charCodeAt(i));
    if (digit < 0) return undefined;
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function formatV4(bits: number): string {
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) as `::`. */
function formatV6(groups: readonly number[]): string {
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i += 1) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length += 1;
    if (length > bestLength) {
      best = i;
      bestLength = length;
    }
    if (length > 0) i += length;
  }
  const hex = groups.map((group) => group.toString(16));
  if (best < 0) return hex.join(":");
  return `${hex.slice(0, best).join(":")}::${hex.slice(best + bestLength).join(":")}`;
}
