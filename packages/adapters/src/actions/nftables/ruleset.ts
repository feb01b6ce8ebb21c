/**
 * The text of our rule sets and the reading of what the kernel holds.
 * In: canonical addresses, seconds, action keys. Out: scripts for `nft -f -`; state read from `nft -j`.
 *
 * N1. Every value in a script is parsed and written anew here: an address, a number, or 64 hex digits.
 * N2. A script is one transaction: all of it or nothing. Applying it twice gives what applying it once gives.
 * N3. Drops stand before anything that accepts established connections, in all three directions, for both families.
 * N4. Only tables named `cordon...` are touched.
 */
import { isIPv4, isIPv6 } from "node:net";
import { isJsonObject } from "@cordon/model/json";
import { cannotPlan } from "../order.ts";

export const BLOCK_TABLE = "cordon";
export const ISOLATION_TABLE = "cordon_isolation";
const TAG = "cordon:";
/** Before the usual filters (0) and before connection tracking decides anything for them. */
const BLOCK_PRIORITY = -160;
const ISOLATION_PRIORITY = -150;

export interface BlockTarget {
  readonly set: "block4" | "block6";
  readonly address: string;
}

/** Strict, and canonical: the same address is always the same element. Prefixes and zones are refused. */
export function blockTarget(text: string): BlockTarget {
  if (isIPv4(text)) return { set: "block4", address: text };
  if (!isIPv6(text) || text.includes("%"))
    throw cannotPlan(`not a single address: ${JSON.stringify(text.slice(0, 80))}`);
  const address = canonicalV6(text);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped === null) return { set: "block6", address };
  const [high, low] = [Number.parseInt(mapped[1] ?? "", 16), Number.parseInt(mapped[2] ?? "", 16)];
  return { set: "block4", address: [high >> 8, high & 255, low >> 8, low & 255].join(".") };
}

/** RFC 5952, as the URL standard writes it. */
const canonicalV6 = (text: string): string => new URL(`http://[${text}]/`).hostname.slice(1, -1);

function tag(key: string): string {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new Error("action key is not 64 hex digits");
  return `comment "${TAG}${key}"`;
}

const seconds = (count: number | undefined): string =>
  count === undefined ? "" : ` timeout ${Math.max(1, Math.ceil(count))}s`;

const HOOKS = ["input", "forward", "output"] as const;

/** Table, sets and rules; written anew each time, so that rules somebody flushed are there again. */
function blockBase(): readonly string[] {
  const sets = [
    `add table inet ${BLOCK_TABLE}`,
    `add set inet ${BLOCK_TABLE} block4 { type ipv4_addr; flags timeout; }`,
    `add set inet ${BLOCK_TABLE} block6 { type ipv6_addr; flags timeout; }`,
  ];
  const chains = HOOKS.flatMap((hook) => [
    `add chain inet ${BLOCK_TABLE} ${hook} { type filter hook ${hook} priority ${BLOCK_PRIORITY}; policy accept; }`,
    `flush chain inet ${BLOCK_TABLE} ${hook}`,
    ...(hook === "output" ? [] : blockRules(hook, "saddr")),
    ...(hook === "input" ? [] : blockRules(hook, "daddr")),
  ]);
  return [...sets, ...chains];
}

const blockRules = (hook: string, side: "saddr" | "daddr"): readonly string[] => [
  `add rule inet ${BLOCK_TABLE} ${hook} ip ${side} @block4 counter drop`,
  `add rule inet ${BLOCK_TABLE} ${hook} ip6 ${side} @block6 counter drop`,
];

export function blockScript({ set, address }: BlockTarget, key: string, timeoutS: number | undefined): string {
  const element = (rest: string): string => `element inet ${BLOCK_TABLE} ${set} { ${address}${rest} }`;
  // `add` does not refresh the time of an element that is there: add, delete and add again, in one transaction.
  return lines([
    ...blockBase(),
    `add ${element("")}`,
    `delete ${element("")}`,
    `add ${element(`${seconds(timeoutS)} ${tag(key)}`)}`,
  ]);
}

export function unblockScript({ set, address }: BlockTarget): string {
  const element = `element inet ${BLOCK_TABLE} ${set} { ${address} }`;
  return lines([...blockBase().slice(0, 3), `add ${element}`, `delete ${element}`]);
}

export interface Management {
  readonly v4: readonly string[];
  readonly v6: readonly string[];
}

export function managementOf(list: readonly string[]): Management {
  const v4: string[] = [];
  const v6: string[] = [];
  for (const text of list) {
    const [address = "", prefix, ...rest] = text.split("/");
    const width = isIPv4(address) ? 32 : isIPv6(address) && !address.includes("%") ? 128 : -1;
    const size = prefix ?? String(width);
    if (width < 0 || rest.length > 0 || !/^\d{1,3}$/.test(size) || Number(size) > width) {
      throw cannotPlan(`management: not an address or prefix: ${JSON.stringify(text.slice(0, 80))}`);
    }
    (width === 32 ? v4 : v6).push(`${width === 32 ? address : canonicalV6(address)}/${Number(size)}`);
  }
  return { v4, v6 };
}

