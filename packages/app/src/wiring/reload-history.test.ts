import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openState, type StateStore } from "@cordon/adapters/storage/state";
import { loadRules } from "@cordon/engine/stream/detect/sigma/load-rules";
import { makeVirtualRuntime, type VirtualRuntime } from "@cordon/testkit/virtual-runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRuleHistory, type RuleHistory, type Versioned, versionsOf } from "./reload-history.ts";

const RULE = (id: string, value: string): string =>
  `title: ${id}\nid: ${id}\nlevel: low\nlogsource: { product: windows }\ndetection: { s: { Image: ${value} }, condition: s }\n`;

let dir: string;
let state: StateStore;
let runtime: VirtualRuntime;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "cordon-history-"));
  state = openState({ dir });
  runtime = makeVirtualRuntime({ startMs: 1_000 });
});
afterEach(async () => {
  await state.close();
  rmSync(dir, { recursive: true, force: true });
});

const open = (): Promise<RuleHistory> => openRuleHistory({ kv: state.kv, book: state.ruleBook, runtime });

function versions(rules: Readonly<Record<string, string>>): readonly Versioned[] {
  const files = Object.entries(rules).map(([id, value]) => ({ path: `${id}.yml`, source: id, text: RULE(id, value) }));
  return versionsOf(loadRules(files), (text) => runtime.sha256(text));
}

async function begin(history: RuleHistory, digest: string, rules: Readonly<Record<string, string>>) {
  await runtime.advance(1_000);
  const changes = await history.begin({ digest, versions: versions(rules), rejected: 0, by: "alice" });
  return [changes.added.ids, changes.removed.ids, changes.changed.ids];
}

describe("the history of rulesets", () => {
  it("says what came, went and changed, and until when each ruleset was live", async () => {
    const history = await open();
    expect(await begin(history, "one", { a: "1", b: "1" })).toEqual([["a", "b"], [], []]);
    expect(await begin(history, "two", { a: "2", c: "1" })).toEqual([["c"], ["b"], ["a"]]);
    expect(history.list().map(({ digest, from, until }) => [digest, from, until])).toEqual([
      ["two", 3_000, undefined],
      ["one", 2_000, 3_000],
    ]);
  });

  it("takes the same rules at a restart for the same ruleset, other ones for a change (V2)", async () => {
    await begin(await open(), "one", { a: "1" });
    const again = await open();
    expect(await begin(again, "one", { a: "1" })).toEqual([[], [], []]);
    expect(again.list()).toHaveLength(1);
    const changed = await open();
    expect(await begin(changed, "two", { a: "2" })).toEqual([[], [], ["a"]]);
    expect(changed.list().map(({ digest, until }) => [digest, until])).toEqual([
      ["two", undefined],
      ["one", 4_000],
    ]);
  });

  it("finds the very text that fired, after it was changed, and says what is live (V1)", async () => {
    const history = await open();
    await begin(history, "one", { a: "1", b: "1" });
    const [first] = versions({ a: "1" });
    const [second] = versions({ a: "2" });
    await history.fired(["a", "unknown"]);
    await begin(history, "two", { a: "2", b: "1" });
    const old = await history.find("a", first?.version ?? "");
    expect(old).toMatchObject({ text: RULE("a", "1"), live: false, fired: true, firstAt: 2_000, lastAt: 3_000 });
    const now = await history.find("a", second?.version ?? "");
    expect(now).toMatchObject({ text: RULE("a", "2"), live: true, fired: false });
    expect(await history.find("b", first?.version ?? "")).toBeUndefined();
    const [same] = versions({ b: "1" });
    expect(await history.find("b", same?.version ?? "")).toMatchObject({ firstAt: 2_000, lastAt: 3_000, live: true });
  });
});
