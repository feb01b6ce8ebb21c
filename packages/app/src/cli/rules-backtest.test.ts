import { describe, expect, it } from "vitest";
import { progressLine } from "./rules-backtest.ts";

describe("the progress of a backtest", () => {
  it.each([
    [
      "on its way",
      { looked: 125_000, total: 1_000_000, seconds: 4.04 },
      20,
      "backtest: 125000 of 1000000 events, 30941 a second, 4 s, at most about 20",
    ],
    ["at its beginning", { looked: 0, total: 240, seconds: 0 }, undefined, "backtest: 0 of 240 events, 0 s"],
  ])("%s", (_, now, bound, expected) => {
    expect(progressLine({ running: true, ...now }, bound)).toBe(expected);
  });
});
