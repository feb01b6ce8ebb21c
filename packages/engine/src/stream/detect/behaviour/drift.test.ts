/** What grows slowly is said, and nothing else: neither a burst, a step, a season, nor what all do. */
import { type Chance, makeChance } from "@cordon/engine/simulate/chance";
import type { Event } from "@cordon/model/event";
import { DAY, HOUR } from "@cordon/model/time";
import { flow, Pen } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { hashText } from "./way.fixture.ts";
import { makeBehaviourWay } from "./way.ts";

/** A Monday. */
const BEGIN = Date.UTC(2026, 0, 5, 9);
const WHO = "10.0.0.7";

/** Megabytes of a day, or nothing at all seen on it. */
type Shape = (day: number, chance: Chance) => number | undefined;

/** Each sends to a place of its own, in three connections a day. */
function events(days: number, shapes: Readonly<Record<string, Shape>>): readonly Event[] {
  const pen = new Pen(1);
  const chance = makeChance(5);
  for (let day = 0; day < days; day += 1)
    for (const [i, [ip, shape]] of Object.entries(shapes).entries()) {
      const megabytes = shape(day, chance);
      if (megabytes === undefined) continue;
      for (const part of [0, 1, 2])
        flow(pen, BEGIN + day * DAY + part * HOUR, {
          ...{ ip, to: `38.9.${i}.9`, port: 443, out: Math.max(100, (megabytes * 1e6) / 3), in: 1_000 },
        });
    }
  return pen.takeBefore(Number.POSITIVE_INFINITY);
}

const wayOf = () => makeBehaviourWay({ views: new Map(), hash: hashText });

/** The host and the sentence of each finding. */
function said(all: readonly Event[], restartAt = all.length): readonly string[] {
  const before = wayOf();
  const found = [...before.detect(all.slice(0, restartAt))];
  const after = wayOf();
  expect(after.restore(before.snapshot())).toBe(true);
  found.push(...after.detect(all.slice(restartAt)));
  return found
    .filter(({ rule }) => rule.id === "behaviour:slow-drift")
    .map(({ matched }) => String(matched.find(({ field }) => field === "because")?.value));
}

const isFree = (day: number): boolean => day % 7 >= 5;
/** A factor that is twice as much or half as much on many days. */
const noise = (chance: Chance): number => 2 ** (2.4 * (chance.next() + chance.next() - 1));
/** Half as much again on many days. */
const sway = (chance: Chance): number => noise(chance) ** 0.5;
const quiet: Shape = (day, chance) => (isFree(day) ? 0.3 : 2) * noise(chance);
const twelve = (shape: Shape): Readonly<Record<string, Shape>> =>
  Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`10.0.0.${20 + i}`, shape]));

const SLOW: readonly (readonly [name: string, days: number, Shape])[] = [
  ["a little more each day, twenty times as much after 16 days", 52, (day) => 2 + Math.max(0, day - 34) * 2.4],
  ["the same with noise", 58, (day, chance) => (2 + Math.max(0, day - 34) * 2.4) * sway(chance)],
  ["the same on working days alone", 58, (day) => (isFree(day) ? undefined : 2 + Math.max(0, day - 34) * 2.4)],
  ["the same, with little on free days", 58, (day) => (isFree(day) ? 0.3 : 2 + Math.max(0, day - 34) * 2.4)],
  ["twenty times as much over 60 days", 100, (day) => 2 * 20 ** (Math.max(0, day - 40) / 60)],
  ["growth that ended", 75, (day, chance) => (2 + Math.min(16, Math.max(0, day - 34)) * 2.4) * sway(chance)],
  ["growth beside bursts", 56, (day) => (day % 9 === 4 ? 900 : 2 + Math.max(0, day - 34) * 2.4)],
];

const NOT: readonly (readonly [name: string, days: number, Shape])[] = [
  ["one burst", 70, (day) => (day === 36 ? 900 : 2)],
  ["a burst each Sunday", 90, (day) => (day % 7 === 6 && day > 30 ? 900 : 2)],
  ["three days of much", 70, (day) => (day >= 36 && day < 39 ? 900 : 2)],
  ["a step that others say", 80, (day) => (day >= 36 ? 300 : 2)],
  ["a step that is small", 80, (day, chance) => (day >= 36 ? 40 : 2) * noise(chance)],
  ["a step to three times as much", 110, (day, chance) => (day >= 40 ? 60 : 20) * noise(chance)],
  ["the same level", 80, () => 30],
  ["noise", 150, (_, chance) => 20 * noise(chance) ** 2],
  ["working days and free days", 90, (day, chance) => (isFree(day) ? 1 : 40) * noise(chance)],
  ["mostly nothing, sometimes much", 120, (_, chance) => (chance.next() < 0.2 ? 200 * chance.next() : 0)],
  ["a holiday of two weeks without events", 100, (day) => (day >= 40 && day < 54 ? undefined : 30)],
  ["a holiday of three weeks with hardly any", 120, (day) => (day >= 40 && day < 61 ? 0.2 : 30)],
  ["growth of what is little", 100, (day) => 0.1 * 20 ** (Math.max(0, day - 40) / 60)],
  ["less and less", 100, (day) => 80 * 0.95 ** day],
];

