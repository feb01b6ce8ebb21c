/**
 * Rules that come, change, break and go while events arrive over HTTP: every event is judged exactly once, by the rules that
 * were in force for its batch; what breaks leaves the rules before in force and says so.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cordon, type RunningServer, sleep, startServer } from "../server.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-reload-"));
const data = join(folder, "data");
const rules = join(data, "rules");
const config = join(folder, "cordon.yml");
const SEEN = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";
const FAILURES = "33333333-3333-4333-8333-333333333333";
const MANY = "44444444-4444-4444-8444-444444444444";
const BATCH = 25;

let server: RunningServer;
beforeAll(async () => {
  mkdirSync(rules, { recursive: true });
  writeFileSync(config, "rules: { shipped: false, watch: false }\n");
  put("seen.yml", seen(0));
  put("many.yml", MANY_FAILURES);
  server = await startServer({ data, args: ["--config", config] });
}, 90_000);
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const put = (name: string, text: string): void => writeFileSync(join(rules, name), text);

const rule = (id: string, title: string, selection: string): string =>
  `title: ${title}\nid: ${id}\nstatus: test\nlevel: low\nlogsource: { product: windows, category: process_creation }\n` +
  `detection: { s: { ${selection} }, condition: s }\n`;

/** Fires on every event, and says which version it is. */
const seen = (version: number): string => rule(SEEN, `Seen ${version}`, "Image|endswith: notepad.exe");
/** Fires once, when the last event of all has come: only if its window went on over every reload. */
const MANY_FAILURES = `${rule(FAILURES, "Marked", "CommandLine|contains: marked")}---
title: Many marked
id: ${MANY}
level: medium
correlation: { type: event_count, rules: [${FAILURES}], group-by: [User], timespan: 1h, condition: { gte: 20 } }
`;

function line(number: number, marked: boolean): string {
  return JSON.stringify({
    Event: {
      System: {
        Provider: { "#attributes": { Name: "Microsoft-Windows-Sysmon" } },
        EventID: 1,
        TimeCreated: { "#attributes": { SystemTime: new Date(Date.UTC(2026, 0, 1) + number * 100).toISOString() } },
        EventRecordID: number,
        Channel: "Microsoft-Windows-Sysmon/Operational",
        Computer: "ws-1.corp.example",
      },
      EventData: {
        ProcessId: number,
        Image: "C:\\Windows\\System32\\notepad.exe",
        CommandLine: `notepad.exe ${number}${marked ? " marked" : ""}`,
        User: "CORP\\alice",
      },
    },
  });
}

interface Detection {
  readonly id: string;
  readonly rule: { readonly id: string; readonly title: string; readonly version: string };
  readonly evidence: readonly string[];
  readonly time: number;
}

async function detections(rule: string): Promise<readonly Detection[]> {
  const found: Detection[] = [];
  for (let before = ""; ; before = `&before=${found.at(-1)?.time}`) {
    const { json } = await server.call("GET", `/detections?limit=500&rule=${rule}${before}`);
    const page = json.items as Detection[];
    found.push(...page);
    if (page.length < 500) return found;
  }
}

async function status(): Promise<{ detected: number; lastSeq: number; problems: readonly { code: string }[] }> {
  const { json } = await server.call("GET", "/status");
  const spool = json.spool as { detected: number; lastSeq: number };
  return { ...spool, problems: json.problems as { code: string }[] };
}

const codes = async (): Promise<readonly string[]> => (await status()).problems.map(({ code }) => code);

async function reload(body: object = {}): Promise<Record<string, unknown>> {
  const answer = await server.call("POST", "/rules/reload", body);
  expect(answer.status).toBe(200);
  return answer.json;
}

/** Every kind of change in turn. Returns what the reload must say. */
function change(round: number): string {
  switch (round % 6) {
    case 0:
      put("other.yml", rule(OTHER, "Other", "Image|endswith: nothing.exe"));
      return "exchanged";
    case 1:
      put("seen.yml", seen(round));
      return "exchanged";
    case 2:
      rmSync(join(rules, "other.yml"));
      return "exchanged";
    case 3:
      put("broken.yml", "title: [");
      return "exchanged"; // one bad file keeps no other from loading
    case 4:
      rmSync(join(rules, "broken.yml"));
      put("seen.yml", seen(round));
      put(
        "seen.test.yml",
        "log: { product: windows, categories: [process_creation] }\nmatch:\n  - raw: { Image: 'C:\\x.exe' }\n",
      );
      return "refused"; // the test beside it fails
    default:
      rmSync(join(rules, "seen.test.yml"));
      return "exchanged";
  }
}

