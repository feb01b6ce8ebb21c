import { DAY, HOUR, MINUTE } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { giveHourBack, type HourCounts, makeHours, slotOf, takeHour, usualShare } from "./hour-of-week.ts";

/** Monday, local clock. */
const START = Date.UTC(2026, 0, 5);

function worked(days: number, works: (weekday: number, hour: number) => boolean): HourCounts {
  const counts = makeHours();
  for (let day = 0; day < days; day += 1)
    for (let hour = 0; hour < 24; hour += 1)
      if (works((day + 1) % 7, hour)) takeHour(counts, START + day * DAY + hour * HOUR);
  return counts;
}

const office = (weekday: number, hour: number): boolean => weekday >= 1 && weekday <= 5 && hour >= 9 && hour < 17;
const at = (day: number, hour: number): number => START + day * DAY + hour * HOUR;

describe("how usual an hour of the week is", () => {
  const peers = worked(60, office);
  const own = worked(28, office);
  const share = (local: number, days = 28): number => usualShare(own, peers, { local, days });

  it("counts an hour of a day once", () => {
    const counts = makeHours();
    expect([takeHour(counts, START), takeHour(counts, START + 20 * MINUTE), takeHour(counts, START + HOUR)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(counts[0]).toBe(2);
  });

  it("falls with the distance from the usual hours, and is least at night", () => {
    const shares = [12, 17, 18, 19, 20, 22].map((hour) => share(at(30, hour)));
    expect([...shares].sort((a, b) => b - a)).toEqual(shares);
    expect(shares[0]).toBeGreaterThan(0.2);
    expect(share(at(30, 2))).toBeLessThan(0.005);
  });

  it("before two weeks a weekday is a weekday, after them it has hours of its own", () => {
    const tuesdays = worked(28, (weekday, hour) => weekday === 2 && hour >= 20);
    const nobody = makeHours();
    const tuesday = { local: at(29, 21), days: 13 };
    const thursday = { local: at(31, 21), days: 13 };
    expect(usualShare(tuesdays, nobody, thursday)).toBeCloseTo(usualShare(tuesdays, nobody, tuesday), 10);
    expect(usualShare(tuesdays, nobody, { ...thursday, days: 28 })).toBeLessThan(
      0.7 * usualShare(tuesdays, nobody, { ...tuesday, days: 28 }),
    );
  });

  it("an hour at which peers work is less odd than one at which nobody does", () => {
    const nightShift = worked(60, (_weekday, hour) => hour < 6);
    const alone = usualShare(own, peers, { local: at(30, 3), days: 28 });
    expect(usualShare(own, nightShift, { local: at(30, 3), days: 28 })).toBeGreaterThan(3 * alone);
  });

  it("what an incident taught is given back", () => {
    const counts = worked(28, office);
    const before = usualShare(counts, peers, { local: at(27, 3), days: 28 });
    takeHour(counts, at(27, 3));
    expect(usualShare(counts, peers, { local: at(27, 3), days: 28 })).toBeGreaterThan(before);
    giveHourBack(counts, at(27, 3));
    expect(usualShare(counts, peers, { local: at(27, 3), days: 28 })).toBeCloseTo(before, 5);
  });

  it("slots begin on Sunday", () => {
    expect(slotOf(START)).toBe(24);
    expect(slotOf(START + 6 * DAY + 5 * HOUR)).toBe(5);
  });
});
