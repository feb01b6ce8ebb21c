/**
 * One flow as its source wrote it: Zeek, Suricata, VPC flow logs, NetFlow and IPFIX, firewalls, OCSF, ECS, and the tables that
 * labelled flows are published in (CICFlowMeter, Argus as UNSW-NB15 has it, NetFlow with nProbe's names).
 * Enters: an event. Leaves: a `Flow`, or nothing where the event is no finished flow.
 *
 * FL1. What the source does not say is missing (NaN, ""), never 0.
 * FL2. Bytes are those on the wire where a source knows both (Zeek's `orig_ip_bytes`), as all other sensors count them.
 * FL3. Learning and judging read by the same names: nothing is renamed or computed for a data set alone.
 */
import type { Event } from "@cordon/model/event";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";

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

/** Further members that only learnt models of flows ask. */
export interface WholeFlow extends Flow {
  readonly sourcePort: number;
  /** FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, of both directions where the source joins them. */
  readonly flags: number;
}

const words = (text: string): readonly string[] => text.trim().split(/\s*\n\s*|\s+/);

/** Spaces in names: of published tables. What may mean something else elsewhere (`bytes`: both directions) stands last. */
const NAMES = {
  source: [
    ...words(`id.orig_h id_orig_h src_ip srcAddr srcaddr sourceIPv4Address sourceIPv6Address ipv4_src_addr src
      sa src4_addr src6_addr ip_src src_addr srcip IPV4_SRC_ADDR src_endpoint.ip source.ip connection.src_ip saddr SrcAddr`),
    ...["Source IP", "Src IP"],
  ],
  destination: [
    ...words(`id.resp_h id_resp_h dest_ip dst_ip dstAddr dstaddr destinationIPv4Address destinationIPv6Address ipv4_dst_addr dst
      da dst4_addr dst6_addr ip_dst dst_addr dstip IPV4_DST_ADDR dst_endpoint.ip destination.ip connection.dest_ip daddr DstAddr`),
    ...["Destination IP", "Dst IP"],
  ],
  port: [
    ...words(`id.resp_p id_resp_p dest_port dst_port dstPort dstport destinationTransportPort l4_dst_port dp dport port_dst dpt
      dsport L4_DST_PORT dst_endpoint.port destination.port connection.dest_port Dport`),
    ...["Destination Port", "Dst Port"],
  ],
  sourcePort: [
    ...words(`id.orig_p id_orig_p src_port srcPort srcport sourceTransportPort l4_src_port sp sport port_src spt
      L4_SRC_PORT src_endpoint.port source.port connection.src_port Sport`),
    ...["Source Port", "Src Port"],
  ],
  protocol:
    words(`proto protocol protocolIdentifier ip_protocol pr ip_proto PROTOCOL Protocol connection_info.protocol_name
    connection_info.protocol_num network.transport connection.protocol Proto protocol_type`),
  service: words(`service app_proto application app network.protocol app_name`),
  state: words(`conn_state flow.state action state act connection_state State flag tcpControlBits tcp_flags`),
  flags: words(`tcp.tcp_flags tcpControlBits tcp_flags flg tcp-flags TCP_FLAGS connection_info.tcp_flags`),
  start: words(`flow.start start flowStartSeconds first_switched start_time first timestamp_start time_flow_start_ns`),
  end: words(`flow.end end flowEndSeconds last_switched end_time last timestamp_end time_flow_end_ns`),
  bytesOut: [
    ...words(`orig_ip_bytes src_ip_bytes orig_bytes flow.bytes_toserver octetDeltaCount ibyt traffic.bytes_out source.bytes sentbyte bytes_sent bytes_out src_bytes SrcBytes
      sbytes IN_BYTES in_bytes out bytes`),
    ...["Total Length of Fwd Packets", "Total Length of Fwd Packet", "TotLen Fwd Pkts"],
  ],
  bytesIn: [
    ...words(`resp_ip_bytes dst_ip_bytes resp_bytes flow.bytes_toclient reverseOctetDeltaCount obyt traffic.bytes_in destination.bytes rcvdbyte
      bytes_received bytes_in dst_bytes DstBytes dbytes OUT_BYTES out_bytes in`),
    ...["Total Length of Bwd Packets", "Total Length of Bwd Packet", "TotLen Bwd Pkts"],
  ],
  packetsOut: [
    ...words(`orig_pkts flow.pkts_toserver packetDeltaCount ipkt traffic.packets_out source.packets sentpkt pkts_sent spkts Spkts src_pkts SrcPkts
      IN_PKTS in_pkts in_packets packets`),
    ...["Total Fwd Packets", "Total Fwd Packet", "Tot Fwd Pkts"],
  ],
  packetsIn: [
    ...words(`resp_pkts flow.pkts_toclient reversePacketDeltaCount opkt traffic.packets_in destination.packets rcvdpkt
      pkts_received dpkts Dpkts dst_pkts DstPkts OUT_PKTS out_pkts out_packets`),
    ...["Total Backward Packets", "Total Bwd packets", "Tot Bwd Pkts"],
  ],
} as const;