describe("slow-drift", () => {
  it.each(SLOW)("says %s", (_, days, shape) => {
    const [sentence, ...more] = said(events(days, { [WHO]: shape, ...twelve(quiet) }));
    expect(sentence).toMatch(/^what 10\.0\.0\.7 sends/);
    expect(more).toEqual([]);
    expect(said(events(days, { [WHO]: shape }))).toHaveLength(1);
  });
  it.each(NOT)("is silent about %s", (_, days, shape) => {
    expect(said(events(days, { [WHO]: shape, ...twelve(quiet) }))).toEqual([]);
    expect(said(events(days, { [WHO]: shape }))).toEqual([]);
  });
  it("says from what, since when, and to what", () => {
    const shape: Shape = (day) => 3 * 1.14 ** Math.max(0, day - 39);
    const [sentence] = said(events(62, { [WHO]: shape }));
    const [, was, since, now] = /grew from ([\d.]+) MB a day, since (\S+), to ([\d.]+) MB/.exec(sentence ?? "") ?? [];
    expect(Number(was)).toBeGreaterThan(2.9);
    expect(Number(was)).toBeLessThan(3.5);
    expect(Number(now)).toBeGreaterThan(8);
    const day = (Date.parse(`${since}`) - BEGIN) / DAY;
    expect(day).toBeGreaterThan(38);
    expect(day).toBeLessThan(48);
  });
});

describe("slow-drift and peers", () => {
  const grows =
    (times: number): Shape =>
    (day, chance) =>
      2 * times ** Math.min(1, Math.max(0, (day - 40) / 20)) * noise(chance);
  it("is silent where all grow", () => expect(said(events(75, twelve(grows(10))))).toEqual([]));
  it("says who grows far beyond all others that grow", () => {
    const found = said(events(75, { [WHO]: grows(200), ...twelve(grows(3)) }));
    expect(found.map((sentence) => sentence.slice(0, 13))).toEqual(["what 10.0.0.7"]);
    expect(found[0]).toMatch(/what 1\d peers send became \d\.\d times as much$/);
  });
  it("lets a new machine find the level of its peers", () => {
    const usual: Shape = (_, chance) => 30 * noise(chance);
    const arrives: Shape = (day) => (day < 50 ? undefined : Math.min(40, 1.1 ** (day - 49)));
    expect(said(events(110, { ...twelve(usual), [WHO]: arrives }))).toEqual([]);
  });
  it("says a new machine that grows far beyond them", () => {
    const arrives: Shape = (day) => (day < 50 ? undefined : Math.min(4_000, 2 * 1.25 ** Math.max(0, day - 64)));
    expect(said(events(110, { ...twelve(quiet), [WHO]: arrives }))).toHaveLength(1);
  });
});

describe("what slow-drift remembers", () => {
  const shape: Shape = (day) => 2 + Math.max(0, day - 34) * 2.4;
  const all = events(56, { [WHO]: shape, ...twelve(quiet) });
  it.each([0.3, 0.7, 0.85, 0.95])("survives a restart after %d of the events", (share) =>
    expect(said(all, Math.round(share * all.length))).toEqual(said(all)),
  );
  it("is bounded", () => {
    const sizes = [100, 400].map((days) => {
      const way = wayOf();
      way.detect(events(days, { [WHO]: quiet }));
      return [...(way.rows?.changes(true).rows ?? [])].reduce((sum, row) => sum + row.length, 0);
    });
    expect(sizes[0]).toBeGreaterThan(0);
    expect(sizes[1]).toBeLessThan(1.2 * (sizes[0] ?? 0));
  });
  it("takes what is told late into the day that runs, and does not end a day twice", () => {
    const late = all.map((event, i) =>
      i % 40 === 0 ? { ...event, time: (event.time - DAY) as Event["time"] } : event,
    );
    expect(said(late)).toHaveLength(1);
  });
});
