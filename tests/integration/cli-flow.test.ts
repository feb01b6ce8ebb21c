/** Working with Cordon from a shell: approve, deny, undo, close; rules, playbooks, tokens; and what each wrong use answers. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cordon, type Ended, ROOT, type RunningServer, startServer } from "../server.ts";
import { jsonLines, type ScannedStory, scanStory } from "../story.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-flow-"));
let story: ScannedStory;
beforeAll(async () => {
  story = await scanStory(8);
}, 180_000);
afterAll(() => {
  story?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const on = (...args: string[]): Promise<Ended> => cordon([...args, "--json", "--data", story.data]);
const errorOf = ({ err }: Ended): Record<string, unknown> => jsonLines(err).find((each) => each.kind === "error") ?? {};

interface Card {
  readonly key: string;
  readonly plan: { readonly hash: string };
  readonly incident: { readonly id: string };
}
async function waiting(): Promise<Card[]> {
  return jsonLines((await on("approve")).out) as unknown as Card[];
}

describe("approvals", () => {
  it("shown, approved for exactly the plan that was shown, undone; another one denied", {
    timeout: 300_000,
  }, async () => {
    const cards = await waiting();
    const [first, second] = cards;
    if (first === undefined || second === undefined) throw new Error("the story has no two approvals");

    const shown = await on("approve", first.key.slice(0, 12));
    expect(shown.code).toBe(0);
    expect(shown.err).toContain("Nothing was approved");

    const wrong = await on("approve", first.key, "--plan", "0".repeat(64));
    expect(wrong.code).toBe(5);
    expect(errorOf(wrong).code).toBe("plan-changed");

    const approved = await on("approve", first.key, "--plan", first.plan.hash);
    expect(approved.code, approved.err).toBe(0);
    const state = jsonLines(approved.out)[0]?.state;
    expect(["simulated", "granted", "dispatched", "verified"]).toContain(state);
    expect((await waiting()).map((card) => card.key)).not.toContain(first.key);
    const again = await on("approve", first.key, "--plan", first.plan.hash);
    expect(again.code).toBe(4);

    const reverted = await on("action", "revert", first.key, "--reason", "a drill");
    expect([0, 5]).toContain(reverted.code);
    if (reverted.code === 5) expect(errorOf(reverted).code).toBe("cannot-revert");

    const denied = await on("deny", second.key, "--reason", "our scanner");
    expect(denied.code, denied.err).toBe(0);
    expect(jsonLines(denied.out)[0]).toMatchObject({ kind: "action", state: "denied" });
    expect((await waiting()).map((card) => card.key)).not.toContain(second.key);
  });

  it("who may not approve is refused, and nothing happens", { timeout: 300_000 }, async () => {
    const made = jsonLines((await on("token", "create", "watcher", "--role", "viewer")).out)[0];
    const [card] = await waiting();
    if (card === undefined) throw new Error("nothing waits any more");
    const args = ["approve", card.key, "--plan", card.plan.hash, "--json", "--data", story.data];
    const refused = await cordon(args, { CORDON_TOKEN: String(made?.secret) });
    expect(refused.code).toBe(5);
    expect(errorOf(refused).code).toBe("not-allowed");
    expect((await waiting()).map((each) => each.key)).toContain(card.key);
  });
});

describe("rules", () => {
  it("added, listed, and what was refused is named with its place and reason", { timeout: 300_000 }, async () => {
    const rules = join(folder, "rules");
    mkdirSync(rules);
    writeFileSync(
      join(rules, "good.yml"),
      "title: Own rule\nid: 5f0e7a52-6a3e-4b0e-9a5e-0d6a5b9c7e11\nlevel: high\nlogsource:\n  category: process_creation\n  product: windows\ndetection:\n  s:\n    Image|endswith: \\\\own.exe\n  condition: s\n",
    );
    writeFileSync(
      join(rules, "bad.yml"),
      "title: Bad rule\nlogsource:\n  product: windows\ndetection:\n  s:\n    a: b\n  condition: t\n",
    );
    const added = await on("rules", "add", rules);
    expect(added.code).toBe(3);
    const lines = jsonLines(added.out);
    expect(lines.at(-1)).toEqual({ kind: "summary", added: 2, accepted: 1, rejected: 1 });
    expect(lines[0]).toMatchObject({
      kind: "rejected",
      path: expect.stringContaining("bad.yml"),
      reason: expect.any(String),
    });
    const listed = jsonLines((await on("rules", "list", "--text", "Own rule")).out);
    expect(listed).toEqual([expect.objectContaining({ kind: "rule", title: "Own rule", level: "high" })]);
    const rejected = jsonLines((await on("rules", "list", "--rejected")).out);
    expect(rejected).toEqual([
      expect.objectContaining({ kind: "rejected", code: expect.any(String), reason: expect.any(String) }),
    ]);
    expect((await on("rules", "add", join(folder, "absent"))).code).toBe(2);
    expect((await on("rules", "explain", "no-such-rule", "no-such-event")).code).toBe(4);
  });
});

/** From here on through a running server: the folder itself has been shown above, and this is quicker. */
let server: RunningServer | undefined;
afterAll(async () => {
  await server?.stop();
});

