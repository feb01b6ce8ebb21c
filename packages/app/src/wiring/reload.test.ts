/** One reload at a time, nobody waits for ever, and an end in between: over a stand-in for the rules in force. */
import { loadRules } from "@cordon/engine/stream/detect/sigma/load-rules";
import { instant } from "@cordon/model/time";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeMeters } from "../meters.ts";
import { makeReload } from "./reload.ts";
import type { LiveRules } from "./reload-live.ts";

const NO_CHANGES = { count: 0, ids: [] };
const PERSON = { by: "alice", force: false };

function world() {
  const exchanged: string[] = [];
  const queue: (() => Promise<void>)[] = [];
  let prepared = 0;
  let batches = 0;
  const set = loadRules([]);
  const live: LiveRules = {
    set: () => set,
    shelf: { digest: "d", loaded: 0, list: () => [], rejected: () => [], explain: () => undefined },
    async prepare(_next, pace) {
      prepared += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
      await pace();
      return {
        same: false,
        async exchange(by) {
          exchanged.push(by);
          return { added: NO_CHANGES, removed: NO_CHANGES, changed: NO_CHANGES };
        },
      };
    },
    beat: async () => {},
  };
  const meters = makeMeters(instant(0));
  const between = (act: () => Promise<void>): Promise<void> =>
    batches === 0 ? act() : new Promise((resolve, reject) => queue.push(() => act().then(resolve, reject)));
  const reload = makeReload({
    ...{ live, places: () => [], options: {}, before: new Map(), views: new Map(), meters },
    stream: { between, backlog: () => batches },
  });
  return {
    ...{ reload, exchanged, meters },
    prepared: () => prepared,
    async backlog(left: number) {
      batches = left;
      if (left === 0) for (const act of queue.splice(0)) await act();
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a reload", () => {
  it("says that it waits for a backlog, and is done when that is over", async () => {
    const { reload, backlog, exchanged } = world();
    await backlog(17);
    const first = reload.reload(PERSON);
    const second = reload.reload(PERSON);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await first).toMatchObject({ outcome: "waiting", reason: expect.stringContaining("17 batches") });
    expect(await second).toMatchObject({ outcome: "waiting" });
    expect(exchanged).toEqual([]);
    const third = reload.reload(PERSON);
    await backlog(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await third).toMatchObject({ outcome: "exchanged" });
    expect(exchanged).toEqual(["alice", "alice"]);
  });

  it("is shared by all who ask for the same while another is on its way", async () => {
    const { reload, prepared, exchanged } = world();
    const first = reload.reload(PERSON);
    await vi.advanceTimersByTimeAsync(0);
    const followers = Array.from({ length: 50 }, () => reload.reload({ by: "watch", force: false }));
    const forced = reload.reload({ by: "bob", force: true });
    await vi.advanceTimersByTimeAsync(10_000);
    for (const answer of await Promise.all([first, ...followers, forced]))
      expect(answer).toMatchObject({ outcome: "exchanged" });
    expect(exchanged).toEqual(["alice", "watch", "bob"]);
    expect(prepared()).toBe(3);
  });

  it("is given up when everything closes", async () => {
    const { reload, exchanged } = world();
    const answer = reload.reload(PERSON);
    await vi.advanceTimersByTimeAsync(50);
    const closed = reload.close();
    await vi.advanceTimersByTimeAsync(10_000);
    await closed;
    expect(await answer).toMatchObject({ outcome: "refused", reason: "the server stops" });
    expect(exchanged).toEqual([]);
  });
});
