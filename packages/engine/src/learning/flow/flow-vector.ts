/**
 * A flow and what came before it -> the numbers that a learnt model of flows asks, and their words.
 *
 * FV1. No address, name, identifier, absolute time or user is among them: only how much, how long, how it ended, by which kind
 *      of port and protocol, inwards or outwards, and counts of ten minutes.
 * FV2. What the source does not say is missing (NaN). Words of sources (`S0`, `REJECT`, `closed`) are one set of codes, so that
 *      what one sensor taught holds for another where both say it.
 */
import { isPublicAddress } from "@cordon/model/address-scope";
import { type FeatureKind, type FeatureSchema, makeSchema } from "../table.ts";
import type { WholeFlow } from "./flow.ts";
import { type FlowCounts, type FlowWindow, UNKNOWN_COUNTS } from "./flow-window.ts";

/** How it ended; refused, unanswered and denied never opened. */
const ENDINGS = ["completed", "refused", "unanswered", "reset by its source", "reset by its destination", "open"];
const [COMPLETED, REFUSED, UNANSWERED, RESET, RESET_THERE, OPEN, ALLOWED, DENIED] = [0, 1, 2, 3, 4, 5, 6, 7];
export const ENDING_WORDS = [...ENDINGS, "allowed", "denied"];
const ENDING_OF: ReadonlyMap<string, number> = new Map(
  (
    [
      [COMPLETED, "sf fin clo closed closed-tcp tcp-fin"],
      [REFUSED, "rej reject rejected"],
      [UNANSWERED, "s0 sh shr rstos0 rstrh int req timeout"],
      [RESET, "rsto rst tcp-rst-from-client client-rst"],
      [RESET_THERE, "rstr tcp-rst-from-server server-rst"],
      [OPEN, "s1 s2 s3 con acc oth established opened start"],
      [ALLOWED, "accept allow allowed pass permit bypassed close"],
      [DENIED, "deny denied drop dropped block blocked"],
    ] as const
  ).flatMap(([code = 0, words]) => words.split(" ").map((word) => [word, code] as const)),
);
const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ...(["icmp", "igmp", "tcp", "udp", "gre", "esp", "icmp6", "ospf", "sctp"] as const).map(
    (name, at) => [name, [1, 2, 6, 17, 47, 50, 58, 89, 132][at] ?? 0] as const,
  ),
  ["ipv6-icmp", 58],
  ["icmpv6", 58],
]);
export const SERVICES: readonly string[] =
  "other http tls dns ssh ftp smtp smb rdp kerberos ldap ntp dhcp snmp irc mail-box radius sip quic database mqtt telnet".split(
    " ",
  );
const SERVICE_OF: ReadonlyMap<string, string> = new Map(
  (
    [
      ["tls", "ssl https"],
      ["http", "web-browsing http2"],
      ["ftp", "ftp-data"],
      ["smb", "dce_rpc gssapi ntlm cifs smb2"],
      ["kerberos", "krb krb_tcp krb5"],
      ["mail-box", "pop3 imap"],
      ["database", "mysql postgresql postgres mssql oracle mongodb redis"],
      ["dhcp", "bootp"],
      ["irc", "ircu"],
    ] as const
  ).flatMap(([service, words]) => words.split(" ").map((word) => [word, service] as const)),
);
/** Ports above 1,023 that name a service on any network; of the rest only the range counts. */
const NAMED_PORTS = new Set([
  ...[1_194, 1_433, 1_521, 1_723, 1_883, 1_900, 2_049, 2_323, 2_375, 3_128, 3_306, 3_389, 4_444, 5_060, 5_222, 5_353],
  ...[5_432, 5_555, 5_900, 5_985, 5_986, 6_379, 6_667, 8_000, 8_080, 8_443, 8_883, 9_200, 11_211, 27_017, 37_215],
]);
export const REGISTERED = 1_024;
export const DYNAMIC = 49_152;
export const DIRECTIONS = ["inside", "outwards", "inwards", "outside"];

type Measure = (flow: WholeFlow, counts: FlowCounts) => number;
interface Feature {
  readonly kind: FeatureKind;
  readonly of: Measure;
}
const number = (of: Measure): Feature => ({ kind: "number", of });
const category = (of: Measure): Feature => ({ kind: "category", of });
const each = (whole: number, parts: number): number => (parts > 0 ? whole / parts : Number.NaN);
/** Half a second at least: the rate of a flow that begins and ends in one tick says nothing. */
const rate = (count: number, seconds: number): number => count / Math.max(0.5, seconds);

