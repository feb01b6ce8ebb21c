import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadMarks } from "./checkpoint.ts";
import { openCheckpointFile } from "./checkpoint-file.ts";

const dir = mkdtempSync(join(tmpdir(), "cordon-checkpoint-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("checkpoint file", () => {
  it("keeps the newest value of each key across openings", async () => {
    const path = join(dir, "new", "tail.json");
    const first = await openCheckpointFile(path);
    expect(await first.get("a")).toBeUndefined();
    await Promise.all([first.set("a", "1"), first.set("b", "2"), first.set("a", "3")]);
    const second = await openCheckpointFile(path);
    expect([await second.get("a"), await second.get("b")]).toEqual(["3", "2"]);
  });

  it("names a damaged file and says what to do", async () => {
    const path = join(dir, "damaged.json");
    writeFileSync(path, "{half");
    await expect(openCheckpointFile(path)).rejects.toMatchObject({ code: "data-damaged" });
  });

  it("takes no marks of another shape", async () => {
    const values = [
      { inode: "1:2", fingerprint: "x", fingerprintBytes: 1, generation: 0, offset: 3, line: 1 },
      { inode: 5 },
      null,
    ];
    const store = { get: async () => JSON.stringify(values), set: async () => {} };
    expect(await loadMarks(store, "any")).toEqual(values.slice(0, 1));
  });
});
