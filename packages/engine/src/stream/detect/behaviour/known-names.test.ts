import { cloudSignIn, Pen } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { KnownNames } from "./known-names.ts";
import { hashText } from "./way.fixture.ts";
import { type BehaviourParts, type BehaviourWay, makeBehaviourWay } from "./way.ts";

const START = Date.UTC(2026, 0, 5);

function seen(user: string, options: NonNullable<BehaviourParts["options"]>): BehaviourWay {
  const pen = new Pen(1);
  const who = { user, ip: "185.10.20.5", country: "DE", network: "64500", agent: "Edge", device: "d1", ok: true };
  cloudSignIn(pen, START, who);
  const way = makeBehaviourWay({ views: new Map(), hash: hashText, options });
  way.detect(pen.takeBefore(Number.POSITIVE_INFINITY));
  return way;
}

describe("known names", () => {
  it("are the same when they come again, and others by another key", () => {
    const names = new KnownNames([1, 2]);
    expect(names.holdOf("user", "ada").key).toBe("user:ada");
    expect(names.holdOf("user", "ada")).toBe(names.holdOf("user", "ada"));
    expect(names.holdOf("host", "ada").key).toBe("host:ada");
    const lanes = Array.from({ length: 40 }, (_, port) => names.laneOf("198.51.100.7", `${port}`));
    expect(new Set(lanes).size).toBe(40);
    expect(Array.from({ length: 40 }, (_, port) => names.laneOf("198.51.100.7", `${port}`))).toEqual(lanes);
    names.rekey([1, 3]);
    expect(names.laneOf("198.51.100.7", "0")).not.toBe(lanes[0]);
  });
  it("what is remembered brings its key; what is given is taken by who has the same one or knows nothing yet", () => {
    const one = seen("ada@corp.example", { key: [1, 2] });
    const again = makeBehaviourWay({ views: new Map(), hash: hashText, options: { key: [5, 6] } });
    expect(again.restore(one.snapshot())).toBe(true);
    expect(again.snapshot()).toBe(one.snapshot());
    const given = one.give((key) => key.startsWith("user:ada"));
    expect(given.length).toBe(2);
    const other = seen("bob@corp.example", { key: [3, 4] });
    expect(other.accept(given)).toBe("what is given is known by another key than what is here");
    const alike = seen("bob@corp.example", { key: [1, 2] });
    expect(alike.accept(given)).toBeUndefined();
    const fresh = makeBehaviourWay({ views: new Map(), hash: hashText, options: { key: [7, 8] } });
    expect(fresh.accept(given)).toBeUndefined();
    expect(fresh.give(() => true)).toEqual(given);
  });
  it("memories from before there was a key go on without one", () => {
    const whole = JSON.parse(seen("ada@corp.example", { key: [1, 2] }).snapshot()) as { head: { key?: unknown } };
    delete whole.head.key;
    const way = makeBehaviourWay({ views: new Map(), hash: hashText, options: { key: [5, 6] } });
    expect(way.restore(JSON.stringify(whole))).toBe(true);
    expect(way.snapshot()).toBe(JSON.stringify(whole));
  });
});
