import { describe, expect, it } from "vitest";
import { makeTestStop } from "./source-compliance.ts";
import { makeVirtualRuntime } from "./virtual-runtime.ts";

describe("virtual runtime", () => {
  it("V1: the same seed gives the same ids and chance, another seed others", () => {
    const play = (seed: number) => {
      const runtime = makeVirtualRuntime({ seed });
      return [runtime.id(), runtime.random(), runtime.id()];
    };
    expect(play(7)).toEqual(play(7));
    expect(play(7)).not.toEqual(play(8));
    const ids = play(7).filter((value) => typeof value === "string");
    expect(ids).toEqual([...ids].sort());
    for (const id of ids) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it("V2: wakes sleepers in order of time, also those who fall asleep on the way; a stop wakes at once", async () => {
    const runtime = makeVirtualRuntime({ startMs: 0 });
    const stop = makeTestStop();
    const seen: string[] = [];
    const sleeper = async (name: string, ...naps: number[]) => {
      for (const ms of naps) {
        await runtime.sleep(ms, stop);
        seen.push(`${name}@${runtime.now()}`);
      }
    };
    const all = [sleeper("a", 10, 5, 100), sleeper("b", 12, 12)];
    await runtime.advance(30);
    expect(seen).toEqual(["a@10", "b@12", "a@15", "b@24"]);
    expect(runtime.now()).toBe(30);
    stop.stop();
    await Promise.all(all);
    expect(runtime.sleepers()).toBe(0);
  });
});
