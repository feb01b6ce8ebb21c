/** `saddr` of audit records: a struct sockaddr in hex -> family, address and port, or path. Undefined for other families. */

const UNIX = 1;
const INET = 2;
const INET6 = 10;

export interface SocketAddress {
  readonly saddr_fam: string;
  readonly laddr?: string;
  readonly lport?: string;
  readonly path?: string;
}

export function socketAddress(hex: string): SocketAddress | undefined {
  if (!/^(?:[0-9A-Fa-f]{2}){2,128}$/.test(hex)) return undefined;
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  // The family is in the byte order of the machine; no family is above 255.
  const family = bytes[0] === 0 ? bytes[1] : bytes[0];
  const port = String(((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0));
  if (family === INET && bytes.length >= 8) {
    return { saddr_fam: "inet", laddr: bytes.subarray(4, 8).join("."), lport: port };
  }
  if (family === INET6 && bytes.length >= 24) {
    return { saddr_fam: "inet6", laddr: groups(bytes.subarray(8, 24)), lport: port };
  }
  if (family !== UNIX) return undefined;
  const path = new TextDecoder("utf-8").decode(bytes.subarray(2)).replace(/^\0/, "@").replace(/\0.*$/s, "");
  return path === "" ? { saddr_fam: "local" } : { saddr_fam: "local", path };
}

function groups(bytes: Uint8Array): string {
  const words: string[] = [];
  for (let i = 0; i < bytes.length; i += 2) words.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  return words.join(":");
}
