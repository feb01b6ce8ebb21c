import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WholeFlow } from "./flow.ts";
import { FLOW_NAMES, flowVector } from "./flow-vector.ts";
import { type FlowWindowState, makeFlowWindow, type Passing } from "./flow-window.ts";
import { flowWords } from "./flow-words.ts";

const flow: WholeFlow = {
  ...{ time: 1e12, source: "10.0.0.5", destination: "198.51.100.7", port: 443, sourcePort: 50_000, protocol: "tcp" },
  ...{
    service: "ssl",
    state: "sf",
    flags: Number.NaN,
    seconds: 3,
    bytesOut: 48e6,
    bytesIn: 2e6,
    packetsOut: 40_000,
    packetsIn: 900,
  },
};
const of = (change: Partial<WholeFlow>): Float64Array => flowVector({ ...flow, ...change }, makeFlowWindow());
const at = (row: Float64Array, name: string): number => row[FLOW_NAMES.indexOf(name)] ?? Number.NaN;

describe("a flow's numbers", () => {
  it("FV1. are the same for other addresses, hosts and times of the same kind", () => {
    const other = { source: "10.77.3.9", destination: "203.0.113.200", time: 1.7e12, sourcePort: 61_234 };
    expect(of(other)).toEqual(of({}));
  });

  it.each<[string, Partial<WholeFlow>, string, number]>([
    ["Zeek's S0 and Suricata's unanswered flow end alike", { state: "new", packetsIn: 0 }, "ending", 2],
    ["a SYN that nothing came back for", { state: "", flags: 2 }, "ending", 2],
    ["Suricata's flow that was answered is open", { state: "new", packetsIn: 3 }, "ending", 5],
    ["VPC's REJECT is refused as Zeek's REJ", { state: "reject" }, "ending", 1],
    ["Suricata's closed flow that was only refused", { state: "closed", flags: 0x16 }, "ending", 1],
    ["Suricata's closed flow that was used and reset", { state: "closed", flags: 0x1e }, "ending", 0],
    ["Argus: both sides closed", { state: "fspa_fspa" }, "ending", 0],
    ["Argus: refused", { state: "s_ra" }, "ending", 1],
    ["Argus: unanswered", { state: "s_" }, "ending", 2],
    ["Argus: reset there", { state: "spa_srpa" }, "ending", 4],
    ["a word nobody knows is missing", { state: "zzz" }, "ending", Number.NaN],
    ["a port of chance is a range", { port: 50_123 }, "port", 49_152],
    ["a port that names a service is itself", { port: 3_389 }, "port", 3_389],
    ["no port", { port: Number.NaN }, "port", Number.NaN],
    ["a protocol by number or name", { protocol: "47" }, "protocol", 47],
    ["a service that no table knows is another", { service: "gopher" }, "service", 0],
    ["a service that is not said is missing", { service: "-" }, "service", Number.NaN],
    ["inwards", { source: "198.51.100.7", destination: "10.0.0.5" }, "direction", 2],
    ["within", { destination: "10.0.0.9" }, "direction", 0],
    ["no addresses", { source: "", destination: "" }, "direction", Number.NaN],
    ["nothing counted without addresses", { source: "", destination: "" }, "source's flows", Number.NaN],
  ])("FV2. %s", (_name, change, name, expected) => expect(at(of(change), name)).toBe(expected));

  it.each([
    ["bytes out", "bytes out 48 MB in 3 s"],
    ["bytes out per second", "16 MB out per second"],
    ["share of bytes out", "96 % of its bytes went out"],
    ["service", "service: tls"],
    ["direction", "direction: outwards"],
    ["seconds since the last", "seconds since the last not known"],
    ["port", "port 443"],
  ])("%s in words: %s", (name, words) => expect(flowWords(name, of({}))).toBe(words));
});