/** Neighbour discovery and address leases keep the management path alive; nothing else passes. */
const KEEP_IN = [
  `iifname "lo" accept`,
  "icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept",
  "udp sport 67 udp dport 68 accept",
];
const KEEP_OUT = [
  `oifname "lo" accept`,
  "icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept",
  "udp sport 68 udp dport 67 accept",
];

/** The drop holds only while `active` has its elements: when their time is up the kernel lets go by itself. */
export function isolationScript(management: Management, key: string, timeoutS: number | undefined): string {
  const table = `inet ${ISOLATION_TABLE}`;
  const accept = (side: "saddr" | "daddr"): readonly string[] => [
    ...(management.v4.length === 0 ? [] : [`ip ${side} { ${management.v4.join(", ")} } accept`]),
    ...(management.v6.length === 0 ? [] : [`ip6 ${side} { ${management.v6.join(", ")} } accept`]),
  ];
  const rules = {
    input: [...KEEP_IN, ...accept("saddr")],
    forward: [],
    output: [...KEEP_OUT, ...accept("daddr")],
  } as const;
  const chains = HOOKS.flatMap((hook) => [
    `add chain ${table} ${hook} { type filter hook ${hook} priority ${ISOLATION_PRIORITY}; policy accept; }`,
    ...rules[hook].map((rule) => `add rule ${table} ${hook} ${rule}`),
    `add rule ${table} ${hook} meta nfproto @active counter drop ${tag(key)}`,
  ]);
  const time = seconds(timeoutS);
  return lines([
    ...[`add table ${table}`, `delete table ${table}`, `add table ${table}`],
    `add set ${table} active { typeof meta nfproto; flags timeout; }`,
    ...chains,
    `add element ${table} active { ipv4${time} ${tag(key)}, ipv6${time} }`,
  ]);
}

export const releaseScript = (): string =>
  lines([`add table inet ${ISOLATION_TABLE}`, `delete table inet ${ISOLATION_TABLE}`]);

const lines = (all: readonly string[]): string => `${all.join("\n")}\n`;

export interface Element {
  readonly ours: boolean;
  readonly key?: string;
  /** Seconds until the kernel lets go; absent = never. */
  readonly expiresS?: number;
}

export interface TableState {
  readonly sets: ReadonlyMap<string, ReadonlyMap<string, Element>>;
  /** Number of rules that drop members of a set, by set. */
  readonly drops: ReadonlyMap<string, number>;
}

/** Reads `nft -j list table`. Understands what our scripts write; anything else is passed over. */
export function readTable(json: string): TableState {
  const parsed: unknown = JSON.parse(json);
  const items = isJsonObject(parsed) && Array.isArray(parsed.nftables) ? parsed.nftables : [];
  const sets = new Map<string, Map<string, Element>>();
  const drops = new Map<string, number>();
  for (const item of items) {
    if (!isJsonObject(item)) continue;
    if (isJsonObject(item.set) && typeof item.set.name === "string") sets.set(item.set.name, elementsOf(item.set.elem));
    if (isJsonObject(item.rule)) {
      const set = dropsMembersOf(item.rule.expr);
      if (set !== undefined) drops.set(set, (drops.get(set) ?? 0) + 1);
    }
  }
  return { sets, drops };
}

function elementsOf(list: unknown): Map<string, Element> {
  const found = new Map<string, Element>();
  for (const item of Array.isArray(list) ? list : []) {
    const elem = isJsonObject(item) && isJsonObject(item.elem) ? item.elem : undefined;
    const value = elem === undefined ? item : elem.val;
    if (typeof value !== "string") continue;
    const comment = typeof elem?.comment === "string" ? elem.comment : "";
    const ours = comment.startsWith(TAG);
    const expires = typeof elem?.expires === "number" ? { expiresS: elem.expires } : {};
    const name = isIPv6(value) ? canonicalV6(value) : value;
    found.set(name, { ours, ...(ours ? { key: comment.slice(TAG.length) } : {}), ...expires });
  }
  return found;
}

function dropsMembersOf(expressions: unknown): string | undefined {
  if (!Array.isArray(expressions) || !expressions.some((item) => isJsonObject(item) && "drop" in item))
    return undefined;
  for (const item of expressions) {
    const match = isJsonObject(item) && isJsonObject(item.match) ? item.match.right : undefined;
    if (typeof match === "string" && match.startsWith("@")) return match.slice(1);
  }
  return undefined;
}
