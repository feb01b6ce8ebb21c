/** Indicators on the real path: a feed, events over HTTP, an incident that names the indicator, a look back, a swap without loss. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cordon, type RunningServer, sleep, startServer } from "../server.ts";
import { jsonLines } from "../story.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-intel-"));
const data = join(folder, "data");
const list = join(folder, "list.txt");
const partner = join(folder, "partner.json");
const config = join(folder, "cordon.yml");

/** An indicator that a list could hold too, and patterns that no list can hold. */
const bundle = (...patterns: readonly string[]): string => {
  const all = ["[ipv4-addr:value = '203.0.113.77']", ...patterns];
  const objects = all.map((pattern, i) => ({
    ...{ type: "indicator", spec_version: "2.1", id: `indicator--00000000-0000-4000-8000-00000000000${i}` },
    ...{ name: `Partner ${i}`, pattern, pattern_type: "stix", valid_from: "2020-01-01T00:00:00Z" },
  }));
  return JSON.stringify({ type: "bundle", id: "bundle--00000000-0000-4000-8000-000000000000", objects });
};
let server: RunningServer;

beforeAll(async () => {
  writeFileSync(list, "203.0.113.77\nnot an indicator\n");
  writeFileSync(
    config,
    `rules: { shipped: false }
intel:
  feeds:
    - { name: mine, path: list.txt, confidence: 90, label: Gate }
    - { name: gone, path: gone.txt }
    - { name: partner, path: partner.json }
  stixPatterns: [partner.json]
`,
  );
  writeFileSync(partner, bundle());
  server = await startServer({ data, args: ["--config", config, "--no-console"] });
}, 60_000);
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

let second = 0;
const connection = (to: string, name: string) => {
  second += 1;
  const time = Date.now() / 1_000 - 3_600 + second;
  return JSON.stringify({ _path: "conn", ts: time, uid: name, "id.orig_h": "10.0.0.5", "id.resp_h": to, proto: "tcp" });
};

async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = await ask();
    if (found !== undefined) return found;
    await sleep(200);
  }
  throw new Error("it did not come to pass within 20 s");
}

interface Named {
  readonly title: string;
}
const titles = async (): Promise<readonly string[]> => {
  const { json } = await server.call("GET", "/incidents");
  return (json.items as readonly Named[]).map(({ title }) => title);
};
const detections = async (): Promise<
  readonly {
    readonly rule: { readonly id: string; readonly title: string; readonly version: string };
    readonly matched: readonly { readonly selection: string; readonly field: string }[];
  }[]
> => (await server.call("GET", "/detections?limit=500")).json.items as never;