const PIECE = 120_000;
const step = fc.record({
  gap: fc.integer({ min: -300_000, max: 700_000 }),
  source: fc.constantFrom("a", "b", "c"),
  destination: fc.constantFrom("x", "y", "z"),
  port: fc.constantFrom(22, 443),
  bytesOut: fc.constantFrom(10, 1_000, Number.NaN),
  failed: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const passing = (steps: readonly Step[]): readonly Passing[] => {
  let time = 1e9;
  return steps.map(({ gap, ...rest }) => {
    time += gap;
    return { ...rest, time };
  });
};

describe("what came before a flow", () => {
  it("FO1. counts as a naive twin that keeps everything", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const window = makeFlowWindow();
        const before: Passing[] = [];
        const newest = new Map<string, number>();
        for (const one of passing(steps)) {
          const now = Math.floor(one.time / PIECE);
          const recent = before.filter(({ time }) => {
            const piece = Math.floor(time / PIECE);
            return piece > now - 5 && piece <= now;
          });
          const own = recent.filter(({ source }) => source === one.source);
          const counts = window.pass(one);
          const late = now < (newest.get(one.source) ?? 0) || now < (newest.get(one.destination) ?? 0);
          newest.set(one.source, Math.max(now, newest.get(one.source) ?? 0));
          newest.set(one.destination, Math.max(now, newest.get(one.destination) ?? 0));
          before.push(one);
          // What is late is counted from pieces that may be gone (FO3): the twin keeps them.
          if (late) continue;
          expect(counts.flows).toBe(own.length);
          expect(counts.destinations).toBe(new Set(own.map(({ destination }) => destination)).size);
          expect(counts.failedShare).toBe(
            own.length === 0 ? Number.NaN : own.filter(({ failed }) => failed).length / own.length,
          );
          expect(counts.bytesOut).toBe(
            own.reduce((sum, { bytesOut }) => sum + (Number.isNaN(bytesOut) ? 0 : bytesOut), 0),
          );
          expect(counts.towards).toBe(recent.filter(({ destination }) => destination === one.destination).length);
        }
      }),
    );
  });

  it("FO2. goes on after a restart at any point, and stays small", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(40), (steps, cut) => {
        const all = passing(steps);
        const whole = makeFlowWindow();
        const first = makeFlowWindow();
        const expected = all.map((one) => whole.pass(one));
        for (const one of all.slice(0, cut)) first.pass(one);
        const kept: FlowWindowState = JSON.parse(JSON.stringify(first.state()));
        const second = makeFlowWindow(kept);
        expect(all.slice(cut).map((one) => second.pass(one))).toEqual(expected.slice(cut));
      }),
    );
    const window = makeFlowWindow();
    for (let host = 0; host < 20_000; host += 1)
      window.pass({ ...flow, time: 1e9 + host, source: `s${host}`, destination: `d${host}`, failed: false });
    const { sources, destinations, pairs } = window.state();
    expect([sources.length, destinations.length, pairs.length]).toEqual([4_096, 4_096, 8_192]);
  });

  it("pauses of a beacon are even, those of a person are not", () => {
    const unevenness = (pauses: readonly number[]): number => {
      const window = makeFlowWindow();
      let time = 1e9;
      let last = Number.NaN;
      for (const pause of pauses) {
        time += pause;
        last = window.pass({ ...flow, time, failed: false }).unevenness;
      }
      return last;
    };
    expect(unevenness([60, 61, 59, 60, 60, 61, 60, 59].map((s) => s * 1_000))).toBeLessThan(0.05);
    expect(unevenness([5, 300, 20, 900, 3, 60, 2, 400].map((s) => s * 1_000))).toBeGreaterThan(0.5);
  });

  it("many destinations are counted by a bitmap, to within a tenth", () => {
    const window = makeFlowWindow();
    for (let host = 0; host < 200; host += 1)
      window.pass({ ...flow, time: 1e9 + host, destination: `10.1.${host % 7}.${host}`, failed: true });
    const { destinations, failedShare } = window.pass({ ...flow, time: 1e9 + 300, failed: true });
    expect(destinations).toBeGreaterThan(170);
    expect(destinations).toBeLessThan(230);
    expect(failedShare).toBe(1);
  });
});
