/**
 * What durable intake costs: records per CPU-second appended through intake and spool (fsync per batch), read back, and
 * framed and hashed from NDJSON bytes. CPU time of the process, not wall: the machine is shared.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRuntime } from "@cordon/adapters/runtime";
import { makeJsonFramer } from "@cordon/adapters/sources/framing/json";
import { makeIdOf } from "@cordon/adapters/sources/record-id";
import { openSpool } from "@cordon/adapters/stream/in-process";
import { makeIntake } from "@cordon/engine/stream/intake/intake";
import { nonEmpty } from "@cordon/model/ids";
import type { RawRecord } from "@cordon/model/record";
import { Untrusted } from "@cordon/model/untrusted";
import { type Effort, type Figure, figure, roundsOf } from "./measure.ts";

interface Run {
  readonly meanBytes: number;
  readonly frame: number;
  readonly append: number;
  readonly appendWall: number;
  readonly read: number;
  readonly ratio: number;
}

const BATCH = 512;
const CHUNK_BYTES = 256 * 1024;

export async function benchIntake({ rounds, events }: Effort): Promise<readonly Figure[]> {
  const runs = await roundsOf(rounds, () => runOnce(events * 2));
  const of = (part: keyof Run): readonly number[] => runs.map((run) => run[part]);
  const unit = "events/CPU-s";
  return [
    figure("frame and hash NDJSON", of("frame"), { unit, note: `${runs[0]?.meanBytes} bytes each` }),
    figure("durable intake", of("append"), { unit, note: `fsync per batch, ${runs[0]?.ratio} times smaller on disk` }),
    figure("durable intake, by the clock on the wall", of("appendWall"), { unit: "events/s" }),
    figure("read back from the spool", of("read"), { unit }),
  ];
}

async function runOnce(count: number): Promise<Run> {
  const dir = mkdtempSync(join(tmpdir(), "cordon-bench-"));
  try {
    const runtime = makeRuntime();
    const text = Buffer.from(Array.from({ length: count }, (_, n) => `${line(n)}\n`).join(""));
    const framed = await measured(async () => frameAll(text));
    const path = join(dir, "spool.db");
    const spool = openSpool({
      path,
      bytesMax: 2 ** 33,
      durable: true,
      dedupeWindowMs: 86_400_000,
      dedupeMax: 10 ** 6,
      runtime,
    });
    const intake = makeIntake({ spool, runtime });
    const appended = await measured(async () => {
      for (let at = 0; at < count; at += BATCH * 16)
        await Promise.all(
          Array.from({ length: 16 }, (_, n) => n).map((n) => give(intake, framed.value, at + n * BATCH)),
        );
    });
    const { bytes } = await spool.stats();
    const read = await measured(async () => {
      let seen = 0;
      let after = 0;
      for (let batches = await spool.read(after, 4_096); batches.length > 0; batches = await spool.read(after, 4_096)) {
        for (const batch of batches) seen += batch.records.length;
        after = batches.at(-1)?.seq ?? after;
      }
      if (seen !== count) throw new Error(`read ${seen} of ${count} records`);
    });
    await spool.close();
    return {
      meanBytes: Math.round(text.length / count),
      frame: rate(count, framed.cpuMs),
      append: rate(count, appended.cpuMs),
      appendWall: rate(count, appended.wallMs),
      read: rate(count, read.cpuMs),
      ratio: Math.round((text.length / bytes) * 10) / 10,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function give(intake: ReturnType<typeof makeIntake>, records: readonly RawRecord[], at: number): Promise<void> {
  const batch = nonEmpty(records.slice(at, at + BATCH));
  if (batch !== undefined) await intake.deliver(batch);
}

function frameAll(text: Buffer): readonly RawRecord[] {
  const runtime = makeRuntime();
  const framer = makeJsonFramer();
  const idOf = makeIdOf("bench");
  const out: RawRecord[] = [];
  for (let at = 0; at < text.length; at += CHUNK_BYTES) {
    for (const { bytes, offset, position, format } of framer.push(text.subarray(at, at + CHUNK_BYTES))) {
      const id = idOf(offset, bytes);
      out.push({
        id,
        source: "bench",
        input: "bench",
        format,
        position,
        receivedAt: runtime.now(),
        body: new Untrusted(bytes),
      });
    }
  }
  return out;
}

/** About 1.1 kB of a process-creation event, with parts that do not repeat. */
function line(n: number): string {
  const chance = Math.imul(n + 1, 2_654_435_761) >>> 0;
  return JSON.stringify({
    EventID: 1,
    Channel: "Microsoft-Windows-Sysmon/Operational",
    Computer: `host-${chance % 400}.example.test`,
    UtcTime: new Date(1_767_225_600_000 + n * 37).toISOString(),
    ProcessGuid: `{${chance.toString(16).padStart(8, "0")}-1f2e-6a3b-0100-${(n * 7919).toString(16).padStart(12, "0")}}`,
    Image: `C:\\Windows\\System32\\tool${chance % 97}.exe`,
    CommandLine: `tool${chance % 97}.exe --job ${n} --token ${(chance * 31).toString(36)} ${"argument ".repeat(chance % 40)}`,
    User: `EXAMPLE\\user${chance % 900}`,
    Hashes: `SHA256=${chance.toString(16).padStart(8, "0").repeat(8)}`,
    ParentImage: "C:\\Windows\\explorer.exe",
    Message: "Process Create: a new process has been created. ".repeat(8),
  });
}

async function measured<T>(
  run: () => Promise<T>,
): Promise<{ readonly value: T; readonly cpuMs: number; readonly wallMs: number }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const value = await run();
  const { user, system } = process.cpuUsage(cpu);
  return { value, cpuMs: (user + system) / 1_000, wallMs: performance.now() - start };
}

const rate = (count: number, ms: number): number => Math.round((count / ms) * 1_000);
