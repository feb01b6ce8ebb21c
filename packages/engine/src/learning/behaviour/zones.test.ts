import { HOUR } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { offsetAt } from "./zones.ts";

describe("hours between UTC and a place", () => {
  const rows: readonly (readonly [place: string | undefined, at: string, hours: number])[] = [
    ["DE", "2026-01-15T12:00:00Z", 1],
    ["DE", "2026-03-29T00:59:59Z", 1],
    ["DE", "2026-03-29T01:00:00Z", 2],
    ["DE", "2026-10-25T00:59:59Z", 2],
    ["DE", "2026-10-25T01:00:00Z", 1],
    ["Europe/London", "2027-06-01T00:00:00Z", 1],
    ["America/New_York", "2026-03-08T06:59:59Z", -5],
    ["America/New_York", "2026-03-08T07:00:00Z", -4],
    ["America/New_York", "2026-11-01T05:59:59Z", -4],
    ["America/New_York", "2026-11-01T06:00:00Z", -5],
    ["US", "2026-07-01T00:00:00Z", -4],
    ["IN", "2026-07-01T00:00:00Z", 5.5],
    ["utc-3", "2026-07-01T00:00:00Z", -3],
    ["utc+05:45", "2026-07-01T00:00:00Z", 5.75],
    ["KZ", "2026-07-01T00:00:00Z", 4],
    ["nowhere", "2026-07-01T00:00:00Z", 0],
    [undefined, "2026-07-01T00:00:00Z", 0],
  ];
  it.each(rows)("%s at %s: %s", (place, at, hours) => {
    expect(offsetAt(place, Date.parse(at)) / HOUR).toBe(hours);
  });

  it("agrees with the zone database of the machine on every day of ten years", () => {
    const zones = ["Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Europe/London"];
    for (const zone of zones) {
      const format = new Intl.DateTimeFormat("en-US", {
        timeZone: zone,
        hour: "numeric",
        hourCycle: "h23",
        timeZoneName: "longOffset",
      });
      for (let at = Date.UTC(2020, 0, 1, 12); at < Date.UTC(2030, 0, 1); at += 24 * HOUR) {
        const name = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
        const found = /GMT([+-]\d{2}):(\d{2})/.exec(name);
        const expected = found === null ? 0 : Number(found[1]) + Math.sign(Number(found[1])) * (Number(found[2]) / 60);
        expect(offsetAt(zone, at) / HOUR, `${zone} ${new Date(at).toISOString()}`).toBe(expected);
      }
    }
  });
});
