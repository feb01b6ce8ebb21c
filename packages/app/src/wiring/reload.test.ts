/** One reload at a time, nobody waits for ever, and an end in between: over a stand-in for the rules in force. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadRules, type ReadBefore, type RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import { instant } from "@cordon/model/time";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeMeters } from "../meters.ts";
import { makeReload } from "./reload.ts";
import type { LiveRules } from "./reload-live.ts";
import { openYamlCache, type YamlCacheFile } from "./yaml-cache-file.ts";

const NO_CHANGES = { count: 0, ids: [] };
const PERSON = { by: "alice", force: false };

function world({ places = () => [], same = false }: { places?: () => []; same?: boolean } = {}) {
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
        same,
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
    ...{ live, places, options: {}, before: new Map(), views: new Map(), meters },
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

  it("takes back that it was refused when the files are again those in force", async () => {
    let gone = true;
    const places = (): [] => {
      if (gone) throw new Error("rules: no such folder");
      return [];
    };
    const { reload, meters } = world({ places, same: true });
    const refused = reload.reload(PERSON);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await refused).toMatchObject({ outcome: "refused" });
    expect([...meters.problems.keys()]).toEqual(["rules-reload"]);
    gone = false;
    const answer = reload.reload(PERSON);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await answer).toMatchObject({ outcome: "unchanged" });
    expect([...meters.problems.keys()]).toEqual([]);
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

/** A folder of rules, and what each reload made of it. */
function corpus(files: number) {
  const folder = mkdtempSync(join(tmpdir(), "cordon-reload-"));
  const path = (i: number): string => join(folder, `${i}.yml`);
  const write = (i: number, title: string): void =>
    writeFileSync(
      path(i),
      `title: ${title}\nid: r${i}\nlogsource: {product: windows}\ndetection: {s: {A: ${i}}, condition: s}\n`,
    );
  for (let i = 0; i < files; i++) write(i, "first");
  const places = () => Array.from({ length: files }, (_, i) => ({ path: path(i), source: "x" }));
  const sets: RuleSet[] = [];
  const live: LiveRules = {
    set: () => sets.at(-1) ?? loadRules([]),
    shelf: { digest: "d", loaded: 0, list: () => [], rejected: () => [], explain: () => undefined },
    async prepare(next) {
      sets.push(next);
      return { same: false, exchange: async () => ({ added: NO_CHANGES, removed: NO_CHANGES, changed: NO_CHANGES }) };
    },
    beat: async () => {},
  };
  const opened: YamlCacheFile[] = [];
  const before: ReadBefore = new Map();
  const open = () => openYamlCache(folder, places(), folder);
  const reload = makeReload({
    ...{ live, places, options: {}, before, views: new Map(), meters: makeMeters(instant(0)) },
    parsed: () => {
      const cache = open();
      if (cache !== undefined) opened.push(cache);
      return cache;
    },
    stream: { between: (act) => act(), backlog: () => 0 },
  });
  return {
    ...{ write, opened, sets, before },
    /** As another run would: reads every file and keeps what it parsed. */
    fill() {
      const cache = open();
      for (const { path: one } of places()) cache?.read(readFileSync(one, "utf8"));
      cache?.save();
    },
    damage() {
      const below = join(folder, ".cache", "cordon");
      for (const name of readdirSync(below)) writeFileSync(join(below, name), '[["r0","no"]]');
    },
    async reload() {
      const answer = reload.reload(PERSON);
      await vi.advanceTimersByTimeAsync(1_000);
      return answer;
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}

describe("what a reload reads", () => {
  it("is the changed file alone, and it is seen", async () => {
    const { write, opened, sets, reload, close } = corpus(150);
    await reload();
    write(7, "second");
    expect(await reload()).toMatchObject({ outcome: "exchanged" });
    const [first, second] = sets;
    expect(second?.rules[7]?.title).toBe("second");
    expect(second?.rules.filter((rule, i) => rule !== first?.rules[i])).toHaveLength(1);
    expect(opened).toHaveLength(1);
    close();
  });

  it("is taken from what another run parsed, where much changed (E6)", async () => {
    const { write, fill, opened, sets, reload, close } = corpus(150);
    await reload();
    for (let i = 0; i < 150; i++) write(i, "second");
    fill();
    await reload();
    expect(opened.map((cache) => cache.stats().hits)).toEqual([0, 150]);
    expect(sets[1]?.rules.map(({ title }) => title)).toEqual(Array.from({ length: 150 }, () => "second"));
    close();
  });

  it("is parsed anew where the cache is damaged: only slower", async () => {
    const { fill, damage, opened, sets, reload, close } = corpus(150);
    fill();
    damage();
    await reload();
    expect(opened.map((cache) => cache.stats())).toEqual([{ hits: 0, misses: 150, kept: 150 }]);
    expect(sets[0]?.rules).toHaveLength(150);
    expect(sets[0]?.rejected).toEqual([]);
    close();
  });
});
