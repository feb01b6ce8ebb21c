/** Indicators that benches make: values of each kind that look like nothing else, and what feeds say of them. */
import type { Indicator, IndicatorFacts, IndicatorKind } from "@cordon/model/indicator";

export type Make = (n: number) => string;

/** A name's place in a row of names that looks like nothing else. */
const scattered = (n: number): number => Math.imul(n ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
const TLDS = ["com", "net", "org", "info", "xyz", "top", "ru", "site"];
const domain: Make = (n) => `${scattered(n).toString(36)}${(n % 97).toString(36)}.${TLDS[n % 8]}`;
const address: Make = (n) => {
  const bits = scattered(n);
  return `${(bits >>> 24) % 223 || 1}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
};
/** By 16 bits: five million hashes are written out within seconds. */
const HEX = Array.from({ length: 65_536 }, (_, word) => word.toString(16).padStart(4, "0"));
function sha256(n: number): string {
  let text = "";
  for (let i = 0; i < 8; i += 1) {
    const word = scattered(n * 8 + i);
    text += `${HEX[word >>> 16]}${HEX[word & 65_535]}`;
  }
  return text;
}
const url: Make = (n) => `${domain(n)}/${scattered(n + 7).toString(36)}/gate.php`;

export const LANES: readonly (readonly [string, IndicatorKind, Make])[] = [
  ["domains", "domain", domain],
  ["addresses", "ip", address],
  ["SHA-256", "hash", sha256],
  ["URLs", "url", url],
];

/** In fifths: two of names, one each of URLs, addresses and hashes. */
export const MIXED: readonly number[] = [0, 3, 1, 2, 0];

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
/** Twenty feeds, five confidences, thirty days on which something was stated. */
const FACTS: readonly IndicatorFacts[] = Array.from({ length: 3_000 }, (_, n) => ({
  feed: `feed-${n % 20}`,
  confidence: 50 + 10 * (n % 5),
  asOf: START + (n % 30) * DAY,
  label: `family ${n % 40}`,
}));

/** `until`: rows share the day on which they end, or each ends at a millisecond of its own. */
export function rowOf(n: number, lane: number, until: "day" | "own" = "day"): Indicator {
  const [, kind, make] = LANES[lane] ?? ["", "domain", domain];
  const facts = FACTS[scattered(n) % FACTS.length] ?? { feed: "", confidence: 0 };
  const validUntil = START + (until === "day" ? (scattered(n + 1) % 400) * DAY : n * 7_919);
  return { kind, value: make(n), below: kind === "domain" || kind === "url", facts, validUntil };
}
