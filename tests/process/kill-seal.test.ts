/**
 * The end of a process while events move from the spool into sealed segments: kill -9 loses and doubles nothing,
 * SIGTERM ends in order, and after either the next start finds everything.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { type RunningServer, sleep, startServer } from "../server.ts";

const KILLS = 6;
const BATCH = 250;
/** A seal after every few batches, so that a kill at a random moment often meets one, or the trim behind it. */
const env = { CORDON_TAIL_ROWS: "500", CORDON_SPOOL_MIB: "1" };
const folder = mkdtempSync(join(tmpdir(), "cordon-seal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bodyOf = (first: number): string =>
  Array.from({ length: BATCH }, (_, at) => `${JSON.stringify({ n: first + at, text: `record ${first + at}` })}\n`).join(
    "",
  );

async function push(server: RunningServer, first: number): Promise<boolean> {
  try {
    return (await server.call("POST", "/ingest/seal-test", bodyOf(first))).status === 200;
  } catch {
    return false; // the server died under the request
  }
}

async function numbersIn(server: RunningServer): Promise<number[]> {
  const numbers: number[] = [];
  let after = "";
  for (;;) {
    const { json } = await server.call("GET", `/events?order=oldest&limit=500${after}`);
    const page = json as { items: { raw: { n: number } }[]; next?: string };
    numbers.push(...page.items.map((event) => event.raw.n));
    if (page.next === undefined) return numbers;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

async function expectExactly(server: RunningServer, batches: number): Promise<void> {
  for (let round = 0; round < 300; round += 1) {
    const spool = (await server.call("GET", "/status")).json.spool as { lastSeq: number; detected: number };
    if (spool.detected >= spool.lastSeq) break;
    await sleep(200);
  }
  const found = await numbersIn(server);
  expect(new Set(found).size).toBe(found.length);
  expect(found.length).toBe(batches * BATCH);
}

it(`kill -9 around the seal, ${KILLS} times`, { timeout: 180_000 }, async () => {
  const data = join(folder, "kill");
  let server = await startServer({ data, env });
  let batches = 0;
  for (let killed = 0; killed < KILLS; killed += 1) {
    const death = sleep(200 + Math.random() * 700).then(() => server.kill());
    let dead = false;
    void death.then(() => {
      dead = true;
    });
    while (!dead) if (await push(server, batches * BATCH)) batches += 1;
    await death;
    server = await startServer({ data, env });
    while (!(await push(server, batches * BATCH))) await sleep(100); // the batch whose answer the kill swallowed
    batches += 1;
  }
  await expectExactly(server, batches);
  const { json } = await server.call("GET", "/status");
  expect((json.events as { segments: number }).segments).toBeGreaterThan(0);
  expect(json.problems).toEqual([]);
  expect(await server.stop()).toBe(0);
});

it("SIGTERM under load ends in order: exit 0, no server file, nothing lost, open streams closed", {
  timeout: 120_000,
}, async () => {
  const data = join(folder, "term");
  let server = await startServer({ data, env });
  const stream = await fetch(`${server.url}/api/v1/stream`, { headers: { authorization: `Bearer ${server.token}` } });
  expect(stream.status).toBe(200);
  const streamOver = stream.text().catch(() => "cut");
  let batches = 0;
  let stopped: Promise<number | null> | undefined;
  for (let more = true; more; ) {
    more = await push(server, batches * BATCH);
    if (more) batches += 1;
    if (batches === 8) stopped ??= server.stop();
  }
  expect(await stopped).toBe(0);
  await streamOver;
  expect(existsSync(join(data, "server.json"))).toBe(false);
  expect(server.errors()).not.toMatch(/error:/);
  server = await startServer({ data, env });
  const again = await server.call("POST", "/ingest/seal-test", bodyOf(batches * BATCH));
  expect(again.status).toBe(200);
  await expectExactly(server, batches + 1);
  expect(await server.stop()).toBe(0);
});

it("the second signal ends it at once, and the data is whole all the same", { timeout: 120_000 }, async () => {
  const data = join(folder, "twice");
  let server = await startServer({ data, env });
  expect(await push(server, 0)).toBe(true);
  const gone = server.stop();
  server.child.kill("SIGTERM");
  expect([0, null]).toContain(await gone);
  server = await startServer({ data, env });
  await expectExactly(server, 1);
  expect(await server.stop()).toBe(0);
});
