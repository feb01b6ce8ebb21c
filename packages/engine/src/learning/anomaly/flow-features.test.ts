import type { Event } from "@cordon/model/event";
import type { JsonObject } from "@cordon/model/json";
import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { type Flow, flowOf } from "../flow/flow.ts";
import { makeRandom } from "../random.ts";
import { makeSchema } from "../table.ts";
import { LONE_FLOW_SCHEMA, loneRowOf } from "./flow-features.ts";
import { makeHalfSpace } from "./half-space.ts";
import { makeStreamNormality, type StreamVerdict } from "./stream-normality.ts";

const eventOf = (raw: JsonObject): Event => ({ time: instant(1_000_000), raw }) as Event;

describe("flows", () => {
  const zeek = {
    "id.orig_h": "10.0.0.5",
    "id.resp_h": "198.51.100.7",
    "id.resp_p": 443,
    proto: "tcp",
    conn_state: "SF",
  };
  it.each([
    [
      "Zeek",
      { ...zeek, duration: 1.5, orig_bytes: 100, resp_bytes: 900, orig_pkts: 4, resp_pkts: 5, service: "ssl" },
      { port: 443, protocol: "tcp", service: "ssl", state: "sf", seconds: 1.5, bytesOut: 100, bytesIn: 900 },
    ],
    ["Zeek without counts", zeek, undefined],
    [
      "Suricata",
      {
        ...{ event_type: "flow", src_ip: "10.0.0.5", dest_ip: "10.0.0.6", dest_port: 22, proto: "TCP" },
        flow: {
          bytes_toserver: 10,
          bytes_toclient: 20,
          start: "2026-05-04T10:00:00Z",
          end: "2026-05-04T10:00:09Z",
          state: "closed",
        },
      },
      { port: 22, protocol: "tcp", seconds: 9, bytesOut: 10, bytesIn: 20, state: "closed" },
    ],
    [
      "Suricata's alert",
      { event_type: "alert", src_ip: "10.0.0.5", dest_ip: "10.0.0.6", flow: { bytes_toserver: 10 } },
      undefined,
    ],
    [
      "VPC flow logs",
      {
        srcaddr: "10.0.0.5",
        dstaddr: "10.0.0.6",
        dstport: "3389",
        protocol: "6",
        packets: "3",
        bytes: "180",
        start: "100",
        end: "160",
        action: "REJECT",
      },
      { port: 3_389, protocol: "tcp", seconds: 60, bytesOut: 180, bytesIn: Number.NaN, state: "reject" },
    ],
    [
      "IPFIX",
      {
        sourceIPv4Address: "10.0.0.5",
        destinationIPv4Address: "10.0.0.6",
        protocolIdentifier: 17,
        octetDeltaCount: 70,
        destinationTransportPort: 53,
      },
      { protocol: "udp", port: 53, bytesOut: 70, seconds: Number.NaN },
    ],
  ])("of %s", (_name, raw, expected) => {
    const flow = flowOf(eventOf(raw as JsonObject));
    if (expected === undefined) expect(flow).toBeUndefined();
    else expect(flow).toMatchObject(expected);
  });

  const flow: Flow = {
    ...{ time: 0, source: "a", destination: "b", port: 80, protocol: "tcp", service: "http", state: "sf" },
    ...{ seconds: 1, bytesOut: 100, bytesIn: 50, packetsOut: 2, packetsIn: 1 },
  };
  it("FF1. what is not said is missing", () => {
    const row = loneRowOf({ ...flow, seconds: Number.NaN, packetsIn: Number.NaN, service: "" });
    const at = (name: string): number | undefined => row[LONE_FLOW_SCHEMA.names.indexOf(name)];
    expect(["seconds", "bytes per packet in", "service"].map(at)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([at("bytes out"), at("share of bytes out"), row.length]).toEqual([
      100,
      2 / 3,
      LONE_FLOW_SCHEMA.names.length,
    ]);
  });

  it("a large upload stands out of an office's flows, with the features that say why", () => {
    const random = makeRandom(7);
    const stream = makeStreamNormality(LONE_FLOW_SCHEMA, 1);
    const usual = (time: number): Flow => {
      const bytes = Math.exp(6 + random.normal());
      return {
        ...{
          ...flow,
          time,
          source: `10.0.0.${random.below(40)}`,
          destination: `s${random.below(20)}`,
          port: random.next() < 0.7 ? 443 : 53,
        },
        ...{
          seconds: Math.exp(random.normal()),
          bytesOut: bytes,
          bytesIn: bytes * 8,
          packetsOut: bytes / 300,
          packetsIn: bytes / 150,
        },
      };
    };
    const ask = (one: Flow): StreamVerdict => stream.observe(loneRowOf(one), one.source);
    const seen = Array.from({ length: 2_500 }, (_, row) => ask(usual(row * 3_000)));
    expect(seen[1_200]?.kind).toBe("learning");
    const alarms = seen.filter((one) => one.kind === "judged" && one.p < 1e-4).length;
    expect(alarms).toBeLessThan(15);

    const upload = ask({ ...usual(7_500_001), bytesOut: 4e9, packetsOut: 3e6, seconds: 900 });
    expect(upload.kind === "judged" && upload.p).toBeLessThan(1e-3);
    expect(
      upload.kind === "judged" &&
        upload
          .reasons()
          .map(({ feature }) => feature)
          .join(" "),
    ).toMatch(/bytes out/);
  });
});

describe("half-space trees", () => {
  const random = makeRandom(2);
  const rows = Array.from({ length: 600 }, () => [random.normal(), random.normal(), random.normal()]);
  const options = { seed: 5, low: [-2.3, -2.3, -2.3], high: [2.3, 2.3, 2.3] };

  it("AH1. judge by the last full window, name the feature, and go on after a restore", () => {
    const trees = makeHalfSpace(options);
    for (const row of rows.slice(0, 249)) trees.learn(row);
    expect(trees.score([0, 0, 0])).toBe(trees.score([0, 9, 0]));
    for (const row of rows.slice(249)) trees.learn(row);
    expect(trees.score([0, 9, 0])).toBeGreaterThan(trees.score([0.2, 0.3, 0.1]) + 1);
    const parts = [...trees.explain([0, 9, 0])];
    expect(parts.indexOf(Math.max(...parts))).toBe(1);
    const again = makeHalfSpace(options, JSON.parse(JSON.stringify(trees.snapshot())));
    for (const row of rows) {
      trees.learn(row);
      again.learn(row);
    }
    expect(again.snapshot()).toEqual(trees.snapshot());
    expect(() => makeHalfSpace(options, { ...trees.snapshot(), version: 9 })).toThrow(/version 9/);
  });
});

describe("stream", () => {
  const schema = makeSchema(["a", "b"]);
  it("AW1. gives the same after a restore, at any point, and is the same to the byte", () => {
    const random = makeRandom(3);
    const rows = Array.from({ length: 1_700 }, () => [random.normal(), random.normal()]);
    const whole = makeStreamNormality(schema, 1);
    const answers = rows.map((row, at) => plain(whole.observe(row, `e${at % 9}`)));
    for (const stop of [600, 1_100, 1_380]) {
      const first = makeStreamNormality(schema, 1);
      rows.slice(0, stop).forEach((row, at) => {
        first.observe(row, `e${at % 9}`);
      });
      const second = makeStreamNormality(schema, 1, JSON.parse(JSON.stringify(first.snapshot())));
      const rest = rows.slice(stop).map((row, at) => plain(second.observe(row, `e${(stop + at) % 9}`)));
      expect(rest).toEqual(answers.slice(stop));
      expect(JSON.stringify(second.snapshot())).toBe(JSON.stringify(whole.snapshot()));
    }
  });

  it("AW2. one entity cannot teach what to overlook by repeating it", () => {
    const random = makeRandom(4);
    const stream = makeStreamNormality(schema, 1);
    for (let at = 0; at < 1_500; at += 1) stream.observe([random.normal(), random.normal()], `e${at % 30}`);
    const odd = (): number => plain(stream.observe([12, -12], "attacker")).p ?? 1;
    const first = odd();
    for (let at = 0; at < 60; at += 1) odd();
    expect(first).toBeLessThan(1e-3);
    expect(odd()).toBeLessThan(1e-2);
  });

  function plain(verdict: StreamVerdict): { readonly kind: string; readonly p?: number } {
    return verdict.kind === "judged" ? { kind: verdict.kind, p: verdict.p } : { kind: verdict.kind };
  }
});
