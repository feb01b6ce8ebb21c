import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LearningEntry } from "@cordon/model/learning-entry";
import { instant } from "@cordon/model/time";
import { afterAll, describe, expect, it } from "vitest";
import { openState } from "./state.ts";

const dir = mkdtempSync(join(tmpdir(), "cordon-learning-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const entry = (at: number, move: "proposed" | "ended"): LearningEntry =>
  move === "proposed"
    ? { at: instant(at), by: "drift", kind: "retraining-proposed", proposal: `p${at}`, why: "off" }
    : { at: instant(at), by: "drift", kind: "drift-ended", feature: "hosts", words: "hosts" };

describe("journal of learning", () => {
  it("LJ1. newest entries, oldest first, of the kinds asked for, also after opening again", async () => {
    const state = openState({ dir });
    for (const at of [1, 2, 3]) await state.learning.append(entry(at, "proposed"));
    await state.learning.append(entry(4, "ended"));
    await state.close();
    const again = openState({ dir });
    const times = async (limit: number, kinds?: readonly LearningEntry["kind"][]) =>
      (await again.learning.list(limit, kinds)).map(({ at }) => at);
    expect(await times(2)).toEqual([3, 4]);
    expect(await times(2, ["retraining-proposed"])).toEqual([2, 3]);
    expect(await times(9, ["drift-ended", "retraining-proposed"])).toEqual([1, 2, 3, 4]);
    expect(await times(9, ["second-verdict"])).toEqual([]);
    await again.close();
  });
});
