/**
 * One flow of Zeek, Suricata, VPC flow logs or NetFlow exporters as numbers that a scorer can compare.
 * Enters: events, in order of time. Leaves: a row of FLOW_SCHEMA, or nothing where the event is no finished flow.
 *
 * FF1. Causal: the counts of a source are of its flows before this one, in the last WINDOW.
 * FF2. What the source does not say is missing (NaN), never 0.
 * FF3. Bounded: SOURCES_MAX sources, FLOWS_MAX flows of each; the source that was silent longest leaves.
 */
import type { Event } from "@cordon/model/event";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { MINUTE } from "@cordon/model/time";
import { type FeatureSchema, makeSchema } from "../table.ts";
import { murmur3 } from "../text/murmur3.ts";

const WINDOW = 10 * MINUTE;
const SOURCES_MAX = 20_000;
/** A scanner opens thousands of flows a minute; beyond this its counts say the same. */
const FLOWS_MAX = 500;
/** Codes of a category; two texts share one in about 1 of 4,096 cases. */
const CODES = 4_095;

export interface Flow {
  readonly time: number;
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly protocol: string;
  readonly service: string;
  readonly state: string;
  readonly seconds: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly packetsOut: number;
  readonly packetsIn: number;
}

const NUMBERS = [
  "seconds",
  "bytes out",
  "bytes in",
  "packets out",
  "packets in",
  "bytes per packet out",
  "bytes per packet in",
  "bytes out per second",
  "share of bytes out",
  "flows of the source in 10 minutes",
  "destinations of the source in 10 minutes",
  "ports of the source in 10 minutes",
  "share of failed flows of the source in 10 minutes",
  "flows to the same port of the same destination in 10 minutes",
];
const CATEGORIES = ["port", "protocol", "service", "state"];

export const FLOW_SCHEMA: FeatureSchema = makeSchema(
  [...NUMBERS, ...CATEGORIES],
  [...NUMBERS.map(() => "number" as const), ...CATEGORIES.map(() => "category" as const)],
);

/** What one flow shows by itself, without those before it. */
const OWN_NUMBERS = NUMBERS.slice(0, 9);
export const LONE_FLOW_SCHEMA: FeatureSchema = makeSchema(
  [...OWN_NUMBERS, ...CATEGORIES],
  [...OWN_NUMBERS.map(() => "number" as const), ...CATEGORIES.map(() => "category" as const)],
);

export const loneRowOf = (flow: Flow): readonly number[] => [...numbersOf(flow), ...codesOf(flow)];

/** Names of each field: Zeek conn, Suricata flow, VPC flow logs, IPFIX and the common names of NetFlow collectors. */
const NAMES = {
  source: [
    "id.orig_h",
    "id_orig_h",
    "src_ip",
    "srcAddr",
    "srcaddr",
    "sourceIPv4Address",
    "sourceIPv6Address",
    "ipv4_src_addr",
    "src",
  ],
  destination: [
    "id.resp_h",
    "id_resp_h",
    "dest_ip",
    "dst_ip",
    "dstAddr",
    "dstaddr",
    "destinationIPv4Address",
    "destinationIPv6Address",
    "ipv4_dst_addr",
    "dst",
  ],
  port: [
    "id.resp_p",
    "id_resp_p",
    "dest_port",
    "dst_port",
    "dstPort",
    "dstport",
    "destinationTransportPort",
    "l4_dst_port",
  ],
  protocol: ["proto", "protocol", "protocolIdentifier", "ip_protocol"],
  service: ["service", "app_proto", "application"],
  state: ["conn_state", "flow.state", "action", "tcpControlBits", "tcp_flags"],
  seconds: ["duration", "flow.age"],
  start: ["flow.start", "start", "flowStartSeconds", "first_switched"],
  end: ["flow.end", "end", "flowEndSeconds", "last_switched"],
  bytesOut: ["orig_bytes", "flow.bytes_toserver", "bytes", "octetDeltaCount", "in_bytes"],
  bytesIn: ["resp_bytes", "flow.bytes_toclient", "reverseOctetDeltaCount", "out_bytes"],
  packetsOut: ["orig_pkts", "flow.pkts_toserver", "packets", "packetDeltaCount", "in_pkts"],
  packetsIn: ["resp_pkts", "flow.pkts_toclient", "reversePacketDeltaCount", "out_pkts"],
} as const;

/** A name, and how it is found where writers nest it. */
interface Path {
  readonly key: string;
  readonly outer: string | undefined;
  readonly inner: string;
}

type Field = keyof typeof NAMES;

const pathOf = (key: string): Path => {
  const dot = key.indexOf(".");
  return { key, outer: dot < 0 ? undefined : key.slice(0, dot), inner: key.slice(dot + 1) };
};
const PATHS: ReadonlyMap<string, readonly Path[]> = new Map(
  Object.entries(NAMES).map(([field, names]) => [field, names.map(pathOf)]),
);

const PROTOCOLS: Readonly<Record<string, string>> = { "1": "icmp", "6": "tcp", "17": "udp", "58": "icmp6" };

