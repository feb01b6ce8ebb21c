import { type DetectStats, makeDetector } from "@cordon/engine/stream/detect/detect";
import { sha256Of } from "@cordon/model/ids";
import { DAY, HOUR, MINUTE } from "@cordon/model/time";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import { describe, expect, it } from "vitest";
import { type LiveRule, openRuleHealth } from "./rule-health.ts";

const NOTHING = makeDetector({ rules: [] }, new Map(), () => sha256Of("0".repeat(64))).stats();
const WINDOWS = { product: "windows", categories: ["process_creation"] };
const live = (id: string, admits = true): LiveRule => ({ id, muted: false, admits: () => admits });

type Counters = Partial<Pick<DetectStats, "hits" | "suppressedOf" | "costs" | "sampled">>;
type Verdicts = Readonly<Record<string, Readonly<Record<string, number>>>>;

async function world(rules: readonly LiveRule[], verdicts: Verdicts = {}) {
  const kept = new Map<string, string>();
  const runtime = makeVirtualRuntime({ startMs: 100 * DAY });
  const kv = {
    get: async (key: string) => kept.get(key),
    set: async (key: string, value: string) => void kept.set(key, value),
    delete: async (key: string) => void kept.delete(key),
  };
  const joined = [
    { position: 1, rule: "a", incident: "INC-1" },
    { position: 2, rule: "a", incident: "INC-1" },
    { position: 3, rule: "a", incident: "INC-2" },
  ];
  const nothing = async () => {};
  const book = {
    ...{ keep: nothing, leave: nothing, fired: nothing, find: async () => undefined, trim: async () => 0 },
    joined: async (after: number) => joined.filter(({ position }) => position > after),
  };
  const outcomes = { byRule: async () => verdicts, add: nothing, list: async () => [] };
  const open = () => openRuleHealth({ kv, book, outcomes, runtime }, rules);
  let health = await open();
  return {
    runtime,
    health: () => health,
    take: (counters: Counters, sources = [WINDOWS]) =>
      health.absorb(
        () => ({ ...NOTHING, ...counters }),
        () => sources,
        "now",
      ),
    async restart() {
      await health.save();
      health = await open();
    },
    flags: async () => Object.fromEntries([...(await health.rows())].map(([id, { flags }]) => [id, flags])),
  };
}

describe("counts of a rule", () => {
  it("add up over exchanges and restarts, and fall out of their windows", async () => {
    const { runtime, health, take, restart } = await world([live("a")]);
    expect(await take({ hits: { a: 3 } })).toEqual(["a"]);
    expect(await take({ hits: { a: 3 } })).toEqual([]);
    await take({ hits: { a: 5 }, suppressedOf: { a: 2 } });
    health().exchange([live("a")]);
    await take({ hits: { a: 1 } });
    await restart();
    await take({ hits: { a: 4 } });
    expect((await health().rows()).get("a")).toMatchObject({ hits: 10, hits24h: 10, suppressed: 2, incidents: 2 });
    await runtime.advance(DAY + HOUR);
    expect((await health().rows()).get("a")).toMatchObject({ hits: 10, hits24h: 0, hits7d: 10 });
    await runtime.advance(7 * DAY);
    expect((await health().rows()).get("a")).toMatchObject({ hits: 10, hits7d: 0 });
  });

  it("are of a rule by its id, whatever the id is called", async () => {
    const { health, take } = await world([live("__proto__"), live("constructor")]);
    await take({ hits: Object.fromEntries([["__proto__", 2]]) });
    expect((await health().rows()).get("__proto__")?.hits).toBe(2);
    expect((await health().rows()).get("constructor")?.hits).toBe(0);
  });
});

describe("flags of a rule", () => {
  it("never hit: after 30 days in which its log source came, not before, and not where it never came", async () => {
    const { runtime, take, flags } = await world([live("a"), live("b"), live("elsewhere", false)]);
    await runtime.advance(29 * DAY);
    await take({ hits: { b: 1 } });
    expect(await flags()).toEqual({ a: [], b: [], elsewhere: [] });
    await runtime.advance(2 * DAY);
    await take({ hits: { b: 1 } });
    expect(await flags()).toEqual({ a: ["never-hit"], b: [], elsewhere: [] });
  });

  it("noisy: a fifth of all hits of a week, once there are enough", async () => {
    const { take, flags } = await world([live("a"), live("b"), live("c")]);
    await take({ hits: { a: 99, b: 1 } });
    expect((await flags()).a).toEqual([]);
    await take({ hits: { a: 100, b: 400, c: 99 } });
    expect(await flags()).toEqual({ a: [], b: ["noisy"], c: [] });
    await take({ hits: { a: 200, b: 400, c: 99 } });
    expect(await flags()).toEqual({ a: ["noisy"], b: ["noisy"], c: [] });
  });

  it("slow: by the mean of enough samples", async () => {
    const { take, flags, health } = await world([live("a"), live("b"), live("c")]);
    const costs = { a: { runs: 19, ms: 19 }, b: { runs: 20, ms: 4 }, c: { runs: 20, ms: 3.9 } };
    await take({ costs, sampled: 30 });
    expect(await flags()).toEqual({ a: [], b: ["slow"], c: [] });
    expect(health().sampled()).toBe(30);
    expect((await health().rows()).get("b")).toMatchObject({ meanMicros: 200, timeShare: 4 / 26.9 });
  });

  it("mostly false: half of at least three closed incidents", async () => {
    const { flags, health } = await world([live("a"), live("b"), live("c")], {
      a: { "false-positive": 2 },
      b: { "false-positive": 2, "true-positive": 2 },
      c: { "false-positive": 1, "true-positive": 2 },
    });
    expect(await flags()).toEqual({ a: [], b: ["mostly-false"], c: [] });
    expect((await health().rows()).get("c")).toMatchObject({ closed: 3, falseShare: 1 / 3 });
  });

  it("is saved now and then without being asked to", async () => {
    const { runtime, take, health } = await world([live("a")]);
    await runtime.advance(MINUTE);
    await take({ hits: { a: 1 } });
    expect((await health().rows()).get("a")?.lastHitAt).toBe(100 * DAY + MINUTE);
  });
});