describe("closing", () => {
  beforeAll(async () => {
    server = await startServer({ data: story.data });
  });

  it("needs verdict and note, is kept, and happens once", { timeout: 300_000 }, async () => {
    const id = String(jsonLines((await on("incident", "list")).out).at(-1)?.id);
    expect((await on("incident", "close", id)).code).toBe(2);
    expect((await on("incident", "close", id, "--verdict", "maybe", "--note", "n")).code).toBe(2);
    const closed = await on("incident", "close", id, "--verdict", "false-positive", "--note", "a test");
    expect(closed.code, closed.err).toBe(0);
    expect(jsonLines(closed.out)[0]).toMatchObject({
      kind: "incident",
      id,
      status: "closed",
      verdict: "false-positive",
    });
    const again = await on("incident", "close", id, "--verdict", "true-positive", "--note", "n");
    expect(again.code).toBe(4);
    expect(errorOf(again)).toMatchObject({ code: "already-closed", fix: expect.any(String) });
  });
});

describe("playbooks", () => {
  it("validate judges each file by itself", async () => {
    const shipped = join(ROOT, "content/playbooks");
    const good = readdirSync(shipped)
      .filter((name) => name.endsWith(".json") && !name.endsWith(".test.json"))
      .map((name) => join(shipped, name));
    const bad = join(folder, "bad.json");
    writeFileSync(bad, '{"type":"playbook"}');
    const { code, out } = await cordon(["playbook", "validate", "--json", bad, ...good]);
    expect(code).toBe(3);
    const lines = jsonLines(out);
    expect(lines.map((line) => [line.kind, line.path, line.valid])).toEqual([
      ["lint", bad, false],
      ...good.map((path) => ["lint", path, true]),
    ]);
    expect((await cordon(["playbook", "validate", "--json", ...good])).code).toBe(0);
    expect((await cordon(["playbook", "validate", "--json", join(folder, "absent.json")])).code).toBe(2);
  });

  it.each([
    ["no such playbook", ["playbook", "simulate", "no-such"], 4],
    ["no value", ["playbook", "simulate", "block-address", "--var", "address"], 2],
  ])("simulate, %s", async (_name, args, code) => {
    const answer = await on(...args);
    expect(answer.code, answer.err).toBe(code);
    expect(errorOf(answer)).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    expect(errorOf(answer).code).not.toBe("internal");
  });
});

describe("a dry run that cannot end well", () => {
  it.each([
    ["unknown variable", "planet=mars"],
    ["an address that is none", "address=ip:not-an-address"],
  ])("%s: says so, changes nothing", async (_name, variable) => {
    const { code, out } = await on("playbook", "simulate", "block-address", "--var", variable);
    expect(code).toBe(3);
    const [answer] = jsonLines(out);
    expect(answer).toMatchObject({ kind: "simulation", ends: "failed" });
    expect(String(answer?.reason).length).toBeGreaterThan(10);
  });
});

