import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "@cordon/model/error";
import { fold } from "@cordon/model/fold";
import { incidentId, sha256Of } from "@cordon/model/ids";
import type { IncidentEntry } from "@cordon/model/incident";
import type { Journal } from "@cordon/model/ports/journal";
import { instant } from "@cordon/model/time";
import { stateContract } from "@cordon/testkit/journal-contract";
import { afterAll, describe, expect, it } from "vitest";
import { STATE_MIGRATIONS } from "./schema.ts";
import { openSqlite, storageError } from "./sqlite.ts";
import { openState } from "./state.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-state-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;
const freshDir = (): string => {
  made += 1;
  return join(root, String(made));
};

stateContract({ name: "sqlite", make: async () => openState({ dir: freshDir() }), runs: 40 });

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return "no error";
  } catch (error) {
    return error instanceof AppError ? error.code : `not an AppError: ${String(error)}`;
  }
};

describe("state database", () => {
  it("keeps tokens by hash: finds live ones only, notes use, revokes once", async () => {
    const { tokens, close } = openState({ dir: freshDir() });
    const sha256 = sha256Of("a".repeat(64));
    await tokens.add({
      id: "t1",
      name: "ann",
      role: "admin",
      sha256,
      createdAt: instant(1),
      expiresAt: instant(500_000),
    });
    expect(await tokens.find(sha256, instant(2))).toMatchObject({ id: "t1", lastUsedAt: 2 });
    expect(await tokens.find(sha256Of("b".repeat(64)), instant(2))).toBeUndefined();
    expect(await tokens.find(sha256, instant(500_000))).toBeUndefined();
    expect([await tokens.revoke("t1", instant(3)), await tokens.revoke("t1", instant(4))]).toEqual([true, false]);
    expect(await tokens.find(sha256, instant(5))).toBeUndefined();
    expect(await tokens.list()).toMatchObject([{ id: "t1", revokedAt: 3, lastUsedAt: 2 }]);
    await close();
  });

  it("keeps checkpoints and odd state apart, over a restart", async () => {
    const dir = freshDir();
    const first = openState({ dir });
    await first.checkpoints.set("a", "1");
    await first.checkpoints.set("a", "2");
    await first.kv.set("a", "other");
    await first.close();
    const second = openState({ dir });
    expect([await second.checkpoints.get("a"), await second.kv.get("a"), await second.kv.get("b")]).toEqual([
      "2",
      "other",
      undefined,
    ]);
    await second.kv.delete("a");
    expect(await second.kv.get("a")).toBeUndefined();
    await second.close();
  });

  it("sees what another process appended to an incident that it has read (J5)", async () => {
    const dir = freshDir();
    const [mine, theirs] = [openState({ dir }).journal, openState({ dir }).journal];
    const id = incidentId("INC-AAAAAAAA");
    const note = (at: number): IncidentEntry => ({ kind: "note-added", at: instant(at), by: "ann", text: `n${at}` });
    const append = (journal: Journal, from: number, ...notes: readonly [IncidentEntry, ...IncidentEntry[]]) =>
      journal.append(id, from, notes, { ...fold(notes), id, version: from + notes.length, title: `v${from}` });
    await append(mine, 0, note(1), note(2));
    expect([(await mine.read(id)).version, (await mine.get(id))?.title]).toEqual([2, "v0"]);
    await append(theirs, 2, note(3));
    expect(await mine.read(id)).toEqual({ version: 3, entries: [note(1), note(2), note(3)] });
    expect((await mine.get(id))?.title).toBe("v2");
    expect((await mine.list({ order: "updated", limit: 5 })).map(({ title }) => title)).toEqual(["v2"]);
  });

  it("stores on a path with odd characters", async () => {
    const dir = join(freshDir(), "it's odd; DROP 100%");
    const state = openState({ dir });
    await state.kv.set("a", "1");
    await state.close();
    expect(readFileSync(join(dir, "state.db")).subarray(0, 6).toString()).toBe("SQLite");
  });

  it("refuses a search text beyond its limit", async () => {
    const { journal, close } = openState({ dir: freshDir() });
    await expect(journal.list({ order: "updated", limit: 1, text: "x".repeat(1_001) })).rejects.toMatchObject({
      code: "bad-query",
    });
    await close();
  });

  it("refuses a row of a newer form by name", async () => {
    const dir = freshDir();
    const state = openState({ dir });
    const db = new DatabaseSync(join(dir, "state.db"));
    db.exec("INSERT INTO incident VALUES ('INC-1', 1, 'open', 1, 1, 1, 1, 0, '', 99, '{}')");
    await expect(state.journal.get(incidentId("INC-1"))).rejects.toMatchObject({ code: "data-newer" });
    db.close();
    await state.close();
  });
});

describe("failures of the state file", () => {
  it("names a file that a newer Cordon wrote, and leaves it alone", async () => {
    const dir = freshDir();
    await openState({ dir }).close();
    const path = join(dir, "state.db");
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 99");
    db.close();
    expect(codeOf(() => openState({ dir }))).toBe("data-newer");
  });

  it("names a damaged file", () => {
    const path = join(freshDir(), "state.db");
    openSqlite({ path, migrations: STATE_MIGRATIONS }).close();
    writeFileSync(path, "this is not a database, it is a text that somebody saved over one ".repeat(100));
    expect(codeOf(() => openSqlite({ path, migrations: STATE_MIGRATIONS }))).toBe("data-corrupt");
  });

  it("names a file that another process holds", () => {
    const path = join(freshDir(), "state.db");
    const db = openSqlite({ path, migrations: STATE_MIGRATIONS, busyTimeoutMs: 20 });
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    expect(codeOf(() => db.transaction(() => undefined))).toBe("data-locked");
    other.exec("ROLLBACK");
    expect(codeOf(() => db.transaction(() => undefined))).toBe("no error");
    other.close();
    db.close();
  });

  it("rolls everything back when the disk is full, and goes on when there is room again", () => {
    const path = join(freshDir(), "full.db");
    const db = openSqlite({ path, migrations: ["CREATE TABLE t (x TEXT NOT NULL) STRICT"] });
    const pages = Number(db.get("PRAGMA page_count")?.page_count);
    db.get(`PRAGMA max_page_count = ${pages + 2}`);
    const fill = (): void => {
      db.transaction(() => {
        for (let n = 0; n < 200; n += 1) db.run("INSERT INTO t (x) VALUES (?)", "x".repeat(1_000));
      });
    };
    expect(codeOf(fill)).toBe("disk-full");
    expect(db.get("SELECT count(*) AS n FROM t")).toEqual({ n: 0 });
    db.get("PRAGMA max_page_count = 100000");
    fill();
    expect(db.get("SELECT count(*) AS n FROM t")).toEqual({ n: 200 });
    db.close();
  });

  it.each([
    ["ENOSPC", "disk-full"],
    ["EACCES", "data-readonly"],
    ["EIO", "data-io"],
  ])("maps %s of the operating system to %s", (errno, code) => {
    expect(storageError(Object.assign(new Error("x"), { code: errno }), "/d")).toMatchObject({ code });
  });

  it("names a folder that cannot be made", () => {
    const dir = freshDir();
    writeFileSync(dir, "a file stands where the folder should be");
    chmodSync(dir, 0o600);
    expect(codeOf(() => openState({ dir }))).toBe("data-unreadable");
  });
});
