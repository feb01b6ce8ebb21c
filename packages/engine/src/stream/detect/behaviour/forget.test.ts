/** The peak of the day on which an incident ended is not what the entity usually does. */
import type { Event } from "@cordon/model/event";
import { DAY, HOUR, SECOND } from "@cordon/model/time";
import { flow, Pen } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { hashText } from "./way.fixture.ts";
import { makeBehaviourWay } from "./way.ts";

const START = Date.UTC(2026, 0, 5);

/** `hosts` that refuse one address, within some minutes. */
function refused(seed: number, at: number, hosts: number): readonly Event[] {
  const pen = new Pen(seed);
  for (let i = 0; i < hosts; i += 1)
    flow(pen, at + i * SECOND, { ip: "10.0.0.7", to: `10.2.${seed}.${i}`, port: 445, out: 60, in: 0, state: "REJ" });
  return pen
    .takeBefore(Number.POSITIVE_INFINITY)
    .map((event) => ({ ...event, id: `${seed}-${event.id}` as Event["id"] }));
}

/** What a scan on the next day is compared with. */
function usualAfter(incident: readonly Event[], forget: boolean): number {
  const way = makeBehaviourWay({ views: new Map(), hash: hashText });
  for (let day = 0; day < 12; day += 1) way.detect(refused(day + 1, START + day * DAY + 9 * HOUR, 2));
  way.detect(incident);
  if (forget) way.forget(incident);
  const found = way.detect(refused(90, START + 13 * DAY, 200));
  expect(way.stats().failed).toBe(0);
  const scan = found.find(({ rule }) => rule.id === "behaviour:host-scan");
  return Number.parseFloat(String(scan?.matched.find(({ field }) => field === "usual")?.value));
}

describe("the day of an incident", () => {
  const scan = refused(80, START + 11 * DAY + 12 * HOUR, 120);
  it("teaches no peak once it is forgotten", () => {
    const [never, forgotten] = [usualAfter([], false), usualAfter(scan, true)];
    expect(never).toBe(2);
    // What was usual on that day is begun anew with it.
    expect(Math.abs(forgotten - never)).toBeLessThan(0.3);
  });
});