describe("tokens", () => {
  it("shown once, listed without secret, revoked; a link signs in", { timeout: 300_000 }, async () => {
    const made = jsonLines((await on("token", "create", "web-01", "--role", "ingest", "--days", "3")).out)[0] ?? {};
    expect(made).toMatchObject({
      kind: "token",
      name: "web-01",
      role: "ingest",
      secret: expect.stringMatching(/^cdn_/),
    });
    const listed = await on("token", "list");
    expect(listed.out).not.toContain("cdn_");
    expect(jsonLines(listed.out).map((row) => row.id)).toContain(made.id);
    expect((await on("token", "revoke", String(made.id))).code).toBe(0);
    expect((await on("token", "revoke", String(made.id))).code).toBe(4);
    expect(jsonLines((await on("token", "list")).out).map((row) => row.id)).not.toContain(made.id);
    const link = jsonLines((await on("token", "link", "alice", "--role", "approver")).out)[0];
    expect(link).toMatchObject({
      kind: "link",
      url: expect.stringMatching(/\/login#cdn_/),
      expiresAt: expect.any(Number),
    });
    expect((await on("token", "create", "x", "--role", "emperor")).code).toBe(2);
  });
});

describe("doctor --json", () => {
  it("one finding a line, each trouble with its fix", async () => {
    const { out } = await on("doctor");
    const findings = jsonLines(out);
    expect(findings.length).toBeGreaterThan(5);
    for (const finding of findings) {
      expect(finding).toMatchObject({ kind: "finding", check: expect.any(String), detail: expect.any(String) });
      expect(["ok", "warn", "fail"]).toContain(finding.state);
    }
  });
});

describe("wrong use", () => {
  it.each([
    [["incdent", "list"], /did you mean "cordon incident list"/],
    [["incident", "shw"], /did you mean "cordon incident show"/],
    [["scn", "x"], /did you mean "cordon scan"/],
    [["frobnicate"], /no command/],
    [["model", "frobnicate"], /no command "model frobnicate"/],
    [["scan"], /usage: cordon scan/],
    [["scan", "--jsn", "x"], /--jsn/],
    [["scan", "/no/such/path"], /no such file/],
    [["scan", "--fail-on", "dire", "/"], /--fail-on/],
    [["incident", "show"], /usage/],
    [["incident", "list", "--limit", "many"], /limit/],
    [["incident", "list", "--status", "lost"], /status|option/i],
    [["search", "--limit", "x"], /--limit/],
    [["search", "--from", "yesterday-ish"], /--from/],
    [["search", "--entity", "mars"], /entity/],
    [["search", "--field", "a:like:b"], /field/],
    [["simulate", "--scenario", "alien"], /--scenario/],
    [["deny", "x"], /--reason/],
    [["up", "--listen", "nowhere"], /listen/],
  ])("%j: exit 2, one error on stderr, nothing on stdout", async (args, pattern) => {
    const answer = await cordon([...args, "--json"], { CORDON_DATA: story.data });
    expect(answer.code).toBe(2);
    expect(answer.out).toBe("");
    const lines = jsonLines(answer.err);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ kind: "error", message: expect.stringMatching(pattern) });
  });

  it.each([
    [["incident", "list"]],
    [["search"]],
    [["rules", "list"]],
    [["rules", "coverage"]],
    [["rules", "backtest", "some-id"]],
    [["intel", "lookup", "203.0.113.7"]],
  ])("%j on a folder that is not there: exit 4, and nothing is made", async (args) => {
    const nowhere = join(folder, "nowhere");
    const answer = await cordon([...args, "--json", "--data", nowhere]);
    expect([answer.code, answer.out]).toEqual([4, ""]);
    expect(jsonLines(answer.err)).toMatchObject([
      {
        kind: "error",
        code: "unavailable",
        message: expect.stringContaining("no such folder"),
        fix: expect.any(String),
      },
    ]);
    expect(existsSync(nowhere)).toBe(false);
  });

  it("what a value has to be is said in our words, with its place", async () => {
    const file = join(folder, "rule.yml");
    writeFileSync(
      file,
      "title: a\nlogsource: {product: windows}\ndetection: {s: {Image: a}, condition: s}\nlevel: low\n",
    );
    const long = await on("rules", "backtest", file, "--days", "99999");
    expect([long.code, jsonLines(long.err)[0]]).toMatchObject([2, { message: "days: at most 400; is 99999" }]);
    writeFileSync(file, "");
    const empty = await on("rules", "backtest", file);
    expect([empty.code, jsonLines(empty.err)[0]]).toMatchObject([2, { message: `${file}: the file is empty` }]);
    const layer = await on("rules", "navigator", "--out", join(folder, "no", "layer.json"));
    expect([layer.code, jsonLines(layer.err)[0]]).toMatchObject([
      4,
      { message: expect.stringContaining("there is no folder") },
    ]);
  });

  it("without --json: one line and its fix, no stack", async () => {
    const { code, out, err } = await cordon(["incdent", "list"]);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^cordon: .*did you mean "cordon incident list"/),
      expect.stringMatching(/^fix: /),
    ]);
  });

  it.each([[["--help"]], [["scan", "--help"]], [["incident", "--help"]], [["--version"]]])(
    "%j: exit 0",
    async (args) => {
      const { code, out } = await cordon(args);
      expect(code).toBe(0);
      expect(out.length).toBeGreaterThan(3);
    },
  );
});