describe("indicators on the real path", () => {
  it("a pushed event becomes an incident that names the indicator, the feed and the version", {
    timeout: 60_000,
  }, async () => {
    const status = await until(async () => {
      const { json } = await server.call("GET", "/intel");
      return json.indicators === 2 ? json : undefined;
    });
    await server.call("POST", "/ingest/zeek", connection("203.0.113.77", "C1"));
    const title = await until(async () => (await titles()).find((one) => one.includes("203.0.113.77")));
    expect(title).toContain("Known bad address 203.0.113.77 (Gate) contacted");
    const [found, ...others] = await detections();
    expect(found).toMatchObject({
      rule: { id: "intel:mine", version: status.version },
      severity: "high",
      confidence: 90,
    });
    // List, feed and pattern say the same: one detection.
    expect(others).toEqual([]);
    const reasons = found?.matched.filter(({ selection }) => selection === "reason").map(({ field }) => field);
    expect(reasons).toEqual(["mine", "partner", partner]);
  });

  it("a feed that fails and a bad row are named, the rest goes on", async () => {
    const { json } = await server.call("GET", "/intel");
    const [mine, gone] = json.feeds as readonly Record<string, unknown>[];
    expect(mine).toMatchObject({ name: "mine", state: "ok", rows: 1, bad: 1, badRows: [{ line: 2 }] });
    expect(gone).toMatchObject({ name: "gone", state: "failed" });
    const { json: health } = await server.call("GET", "/status");
    expect(health.problems).toContainEqual(expect.objectContaining({ code: "intel-feed-gone" }));
  });

  it("a new indicator is found in stored events, and swapping the table loses no event", {
    timeout: 60_000,
  }, async () => {
    await server.call("POST", "/ingest/zeek", connection("198.51.100.9", "C2"));
    await until(async () => ((await server.call("GET", "/events?entity=ip:198.51.100.9")).json.items as []).at(0));
    const pushed = Array.from({ length: 200 }, (_, i) => connection("203.0.113.77", `D${i}`));
    const sending = (async () => {
      for (let at = 0; at < pushed.length; at += 10)
        await server.call("POST", "/ingest/zeek", pushed.slice(at, at + 10).join("\n"));
    })();
    writeFileSync(list, "203.0.113.77\n198.51.100.9\n");
    const { json } = await server.call("POST", "/intel/reload", {});
    expect(json).toMatchObject({ indicators: 3 });
    await sending;
    await until(async () => {
      const met = (await detections()).filter(({ rule }) => rule.title.includes("203.0.113.77"));
      return met.length === 201 ? met : undefined;
    });
    const back = await until(async () => (await detections()).find(({ rule }) => rule.title.includes("198.51.100.9")));
    expect(back.rule.title).toContain("found in stored events");
  });

  it("a pattern that a feed brings later is asked without a restart, and so is one that changed", {
    timeout: 60_000,
  }, async () => {
    const withPort = (port: number): string =>
      bundle(`[network-traffic:dst_ref.value = '192.0.2.44' AND network-traffic:dst_port = ${port}]`);
    const hits = async (): Promise<number> =>
      (await detections()).filter(({ rule }) => rule.title === "Partner 1").length;
    const push = (name: string, port: number) => {
      const row = JSON.parse(connection("192.0.2.44", name));
      return server.call("POST", "/ingest/zeek", JSON.stringify({ ...row, "id.resp_p": port }));
    };
    await push("P1", 8_443);
    writeFileSync(partner, withPort(8_443));
    expect((await server.call("POST", "/intel/reload", {})).json).toMatchObject({ patterns: 1 });
    await push("P2", 8_443);
    await until(async () => ((await hits()) === 1 ? true : undefined));
    writeFileSync(partner, withPort(9_443));
    await server.call("POST", "/intel/reload", {});
    await push("P3", 8_443);
    await push("P4", 9_443);
    await until(async () => ((await hits()) === 2 ? true : undefined));
    const { json: health } = await server.call("GET", "/status");
    expect((health.problems as readonly { readonly code: string }[]).map(({ code }) => code)).not.toContain(
      "stix-patterns",
    );
  });

  it("the command line lists, looks up, adds and looks back", { timeout: 60_000 }, async () => {
    const run = (...args: readonly string[]) =>
      cordon(["intel", ...args, "--json", "--config", config, "--data", data]);
    const own = join(folder, "own.txt");
    writeFileSync(own, "*.evil[.]example\n");
    expect((await run("add", own)).code).toBe(0);
    expect((await run("lookup", "hxxp://www.evil[.]example/gate")).code).toBe(1); // by its host
    expect((await run("lookup", "good.example")).code).toBe(0);
    const name = await run("lookup", "www.evil.example");
    expect(name.code).toBe(1);
    expect(jsonLines(name.out)[0]).toMatchObject({
      hits: [{ value: "evil.example", feed: "added-own.txt", standing: "counts" }],
    });
    expect(jsonLines((await run("list", "--kind", "domain")).out)).toHaveLength(1);
    const feeds = await run("feeds");
    expect(feeds.code).toBe(3);
    expect(jsonLines(feeds.out).at(-1)).toMatchObject({ kind: "summary", indicators: 4 });
    expect(jsonLines((await run("retro", "--days", "2")).out)[0]).toMatchObject({
      kind: "retro",
      fresh: 0,
      complete: true,
    });
  });

  it("what was read is there after a restart, and a damaged image is named and replaced", {
    timeout: 60_000,
  }, async () => {
    await server.stop();
    const images = readdirSync(join(data, "intel")).filter((name) => name.endsWith(".img"));
    const newest = images.map((name) => Number(/\d+/.exec(name)?.[0])).sort((a, b) => b - a)[0];
    writeFileSync(
      join(data, "intel", `table-${newest}.img`),
      "CORDINTL but not whole, and long enough to look like more than a header of an image of indicators",
    );
    server = await startServer({ data, args: ["--config", config, "--no-console"] });
    await until(async () => ((await server.call("GET", "/intel")).json.indicators === 4 ? true : undefined));
    const { json } = await server.call("GET", "/status");
    expect(json.problems).toContainEqual(expect.objectContaining({ code: "intel-image" }));
    await server.stop();
    server = await startServer({ data, args: ["--config", config, "--no-console"] });
    expect((await server.call("GET", "/intel")).json.indicators).toBe(4);
    expect((await server.call("GET", "/status")).json.problems).not.toContainEqual(
      expect.objectContaining({ code: "intel-image" }),
    );
  });
});
