/** The stream role between crashes: with correlations, no detection is lost and none comes twice, wherever it is cut off. */
import { type Detector, makeDetector } from "@cordon/engine/stream/detect/detect";
import { loadRules } from "@cordon/engine/stream/detect/sigma/load-rules";
import type { Normalised } from "@cordon/engine/stream/stream";
import type { Detection } from "@cordon/model/detection";
import type { Event } from "@cordon/model/event";
import { eventId, nonEmpty, recordId, sha256Of } from "@cordon/model/ids";
import type { EventStore } from "@cordon/model/ports/event-store";
import type { Worklist } from "@cordon/model/ports/journal";
import { NEVER_STOP, type Runtime } from "@cordon/model/ports/runtime";
import type { SpoolLog } from "@cordon/model/ports/spool";
import type { RawRecord } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import { makeMemorySpool } from "@cordon/testkit/memory-spool";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import { describe, expect, it } from "vitest";
import { type Meters, makeMeters, sourceMeter } from "../meters.ts";
import { makeLiveDetector } from "./reload-detector.ts";
import { makeStreamRole, type StreamRole } from "./stream-role.ts";

const RULES = `
title: fail
name: fail
logsource: { product: test }
detection: { s: { kind: fail }, condition: s }
---
title: login
name: login
logsource: { product: test }
detection: { s: { kind: login }, condition: s }
---
title: Many failures
name: many
level: low
correlation: { type: event_count, rules: [fail], group-by: [user], timespan: 1m, condition: { gte: 4 } }
---
title: Failures, then a login
level: high
correlation: { type: temporal_ordered, rules: [many, login], group-by: [user], timespan: 5m }
generate: true
---
title: Seldom
level: low
correlation: { type: event_count, rules: [login], group-by: [user], timespan: 2m, condition: { eq: 1 } }
`;

const START = Date.UTC(2026, 10, 21);

/** A world that can be cut off at any of its calls; what was durable stays. */
function makeWorld(seed: number) {
  const virtual = makeVirtualRuntime({ startMs: START, seed });
  let clock = START;
  const runtime: Runtime = {
    ...virtual,
    now: () => {
      clock += 1_500; // a snapshot is due at every other look or so
      return instant(clock);
    },
    sleep: async () => {},
  };
  const spool = makeMemorySpool({ bytesMax: 1e9, dedupeWindowMs: 1e9, dedupeMax: 1e6, runtime });
  const offered = new Map<string, Detection>();
  const kept = new Map<string, string>();
  const life = { callsLeft: Number.POSITIVE_INFINITY, sealedTo: 0, appendedTo: 0, arrivedTo: 0 };
  const alive = (): void => {
    life.callsLeft -= 1;
    if (life.callsLeft < 0) throw new Error("killed");
  };
  const cut: SpoolLog = {
    ...spool,
    // The role reads on only after a turn: small turns give many places to be cut off.
    read: async (after) => {
      const some = (await spool.read(after, 1_000)).slice(0, 3);
      life.arrivedTo = Math.max(life.arrivedTo, some.at(-1)?.seq ?? 0);
      return some;
    },
    // What was not read yet has not come yet.
    stats: async () => ({ ...(await spool.stats()), lastSeq: life.arrivedTo }),
    advance: async (name, to) => {
      alive();
      await spool.advance(name, to);
      alive();
    },
  };
  return { runtime, spool: cut, offered, kept, life, alive };
}

type World = ReturnType<typeof makeWorld>;

function roleIn(world: World, meters?: Meters): StreamRole {
  const set = loadRules([{ path: "r.yml", source: "test", text: RULES }]);
  expect(set.rejected).toEqual([]);
  return roleWith(
    world,
    makeDetector(set, new Map(), (text) => world.runtime.sha256(text)),
    meters,
  );
}

function roleWith(world: World, detector: Detector, meters = makeMeters(world.runtime.now())): StreamRole {
  const { runtime, spool, offered, kept, life, alive } = world;
  const events = {
    append: async (seq: number) => {
      alive();
      life.appendedTo = Math.max(life.appendedTo, seq);
    },
    seal: async () => {
      life.sealedTo = life.appendedTo;
      return life.sealedTo;
    },
    sealDue: () => runtime.random() < 0.2,
  } as unknown as EventStore;
  const worklist = {
    offer: async (detections: readonly Detection[]) => {
      alive();
      for (const detection of detections) offered.set(detection.id, detection);
      alive();
      return detections.length;
    },
  } as unknown as Worklist;
  return makeStreamRole({
    ...{ spool, events, worklist, runtime, sealAtEnd: false, finishAtEnd: true, minLevel: "low", normalise },
    kv: {
      get: async (key) => kept.get(key),
      set: async (key, value) => {
        alive();
        kept.set(key, value);
        alive();
      },
      delete: async (key) => {
        alive();
        kept.delete(key);
        alive();
      },
    },
    meters,
    detector,
  });
}

function normalise(record: RawRecord): Normalised {
  const raw = JSON.parse(new TextDecoder().decode(record.body.open()));
  const event: Event = {
    id: eventId(`${record.id}-0`),
    time: instant(START + raw.at * 1_000),
    receivedAt: instant(START + raw.at * 1_000),
    ...{ source: "test", shape: "test", log: { product: "test", categories: [] }, raw, entities: [] },
    ...{ class: 0, activity: 0, severity: 1 },
    provenance: {
      ...{ record: record.id, via: "test", input: "test", position: record.position },
      ...{ mapping: "m", version: "1", sha256: sha256Of("0") },
    },
  };
  return { events: [event], problems: [], ...(raw.odd === undefined ? {} : { remarks: [{ reason: raw.odd }] }) };
}

