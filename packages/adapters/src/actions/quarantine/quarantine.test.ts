import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Action } from "@cordon/model/action";
import type { Event } from "@cordon/model/event";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { actionCompliance, orderFor, revertOrderFor } from "@cordon/testkit/action-compliance";
import { ref } from "@cordon/testkit/contain-case";
import { seenRunning } from "@cordon/testkit/process-event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import { makeQuarantine } from "./quarantine.ts";

const skip = process.platform === "linux" ? undefined : "not Linux";
const runtime = makeRuntime();
let root = "";
let events: readonly Event[] = [];
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "cordon-quarantine-")));
  events = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const port = (ownPaths: readonly string[] = []) =>
  makeQuarantine(
    { kind: "quarantine", name: "quarantine", folder: join(root, "kept") },
    {
      ...{ runtime, evidenceDir: "", hostname: "web01", events: async () => events, ownPaths },
      notice: async () => Promise.reject(new Error("no notice")),
    },
  );
const action = (path: string, host = "web01"): Action => ({
  kind: "quarantine-file",
  host: ref("host", host),
  file: ref("file", path),
});
const MALWARE = "not really malware\n";
const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

function drop(name = "evil.sh", text = MALWARE): string {
  const path = join(root, name);
  writeFileSync(path, text);
  chmodSync(path, 0o4751);
  if (process.getuid?.() === 0) {
    chownSync(path, 1234, 2345);
    chmodSync(path, 0o4751);
  }
  utimesSync(path, 1_700_000_000.25, 1_600_000_000.5);
  return path;
}

/** Everything of the folder but the quarantine folder itself; a time of access changes by looking. */
const observed = (): string =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name !== "kept")
    .sort()
    .map((name) => {
      const { mode, uid, gid, size, mtimeMs, ino } = lstatSync(join(root, name));
      return JSON.stringify({ name, mode, uid, gid, size, mtimeMs, ino, text: readFileSync(join(root, name), "utf8") });
    })
    .join("\n");

actionCompliance({
  name: "quarantine",
  skip,
  async make() {
    const path = drop();
    return {
      ...{ port: port(), action: action(path), now: () => runtime.now() },
      observe: async () => observed(),
      close: async () => {},
    };
  },
});

const named = (path: string, sha256: string): Event => ({
  ...seenRunning("web01|pid:1", runtime.now(), {}),
  entities: [
    { kind: "file", role: "object", value: path },
    { kind: "hash", role: "object", value: sha256 },
  ],
});

