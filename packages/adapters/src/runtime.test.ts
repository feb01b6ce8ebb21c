import { describe, expect, it } from "vitest";
import { makeRuntime, makeStop, makeUlid } from "./runtime.ts";

describe("runtime", () => {
  it("R1: ids are 26 characters of base 32 and sort in the order they were made, also when the clock steps back", () => {
    const clock = [5, 5, 5, 4, 3, 9, 9];
    let tick = 0;
    const next = makeUlid(() => clock[tick++ % clock.length] ?? 0);
    const ids = clock.map(() => next());
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(ids[0]?.slice(0, 10)).toBe("0000000005");
  });

  it("hashes text as UTF-8 and bytes alike", () => {
    const runtime = makeRuntime();
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(runtime.sha256("abc")).toBe(abc);
    expect(runtime.sha256(new TextEncoder().encode("abc"))).toBe(abc);
  });

  it("R2: sleep ends at once when stopped, before or during", async () => {
    const runtime = makeRuntime();
    const stop = makeStop();
    const long = runtime.sleep(2 ** 40, stop);
    stop.stop();
    await long;
    await runtime.sleep(2 ** 40, stop);
    expect(stop.stopped).toBe(true);
  });

  it("R3: listeners run once, in order, late ones at once, and one that throws stops nobody", () => {
    const stop = makeStop();
    const ran: string[] = [];
    stop.onStop(() => ran.push("a"));
    const off = stop.onStop(() => ran.push("never"));
    stop.onStop(() => {
      throw new Error("broken listener");
    });
    stop.onStop(() => ran.push("b"));
    off();
    expect(() => stop.stop()).toThrow("stop listener");
    stop.stop();
    stop.onStop(() => ran.push("late"));
    expect(ran).toEqual(["a", "b", "late"]);
  });
});
