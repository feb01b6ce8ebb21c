/** What an incident sent is no one's usual: after it is forgotten the next upload stands out as if it had never been. */
import type { Detection } from "@cordon/model/detection";
import type { Event } from "@cordon/model/event";
import { DAY, HOUR } from "@cordon/model/time";
import { flow, Pen } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { takeFromDay } from "./drift.ts";
import { hashText } from "./way.fixture.ts";
import { makeBehaviourWay } from "./way.ts";

const START = Date.UTC(2026, 0, 5);
const IP = "10.0.0.7";

/** 4 MB an hour at noon to a place of its own, for `days`; of the incident `megabytes` on each of `at`. */
function played(
  days: number,
  at: readonly number[],
  megabytes: number,
): {
  readonly usual: readonly Event[];
  readonly incident: readonly Event[];
} {
  const pen = new Pen(3);
  for (let day = 0; day < days; day += 1)
    for (let k = 0; k < 4; k += 1)
      flow(pen, START + day * DAY + (10 + k) * HOUR, {
        ...{ ip: IP, to: "45.1.1.1", port: 443, out: 1_000_000 + 100_000 * ((day * 7 + k) % 5), in: 9_000 },
      });
  const usual = pen.takeBefore(Number.POSITIVE_INFINITY);
  const other = new Pen(4);
  for (const day of at)
    for (let k = 0; k < 10; k += 1)
      flow(other, START + day * DAY + 11 * HOUR + k * 60_000 + 1, {
        ...{ ip: IP, to: "45.9.9.9", port: 443, out: megabytes * 1e5, in: 900 },
      });
  return {
    usual,
    incident: other.takeBefore(Number.POSITIVE_INFINITY).map((e) => ({ ...e, id: `x-${e.id}` as Event["id"] })),
  };
}

/** What the same upload at the end is worth, after the incident was seen, and forgotten or not. */
function judged({ usual, incident }: ReturnType<typeof played>, forget: boolean, last: number): Detection | undefined {
  const way = makeBehaviourWay({ views: new Map(), hash: hashText });
  way.detect([...usual, ...incident].toSorted((a, b) => a.time - b.time));
  if (forget) way.forget(incident);
  const pen = new Pen(5);
  flow(pen, START + last * DAY + 12 * HOUR, { ip: IP, to: "45.8.8.8", port: 443, out: 300_000_000, in: 100 });
  const found = way.detect(pen.takeBefore(Number.POSITIVE_INFINITY));
  expect(way.stats().failed).toBe(0);
  return found.find(({ rule }) => rule.id === "behaviour:exfiltration");
}

const usualOf = (found: Detection | undefined): number =>
  Number(found?.matched.find(({ field }) => field === "usual")?.value ?? Number.NaN);
const sumOf = (found: Detection | undefined): unknown =>
  found?.matched.find(({ field }) => field === "megabytes")?.value;

describe("uploads of an incident", () => {
  it.each<readonly [string, readonly number[], megabytes: number, days: number]>([
    ["on a day that ended, far more than usual", [20], 4_000, 25],
    ["on a day that ended, a hundred times the usual", [22], 400, 25],
    ["on two days that ended", [11, 22], 400, 25],
  ])("%s, teach nothing when they are forgotten", (_name, at, megabytes, days) => {
    const never = usualOf(judged(played(days, [], 0), false, days));
    const story = played(days, at, megabytes);
    expect(Math.abs(usualOf(judged(story, true, days)) - never)).toBeLessThan(0.2 * never);
    const kept = usualOf(judged(story, false, days));
    expect(Number.isNaN(kept) || kept > 1.15 * never).toBe(true);
  });

  it("on the day that runs leave its sum", () => {
    const story = played(25, [24], 400);
    expect(sumOf(judged(story, true, 24))).toBe("305");
  });
});

describe("a day that ended", () => {
  const levelOf = (megabytes: number): number => Math.round(16 * Math.log2(1 + megabytes)) + 1;
  it.each<readonly [string, number[] | undefined, number, number, number[] | undefined]>([
    ["is not kept at all", undefined, 5, 3, undefined],
    ["is before what is kept", [10, levelOf(4)], 9, 3, [10, levelOf(4)]],
    ["is after what is kept", [10, levelOf(4)], 11, 3, [10, levelOf(4)]],
    ["keeps what else was sent", [10, levelOf(4), levelOf(30)], 10, 10, [10, levelOf(4), levelOf(20)]],
    ["was the incident's alone, and little", [10, levelOf(4), levelOf(2)], 9, 4, [10, levelOf(0), levelOf(2)]],
    ["is lost in what the incident sent", [10, levelOf(4), levelOf(5_000)], 10, 4_990, [10, levelOf(4), 0]],
  ])("%s", (_name, kept, day, megabytes, expected) => {
    takeFromDay(kept, day, megabytes);
    expect(kept).toEqual(expected);
  });
});
