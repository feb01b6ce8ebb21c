import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeRuntime } from "../runtime.ts";
import { openSpool } from "./in-process.ts";

const ROUNDS = 20;
const dir = mkdtempSync(join(tmpdir(), "cordon-kill-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const options = { path: join(dir, "spool.db"), bytesMax: 1 << 28, durable: true, dedupeWindowMs: 1e9, dedupeMax: 1e6 };

/**
 * A sender that was killed sends again what it does not know to be acknowledged: each round starts a little before the
 * highest id acknowledged so far. Prints an id only after its append resolved.
 */
const writer = (start: number) => `
  import { openSpool } from ${JSON.stringify(join(import.meta.dirname, "in-process.ts"))};
  import { makeRuntime } from ${JSON.stringify(join(import.meta.dirname, "..", "runtime.ts"))};
  import { Untrusted } from "@cordon/model/untrusted";
  import { writeSync } from "node:fs";
  const spool = openSpool({ ...${JSON.stringify(options)}, runtime: makeRuntime() });
  const record = (n) => ({ id: n.toString(16).padStart(32, "0"), source: "t", input: "i", format: "json", position: n,
    receivedAt: 0, body: new Untrusted(Buffer.from(JSON.stringify({ n, text: "x".repeat(n % 700) }))) });
  for (let n = ${start}; ; n += 6) {
    const batches = [[n, n + 1, n + 2], [n + 3], [n + 4, n + 5]];
    await Promise.all(batches.map(async (batch) => {
      await spool.append(batch.map(record));
      writeSync(1, batch.join("\\n") + "\\n");
    }));
  }`;

describe("kill -9", () => {
  it(`P1, P2: ${ROUNDS} kills at random points lose no acknowledged record and double none`, async () => {
    const acknowledged = new Set<number>();
    for (let round = 0; round < ROUNDS; round++) {
      const start = Math.max(0, ...acknowledged) - 3;
      await runAndKill(writer(Math.max(0, start)), acknowledged, Math.floor(Math.random() * 60));
    }
    const spool = openSpool({ ...options, runtime: makeRuntime() });
    const held: number[] = [];
    let after = 0;
    for (let batches = await spool.read(after, 1_000); batches.length > 0; batches = await spool.read(after, 1_000)) {
      expect(batches[0]?.seq).toBe(after + 1);
      for (const batch of batches) held.push(...batch.records.map((record) => record.position));
      after = batches[batches.length - 1]?.seq ?? after;
    }
    const missing = [...acknowledged].filter((n) => !new Set(held).has(n));
    expect(acknowledged.size).toBeGreaterThan(ROUNDS);
    expect(missing).toEqual([]);
    expect(new Set(held).size).toBe(held.length);
    expect((await spool.stats()).records).toBe(held.length);
    await spool.close();
  });
});

/** Kills so many milliseconds after the first acknowledgement: during start-up there is nothing to lose. */
async function runAndKill(code: string, acknowledged: Set<number>, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  let armed = false;
  child.stdout.on("data", (bytes: Buffer) => {
    text += bytes.toString();
    if (!armed) setTimeout(() => child.kill("SIGKILL"), afterMs);
    armed = true;
  });
  await new Promise((resolve) => child.once("close", resolve));
  const lines = text.split("\n").slice(0, -1);
  for (const line of lines) acknowledged.add(Number(line));
}