describe.skipIf(skip !== undefined)("quarantine", () => {
  const now = () => runtime.now();

  it("keeps bytes, owner, mode, times and even the inode, and gives them all back (Q5)", async () => {
    const path = drop();
    const before = observed();
    const plan = await port().plan(action(path), undefined, NEVER_STOP);
    const order = { action: action(path), now };
    expect(await port().apply(orderFor(order, plan), NEVER_STOP)).toMatchObject({ kind: "ok" });
    expect(existsSync(path)).toBe(false);
    expect(lstatSync(join(root, "kept")).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(root, "kept", readdirSync(join(root, "kept"))[0] ?? ""), "utf8")).toBe(MALWARE);
    expect(await port().verify(orderFor(order, plan), NEVER_STOP)).toMatchObject({ state: "present", ours: true });
    expect(await port().revert(revertOrderFor(order, plan), NEVER_STOP)).toMatchObject({ kind: "ok" });
    expect(observed()).toBe(before);
  });

  it.each([
    ["/usr/bin/env", "cannot-plan", "operating system"],
    ["/etc/passwd", "cannot-plan", "operating system"],
    ["relative/x", "cannot-plan", "whole path"],
    ["/tmp/../usr/bin/env", "cannot-plan", "way around"],
    ["/no/such/file", "cannot-plan", "no file"],
    ["C:\\Users\\ann\\a.exe", "not-mine", "Windows"],
  ])("%s is not planned (Q3)", async (path, code, why) => {
    await expect(port().plan(action(path), undefined, NEVER_STOP)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(why),
    });
  });

  it("a file of another host is another's", async () => {
    await expect(port().plan(action(drop(), "db01"), undefined, NEVER_STOP)).rejects.toMatchObject({
      code: "not-mine",
    });
  });

  it("nothing of Cordon's own, no folder, no link, and no way to the system through a linked folder (Q3)", async () => {
    const refused = async (path: string, own: readonly string[] = []) =>
      port(own)
        .plan(action(path), undefined, NEVER_STOP)
        .then(
          () => "planned",
          (error: Error) => error.message,
        );
    const path = drop();
    expect(await refused(path, [root])).toContain("belongs to Cordon");
    expect(await refused(join(root, "kept", "x"))).toContain("belongs to Cordon");
    mkdirSync(join(root, "folder"));
    expect(await refused(join(root, "folder"))).toContain("no plain file");
    symlinkSync(path, join(root, "link"));
    expect(await refused(join(root, "link"))).toContain("is a link");
    symlinkSync("/usr/bin", join(root, "programs"));
    expect(await refused(join(root, "programs", "env"))).toContain("operating system");
  });

  it("a file with the evidence's name and another content is another file (Q2)", async () => {
    const path = drop();
    events = [named(path, hash("something else"))];
    await expect(port().plan(action(path), undefined, NEVER_STOP)).rejects.toMatchObject({
      message: expect.stringContaining("another file"),
    });
    events = [named(path, hash(MALWARE))];
    const plan = await port().plan(action(path), undefined, NEVER_STOP);
    expect(plan.effects).toEqual([
      expect.stringContaining(`only while its SHA-256 is ${hash(MALWARE)}`),
      "the evidence names this content",
    ]);
  });

  it("content that was exchanged after the plan is left alone (Q1)", async () => {
    const path = drop();
    const plan = await port().plan(action(path), undefined, NEVER_STOP);
    writeFileSync(path, "a letter to mother");
    const outcome = await port().apply(orderFor({ action: action(path), now }, plan), NEVER_STOP);
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringContaining("another file") });
    expect(readFileSync(path, "utf8")).toBe("a letter to mother");
  });

  it("nothing is written over on the way back (Q4)", async () => {
    const path = drop();
    const plan = await port().plan(action(path), undefined, NEVER_STOP);
    const order = { action: action(path), now };
    await port().apply(orderFor(order, plan), NEVER_STOP);
    writeFileSync(path, "new");
    const outcome = await port().revert(revertOrderFor(order, plan), NEVER_STOP);
    expect(outcome).toMatchObject({ kind: "refused" });
    expect(readFileSync(path, "utf8")).toBe("new");
    unlinkSync(path);
    expect(await port().revert(revertOrderFor(order, plan), NEVER_STOP)).toMatchObject({ kind: "ok" });
    expect(readFileSync(path, "utf8")).toBe(MALWARE);
  });

  it("a file that is dropped again is seen, and taken again", async () => {
    const path = drop();
    const plan = await port().plan(action(path), undefined, NEVER_STOP);
    const order = orderFor({ action: action(path), now }, plan);
    await port().apply(order, NEVER_STOP);
    drop();
    expect(await port().verify(order, NEVER_STOP)).toMatchObject({ state: "absent" });
    expect(await port().apply(order, NEVER_STOP)).toMatchObject({ kind: "ok" });
    expect(await port().verify(order, NEVER_STOP)).toMatchObject({ state: "present" });
  });

  it("says what it leaves: other names of the same content", async () => {
    const path = drop();
    linkSync(path, join(root, "second"));
    const { effects } = await port().plan(action(path), undefined, NEVER_STOP);
    expect(effects.at(-1)).toContain("1 more names");
  });

  it("a folder that others may enter is not used", async () => {
    const path = drop();
    mkdirSync(join(root, "kept"), { mode: 0o755 });
    const plan = await port().plan(action(path), undefined, NEVER_STOP);
    const outcome = await port().apply(orderFor({ action: action(path), now }, plan), NEVER_STOP);
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringContaining("0700") });
    expect(existsSync(path)).toBe(true);
  });

  it("names with blanks and marks are taken, too", async () => {
    const path = drop("- a 'b' \\ $(c);d");
    const plan = await port().plan(action(path), undefined, NEVER_STOP);
    expect(await port().apply(orderFor({ action: action(path), now }, plan), NEVER_STOP)).toMatchObject({ kind: "ok" });
    expect(existsSync(path)).toBe(false);
  });
});
