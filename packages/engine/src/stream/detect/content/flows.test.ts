import { createHash } from "node:crypto";
import type { Event } from "@cordon/model/event";
import { eventId, sha256Of } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { DAY, instant } from "@cordon/model/time";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { familyOf } from "../../../learning/flow/attack-class.ts";
import type { FlowJudge, FlowVerdict } from "../../../learning/flow/flow-model.ts";
import { Flows } from "./flows.ts";
import { makeContentWay } from "./way.ts";

let made = 0;
function event(change: {
  source?: string;
  destination?: string;
  time?: number;
  kind?: number;
  raw?: JsonObject;
}): Event {
  const { source = "10.0.0.5", destination = "198.51.100.7", time = 0, kind = 4001, raw = {} } = change;
  made += 1;
  return {
    ...{ id: eventId(`e-${made}`), time: instant(time), receivedAt: instant(time), source: "zeek", shape: "zeek/conn" },
    ...{ log: { categories: ["firewall"] }, class: kind, activity: 6, severity: 1 },
    raw: { src_ip: source, dst_ip: destination, dst_port: 443, bytes_out: 48e6, bytes_in: 100, duration: 3, ...raw },
    entities: [
      { kind: "ip", role: "src", value: source },
      { kind: "ip", role: "dst", value: destination },
    ],
    provenance: { input: "conn.log", position: made },
  } as unknown as Event;
}

const OVER: FlowVerdict = { p: 0.97, calibrated: true, over: true, beyond: undefined };
const judging = (verdict: () => Partial<FlowVerdict>, family = "exfiltration", id = "m1"): FlowJudge => ({
  id,
  verdict: () => ({ ...OVER, ...verdict() }),
  reasons: () => ["bytes out 48 MB in 3 s"],
  family: () => familyOf(family),
});
const always = (family = "exfiltration") => judging(() => ({}), family);
const see = (flows: Flows, change: Parameters<typeof event>[0]) => {
  const one = event(change);
  return flows.see(one, `ip:${change.source ?? "10.0.0.5"}`);
};

describe("flows judged by a model", () => {
  it.each<[string, Partial<FlowVerdict>, Parameters<typeof event>[0], string | undefined]>([
    ["over the cut", {}, {}, "informational"],
    ["below it", { over: false }, {}, undefined],
    ["over it, beyond what was learnt", { beyond: "bytes out 9 TB" }, {}, "informational"],
    ["no flow", {}, { raw: { bytes_out: null, bytes_in: null } }, undefined],
    ["of another class", {}, { kind: 4002 }, undefined],
  ])("CF1. %s", (_name, verdict, change, level) =>
    expect(see(new Flows(judging(() => verdict)), change)?.level).toBe(level),
  );

  it("CF1, CF2. a source and family is said once a day by each level that its flows reach", () => {
    const flows = new Flows(always());
    const levels = Array.from({ length: 60 }, (_, at) => see(flows, { time: at * 1_000 })?.level);
    expect(levels.flatMap((level, at) => (level === undefined ? [] : [[at, level]]))).toEqual([
      [0, "informational"],
      [2, "low"],
      [19, "medium"],
    ]);
    expect(see(flows, { time: DAY + 60_000 })).toMatchObject({ level: "informational", repeats: 40 });
    const unsure = new Flows(judging(() => ({ beyond: "bytes out 9 TB" })));
    expect(Array.from({ length: 60 }, (_, at) => see(unsure, { time: at })?.level).filter((level) => level)).toEqual([
      "informational",
    ]);
  });

  it("CF2. denial of service is said by what it is against", () => {
    const flows = new Flows(always("dos"));
    const said = Array.from({ length: 15 }, (_, at) => see(flows, { source: `198.18.0.${at}`, time: at }));
    expect(said.flatMap((found) => found?.level ?? [])).toEqual(["informational", "low"]);
  });

  it("CF3. any judge, any traffic: never more than the budget of a day, a family and a source", () => {
    const step = fc.record({
      who: fc.nat(350),
      p: fc.boolean(),
      beyond: fc.boolean(),
      family: fc.constantFrom("scan", "c2", "dos", "x"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 1_200 }), (steps) => {
        let now = steps[0];
        const flows = new Flows({
          ...judging(() => ({ over: now?.p === true, beyond: now?.beyond === true ? "x" : undefined })),
          family: () => familyOf(now?.family ?? ""),
        });
        const [all, own, of] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
        const add = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
        for (const one of steps) {
          now = one;
          const found = see(flows, { source: `10.1.${one.who >> 8}.${one.who & 255}`, destination: `d${one.who % 9}` });
          if (found === undefined) continue;
          add(all, found.level);
          add(of, `${found.family.name} ${found.level}`);
          add(own, `${one.who}`);
        }
        const each = Math.max(2, Math.floor(new Set(steps.map(({ who }) => who)).size / 100));
        expect(Math.max(0, ...own.values())).toBeLessThanOrEqual(6);
        expect(Math.max(0, ...of.values())).toBeLessThanOrEqual(each);
        expect(Math.max(0, ...all.values())).toBeLessThanOrEqual(5 * each);
      }),
      { numRuns: 30 },
    );
  });

  it("CF5. knows how many lay beyond what was learnt; another model begins anew", () => {
    let at = 0;
    const flows = new Flows(
      judging(() => {
        at += 1;
        return { over: false, beyond: at % 4 === 0 ? undefined : "bytes in not known" };
      }),
    );
    for (let time = 0; time < 5_000; time += 1) see(flows, { time });
    const { flows: all, beyond, last } = flows.share;
    expect(all).toBeLessThanOrEqual(2_000);
    expect(beyond / all).toBeCloseTo(0.75, 1);
    expect(last).toBe("bytes in not known");
    flows.use(judging(() => ({}), "scan", "m2"));
    expect(flows.share.flows).toBe(0);
  });
});

