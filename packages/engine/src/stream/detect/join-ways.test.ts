import type { Sha256 } from "@cordon/model/ids";
import { describe, expect, it } from "vitest";
import { makeDetector } from "./detect.ts";
import { joinWays, type Way } from "./join-ways.ts";

const rules = () => makeDetector({ rules: [] }, new Map(), (text) => text as Sha256);

function counting(name: string, breaks = false): Way & { readonly seen: () => number } {
  let seen = 0;
  return {
    name,
    seen: () => seen,
    detect: (events) => {
      if (breaks) throw new Error("no memory");
      seen += events.length;
      return [];
    },
    tick: () => [],
    finish: () => [],
    remembers: true,
    snapshot: () => String(seen),
    restore: (text) => {
      if (text !== undefined && !/^\d+$/.test(text)) return false;
      seen = Number(text ?? 0);
      return true;
    },
  };
}
const event = {} as never;

describe("joined ways of knowing", () => {
  it("asks every way, and counts one that fails", () => {
    const good = counting("good");
    const joined = joinWays(rules(), [counting("bad", true), good]);
    expect(joined.detect([])).toEqual([]);
    joined.tick(0);
    expect(joined.stats().ways).toEqual({
      bad: { detections: 0, failed: 1, last: "no memory" },
      good: { detections: 0, failed: 0 },
    });
  });

  it("restores each way by its name; a new way begins anew", () => {
    const first = counting("first");
    first.detect([event, event]);
    const text = joinWays(rules(), [first]).snapshot();
    const again = counting("first");
    const added = counting("added");
    expect(joinWays(rules(), [added, again]).restore(text)).toBe(true);
    expect([again.seen(), added.seen()]).toEqual([2, 0]);
  });

  it.each([
    ["not JSON", "x"],
    ["no parts", "{}"],
    ["rules are no text", JSON.stringify({ rules: 1, ways: {} })],
    ["a part its way refuses", JSON.stringify({ rules: rules().snapshot(), ways: { first: "2", second: "two" } })],
  ])("restores nothing from %s", (_name, text) => {
    const first = counting("first");
    const joined = joinWays(rules(), [first, counting("second")]);
    expect(joined.restore(text)).toBe(false);
    expect(first.seen()).toBe(0);
  });
});
