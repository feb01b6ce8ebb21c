/** How sensors write a flow (flows.ts): Zeek, Suricata, VPC flow logs, OCSF. */
import type { JsonObject } from "@cordon/model/json";
import type { MadeFlow } from "./flows.ts";

/** With headers, as sensors of the wire count. */
const wire = (bytes: number, packets: number): number => bytes + 40 * packets;
const wireOf = (flow: MadeFlow): { readonly out: number; readonly back: number } => ({
  out: wire(flow.bytesOut, flow.packetsOut),
  back: wire(flow.bytesIn, flow.packetsIn),
});
/** Of both directions. */
const TCP_FLAGS: Readonly<Record<MadeFlow["state"], string>> = { SF: "1b", S0: "02", REJ: "16", RSTO: "1e", S1: "1a" };

const labelled = (kind: string, label: boolean): JsonObject =>
  label ? { label: kind === "" ? "Benign" : "Malicious", "detailed-label": kind === "" ? "-" : kind } : {};

/** As each sensor writes one, as JSON; with `label` as IoT-23 has it. */
export const WRITERS: Readonly<
  Record<"zeek" | "suricata" | "vpc" | "ocsf", (flow: MadeFlow, label: boolean) => JsonObject>
> = {
  zeek: (flow, label) => ({
    ...{ ts: flow.time / 1_000, uid: `C${flow.time}${flow.sourcePort}`, "id.orig_h": flow.source },
    ...{ "id.orig_p": flow.sourcePort, "id.resp_h": flow.destination, "id.resp_p": flow.port, proto: flow.protocol },
    ...(flow.service === "" ? {} : { service: flow.service }),
    ...(flow.seconds === 0 ? {} : { duration: flow.seconds, orig_bytes: flow.bytesOut, resp_bytes: flow.bytesIn }),
    ...{ conn_state: flow.state, orig_pkts: flow.packetsOut, resp_pkts: flow.packetsIn },
    ...{ orig_ip_bytes: wireOf(flow).out, resp_ip_bytes: wireOf(flow).back },
    ...labelled(flow.kind, label),
  }),
  suricata: (flow, label) => ({
    ...{
      timestamp: new Date(flow.time).toISOString(),
      flow_id: flow.time * 10 + (flow.sourcePort % 10),
      event_type: "flow",
    },
    ...{ src_ip: flow.source, src_port: flow.sourcePort, dest_ip: flow.destination, dest_port: flow.port },
    ...{ proto: flow.protocol.toUpperCase(), ...(flow.service === "" ? {} : { app_proto: flow.service }) },
    flow: {
      ...{ pkts_toserver: flow.packetsOut, pkts_toclient: flow.packetsIn, bytes_toserver: wireOf(flow).out },
      ...{ bytes_toclient: wireOf(flow).back, start: new Date(flow.time).toISOString() },
      end: new Date(flow.time + flow.seconds * 1_000).toISOString(),
      state: flow.state === "S0" ? "new" : "closed",
    },
    ...(flow.protocol === "tcp" ? { tcp: { tcp_flags: TCP_FLAGS[flow.state] } } : {}),
    ...labelled(flow.kind, label),
  }),
  vpc: (flow, label) => ({
    ...{ version: 2, accountId: "111122223333", interfaceId: "eni-1", srcAddr: flow.source, dstAddr: flow.destination },
    ...{ srcPort: flow.sourcePort, dstPort: flow.port, protocol: flow.protocol === "tcp" ? 6 : 17 },
    ...{ packets: flow.packetsOut, bytes: wireOf(flow).out, start: Math.floor(flow.time / 1_000) },
    ...{
      end: Math.floor(flow.time / 1_000 + flow.seconds),
      action: flow.state === "REJ" ? "REJECT" : "ACCEPT",
      status: "OK",
    },
    ...labelled(flow.kind, label),
  }),
  ocsf: (flow, label) => ({
    ...{ class_uid: 4001, category_uid: 4, activity_id: 6, severity_id: 1, type_uid: 400106, time: flow.time },
    ...{ duration: Math.round(flow.seconds * 1_000), metadata: { version: "1.5.0" } },
    ...{
      src_endpoint: { ip: flow.source, port: flow.sourcePort },
      dst_endpoint: { ip: flow.destination, port: flow.port },
    },
    connection_info: { protocol_name: flow.protocol },
    traffic: {
      ...{ bytes_out: wireOf(flow).out, bytes_in: wireOf(flow).back },
      ...{ packets_out: flow.packetsOut, packets_in: flow.packetsIn },
    },
    ...labelled(flow.kind, label),
  }),
};
