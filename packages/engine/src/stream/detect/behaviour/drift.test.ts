import { DAY, HOUR } from "@cordon/model/time";
import { flow, Pen } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { hashText } from "./way.fixture.ts";
import { makeBehaviourWay } from "./way.ts";

const BEGIN = Date.UTC(2026, 0, 5, 9);

/** Megabytes of each day, sent to one place that nobody else knows. */
function said(days: readonly number[]): readonly string[] {
  const pen = new Pen(1);
  for (const [day, megabytes] of days.entries())
    for (const part of [0, 1, 2])
      flow(pen, BEGIN + day * DAY + part * HOUR, {
        ...{ ip: "10.0.0.7", to: "38.9.1.9", port: 443, out: (megabytes * 1e6) / 3, in: 1_000 },
      });
  return makeBehaviourWay({ views: new Map(), hash: hashText })
    .detect(pen.events)
    .filter(({ rule }) => rule.id === "behaviour:slow-drift")
    .map(({ matched }) => String(matched.find(({ field }) => field === "because")?.value));
}

describe("data that grows slowly", () => {
  const level = Array.from({ length: 40 }, () => 3);
  it("is said with what it was, since when, and what it is", () => {
    const [sentence, ...more] = said([...level, ...Array.from({ length: 22 }, (_, day) => 3 * 1.14 ** (day + 1))]);
    expect(more).toEqual([]);
    const [, was, since, now] = /grew from ([\d.]+) MB a day, since (\S+), to ([\d.]+) MB/.exec(sentence ?? "") ?? [];
    expect(Number(was)).toBeGreaterThan(2.9);
    expect(Number(was)).toBeLessThan(3.5);
    expect(Number(now)).toBeGreaterThan(8);
    const day = (Date.parse(`${since}`) - BEGIN) / DAY;
    expect(day).toBeGreaterThan(39);
    expect(day).toBeLessThan(48);
  });
  it("is not where it stays as it is", () => expect(said([...level, ...level])).toEqual([]));
});
