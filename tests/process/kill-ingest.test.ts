/**
 * kill -9 during ingest, 20 times at random points: no acknowledged record is lost, none counts twice, no detection doubles.
 * The client does what clients do: it sends a batch again until it is acknowledged.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { type RunningServer, sleep, startServer } from "../server.ts";

const KILLS = 20;
const BATCH = 40;
const data = mkdtempSync(join(tmpdir(), "cordon-kill-"));
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** Every tenth record is an encoded PowerShell, which a shipped rule detects. */
function line(number: number): string {
  const bad = number % 10 === 0;
  return JSON.stringify({
    Event: {
      System: {
        Provider: { "#attributes": { Name: "Microsoft-Windows-Sysmon" } },
        EventID: 1,
        TimeCreated: { "#attributes": { SystemTime: new Date(Date.UTC(2026, 0, 1) + number * 1_000).toISOString() } },
        EventRecordID: number,
        Channel: "Microsoft-Windows-Sysmon/Operational",
        Computer: `ws-${number % 7}.corp.example`,
      },
      EventData: {
        ProcessGuid: `{00000000-0000-0000-0000-${String(number).padStart(12, "0")}}`,
        ProcessId: number,
        Image: bad
          ? "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"
          : "C:\\Windows\\System32\\notepad.exe",
        CommandLine: bad
          ? "powershell.exe -NoP -EncodedCommand SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAKQA="
          : "notepad.exe",
        User: "CORP\\alice",
      },
    },
  });
}

it(`${KILLS} kills lose nothing and double nothing`, { timeout: 240_000 }, async () => {
  let server = await startServer({ data });
  let killed = 0;
  let next = 1;
  const acknowledged: number[] = [];
  // What is stored and not acknowledged comes again: the last batch, too.
  for (let done = true; killed < KILLS || !done; ) {
    const numbers = Array.from({ length: BATCH }, (_, at) => next + at);
    const body = numbers.map((number) => `${line(number)}\n`).join("");
    const killAt = Math.random() < 0.3 ? Math.random() * 60 : undefined;
    const death = killAt === undefined ? undefined : sleep(killAt).then(() => server.kill());
    done = await push(server, body);
    await death;
    if (death !== undefined) {
      killed += 1;
      server = await startServer({ data });
    }
    if (!done) continue; // not acknowledged: the same batch again
    acknowledged.push(...numbers);
    next += BATCH;
  }
  await until(
    async () =>
      Number((await server.call("GET", "/status")).json.detections === undefined) === 0 && (await settled(server)),
  );

  const found = await allEvents(server);
  expect(new Set(found).size).toBe(found.length);
  expect(found.length).toBe(acknowledged.length);
  expect(new Set(found)).toEqual(new Set(acknowledged));

  const detections = await joined(server);
  const expected = acknowledged.filter((number) => number % 10 === 0);
  expect(new Set(detections).size).toBe(detections.length);
  expect(new Set(detections).size).toBeGreaterThanOrEqual(expected.length);
  expect(await server.stop()).toBe(0);
});

async function push(server: RunningServer, body: string): Promise<boolean> {
  try {
    return (await server.call("POST", "/ingest/kill-test", body)).status === 200;
  } catch {
    return false; // the server died under the request
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 300; round += 1) {
    if (await condition()) return;
    await sleep(200);
  }
  throw new Error("never settled");
}

/** Everything in the spool is detected and every detection has its incident. */
async function settled(server: RunningServer): Promise<boolean> {
  const { json } = await server.call("GET", "/status");
  const spool = json.spool as { lastSeq: number; detected: number };
  const detections = json.detections as { pending: number };
  return spool.detected >= spool.lastSeq && detections.pending === 0;
}

async function allEvents(server: RunningServer): Promise<number[]> {
  const numbers: number[] = [];
  let after = "";
  for (;;) {
    const { json } = await server.call("GET", `/events?source=windows.sysmon&order=oldest&limit=500${after}`);
    const page = json as {
      items: { provenance: { position: number }; raw: { Event: { System: { EventRecordID: number } } } }[];
      next?: string;
    };
    numbers.push(...page.items.map((event) => event.raw.Event.System.EventRecordID));
    if (page.next === undefined) return numbers;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

/** Ids of all detections that are durable. */
async function joined(server: RunningServer): Promise<string[]> {
  const { json } = await server.call("GET", "/detections?limit=500");
  return (json as { items: { id: string; evidence: string[]; rule: { id: string } }[] }).items.map(
    (item) => `${item.rule.id} ${item.evidence.join()}`,
  );
}
