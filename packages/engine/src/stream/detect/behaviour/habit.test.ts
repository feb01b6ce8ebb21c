/** One principal of a cloud, day after day, straight through the way. */
import { hash } from "node:crypto";
import type { Detection } from "@cordon/model/detection";
import type { Event } from "@cordon/model/event";
import { sha256Of } from "@cordon/model/ids";
import { DAY, HOUR, MINUTE } from "@cordon/model/time";
import { call, Pen } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { makeBehaviourWay } from "./way.ts";

const START = Date.UTC(2026, 0, 5);
const OLD = ["GetObject", "PutObject", "ListBuckets", "HeadObject", "CopyObject", "ListObjects"] as const;
const NEW = ["RunInstances", "StopInstances", "CreateImage", "CreateVolume", "AttachVolume", "DescribeImages"] as const;

/** What the principal does on each day; a company of others keeps doing what it did. */
function days(count: number, own: (day: number) => readonly string[]): readonly Event[] {
  const pen = new Pen(5);
  for (let day = 0; day < count; day += 1) {
    const morning = START + day * DAY + 9 * HOUR;
    const write = (user: string, names: readonly string[]): void => {
      for (let i = 0; i < 24; i += 1)
        call(pen, morning + i * 15 * MINUTE, {
          ...{ user, ip: "185.10.20.5" },
          name: names[Math.floor(pen.chance.next() * names.length)] ?? "GetObject",
        });
    };
    for (let i = 0; i < 12; i += 1) write(`arn:aws:iam::1:user/other${i}`, i % 2 === 0 ? OLD : NEW);
    write("arn:aws:iam::1:user/anna", own(day));
  }
  return [...pen.events].sort((a, b) => a.time - b.time);
}

function changes(events: readonly Event[]): readonly Detection[] {
  const way = makeBehaviourWay({ views: new Map(), hash: (text) => sha256Of(hash("sha256", text)) });
  const found: Detection[] = [];
  for (let i = 0; i < events.length; i += 200) found.push(...way.detect(events.slice(i, i + 200)));
  return found.filter(({ rule }) => rule.id === "behaviour:changed-habit");
}

describe("a sudden lasting change of one entity", () => {
  it("is said once, within a week, and its past then weighs little", () => {
    const found = changes(days(90, (day) => (day < 40 ? OLD : NEW)));
    expect(found).toHaveLength(1);
    const day = ((found[0]?.time ?? 0) - START) / DAY;
    expect(day).toBeGreaterThan(40);
    expect(day).toBeLessThan(47);
    expect(found[0]?.entities.map(({ value }) => value)).toContain("arn:aws:iam::1:user/anna");
  });

  const rows: readonly (readonly [name: string, own: (day: number) => readonly string[]])[] = [
    ["the same for ever", () => OLD],
    ["one odd day", (day) => (day === 40 ? NEW : OLD)],
    ["another day now and then", (day) => (day % 17 === 5 ? NEW : OLD)],
    ["a change before there is a past", (day) => (day < 8 ? OLD : NEW)],
  ];
  it.each(rows)("%s is none", (_name, own) => {
    expect(changes(days(90, own))).toEqual([]);
  });
});