/** Names of durations with how many of them are a second. */
const DURATIONS: readonly (readonly [name: string, second: number])[] = [
  ["duration", 1],
  ["td", 1],
  ["dur", 1],
  ["Dur", 1],
  ["elapsed", 1],
  ["event.duration", 1e9],
  ["FLOW_DURATION_MILLISECONDS", 1e3],
  ["Flow Duration", 1e6],
  ["flow.age", 1],
];

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
const DURATION_PATHS = DURATIONS.map(([name, second]) => ({ path: pathOf(name), second }));

const PROTOCOLS: Readonly<Record<string, string>> = { "1": "icmp", "6": "tcp", "17": "udp", "58": "icmp6" };
/** Where collectors put the record below a key of its own. */
const BELOW = ["netflow", "jsonPayload"];

/** Undefined where source, destination or any count of bytes or packets is missing: alerts and names asked are no flows. */
export function flowOf(event: Event): Flow | undefined {
  const flow = readFlow(event);
  return flow === undefined || flow.source === "" || flow.destination === "" ? undefined : flow;
}

/** The same where a table leaves the addresses out: what they would tell is missing then. */
export function readFlow(event: Event): WholeFlow | undefined {
  const raw = rootOf(event.raw);
  // Suricata counts bytes in its alerts too; only its flow records are finished.
  const kind = raw.event_type;
  if (kind !== undefined && kind !== "flow" && kind !== "netflow" && kind !== "purge") return undefined;
  const counts = {
    bytesOut: numberIn(raw, "bytesOut"),
    bytesIn: numberIn(raw, "bytesIn"),
    packetsOut: numberIn(raw, "packetsOut"),
    packetsIn: numberIn(raw, "packetsIn"),
  };
  if (Object.values(counts).every(Number.isNaN)) return undefined;
  const protocol = textIn(raw, "protocol").toLowerCase();
  return {
    ...{ time: event.time, ...counts, port: numberIn(raw, "port"), sourcePort: numberIn(raw, "sourcePort") },
    source: textIn(raw, "source") || addressIn(event, "src"),
    destination: textIn(raw, "destination") || addressIn(event, "dst"),
    protocol: PROTOCOLS[protocol] ?? protocol,
    service: textIn(raw, "service").toLowerCase(),
    state: textIn(raw, "state").toLowerCase(),
    flags: flagsOf(first(raw, "flags")),
    seconds: secondsOf(raw),
  };
}

function rootOf(raw: JsonObject): JsonObject {
  for (const key of BELOW) {
    const below = raw[key];
    if (below !== undefined && isJsonObject(below)) return below;
  }
  return raw;
}

/** Where a source names its addresses otherwise, its mapping knows them. */
const addressIn = ({ entities }: Event, role: "src" | "dst"): string =>
  entities.find((entity) => entity.role === role && (entity.kind === "ip" || entity.kind === "domain"))?.value ?? "";

function secondsOf(raw: JsonObject): number {
  for (const { path, second } of DURATION_PATHS) {
    const stated = numberOf(at(raw, path));
    // OCSF counts milliseconds. What lasted less than none: clocks that were set.
    if (stated >= 0) return stated / (path.key === "duration" && raw.class_uid !== undefined ? 1e3 : second);
  }
  const [from, to] = [first(raw, "start"), first(raw, "end")].map(instantOf);
  const seconds = (to ?? Number.NaN) - (from ?? Number.NaN);
  return seconds >= 0 ? seconds : Number.NaN;
}

/** Seconds of this century's logs are below; milliseconds, microseconds and nanoseconds each a thousand times more. */
const SECONDS_MAX = 1e11;

function instantOf(value: Json | undefined): number {
  let number = numberOf(value);
  if (Number.isNaN(number)) return Date.parse(textOf(value)) / 1_000;
  while (number > SECONDS_MAX) number /= 1_000;
  return number;
}

const FLAGS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32 };

/** A number, `0x1b` or Suricata's `1b`, or letters at their places (`..AP.S.`). */
function flagsOf(value: Json | undefined): number {
  if (typeof value === "number") return value & 63;
  const text = textOf(value).trim();
  if (/^0x[0-9a-f]{1,4}$/i.test(text)) return Number(text) & 63;
  if (/^[.\sFSRPAUEC]+$/.test(text)) return [...text].reduce((sum, letter) => sum | (FLAGS[letter] ?? 0), 0);
  if (/^\d{1,3}$/.test(text)) return Number(text) & 63;
  return /^[0-9a-f]{2}$/i.test(text) ? Number.parseInt(text, 16) & 63 : Number.NaN;
}

function first(raw: JsonObject, field: Field): Json | undefined {
  for (const path of PATHS.get(field) ?? []) {
    const value = at(raw, path);
    if (value !== undefined && value !== null && value !== "-" && value !== "") return value;
  }
  return undefined;
}

const textIn = (raw: JsonObject, field: Field): string => textOf(first(raw, field));
/** Counts and ports below nothing are damaged rows. */
function numberIn(raw: JsonObject, field: Field): number {
  const number = numberOf(first(raw, field));
  return number >= 0 ? number : Number.NaN;
}

function at(raw: JsonObject, { key, outer, inner }: Path): Json | undefined {
  const flat = raw[key];
  if (flat !== undefined || outer === undefined) return flat;
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
