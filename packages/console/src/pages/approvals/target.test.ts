import { describe, expect, it } from "vitest";
import { ACTIONS } from "../../../dev/incidents.ts";
import { targetOf, typedRight } from "./target.ts";

describe("targetOf", () => {
  it("names what each action is aimed at", () => {
    expect(ACTIONS.map((action) => targetOf(action.action)?.value)).toEqual([
      "ws-12",
      "198.51.100.9",
      "203.0.113.77",
      undefined,
    ]);
  });
});

describe("typedRight", () => {
  it.each([
    [" WS-12 ", "ws-12", true],
    ["ws-1", "ws-12", false],
    ["", "ws-12", false],
    ["ws-12", "ws-12\u200b", false],
  ])("%s for %s", (typed, target, expected) => {
    expect(typedRight(typed, target)).toBe(expected);
  });
});