const FEATURES: Readonly<Record<string, Feature>> = {
  seconds: number(({ seconds }) => seconds),
  "bytes out": number(({ bytesOut }) => bytesOut),
  "bytes in": number(({ bytesIn }) => bytesIn),
  "packets out": number(({ packetsOut }) => packetsOut),
  "packets in": number(({ packetsIn }) => packetsIn),
  "bytes per packet out": number(({ bytesOut, packetsOut }) => each(bytesOut, packetsOut)),
  "bytes per packet in": number(({ bytesIn, packetsIn }) => each(bytesIn, packetsIn)),
  "bytes out per second": number(({ bytesOut, seconds }) => rate(bytesOut, seconds)),
  "packets out per second": number(({ packetsOut, seconds }) => rate(packetsOut, seconds)),
  "share of bytes out": number(({ bytesOut, bytesIn }) => each(bytesOut, bytesOut + bytesIn)),
  "source's flows": number((_, { flows }) => flows),
  "source's share of failed flows": number((_, { failedShare }) => failedShare),
  "source's destinations": number((_, { destinations }) => destinations),
  "source's places": number((_, { ports }) => ports),
  "source's bytes out": number((_, { bytesOut }) => bytesOut),
  "destination's flows": number((_, { towards }) => towards),
  "destination's sources": number((_, { sources }) => sources),
  "flows to the same place": number((_, { samePlace }) => samePlace),
  "seconds since the last": number((_, { seconds }) => seconds),
  "unevenness of pauses": number((_, { unevenness }) => unevenness),
  port: category(({ port }) => portClass(port)),
  "source port": category(({ sourcePort }) => rangeOf(sourcePort)),
  protocol: category(({ protocol }) => protocolCode(protocol)),
  service: category(({ service }) => serviceCode(service)),
  ending: category((flow) => endingOf(flow)),
  "tcp flags": category(({ flags }) => flags),
  direction: category((flow) => directionOf(flow)),
};

export const FLOW_NAMES: readonly string[] = Object.keys(FEATURES);
const ALL = Object.values(FEATURES);
export const FLOW_MODEL_SCHEMA: FeatureSchema = makeSchema(
  FLOW_NAMES,
  ALL.map(({ kind }) => kind),
);
/** What one flow shows by itself: the numbers of which a range is learnt. */
export const OWN_NUMBERS = 10;

/** The flow's row; it then counts for those after it. Without time or addresses nothing can be counted. */
export function flowVector(flow: WholeFlow, window: FlowWindow, timed = true): Float64Array {
  const countable = timed && flow.source !== "" && flow.destination !== "";
  const counts = countable ? window.pass({ ...flow, failed: hasFailed(flow) }) : UNKNOWN_COUNTS;
  const row = new Float64Array(ALL.length);
  for (let at = 0; at < row.length; at += 1) row[at] = ALL[at]?.of(flow, counts) ?? Number.NaN;
  return row;
}

function rangeOf(port: number): number {
  if (!(port >= 0)) return Number.NaN;
  return port < REGISTERED ? 0 : port < DYNAMIC ? REGISTERED : DYNAMIC;
}

const portClass = (port: number): number =>
  Number.isInteger(port) && (port < REGISTERED || NAMED_PORTS.has(port)) ? port : rangeOf(port);

function protocolCode(protocol: string): number {
  if (/^\d{1,3}$/.test(protocol)) return Number(protocol);
  return PROTOCOLS.get(protocol) ?? Number.NaN;
}

function serviceCode(service: string): number {
  const word = service.split(/[,;/ ]/, 1)[0] ?? "";
  if (word === "" || word === "-" || word === "failed" || word === "unknown" || /^\d/.test(word)) return Number.NaN;
  return Math.max(0, SERVICES.indexOf(SERVICE_OF.get(word) ?? word));
}

const [SYN, RST, ACK] = [2, 4, 16];
/** FIN and PSH: it was opened and used. */
const USED = 9;
const hasFlags = (flags: number, of: number): boolean => (flags & of) === of;

/** Suricata's `new`, and records that only hold flags: whether anything came back decides. */
function endingOf({ state, flags, packetsIn, bytesIn }: WholeFlow): number {
  const known = ENDING_OF.get(state);
  // Suricata's `closed` says how it ended, not that it was ever open.
  const refused = hasFlags(flags, SYN | RST) && (flags & USED) === 0;
  if (refused && (known === undefined || known === COMPLETED)) return REFUSED;
  if (known !== undefined) return known;
  const argus = /^([a-z]+)_([a-z]*)$/.exec(state);
  if (argus !== null) return argusEnding(argus[1] ?? "", argus[2] ?? "");
  const silent = packetsIn === 0 || (Number.isNaN(packetsIn) && bytesIn === 0);
  if (state === "new") return silent ? UNANSWERED : OPEN;
  if (hasFlags(flags, SYN) && !hasFlags(flags, ACK)) return UNANSWERED;
  return Number.NaN;
}

/** Argus names the flags of both sides: `fspa_fspa`, `s_ra`, `s_`. */
function argusEnding(out: string, back: string): number {
  if (back === "") return UNANSWERED;
  if (back.includes("r")) return back.includes("s") ? RESET_THERE : REFUSED;
  if (out.includes("r")) return RESET;
  return out.includes("f") || back.includes("f") ? COMPLETED : OPEN;
}

function hasFailed(flow: WholeFlow): boolean {
  const ending = endingOf(flow);
  return ending === REFUSED || ending === UNANSWERED || ending === DENIED;
}

const directionOf = ({ source, destination }: WholeFlow): number => 2 * outside(source) + outside(destination);

/** Which addresses are public does not change: those met last are kept. */
const MET_MAX = 20_000;
const met = new Map<string, number>();

/** NaN for what is no address. */
function outside(address: string): number {
  const known = met.get(address);
  if (known !== undefined) return known;
  const found = /[.:]/.test(address) ? Number(isPublicAddress(address)) : Number.NaN;
  if (met.size >= MET_MAX) met.clear();
  met.set(address, found);
  return found;
}
