/**
 * Where a request may go. In: resolved addresses and the owner's exceptions. Out: yes or no, per connection.
 * G1. The address that is checked is the address that is connected to: the check sits in the socket's own lookup.
 */
import { lookup } from "node:dns";
import { BlockList, isIP, isIPv6, type LookupFunction } from "node:net";
import { AppError } from "@cordon/model/error";

const INTERNAL: readonly (readonly [string, number])[] = [
  ...([
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
  ] as const),
  ...([
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["224.0.0.0", 3],
  ] as const),
  ...([
    ["::", 96],
    ["64:ff9b::", 96],
    ["fc00::", 7],
    ["fe80::", 10],
    ["fec0::", 10],
    ["ff00::", 8],
  ] as const),
];

function listOf(ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of ranges) list.addSubnet(address, prefix, familyOf(address));
  return list;
}

const familyOf = (address: string): "ipv4" | "ipv6" => (isIPv6(address) ? "ipv6" : "ipv4");
const internal = listOf(INTERNAL);

export interface Egress {
  /** Why this host and address must not be talked to; undefined when they may. */
  whyNot(host: string, address: string): string | undefined;
  readonly lookup: LookupFunction;
}

export function makeEgress(allow: readonly string[]): Egress {
  const names = new Set<string>();
  const ranges: [string, number][] = [];
  for (const item of allow) {
    const [address = "", prefix] = item.split("/");
    if (isIP(address) === 0) names.add(item.toLowerCase());
    else ranges.push([address, prefix === undefined ? (isIPv6(address) ? 128 : 32) : Number(prefix)]);
  }
  const allowed = listOf(ranges);
  const whyNot = (host: string, address: string): string | undefined => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
    if (names.has(host.toLowerCase()) || allowed.check(plain, familyOf(plain))) return undefined;
    return internal.check(plain, familyOf(plain))
      ? `${host} is at ${plain}, an internal address that is not allowed`
      : undefined;
  };
  return { whyNot, lookup: guarded(whyNot) };
}

function guarded(whyNot: Egress["whyNot"]): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, "", 0);
      const problem = addresses.map((item) => whyNot(host, item.address)).find((item) => item !== undefined);
      const [first] = addresses;
      if (problem !== undefined || first === undefined) {
        return callback(new AppError("egress-refused", problem ?? `${host} has no address`), "", 0);
      }
      if (options.all === true) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}
