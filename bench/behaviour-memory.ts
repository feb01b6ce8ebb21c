/**
 * `node --expose-gc bench/behaviour-memory.ts [--entities 1000000] [--shape sparse|dense|hostile]`: resident memory of a process
 * that remembers so many entities, and what an event costs meanwhile. One process per figure: memory is measured as the
 * operating system counts it, not estimated.
 *
 * `sparse`: each user signs in on three days from its own address and device, in random order. `dense`: each entity is a user
 * of the seeded company, with two weeks of sign-ins, programs, names and connections behind it. `hostile`: each event is a new user.
 */
import { hash } from "node:crypto";
import { parseArgs } from "node:util";
import type { Entity } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import { instant } from "@cordon/model/time";
import { play } from "@cordon/testkit/behaviour/play";
import { entity } from "@cordon/testkit/behaviour/world";
import { behaviourWay } from "./behaviour-way.ts";
import { cpuNow } from "./measure.ts";

const BATCH = 500;
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5);
const MIB = 1_024 * 1_024;
const SPARSE_DAYS = 3;

const { values } = parseArgs({
  options: {
    entities: { type: "string", default: "1000000" },
    shape: { type: "string", default: "sparse" },
    max: { type: "string", default: "1000000" },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Ids as the intake makes them: 32 hex digits and an index. */
const idOf = (number: number): string => `${hash("md5", String(number))}-0`;

function signIn(number: number, who: number, time: number): Event {
  const id = idOf(number);
  return {
    ...{ source: "entra.signin", shape: "entra.signin", class: 3002, activity: 1, outcome: "success", severity: 1 },
    ...{ time: instant(time), receivedAt: instant(time), log: { categories: [] }, id: eventId(id) },
    raw: {
      location: { countryOrRegion: ["DE", "FR", "US", "GB"][who % 4] ?? "DE" },
      ...{ autonomousSystemNumber: `${64_500 + (who % 40)}`, deviceDetail: { deviceId: `device-${who}` } },
    },
    entities: [
      entity("user", "target", `person${who}@corp.example`),
      entity("ip", "src", `10.${who >> 16}.${(who >> 8) & 255}.${who & 255}`),
      entity("useragent", "src", `Edge/${who % 7}`),
    ],
    provenance: {
      ...{ record: recordId(id), via: "made", input: "made", position: number },
      ...{ mapping: "entra.signin", version: "1", sha256: sha256Of("0".repeat(64)) },
    },
  };
}

function* sparse(entities: number): Iterable<Event> {
  let number = 0;
  for (let day = 0; day < SPARSE_DAYS; day += 1) {
    for (let i = 0; i < entities; i += 1) {
      // A step that shares no factor with the number visits each once, in an order that no cache likes.
      const who = (i * 7_368_787 + day) % entities;
      yield signIn(number, who, START + day * DAY + Math.floor((i * 80_000_000) / entities));
      number += 1;
    }
  }
}

function* hostile(entities: number): Iterable<Event> {
  for (let i = 0; i < 3 * entities; i += 1) yield signIn(i, i, START + Math.floor(i / 50));
}

/** The same company again and again, under other names, day by day for all copies together. */
function* dense(entities: number): Iterable<Event> {
  const { events } = play({ seed: 3, people: 60, days: 14, attacks: false });
  const copies = Math.ceil(entities / 380);
  let number = 0;
  for (let day = 0; day < 14; day += 1) {
    const today = events.filter((event) => Math.floor((event.time - START) / DAY) === day);
    for (let copy = 0; copy < copies; copy += 1) {
      for (const event of today) {
        number += 1;
        yield { ...event, id: eventId(idOf(number)), entities: event.entities.map((each) => renamed(each, copy)) };
      }
    }
  }
}

const NAMED = new Set(["user", "host"]);
const renamed = (each: Entity, copy: number): Entity =>
  NAMED.has(each.kind) || (each.kind === "ip" && each.role === "src")
    ? { ...each, value: each.kind === "ip" ? `10.${each.value}-${copy}` : `c${copy}-${each.value}` }
    : each;

const SHAPES = { sparse, hostile, dense };

function main(): void {
  const entities = Number(values.entities);
  const shape = values.shape === "hostile" ? "hostile" : values.shape === "dense" ? "dense" : "sparse";
  const way = behaviourWay({ entitiesMax: Number(values.max) });
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let [events, seconds, peak, slowest] = [0, 0, 0, 0];
  let batch: Event[] = [];
  const flush = (): void => {
    const start = cpuNow();
    way.detect(batch);
    const took = cpuNow() - start;
    seconds += took;
    slowest = Math.max(slowest, took);
    events += batch.length;
    batch = [];
    if (events % 50_000 === 0) peak = Math.max(peak, process.memoryUsage().rss);
  };
  for (const event of SHAPES[shape](entities)) {
    batch.push(event);
    if (batch.length === BATCH) flush();
  }
  flush();
  globalThis.gc?.();
  const after = process.memoryUsage().rss;
  const { entities: kept, evicted, packed, packedBytes, spilled, recalled } = way.stats();
  say(
    `${shape}: ${events} events, ${Math.round(events / seconds)} events/CPU-s, slowest batch of ${BATCH}: ${Math.round(slowest * 1_000)} ms`,
  );
  say(
    `entities ${kept}, evicted ${evicted}, packed ${packed} (${Math.round(packedBytes / Math.max(1, packed))} bytes each), spilled ${spilled}, recalled ${recalled}`,
  );
  say(
    `resident: before ${Math.round(before / MIB)} MiB, after ${Math.round(after / MIB)} MiB, peak ${Math.round(Math.max(peak, after) / MIB)} MiB: ${Math.round((after - before) / kept)} bytes an entity`,
  );
}

main();
