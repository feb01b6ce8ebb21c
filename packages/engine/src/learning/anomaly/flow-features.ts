/**
 * One flow of Zeek, Suricata, VPC flow logs or NetFlow exporters as numbers that a scorer can compare: what it shows by itself, without
 * those before it. (What a model with labels is asked, flow/flow-vector.ts, also counts what came before.)
 * Enters: a flow (flow/flow.ts). Leaves: a row of LONE_FLOW_SCHEMA.
 *
 * FF1. What the source does not say is missing (NaN), never 0.
 */
import type { Flow } from "../flow/flow.ts";
import { type FeatureSchema, makeSchema } from "../table.ts";
import { murmur3 } from "../text/murmur3.ts";

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
];
const CATEGORIES = ["port", "protocol", "service", "state"];

export const LONE_FLOW_SCHEMA: FeatureSchema = makeSchema(
  [...NUMBERS, ...CATEGORIES],
  [...NUMBERS.map(() => "number" as const), ...CATEGORIES.map(() => "category" as const)],
);

export const loneRowOf = (flow: Flow): readonly number[] => [...numbersOf(flow), ...codesOf(flow)];

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

const codesOf = ({ port, protocol, service, state }: Flow): readonly number[] => [
  // Ports above are chosen by chance or by the application; below they name a service.
  Number.isNaN(port) ? Number.NaN : port < 1_024 ? port : 1_024,
  code(protocol),
  code(service),
  code(state),
];

const code = (text: string): number => (text === "" || text === "-" ? Number.NaN : murmur3(text, 0) & CODES);