describe("rules exchanged under load", () => {
  it("judges every event exactly once", { timeout: 240_000 }, async () => {
    let sent = 0;
    let marked = 0;
    let sending = true;
    const ingest = (async () => {
      while (sending) {
        const numbers = Array.from({ length: BATCH }, (_, at) => sent + at);
        const mark = marked < 19 && sent % (BATCH * 3) === 0;
        const body = numbers.map((number, at) => `${line(number, mark && at === 0)}\n`).join("");
        const answer = await server.call("POST", "/ingest/load", body);
        expect(answer.status).toBe(200);
        sent += BATCH;
        if (mark) marked += 1;
      }
    })();
    const outcomes: unknown[] = [];
    for (let round = 0; round < 24 || marked < 19; round += 1) {
      const expected = change(round);
      const answer = await reload();
      outcomes.push(answer.outcome);
      expect(answer).toMatchObject({ outcome: expected, correlations: { restarted: [] } });
      expect((await codes()).includes("rules-reload")).toBe(expected === "refused");
    }
    sending = false;
    await ingest;
    for (const name of ["broken.yml", "seen.test.yml", "other.yml"]) rmSync(join(rules, name), { force: true });
    await reload();
    await server.call("POST", "/ingest/load", `${line(sent, true)}\n`);
    sent += 1;
    for (let left = 240; left > 0; left -= 1) {
      const { detected, lastSeq } = await status();
      if (detected === lastSeq) break;
      await sleep(250);
    }
    const found = await detections(SEEN);
    const judged = found.flatMap(({ evidence }) => evidence);
    expect(outcomes.length).toBeGreaterThanOrEqual(20);
    expect(new Set(judged).size).toBe(judged.length);
    expect(judged.length).toBe(sent);
    // In the order of events, versions follow each other and never come back.
    const versions = found.toSorted((a, b) => a.time - b.time).map(({ rule }) => Number(rule.title.slice(5)));
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBeGreaterThan(2);
    expect(await detections(MANY)).toHaveLength(1);
  });

  it("keeps the text that fired, and knows which rulesets were live", async () => {
    const [first] = (await detections(SEEN)).toSorted((a, b) => a.time - b.time);
    const { status: code, json } = await server.call("GET", `/rules/${SEEN}/versions/${first?.rule.version}`);
    expect(code).toBe(200);
    expect(json).toMatchObject({ text: seen(0), live: false, rule: SEEN });
    const { json: history } = await server.call("GET", "/rules/history");
    const rows = history.items as { from: number; until?: number; changes: { changed: { ids: string[] } } }[];
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter(({ until }) => until === undefined)).toHaveLength(1);
    expect(rows.some(({ changes }) => changes.changed.ids.includes(SEEN))).toBe(true);
    for (const [at, row] of rows.entries()) if (at > 0) expect(row.until).toBe(rows[at - 1]?.from);
  });

  it("counts hits over exchanges and restarts", async () => {
    const hitsOf = async (): Promise<unknown> => {
      const { json } = await server.call("GET", "/rules/health?limit=5000");
      return (json.items as { id: string; hits: number; hits24h: number }[]).find(({ id }) => id === SEEN);
    };
    const total = (await detections(SEEN)).length;
    expect(await hitsOf()).toMatchObject({ hits: total, hits24h: total, hits7d: total, muted: false });
    await server.stop();
    server = await startServer({ data, args: ["--config", config] });
    expect(await hitsOf()).toMatchObject({ hits: total, hits24h: total });
  });

  it("says when a rule that was live is rejected, until it is mended", async () => {
    put("seen.yml", "title: Seen\nid: 11111111-1111-4111-8111-111111111111\nlogsource: { product: windows }\n");
    expect(await reload()).toMatchObject({ outcome: "exchanged", nowRejected: [{ path: join(rules, "seen.yml") }] });
    expect(await codes()).toContain("rules-rejected");
    put("seen.yml", seen(1_000));
    expect(await reload()).toMatchObject({ outcome: "exchanged", rejected: 0 });
    expect(await codes()).not.toContain("rules-rejected");
  });

  it("takes rules whose tests fail only by force", async () => {
    put("seen.yml", seen(1_001));
    put(
      "seen.test.yml",
      "log: { product: windows, categories: [process_creation] }\nmatch:\n  - raw: { Image: 'C:\\x.exe' }\n",
    );
    expect(await reload()).toMatchObject({ outcome: "refused", tests: { run: 1 } });
    expect(await reload()).toMatchObject({ outcome: "refused" }); // asking again does not help
    expect(await reload({ force: true })).toMatchObject({ outcome: "exchanged" });
    rmSync(join(rules, "seen.test.yml"));
  });

  it("adds and removes in the running server by command, and reads again on SIGHUP", { timeout: 60_000 }, async () => {
    const mine = join(folder, "mine");
    mkdirSync(mine);
    writeFileSync(join(mine, "other.yml"), rule(OTHER, "Other", "Image|endswith: nothing.exe"));
    const listed = async (): Promise<unknown> =>
      (((await server.call("GET", `/rules?q=${OTHER}`)).json.items as unknown[]) ?? []).length;
    const added = await cordon(["rules", "add", mine, "--data", data, "--config", config]);
    expect(added).toMatchObject({ code: 0 });
    expect(await listed()).toBe(1);
    expect((await cordon(["rules", "remove", OTHER, "--data", data, "--config", config])).code).toBe(0);
    expect(await listed()).toBe(0);
    put("other.yml", rule(OTHER, "Other", "Image|endswith: nothing.exe"));
    server.child.kill("SIGHUP");
    for (let left = 40; left > 0 && (await listed()) === 0; left -= 1) await sleep(100);
    expect(await listed()).toBe(1);
  });
});

