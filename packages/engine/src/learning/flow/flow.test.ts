import type { Event } from "@cordon/model/event";
import type { JsonObject } from "@cordon/model/json";
import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { flowOf, readFlow } from "./flow.ts";

const eventOf = (raw: JsonObject, entities: Event["entities"] = []): Event =>
  ({ time: instant(1_000_000), raw, entities }) as unknown as Event;
const missing = Number.NaN;

describe("a flow", () => {
  it.each<[string, JsonObject, Partial<ReturnType<typeof readFlow>>]>([
    [
      "nfdump's CSV",
      {
        ...{ ts: "2026-05-04 10:20:30", te: "2026-05-04 10:20:31", td: "1.204", sa: "10.0.1.11", da: "198.51.100.20" },
        ...{ sp: "50001", dp: "443", pr: "TCP", flg: "...AP.SF", ipkt: "12", ibyt: "4200", opkt: "0", obyt: "0" },
      },
      { seconds: 1.204, port: 443, sourcePort: 50_001, protocol: "tcp", flags: 27, bytesOut: 4_200, packetsIn: 0 },
    ],
    [
      "goflow2",
      {
        ...{
          time_flow_start_ns: 1777890030125000000,
          time_flow_end_ns: 1777890031500000000,
          bytes: 4_200,
          packets: 12,
        },
        ...{
          src_addr: "10.0.1.11",
          dst_addr: "198.51.100.20",
          proto: "TCP",
          src_port: 50_001,
          dst_port: 443,
          tcp_flags: 27,
        },
      },
      { bytesOut: 4_200, bytesIn: missing, packetsOut: 12, flags: 27, protocol: "tcp" },
    ],
    [
      "Logstash's NetFlow",
      {
        netflow: {
          ipv4_src_addr: "10.0.1.11",
          ipv4_dst_addr: "10.0.1.2",
          l4_dst_port: 53,
          protocol: 17,
          in_bytes: 60,
          in_pkts: 1,
        },
      },
      { source: "10.0.1.11", destination: "10.0.1.2", port: 53, protocol: "udp", bytesOut: 60, packetsOut: 1 },
    ],
    [
      "OCSF, in milliseconds, inwards and outwards apart",
      {
        ...{ class_uid: 4001, duration: 1_375, connection_info: { protocol_num: 6, tcp_flags: 2 } },
        ...{ src_endpoint: { ip: "10.0.1.11", port: 50_001 }, dst_endpoint: { ip: "198.51.100.20", port: 443 } },
        traffic: { bytes: 65_200, bytes_in: 61_000, bytes_out: 4_200, packets_in: 14, packets_out: 12 },
      },
      { seconds: 1.375, bytesOut: 4_200, bytesIn: 61_000, packetsIn: 14, protocol: "tcp", flags: 2 },
    ],
    [
      "ECS",
      {
        ...{ source: { ip: "10.0.1.11", bytes: 10, packets: 1 }, destination: { ip: "10.0.1.2", port: 22, bytes: 20 } },
        ...{ network: { transport: "tcp", protocol: "ssh" }, event: { duration: 2_500_000_000 } },
      },
      { seconds: 2.5, bytesOut: 10, bytesIn: 20, packetsIn: missing, service: "ssh", port: 22 },
    ],
    [
      "FortiGate",
      {
        srcip: "10.0.1.11",
        dstip: "10.0.1.2",
        dstport: "22",
        proto: "6",
        action: "close",
        duration: "9",
        sentbyte: "0",
        rcvdbyte: "5",
      },
      { seconds: 9, bytesOut: 0, bytesIn: 5, state: "close" },
    ],
    [
      "PAN-OS, whose `bytes` are both directions",
      {
        src: "10.0.1.11",
        dst: "10.0.1.2",
        dport: "22",
        bytes: "30",
        bytes_sent: "10",
        bytes_received: "20",
        elapsed: "3",
        app: "ssh",
      },
      { seconds: 3, bytesOut: 10, bytesIn: 20, service: "ssh" },
    ],
    [
      "CICFlowMeter, in microseconds, without addresses",
      {
        "Destination Port": "80",
        "Flow Duration": "1293792",
        "Total Fwd Packets": "3",
        "Total Backward Packets": "7",
        "Total Length of Fwd Packets": "26",
        "Total Length of Bwd Packets": "11607.0",
        Label: "DDoS",
      },
      { source: "", seconds: 1.293792, packetsOut: 3, packetsIn: 7, bytesOut: 26, bytesIn: 11_607, port: 80 },
    ],
    [
      "CICFlowMeter's short names; a duration below nothing is none",
      { "Dst Port": "22", Protocol: "6", "Flow Duration": "-1", "Tot Fwd Pkts": "3", "TotLen Fwd Pkts": "26" },
      { seconds: missing, packetsOut: 3, bytesOut: 26, protocol: "tcp", bytesIn: missing },
    ],
    [
      "Argus (UNSW-NB15)",
      {
        srcip: "59.166.0.1",
        dstip: "149.171.126.2",
        dsport: "53",
        proto: "udp",
        state: "CON",
        dur: "0.001",
        sbytes: "132",
        dbytes: "164",
        service: "dns",
        Spkts: "2",
        Dpkts: "2",
      },
      { seconds: 0.001, bytesOut: 132, packetsIn: 2, service: "dns", state: "con" },
    ],
    [
      "Zeek, by the bytes on the wire",
      {
        ...{ "id.orig_h": "10.0.1.11", "id.resp_h": "10.0.1.2", "id.resp_p": 22, proto: "tcp", conn_state: "S0" },
        ...{ orig_pkts: 3, orig_ip_bytes: 180, resp_pkts: 0, resp_ip_bytes: 0 },
      },
      { bytesOut: 180, bytesIn: 0, packetsOut: 3, seconds: missing, state: "s0" },
    ],
    [
      "Argus (CTU-13)",
      {
        ...{ Dur: "3.5", Proto: "tcp", SrcAddr: "147.32.84.165", Sport: "1025", DstAddr: "192.0.2.7", Dport: "25" },
        ...{ State: "S_RA", TotPkts: "6", TotBytes: "372", SrcBytes: "186", Label: "flow=From-Botnet-V42-TCP" },
      },
      { source: "147.32.84.165", seconds: 3.5, port: 25, bytesOut: 186, bytesIn: missing, state: "s_ra" },
    ],
    [
      "ToN_IoT",
      {
        ...{ src_ip: "192.168.1.37", src_port: "4444", dst_ip: "192.168.1.193", dst_port: "49178", proto: "tcp" },
        ...{
          duration: "290.37",
          src_bytes: "101568",
          dst_bytes: "2592",
          conn_state: "OTH",
          src_pkts: "108",
          dst_pkts: "31",
        },
      },
      { seconds: 290.37, bytesOut: 101_568, bytesIn: 2_592, packetsOut: 108, packetsIn: 31, state: "oth" },
    ],
    [
      "nProbe (NF-UNSW-NB15)",
      {
        IPV4_SRC_ADDR: "10.0.0.1",
        IPV4_DST_ADDR: "10.0.0.2",
        L4_DST_PORT: "25",
        PROTOCOL: "6",
        IN_BYTES: "9672",
        OUT_BYTES: "416",
        IN_PKTS: "11",
        OUT_PKTS: "8",
        TCP_FLAGS: "25",
        FLOW_DURATION_MILLISECONDS: "15",
      },
      { seconds: 0.015, bytesOut: 9_672, bytesIn: 416, flags: 25 },
    ],
  ])("is read from %s", (_name, raw, expected) => {
    expect(readFlow(eventOf(raw))).toMatchObject(expected as JsonObject);
  });

  it.each<[string, JsonObject]>([
    ["no counts", { src_ip: "10.0.0.1", dst_ip: "10.0.0.2", dst_port: 22 }],
    ["an alert that counts bytes", { event_type: "alert", src_ip: "10.0.0.1", flow: { bytes_toserver: 5 } }],
    ["counts below nothing", { src_ip: "10.0.0.1", dst_ip: "10.0.0.2", bytes_out: -4 }],
  ])("is none: %s", (_name, raw) => expect(readFlow(eventOf(raw))).toBeUndefined());

  it("has the addresses of its mapping where the source names them otherwise; without any it is none to the stream", () => {
    const raw = { bytes_out: 5 };
    const entities = [
      { kind: "ip", role: "src", value: "10.0.0.1" },
      { kind: "ip", role: "dst", value: "10.0.0.2" },
    ] as const;
    expect(flowOf(eventOf(raw, entities))).toMatchObject({ source: "10.0.0.1", destination: "10.0.0.2" });
    expect(flowOf(eventOf(raw))).toBeUndefined();
    expect(readFlow(eventOf(raw))).toMatchObject({ source: "", bytesOut: 5 });
  });
});