const hash = (text: string) => sha256Of(createHash("sha256").update(text).digest("hex"));
const way = (judge: FlowJudge | undefined) => makeContentWay({ flows: judge, views: new Map(), hash });

describe("the way with a model of flows", () => {
  it("says what was sent where, why, by which model, and the technique", () => {
    const [first, found] = way(always()).detect([1, 2, 3].map((time) => event({ time })));
    expect(first).toMatchObject({ severity: "informational", rule: { id: "content:flow-exfiltration" } });
    expect(found).toMatchObject({
      severity: "low",
      confidence: 58,
      techniques: ["T1048"],
      tactics: ["exfiltration"],
      rule: { id: "content:flow-exfiltration", source: "content" },
    });
    const told = Object.fromEntries(found?.matched.map(({ field, value }) => [field, value]) ?? []);
    expect(told.because).toBe(
      'connection from 10.0.0.5 to 198.51.100.7:443 is like those of attacks of the kind "exfiltration" that were learnt: bytes out 48 MB in 3 s',
    );
    expect(told).toMatchObject({ class: "exfiltration", p: 0.97, model: "m1" });
    const [unsure] = way(judging(() => ({ beyond: "bytes out 9 TB", calibrated: false }))).detect([event({})]);
    expect(unsure?.matched.map(({ field }) => field)).toEqual(expect.arrayContaining(["not sure", "chance"]));
  });

  it("CW2, CW4. goes on after a restart and with another model where the first would have", () => {
    const events = Array.from({ length: 90 }, (_, at) =>
      event({ source: `10.0.0.${at % 4}`, time: at * 60_000, raw: at % 7 === 0 ? { bytes_out: 5 } : {} }),
    );
    const whole = way(always());
    const expected = events.map((one) => whole.detect([one]));
    for (const cut of [0, 1, 33, 89]) {
      const first = way(always());
      const before = events.slice(0, cut).map((one) => first.detect([one]));
      const second = way(undefined);
      expect(second.restore(first.snapshot())).toBe(true);
      second.use({ flows: always() });
      const after = events.slice(cut).map((one) => second.detect([one]));
      expect([...before, ...after]).toEqual(expected);
    }
  });

  it("without a model nothing is judged, and another form of snapshot is refused", () => {
    expect(way(undefined).detect([event({})])).toEqual([]);
    const snapshot = JSON.parse(way(always()).snapshot()) as { flows: JsonObject };
    expect(way(always()).restore(JSON.stringify({ ...snapshot, flows: { ...snapshot.flows, said: 5 } }))).toBe(false);
    const { flows: _, ...older } = snapshot;
    expect(way(always()).restore(JSON.stringify(older))).toBe(true);
  });
});