describe("watched rule files", () => {
  it("take effect without being asked for", { timeout: 120_000 }, async () => {
    const own = join(folder, "watched");
    const more = join(folder, "more");
    mkdirSync(more);
    writeFileSync(join(folder, "watch.yml"), `rules: { shipped: false, paths: [${more}] }\n`);
    const watching = await startServer({ data: own, args: ["--config", join(folder, "watch.yml")] });
    const until = async (wanted: number): Promise<number> => {
      let loaded = -1;
      for (let left = 100; left > 0 && loaded !== wanted; left -= 1) {
        loaded = ((await watching.call("GET", "/status")).json.rules as { loaded: number }).loaded;
        if (loaded !== wanted) await sleep(100);
      }
      return loaded;
    };
    try {
      writeFileSync(join(more, "a.yml"), seen(1));
      expect(await until(1)).toBe(1);
      mkdirSync(join(own, "rules", "deep"), { recursive: true });
      expect(await until(1)).toBe(1);
      writeFileSync(join(own, "rules", "deep", "b.yml"), rule(OTHER, "Other", "Image: x"));
      expect(await until(2)).toBe(2);
      rmSync(join(more, "a.yml"));
      expect(await until(1)).toBe(1);
    } finally {
      await watching.stop();
    }
  });
});

describe("a server that is told to stop", () => {
  it("ends in good order while it takes up many rules", { timeout: 120_000 }, async () => {
    const many = join(folder, "many");
    mkdirSync(many);
    writeFileSync(join(folder, "many.yml"), `rules: { shipped: false, watch: false, paths: [${many}] }\n`);
    const busy = await startServer({ data: join(folder, "busy"), args: ["--config", join(folder, "many.yml")] });
    for (let number = 0; number < 3_000; number += 1) {
      const id = `55555555-5555-4555-8555-${String(number).padStart(12, "0")}`;
      writeFileSync(join(many, `${number}.yml`), rule(id, `Rule ${number}`, `CommandLine|contains: word-${number}`));
    }
    const asked = busy.call("POST", "/rules/reload", {}).catch(() => "cut off");
    await sleep(100);
    expect(await busy.stop()).toBe(0);
    expect(await asked).toBe("cut off");
  });
});
