/**
 * The contract of docs/specs/cli.md: the JSON of every command, its exit codes, and that a command cannot tell a running
 * server from the folder itself.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cordon, type Ended, ROOT, type RunningServer, startServer } from "../server.ts";
import { jsonLines, type ScannedStory, scanStory } from "../story.ts";

const MAIN = join(ROOT, "packages/app/src/main.ts");
const folder = mkdtempSync(join(tmpdir(), "cordon-cli-"));
let story: ScannedStory;
beforeAll(async () => {
  story = await scanStory(5);
}, 180_000);
afterAll(() => {
  story?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** So many of the rows are asked of the folder as well: each opens all stores, which takes its time. */
const IN_FOLDER = 6;
const keysOf = (value: unknown): string[] => Object.keys(value as object).sort();
const INCIDENT = [
  ...["actions", "claims", "detections", "entities", "firstSeen", "id", "kind", "lastSeen", "priority", "rootCause"],
  ...["severity", "status", "techniques", "title", "verdict"],
];
const SUMMARY = [
  ...["detections", "failed", "files", "incidents", "kind", "parsed", "records", "rules", "seconds", "unmapped"],
];
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe("scan --json", () => {
  it("prints incidents, most urgent first, then one summary", () => {
    const { lines } = story;
    const summary = lines.at(-1);
    const incidents = lines.slice(0, -1);
    expect(keysOf(summary)).toEqual(SUMMARY);
    expect(summary).toMatchObject({ kind: "summary", files: 3, failed: [], incidents: incidents.length });
    expect(Number(summary?.parsed) + Number(summary?.unmapped)).toBe(summary?.records);
    expect(keysOf(summary?.rules)).toEqual(["loaded", "rejected"]);
    expect(incidents.length).toBeGreaterThanOrEqual(3);
    for (const incident of incidents) {
      expect(keysOf(incident)).toEqual(INCIDENT);
      expect(incident).toMatchObject({
        kind: "incident",
        id: expect.stringMatching(/^INC-/),
        status: expect.any(String),
      });
      expect(["malicious", "benign", "undecided", null]).toContain(incident.verdict);
      for (const time of [incident.firstSeen, incident.lastSeen]) expect(time).toMatch(ISO);
      for (const entity of incident.entities as object[]) expect(keysOf(entity)).toEqual(["kind", "role", "value"]);
      for (const technique of incident.techniques as string[]) expect(technique).toMatch(/^T\d{4}(\.\d{3})?$/);
      for (const action of incident.actions as object[])
        expect(keysOf(action)).toEqual(["actuator", "key", "kind", "outcome", "state", "target"]);
      if (incident.rootCause !== null)
        expect(keysOf(incident.rootCause)).toEqual(["boundary", "event", "kind", "score", "time", "value", "why"]);
    }
    const priorities = incidents.map((each) => Number(each.priority));
    expect(priorities).toEqual([...priorities].sort((a, b) => b - a));
  });

  it("--detections prints one detection a line, then the same summary", async () => {
    const { code, out } = await cordon(["scan", "--detections", "--json", join(story.logs, "cloudtrail.ndjson")]);
    expect(code).toBe(0);
    const lines = jsonLines(out);
    const detections = lines.slice(0, -1);
    expect(keysOf(lines.at(-1))).toEqual(SUMMARY);
    expect(lines.at(-1)?.detections).toBe(detections.length);
    expect(detections.length).toBeGreaterThan(0);
    for (const each of detections) {
      expect(each).toMatchObject({
        kind: "detection",
        rule: {
          id: expect.any(String),
          title: expect.any(String),
          level: expect.any(String),
          source: expect.any(String),
        },
        time: expect.stringMatching(ISO),
        file: join(story.logs, "cloudtrail.ndjson"),
        record: expect.any(Number),
      });
      expect((each.eventIds as string[]).length).toBeGreaterThan(0);
    }
  });

  it("an empty folder is no error; a file that cannot be read is named and the rest is read", {
    timeout: 120_000,
  }, async () => {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    const nothing = await cordon(["scan", "--json", empty]);
    expect(nothing.code).toBe(0);
    expect(jsonLines(nothing.out)).toEqual([
      expect.objectContaining({ kind: "summary", files: 0, records: 0, failed: [] }),
    ]);

    const mixed = join(folder, "mixed");
    mkdirSync(mixed);
    writeFileSync(join(mixed, "good.ndjson"), '{"a":1}\n');
    writeFileSync(join(mixed, "broken.evtx"), "this is no event log");
    writeFileSync(join(mixed, "closed.log"), "x\n");
    chmodSync(join(mixed, "closed.log"), 0);
    const some = await cordon(["scan", "--json", mixed]);
    expect(some.code).toBe(3);
    const failed = jsonLines(some.out).at(-1)?.failed as { file: string; reason: string }[];
    expect(failed.map((each) => each.file)).toContain(join(mixed, "broken.evtx"));
    if (process.getuid?.() !== 0) expect(failed.map((each) => each.file)).toContain(join(mixed, "closed.log"));
    for (const { reason } of failed) expect(reason.length).toBeGreaterThan(5);
  });

  it("--fail-on answers with its exit code; without --data nothing stays behind", { timeout: 120_000 }, async () => {
    const before = scanFolders();
    const { code } = await cordon(["scan", "--fail-on", "high", join(story.logs, "windows-events.ndjson")]);
    expect(code).toBe(1);
    expect(scanFolders()).toEqual(before);
  });

  it("`| head` is no error and leaves nothing behind", { timeout: 120_000 }, () => {
    const before = scanFolders();
    const line = `"${process.execPath}" "${MAIN}" scan --detections --json "${story.logs}" | head -n 1`;
    const { stdout, stderr } = spawnSync("bash", ["-c", `set -o pipefail; ${line}`], { encoding: "utf8" });
    expect(jsonLines(stdout)).toHaveLength(1);
    expect(stderr).not.toMatch(/EPIPE|at .*\.ts:\d+/);
    expect(scanFolders()).toEqual(before);
  });
});

