/** Where connections begin and go: whose they are, what stands inside, what many know. */
import { parseIp } from "@cordon/model/ip";
import type { Fact } from "./fact.ts";
import { keeping } from "./kept.ts";

/** A place that more hosts than this call is a service. */
export const SOURCES_MAX = 3;
/** Places whose nature is kept. */
const NAMES_MAX = 20_000;

/** The host that says of itself that it connects; a sensor's connections are those of the address. */
export const ownHostOf = ({ host, event }: Fact): string | undefined =>
  host !== undefined && event.log.categories.includes("network_connection") ? host : undefined;

/** Private, or a name without an address: what leaves is what goes elsewhere. */
export const isInside = keeping(standsInside, NAMES_MAX);

function standsInside(destination: string): boolean {
  const ip = parseIp(destination);
  if (ip === undefined)
    return !destination.includes(".") || /\.(?:local|lan|internal|corp|home|arpa)$/i.test(destination);
  if (ip.version === 6) return ((ip.groups[0] ?? 0) & 0xfe00) === 0xfc00 || (ip.groups[0] ?? 0) === 0xfe80;
  const { bits } = ip;
  const [a, b] = [bits >>> 24, (bits >>> 16) & 255];
  return (
    a === 10 ||
    a === 127 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    a >= 224
  );
}
