/**
 * No room: a full disk and a full spool. The sender is told so with a status that means "later", nothing that was
 * acknowledged is lost, nothing counts twice, and when there is room again everything goes on without a hand.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cordon, type RunningServer, sleep, startServer } from "../server.ts";

const MIB = 1024 * 1024;
const BATCH = 50;
const folder = mkdtempSync(join(tmpdir(), "cordon-full-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly code: string;
}

/** Random text: it does not compress, so that a small disk fills quickly. The same numbers give the same body. */
function bodyOf(first: number): string {
  const lines = Array.from({ length: BATCH }, (_, at) => JSON.stringify({ n: first + at, x: filler(first + at) }));
  return `${lines.join("\n")}\n`;
}
const fillers = new Map<number, string>();
function filler(number: number): string {
  const known = fillers.get(number) ?? randomBytes(1_500).toString("base64");
  fillers.set(number, known);
  return known;
}

async function push(server: RunningServer, first: number): Promise<Answer> {
  const answer = await fetch(`${server.url}/api/v1/ingest/full`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}` },
    body: bodyOf(first),
  });
  const json = (await answer.json()) as { code?: string };
  return { status: answer.status, retryAfter: answer.headers.get("retry-after"), code: json.code ?? "" };
}

async function pushUntilTaken(
  server: RunningServer,
  first: number,
  onRefused: (answer: Answer) => void,
): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await push(server, first);
    if (answer.status === 200) return;
    onRefused(answer);
    await sleep(300);
  }
  throw new Error(`batch ${first} was never taken`);
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

async function expectExactly(server: RunningServer, acknowledged: readonly number[]): Promise<void> {
  const expected = acknowledged.flatMap((first) => Array.from({ length: BATCH }, (_, at) => first + at));
  for (let round = 0; round < 200; round += 1) {
    if ((await numbersIn(server)).length >= expected.length) break;
    await sleep(300);
  }
  const found = await numbersIn(server);
  expect(new Set(found).size).toBe(found.length);
  expect(new Set(found)).toEqual(new Set(expected));
}

describe("a full spool", () => {
  it("answers 429 with Retry-After, and a sender that comes again gets through", { timeout: 180_000 }, async () => {
    const server = await startServer({ data: join(folder, "spool"), env: { CORDON_SPOOL_MIB: "1" } });
    const refused: Answer[] = [];
    const firsts = Array.from({ length: 40 }, (_, at) => at * BATCH);
    const waiting = [...firsts];
    const sender = async (): Promise<void> => {
      for (let first = waiting.shift(); first !== undefined; first = waiting.shift())
        await pushUntilTaken(server, first, (answer) => refused.push(answer));
    };
    await Promise.all(Array.from({ length: 20 }, sender));
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expect(answer).toMatchObject({ status: 429, code: "spool-full" });
      expect(Number(answer.retryAfter)).toBeGreaterThan(0);
    }
    await expectExactly(server, firsts);
    expect(await server.stop()).toBe(0);
  });
});

const mounted = join(folder, "disk");
const canMount = mount();
afterAll(() => {
  if (canMount) spawnSync("umount", ["-l", mounted]);
});

function mount(): boolean {
  mkdirSync(mounted);
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", mounted]).status === 0;
}

describe.skipIf(!canMount)("a full disk (needs the right to mount a small one)", () => {
  const ballast = join(mounted, "ballast");
  const fill = (leave: number): void => {
    const { bavail, bsize } = statfsSync(mounted);
    writeFileSync(ballast, Buffer.alloc(Math.max(0, Number(bavail) * Number(bsize) - leave)));
  };

  it("is said to the sender; acknowledged records survive it, kill -9 included", { timeout: 180_000 }, async () => {
    const data = join(mounted, "data");
    let server = await startServer({ data });
    const acknowledged: number[] = [];
    let next = 0;
    const pushNew = async (): Promise<Answer> => {
      const answer = await push(server, next);
      if (answer.status === 200) {
        acknowledged.push(next);
        next += BATCH;
      }
      return answer;
    };
    for (let round = 0; round < 5; round += 1) expect((await pushNew()).status).toBe(200);

    fill(MIB / 4);
    let last: Answer | undefined;
    for (let round = 0; round < 100 && last?.status !== 507; round += 1) last = await pushNew();
    expect(last).toMatchObject({ status: 507, code: "disk-full" });
    expect(Number(last?.retryAfter)).toBeGreaterThan(0);
    expect((await server.call("GET", "/health")).status).toBe(200);
    expect((await server.call("GET", "/status")).status).toBe(200);
    const found = await cordon(["search", "--json", "--limit", "1", "--data", data]);
    expect(found.code, found.err).toBe(0);

    await server.kill();
    rmSync(ballast);
    server = await startServer({ data });
    await expectExactly(server, acknowledged);

    fill(MIB / 4);
    for (let round = 0; round < 100 && (await pushNew()).status === 200; round += 1);
    rmSync(ballast);
    await pushUntilTaken(server, next, () => {});
    acknowledged.push(next);
    await expectExactly(server, acknowledged);
    expect((await server.call("GET", "/status")).json.problems).toEqual([]);
    expect(await server.stop()).toBe(0);
  });

  it("at the start is said in one line", { timeout: 120_000 }, async () => {
    fill(0);
    const { code, out, err } = await cordon([
      "up",
      "--json",
      "--data",
      join(mounted, "late"),
      "--listen",
      "127.0.0.1:0",
    ]);
    rmSync(ballast);
    expect(out).toBe("");
    expect(code).toBe(4);
    expect(err).toMatch(/"code":"(disk-full|disk-failed|unavailable)"/);
    expect(err).toMatch(/ENOSPC|full|space/i);
  });
});