/** Throw-away folders of scans. Another test may scan at this moment, so only ours are counted: by what they hold open. */
function scanFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("cordon-scan-") && isIdle(join(tmpdir(), name)));
}
function isIdle(path: string): boolean {
  try {
    const { pid } = JSON.parse(readFileSync(join(path, "lock.json"), "utf8")) as { pid: number };
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

describe("commands on the folder and over a running server", () => {
  interface Ids {
    readonly incident: string;
    readonly event: string;
    readonly rule: string;
    readonly time: number;
  }
  let ids: Ids;
  let rows: readonly (readonly [args: readonly string[], kind: string, keys: readonly string[]])[];
  const local = new Map<string, Ended>();

  beforeAll(async () => {
    const detected = await cordon(["incident", "list", "--json", "--data", story.data]);
    const incident = String(jsonLines(detected.out)[0]?.id);
    const shown = await cordon(["incident", "show", incident, "--json", "--data", story.data]);
    const [{ detection }] = (jsonLines(shown.out)[0] as { detections: unknown }).detections as [
      { detection: Detection },
    ];
    ids = { incident, event: detection.evidence[0] ?? "", rule: detection.rule.id, time: detection.time };
    rows = rowsFor(ids);
    for (const [args] of rows.slice(0, IN_FOLDER))
      local.set(args.join(" "), await cordon([...args, "--json", "--data", story.data]));
  }, 300_000);

  it("each prints JSON lines of its kind, and the same lines both ways", { timeout: 300_000 }, async () => {
    const server: RunningServer = await startServer({ data: story.data });
    try {
      for (const [args, kind, keys] of rows) {
        const what = args.join(" ");
        const through = await cordon([...args, "--json", "--data", story.data]);
        expect(through.code, `${what}: ${through.err}`).toBe(0);
        const lines = linesOf(through.out);
        expect(lines.length, what).toBeGreaterThan(0);
        for (const line of lines) {
          expect(line, what).toHaveProperty("kind", kind);
          for (const key of keys) expect(line, what).toHaveProperty(key);
        }
        expect(through.out).not.toContain("127.0.0.1:0/");
        const alone = local.get(what);
        if (alone !== undefined) expect(linesOf(alone.out), what).toEqual(lines);
      }
      const viewer = await server.call("POST", "/tokens", { name: "v", role: "viewer" });
      const refused = await cordon(["token", "list", "--json", "--data", story.data], {
        CORDON_TOKEN: String(viewer.json.secret),
      });
      expect(refused.code).toBe(5);
      expect(jsonLines(refused.err)[0]).toMatchObject({ kind: "error", code: "not-allowed" });
    } finally {
      expect(await server.stop()).toBe(0);
    }
  });

  /** Links name the address of the server; everything else must be equal. */
  const linesOf = (text: string): object[] => jsonLines(text.replaceAll(/127\.0\.0\.1:\d+/g, "HERE"));

  it("another folder knows nothing of it", { timeout: 240_000 }, async () => {
    const other = join(folder, "other");
    await cordon(["token", "create", "first", "--role", "viewer", "--data", other]);
    expect((await cordon(["incident", "list", "--json", "--data", other])).out).toBe("");
    const shown = await cordon(["incident", "show", ids.incident, "--json", "--data", other]);
    expect(shown.code).toBe(4);
    expect(jsonLines(shown.err)[0]).toMatchObject({ kind: "error", code: "not-found", fix: expect.any(String) });
  });
});

interface Detection {
  readonly rule: { readonly id: string };
  readonly evidence: readonly string[];
  readonly time: number;
}

function rowsFor(ids: { incident: string; event: string; rule: string; time: number }) {
  const event = ["entities", "id", "provenance", "raw", "shape", "source", "time"];
  const search = (...filter: string[]) => [["search", ...filter, "--limit", "20"], "event", event] as const;
  return [
    [["incident", "list"], "incident", ["id", "title", "priority", "severity", "status", "terms"]],
    [["incident", "show", ids.incident], "incident", ["id", "investigation", "actions", "detections", "terms"]],
    [["incident", "report", ids.incident], "report", ["format", "text"]],
    [["approve"], "approval", ["key", "plan", "policy", "incident", "action"]],
    [["rules", "explain", ids.rule, ids.event], "explanation", []],
    search("--field", "Image:endswith:powershell.exe", "--field", "CommandLine:exists"),
    [["incident", "list", "--min-priority", "50", "--limit", "2"], "incident", ["id"]],
    [["incident", "report", ids.incident, "--format", "html"], "report", ["format", "text"]],
    [["action", "list"], "action", ["key", "state", "plan", "policy", "action"]],
    [["rules", "list", "--limit", "5"], "rule", ["id", "title", "level", "source"]],
    [["playbook", "list"], "playbook", ["name", "runnable", "steps", "variables"]],
    [["playbook", "simulate", "block-address", "--var", "address=ip:203.0.113.7"], "simulation", ["steps", "ends"]],
    search(),
    search("--oldest"),
    search("powershell"),
    search("--entity", "user:svc-backup", "--entity", "host:srv-files"),
    search("--field", "EventID:eq:1"),
    search("--source", "aws.cloudtrail"),
    search("--class", "3002", "--class", "1007"),
    search("--from", new Date(ids.time - 60_000).toISOString(), "--to", String(ids.time + 60_000)),
  ] as const;
}
