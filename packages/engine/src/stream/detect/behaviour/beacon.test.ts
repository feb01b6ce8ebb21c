import { DAY, HOUR, MINUTE, SECOND } from "@cordon/model/time";
import { flow, Pen } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { makeRandom } from "../../../learning/random.ts";
import { hashText } from "./way.fixture.ts";
import { makeBehaviourWay } from "./way.ts";

const BEGIN = Date.UTC(2026, 0, 5, 8);

/** When calls at these times to one place are first said to be a beacon. */
function saidAt(times: readonly number[]): number | undefined {
  const pen = new Pen(1);
  for (const at of times) flow(pen, BEGIN + at, { ip: "10.0.0.7", to: "45.9.1.9", port: 443, out: 800, in: 500 });
  const way = makeBehaviourWay({ views: new Map(), hash: hashText });
  const said = way.detect(pen.events).filter(({ rule }) => rule.id === "behaviour:beaconing");
  return said[0] === undefined ? undefined : said[0].time - BEGIN;
}

interface Programmed {
  readonly every: number;
  readonly jitter: number;
  readonly missing: number;
  readonly hours: number;
  /** Hours of each day in which the machine is on. */
  readonly awake?: number;
}

function programmed(seed: number, { every, jitter, missing, hours, awake = 24 }: Programmed): readonly number[] {
  const random = makeRandom(seed);
  const times: number[] = [];
  for (let t = 0; t < hours * HOUR; t += every * (1 + jitter * (2 * random.next() - 1)))
    if (random.next() >= missing && t % DAY < awake * HOUR) times.push(t);
  return times;
}

const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1);
const HARD = { jitter: 0.3, missing: 0.1 };

describe("programmed calls", () => {
  it.each([
    ["every 40 minutes, within a day", { ...HARD, every: 40 * MINUTE, hours: 24 }, 11],
    ["every 55 minutes, within three days", { ...HARD, every: 55 * MINUTE, hours: 72 }, 11],
    [
      "every 45 minutes of ten hours a day, within five days",
      { ...HARD, every: 45 * MINUTE, hours: 120, awake: 10 },
      11,
    ],
    [
      "every 12 minutes of ten hours a day, within three days",
      { ...HARD, every: 12 * MINUTE, hours: 72, awake: 10 },
      11,
    ],
  ])("are found: %s", (_name, how, least) => {
    const said = SEEDS.map((seed) => saidAt(programmed(seed, how))).filter((at) => at !== undefined);
    expect(said.length).toBeGreaterThanOrEqual(least);
  });
  it("of a page that polls while it is read are not told by fewer than 24", () => {
    const times = Array.from({ length: 23 }, (_, i) => i * 30 * SECOND);
    expect(saidAt(times)).toBeUndefined();
    expect(saidAt([...times, 23 * 30 * SECOND])).toBeDefined();
  });
});

describe("calls of people, to a place that nobody else knows", () => {
  const random = makeRandom(99);
  const sorted = (times: readonly number[]): readonly number[] => times.toSorted((a, b) => a - b);
  const wait = (mean: number): number => -mean * Math.log(1 - random.next());
  /** At random times of the hours in which one works. */
  const atWork = (perDay: number): readonly number[] =>
    sorted(
      Array.from({ length: 10 }, (_, day) =>
        Array.from({ length: perDay }, () => day * DAY + random.next() * 9 * HOUR),
      ).flat(),
    );
  /** Now and then a page is read: clicks half a minute apart. */
  const sessions = (perDay: number): readonly number[] =>
    sorted(
      Array.from({ length: 10 * perDay }, (_, i) => {
        let at = Math.floor(i / perDay) * DAY + random.next() * 9 * HOUR;
        return Array.from({ length: 2 + random.below(8) }, () => {
          at += wait(30 * SECOND);
          return at;
        });
      }).flat(),
    );
  it.each([
    ["twelve times a day", () => atWork(12)],
    ["thirty times a day", () => atWork(30)],
    ["in two sessions a day", () => sessions(2)],
    ["in eight sessions a day", () => sessions(8)],
  ])("are none: %s", (_name, times) => {
    // One in a thousand looks may say so; forty rows of ten days are looked at some thousand times.
    const said = Array.from({ length: 40 }, () => saidAt(times())).filter((at) => at !== undefined);
    expect(said.length).toBeLessThanOrEqual(1);
  });
});
