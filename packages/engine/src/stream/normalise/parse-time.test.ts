import type { Json } from "@cordon/model/json";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTime } from "./parse-time.ts";

const rows: readonly [string, Json, string | undefined][] = [
  ["ISO", "2024-01-15T10:30:45.123Z", "2024-01-15T10:30:45.123Z"],
  ["nanoseconds are cut", "2024-01-15T10:30:45.999999999Z", "2024-01-15T10:30:45.999Z"],
  ["offset", "2024-01-15T10:30:45+01:00", "2024-01-15T09:30:45.000Z"],
  ["offset without colon", "2017-01-04T17:18:31.123456-0530", "2017-01-04T22:48:31.123Z"],
  ["space and no zone is UTC", "2020-09-04 15:27:16", "2020-09-04T15:27:16.000Z"],
  ["spaced zone", "2024-01-15 10:30:45 +0000", "2024-01-15T10:30:45.000Z"],
  ["named zone", "2024-01-15 10:30:45.5 UTC", "2024-01-15T10:30:45.500Z"],
  ["Go zone", "2024-01-15 10:30:45.5 +0000 UTC", "2024-01-15T10:30:45.500Z"],
  ["comma fraction", "2024-01-15 10:30:45,250", "2024-01-15T10:30:45.250Z"],
  ["date only", "2024-02-29", "2024-02-29T00:00:00.000Z"],
  ["no such day", "2023-02-29T00:00:00Z", undefined],
  ["epoch seconds", 1591367999, "2020-06-05T14:39:59.000Z"],
  ["epoch float", 1591367999.305988, "2020-06-05T14:39:59.305Z"],
  ["epoch ms", 1621305118553, "2021-05-18T02:31:58.553Z"],
  ["epoch us as text", "1621305118553123", "2021-05-18T02:31:58.553Z"],
  ["epoch ns", "1621305118553123456", "2021-05-18T02:31:58.553Z"],
  ["FILETIME", "132435000000000000", "2020-09-02T06:00:00.000Z"],
  ["small number", 42, undefined],
  ["CLF", "[10/Oct/2000:13:55:36 -0700]", "2000-10-10T20:55:36.000Z"],
  ["CEF", "Oct 11 2024 22:14:15.003", "2024-10-11T22:14:15.003Z"],
  ["mail", "Tue, 15 Nov 1994 08:12:31 GMT", "1994-11-15T08:12:31.000Z"],
  ["American with PM", "6/30/2020 7:03:05 PM", "2020-06-30T19:03:05.000Z"],
  ["twelve AM", "6/30/2020 12:03:05 AM", "2020-06-30T00:03:05.000Z"],
  ["aspnet", "/Date(1621305118553)/", "2021-05-18T02:31:58.553Z"],
  ["words", "yesterday at noon", undefined],
  ["hour 25", "2024-01-15T25:30:45Z", undefined],
  ["null", null, undefined],
  ["object", {}, undefined],
];

describe("parseTime", () => {
  for (const [name, value, expected] of rows) {
    it(name, () => {
      const at = parseTime(value);
      expect(at === undefined ? undefined : new Date(at).toISOString()).toBe(expected);
    });
  }

  it("reads back every ISO text", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
        (date) => {
          expect(parseTime(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });

  it("never throws and never leaves the range of ISO output", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.stringMatching(/^[0-9/:. +TZ-]{8,30}$/)), (value) => {
        const at = parseTime(value);
        if (at !== undefined) expect(new Date(at).toISOString()).toContain("T");
      }),
      { numRuns: 5_000 },
    );
  });
});
