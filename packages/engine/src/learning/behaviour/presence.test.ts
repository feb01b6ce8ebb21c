import { DAY, HOUR } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { hear, makePresence, missedBetween, type Presence, restlessHours } from "./presence.ts";

/** Monday. */
const START = Date.UTC(2026, 0, 5) / HOUR;

/** Heard in the hours that `heard` says, from the start for so many days. */
function taught(
  days: number,
  heard: (hour: number, weekend: boolean) => boolean,
): { presence: Presence; last: number } {
  let presence = makePresence();
  let last = START - 1;
  for (let hour = START; hour < START + days * 24; hour += 1) {
    const weekday = (Math.floor((hour * HOUR) / DAY) + 4) % 7;
    if (!heard(hour % 24, weekday === 0 || weekday === 6)) continue;
    presence = hear(presence, last, hour, 1 + Math.floor((hour - START) / 24));
    last = hour;
  }
  return { presence, last };
}

describe("hours in which something is heard", () => {
  it("a host that never rests misses every hour of a silence", () => {
    const { presence, last } = taught(28, () => true);
    expect(restlessHours(presence, 0.9)).toBe(24);
    expect(missedBetween(presence, last, last + 7)).toBeCloseTo(6, 5);
  });

  it("a quiet weekend is no silence", () => {
    const { presence } = taught(40, (_hour, weekend) => !weekend);
    const friday = Math.floor(Date.UTC(2026, 1, 13, 23) / HOUR);
    expect(missedBetween(presence, friday, friday + 49)).toBeLessThan(1);
    expect(missedBetween(presence, friday, friday + 49 + 8)).toBeGreaterThan(6);
  });

  it("a workstation rests at night", () => {
    const { presence } = taught(40, (hour, weekend) => !weekend && hour >= 8 && hour < 18);
    expect(restlessHours(presence, 0.85)).toBe(10);
  });

  it("an outage of a day does not make its hours unexpected", () => {
    const { presence, last } = taught(30, () => true);
    const after = hear(presence, last, last + 24, 31);
    expect(restlessHours(after, 0.8)).toBe(24);
  });

  it("a share falls to nought in the end", () => {
    const { presence, last } = taught(30, () => true);
    let [later, at] = [presence, last];
    for (let day = 0; day < 200; day += 1) {
      later = hear(later, at, at + 24, 60);
      at += 24;
    }
    expect(restlessHours(later, 0.01)).toBe(1);
  });
});
