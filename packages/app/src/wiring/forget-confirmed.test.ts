/** Verdicts of people reach what behaviour remembers: a journal and a store of events that are lists, and the real way. */
import { hash } from "node:crypto";
import { type BehaviourWay, makeBehaviourWay } from "@cordon/engine/stream/detect/behaviour/way";
import type { Detection } from "@cordon/model/detection";
import type { Event } from "@cordon/model/event";
import { fold } from "@cordon/model/fold";
import { incidentId, sha256Of } from "@cordon/model/ids";
import type { Incident, IncidentEntry, Verdict } from "@cordon/model/incident";
import type { JournalEntry } from "@cordon/model/ports/journal";
import { DAY, HOUR, instant, MINUTE } from "@cordon/model/time";
import { hostLogon, Pen } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { makeMeters } from "../meters.ts";
import { makeForgetting } from "./forget-confirmed.ts";

const START = Date.UTC(2026, 0, 5);
const ID = incidentId("INC-1");

/** Thirty accounts on two servers each day; on day 12 anna's account is used on another one, and again each hour. */
function story(): {
  readonly before: readonly Event[];
  readonly attack: readonly Event[];
  readonly again: readonly Event[];
} {
  const pen = new Pen(3);
  const written = (write: () => void): readonly Event[] => {
    write();
    return pen.takeBefore(Number.POSITIVE_INFINITY);
  };
  const before = written(() => {
    for (let day = 0; day < 12; day += 1)
      for (let i = 0; i < 30; i += 1)
        for (const [k, host] of ["files01", "print01"].entries())
          hostLogon(pen, START + day * DAY + 9 * HOUR + i * MINUTE + k, [
            i === 0 ? "anna" : `user${i}`,
            host,
            "3",
            "10.1.0.9",
          ]);
  });
  const on = (from: number, hours: number) => (): void => {
    for (let i = 0; i < hours; i += 1) hostLogon(pen, from + i * HOUR, ["anna", "dc01", "3", "10.1.0.66"]);
  };
  return {
    before,
    attack: written(on(START + 12 * DAY + 10 * HOUR, 3)),
    again: written(on(START + 14 * DAY + 10 * HOUR, 1)),
  };
}

const makeWay = (): BehaviourWay =>
  makeBehaviourWay({ views: new Map(), hash: (text) => sha256Of(hash("sha256", text)) });
const newHost = (found: readonly Detection[]): number =>
  found.filter(({ rule }) => rule.id === "behaviour:new-host").length;

interface World {
  readonly entries: JournalEntry[];
  now: number;
  readonly look: () => Promise<void>;
  readonly told: string[];
}

function worldOf(way: BehaviourWay, events: readonly Event[], incident: () => Incident | undefined): World {
  const entries: JournalEntry[] = [];
  const told: string[] = [];
  const world = { entries, told, now: START + 13 * DAY };
  const look = makeForgetting({
    way,
    journal: {
      position: async () => entries.length,
      entriesAfter: async (at, limit) => entries.slice(at, at + limit),
      get: async () => incident(),
    },
    events: {
      get: async (ids) => events.filter(({ id }) => ids.includes(id)),
      search: async ({ from = 0, to = 0, entities = [] }) =>
        events.filter(
          (event) =>
            event.time >= from &&
            event.time < to &&
            event.entities.some((each) =>
              entities.some(({ kind, value }) => each.kind === kind && each.value === value),
            ),
        ),
    },
    runtime: { now: () => instant(world.now) },
    meters: makeMeters(instant(START)),
    log: (text) => told.push(text),
  });
  return Object.assign(world, { look });
}

function closedAs(verdict: Verdict, detection: Detection): readonly IncidentEntry[] {
  const at = instant(START + 13 * DAY);
  return [
    { at, by: "triage", kind: "opened", id: ID, title: "anna on dc01" },
    { at, by: "triage", kind: "detection-joined", detection, because: [] },
    { at, by: "ola", kind: "closed", verdict, note: "", features: {} },
  ];
}

async function played(verdict: Verdict, { restart }: { readonly restart: boolean }) {
  const { before, attack, again } = story();
  let way = makeWay();
  way.detect(before);
  const found = way.detect(attack);
  const detection = found.find(({ rule }) => rule.id === "behaviour:new-host");
  if (detection === undefined) throw new Error("the attack was not found");
  const entries = closedAs(verdict, detection);
  let world = worldOf(way, [...before, ...attack], () => fold(entries));
  await world.look();
  if (restart) {
    const text = way.snapshot();
    way = makeWay();
    expect(way.restore(text)).toBe(true);
    world = worldOf(way, [...before, ...attack], () => fold(entries));
  }
  world.entries.push(...entries.map((entry, i) => ({ position: i + 1, incident: ID, entry })));
  world.now += MINUTE;
  await world.look();
  return { found: newHost(found), again: newHost(way.detect(again)), world, way };
}

describe("a confirmed incident", () => {
  it("is taken out of what is usual: the same is odd again", async () => {
    const { found, again, world } = await played("true-positive", { restart: false });
    expect({ found, again }).toEqual({ found: 1, again: 1 });
    expect(world.told).toEqual([
      expect.stringMatching(/^behaviour forgot 3 events of confirmed incident INC-1: \d+ baselines$/),
    ]);
  });

  it("is taken out after a restart as well, once", async () => {
    const { again, world, way } = await played("true-positive", { restart: true });
    expect(again).toBe(1);
    world.now += MINUTE;
    await world.look();
    expect(world.told).toHaveLength(1);
    expect(way.verdicts.seen()).toBe(3);
  });

  it.each(["false-positive", "benign-positive"] as const)("%s leaves it usual", async (verdict) => {
    const { found, again, world } = await played(verdict, { restart: false });
    expect({ found, again, told: world.told }).toEqual({ found: 1, again: 0, told: [] });
  });
});
