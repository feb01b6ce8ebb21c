/**
 * One flow of Zeek, Suricata, VPC flow logs or NetFlow exporters as numbers that a scorer can compare.
 * Enters: flows (flow/flow.ts), in order of time. Leaves: a row of FLOW_SCHEMA.
 *
 * FF1. Causal: the counts of a source are of its flows before this one, in the last WINDOW.
 * FF2. What the source does not say is missing (NaN), never 0.
 * FF3. Bounded: SOURCES_MAX sources, FLOWS_MAX flows of each; the source that was silent longest leaves.
 */
import { MINUTE } from "@cordon/model/time";
import type { Flow } from "../flow/flow.ts";
import { type FeatureSchema, makeSchema } from "../table.ts";
import { murmur3 } from "../text/murmur3.ts";

const WINDOW = 10 * MINUTE;
const SOURCES_MAX = 20_000;
/** A scanner opens thousands of flows a minute; beyond this its counts say the same. */
const FLOWS_MAX = 500;
/** Codes of a category; two texts share one in about 1 of 4,096 cases. */
const CODES = 4_095;

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