/** Undefined where source, destination or any count of bytes or packets is missing: alerts and names asked are no flows. */
export function flowOf(event: Event): Flow | undefined {
  const { raw } = event;
  const text = (field: Field): string => textOf(first(raw, field));
  const number = (field: Field): number => numberOf(first(raw, field));
  const source = text("source") || addressIn(event, "src");
  const destination = text("destination") || addressIn(event, "dst");
  const counts = {
    bytesOut: number("bytesOut"),
    bytesIn: number("bytesIn"),
    packetsOut: number("packetsOut"),
    packetsIn: number("packetsIn"),
  };
  if (source === "" || destination === "" || Object.values(counts).every(Number.isNaN)) return undefined;
  // Suricata counts bytes in its alerts too; only its flow records are finished.
  if (raw.event_type !== undefined && raw.event_type !== "flow" && raw.event_type !== "netflow") return undefined;
  const protocol = text("protocol").toLowerCase();
  return {
    ...{ time: event.time, source, destination, port: number("port"), ...counts },
    protocol: PROTOCOLS[protocol] ?? protocol,
    service: text("service").toLowerCase(),
    state: text("state").toLowerCase(),
    seconds: secondsOf(number("seconds"), first(raw, "start"), first(raw, "end")),
  };
}

/** Where a source names its addresses otherwise, its mapping knows them. */
const addressIn = ({ entities }: Event, role: "src" | "dst"): string =>
  entities.find((entity) => entity.role === role && (entity.kind === "ip" || entity.kind === "domain"))?.value ?? "";

function secondsOf(stated: number, start: Json | undefined, end: Json | undefined): number {
  if (!Number.isNaN(stated)) return stated;
  const [from, to] = [start, end].map((value) => {
    const number = numberOf(value);
    return Number.isNaN(number) ? Date.parse(textOf(value)) / 1_000 : number;
  });
  const seconds = (to ?? Number.NaN) - (from ?? Number.NaN);
  return seconds >= 0 ? seconds : Number.NaN;
}

export interface FlowContext {
  /** The row of the flow; the flow then counts for those after it. */
  rowOf(flow: Flow): Float64Array;
}

interface Recent {
  readonly time: number;
  readonly destination: string;
  readonly port: number;
  readonly failed: boolean;
}

export function makeFlowContext(): FlowContext {
  const sources = new Map<string, Recent[]>();
  return {
    rowOf: (flow) => {
      const recent = (sources.get(flow.source) ?? []).filter(({ time }) => time > flow.time - WINDOW);
      const row = Float64Array.from([...numbersOf(flow), ...countsOf(flow, recent), ...codesOf(flow)]);
      const { time, destination, port } = flow;
      sources.delete(flow.source);
      sources.set(flow.source, [...recent.slice(1 - FLOWS_MAX), { time, destination, port, failed: hasFailed(flow) }]);
      const oldest = sources.keys().next();
      if (sources.size > SOURCES_MAX && oldest.done !== true) sources.delete(oldest.value);
      return row;
    },
  };
}

function numbersOf({ seconds, bytesOut, bytesIn, packetsOut, packetsIn }: Flow): readonly number[] {
  const share = bytesOut + bytesIn > 0 ? bytesOut / (bytesOut + bytesIn) : Number.NaN;
  const each = (bytes: number, packets: number): number => (packets > 0 ? bytes / packets : Number.NaN);
  // Half a second at least: the rate of a flow that begins and ends in one tick says nothing.
  const rate = bytesOut / Math.max(0.5, seconds);
  return [
    seconds,
    bytesOut,
    bytesIn,
    packetsOut,
    packetsIn,
    each(bytesOut, packetsOut),
    each(bytesIn, packetsIn),
    rate,
    share,
  ];
}

function countsOf(flow: Flow, recent: readonly Recent[]): readonly number[] {
  const failed = recent.filter((one) => one.failed).length;
  const same = recent.filter(({ destination, port }) => destination === flow.destination && port === flow.port);
  return [
    recent.length,
    new Set(recent.map(({ destination }) => destination)).size,
    new Set(recent.map(({ port }) => port)).size,
    recent.length === 0 ? Number.NaN : failed / recent.length,
    same.length,
  ];
}

const codesOf = ({ port, protocol, service, state }: Flow): readonly number[] => [
  // Ports above are chosen by chance or by the application; below they name a service.
  Number.isNaN(port) ? Number.NaN : port < 1_024 ? port : 1_024,
  code(protocol),
  code(service),
  code(state),
];

const code = (text: string): number => (text === "" || text === "-" ? Number.NaN : murmur3(text, 0) & CODES);

/** Zeek: no answer, refused, or only one side seen. VPC: rejected. Suricata: a new flow that nobody answered. */
const hasFailed = ({ state, bytesIn, packetsIn }: Flow): boolean =>
  ["s0", "rej", "rstos0", "rstrh", "sh", "shr", "reject"].includes(state) ||
  (state === "new" && (packetsIn === 0 || bytesIn === 0));

function first(raw: JsonObject, field: Field): Json | undefined {
  for (const path of PATHS.get(field) ?? []) {
    const value = raw[path.key] ?? nested(raw, path);
    if (value !== undefined && value !== null && value !== "-") return value;
  }
  return undefined;
}

function nested(raw: JsonObject, { outer, inner }: Path): Json | undefined {
  if (outer === undefined) return undefined;
  const within = raw[outer];
  return isJsonObject(within) ? (within as JsonObject)[inner] : undefined;
}

const textOf = (value: Json | undefined): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

function numberOf(value: Json | undefined): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return Number.NaN;
  const number = Number(value);
  return Number.isFinite(number) ? number : Number.NaN;
}
