/**
 * What kind of network address a text is. Enters: canonical text of an `ip` entity. Leaves: where such an address lives.
 * A1. What is not an address is `invalid`, never `public`: nothing downstream may treat junk as a block target.
 */

export type AddressScope = "public" | "private" | "special" | "invalid";

/** IPv4 ranges that are not the open internet: [first octets as a number, prefix length, scope]. */
const V4_RANGES: readonly (readonly [string, number, AddressScope])[] = [
  ["10.0.0.0", 8, "private"],
  ["172.16.0.0", 12, "private"],
  ["192.168.0.0", 16, "private"],
  ["100.64.0.0", 10, "private"],
  ["169.254.0.0", 16, "special"],
  ["127.0.0.0", 8, "special"],
  ["0.0.0.0", 8, "special"],
  ["192.0.0.0", 24, "special"],
  ["198.18.0.0", 15, "special"],
  ["224.0.0.0", 3, "special"],
];

export function addressScope(value: string): AddressScope {
  const v4 = v4Number(value.toLowerCase().startsWith("::ffff:") ? value.slice(7) : value);
  if (v4 !== undefined) return v4Scope(v4);
  return value.includes(":") ? v6Scope(value.toLowerCase()) : "invalid";
}

export const isPublicAddress = (value: string): boolean => addressScope(value) === "public";

function v4Number(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)) {
    return undefined;
  }
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

function v4Scope(address: number): AddressScope {
  for (const [first, bits, scope] of V4_RANGES) {
    const size = 2 ** (32 - bits);
    if (Math.floor(address / size) === Math.floor((v4Number(first) ?? 0) / size)) return scope;
  }
  return "public";
}

function v6Scope(text: string): AddressScope {
  if (!/^[0-9a-f:]{2,39}$/.test(text)) return "invalid";
  if (text === "::" || text === "::1") return "special";
  const first = Number.parseInt(text.split(":")[0] || "0", 16);
  if (Number.isNaN(first)) return "invalid";
  if ((first & 0xfe00) === 0xfc00) return "private";
  if ((first & 0xffc0) === 0xfe80 || (first & 0xff00) === 0xff00) return "special";
  // Only 2000::/3 is handed out; the rest of the space belongs to nobody who could be blocked.
  return (first & 0xe000) === 0x2000 ? "public" : "special";
}