/** Some hundred events of five users, in batches of one to six, mostly in order. */
async function fill(world: World): Promise<void> {
  const { runtime, spool } = world;
  let at = 0;
  for (let i = 0, batch = 0; batch < 40; batch += 1) {
    const records = Array.from({ length: 1 + Math.floor(runtime.random() * 6) }, () => {
      at += Math.floor(runtime.random() * 8);
      i += 1;
      const late = runtime.random() < 0.1 ? 20 : 0;
      const kind = runtime.random() < 0.7 ? "fail" : "login";
      const raw = { kind, user: `u${Math.floor(runtime.random() * 5)}`, at: Math.max(0, at - late) };
      return recordOf(i, JSON.stringify(raw));
    });
    const some = nonEmpty(records);
    if (some !== undefined) await spool.append(some);
  }
}

const recordOf = (i: number, text: string): RawRecord => ({
  ...{ id: recordId(String(i).padStart(32, "0")), source: "test", input: "test", format: "json", position: i },
  receivedAt: instant(START),
  body: new Untrusted(new TextEncoder().encode(text)),
});

async function runToEnd(world: World, killAfter: () => number, start = (of: World) => roleIn(of)): Promise<number> {
  for (let kills = 0; kills < 10_000; kills += 1) {
    world.life.callsLeft = killAfter();
    try {
      await start(world).drain(NEVER_STOP);
      return kills;
    } catch (error) {
      expect(error).toMatchObject({ message: "killed" });
    }
  }
  throw new Error("never came to an end");
}

const told = (world: World) =>
  [...world.offered.values()].map(({ id, rule, evidence }) => `${rule.title} ${id} ${evidence.join(" ")}`).sort();

describe("the stream role, cut off at random", () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))("seed %i: the same detections as in one run", async (seed) => {
    const calm = makeWorld(seed);
    await fill(calm);
    expect(await runToEnd(calm, () => Number.POSITIVE_INFINITY)).toBe(0);
    const rough = makeWorld(seed);
    await fill(rough);
    const kills = await runToEnd(rough, () => 3 + Math.floor(rough.runtime.random() * 60));
    expect(kills).toBeGreaterThan(0);
    expect(told(rough)).toEqual(told(calm));
    expect(new Set([...calm.offered.values()].map(({ rule }) => rule.title)).size).toBeGreaterThan(2);
  });
});

describe("what is odd about records", () => {
  it.each([
    ["a file", "files", [["remarks-test", { message: "source test: test: record 1: damaged; 2 remarks in 1 file" }]]],
    ["what flows in without end", "syslog", []],
  ])("of %s", async (_, kind, problems) => {
    const world = makeWorld(1);
    const odd = JSON.stringify({ kind: "login", user: "u", at: 1, odd: "damaged" });
    await world.spool.append([recordOf(1, odd), recordOf(2, odd)]);
    const meters = makeMeters(instant(START));
    sourceMeter(meters, "test", kind);
    await roleIn(world, meters).drain(NEVER_STOP);
    expect([...meters.problems]).toEqual(problems);
  });
});

/** The rules above and one more that changes with every exchange. The files on disk change with the exchange. */
function changing(world: World): { readonly start: () => StreamRole; readonly exchanges: () => number } {
  let version = 0;
  let lives = 0;
  const detectorNow = (): Detector => {
    const extra = `title: Seen ${version}\nid: seen\nlogsource: { product: test }\ndetection: { s: { kind: login }, condition: s }\nlevel: low`;
    const set = loadRules([
      { path: "r.yml", source: "test", text: RULES },
      { path: "x.yml", source: "test", text: extra },
    ]);
    expect(set.rejected).toEqual([]);
    return makeDetector(set, new Map(), (text) => world.runtime.sha256(text));
  };
  const start = (): StreamRole => {
    const live = makeLiveDetector(detectorNow());
    const role = roleWith(world, live);
    lives += 1;
    const mine = lives;
    const again = async (): Promise<void> => {
      if (mine !== lives || world.life.callsLeft < 0) return; // the dead exchange nothing
      version += 1;
      live.exchange(detectorNow());
      if (version < 200) setTimeout(() => void role.between(again), 0);
    };
    setTimeout(() => void role.between(again), 0);
    return role;
  };
  return { start, exchanges: () => version };
}

describe("rules exchanged while events flow, cut off at random", () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    "seed %i: nothing lost, nothing judged twice",
    async (seed) => {
      const calm = makeWorld(seed);
      await fill(calm);
      await runToEnd(calm, () => Number.POSITIVE_INFINITY);
      const rough = makeWorld(seed);
      rough.runtime.sleep = () => new Promise((resolve) => setTimeout(resolve, 0));
      await fill(rough);
      const { start, exchanges } = changing(rough);
      const kills = await runToEnd(rough, () => 3 + Math.floor(rough.runtime.random() * 60), start);
      expect(kills).toBeGreaterThan(0);
      expect(exchanges()).toBeGreaterThan(5);
      const seen = [...rough.offered.values()].filter(({ rule }) => rule.id === "seen");
      // Windows of the rules that stayed the same went on over every exchange and every end.
      expect(told(rough).filter((line) => !line.startsWith("Seen"))).toEqual(told(calm));
      // Each login was judged by one version, once.
      const judged = seen.flatMap(({ evidence }) => evidence);
      expect(new Set(judged).size).toBe(judged.length);
      const logins = [...calm.offered.values()].filter(({ rule }) => rule.title === "login").length;
      expect(logins === 0 || judged.length === logins).toBe(true);
      expect(new Set(seen.map(({ rule }) => rule.version)).size).toBeGreaterThan(1);
    },
  );
});
