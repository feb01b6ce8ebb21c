/** Event store: cost of append and seal per event, and times of the searches an investigation makes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEventStore } from "@cordon/adapters/storage/segments/event-store";
import type { Event } from "@cordon/model/event";
import { eventId, nonEmpty, recordId, sha256Of } from "@cordon/model/ids";
import type { EventStore } from "@cordon/model/ports/event-store";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import type { EventQuery } from "@cordon/model/query";
import { instant } from "@cordon/model/time";
import { type Effort, type Figure, figure, roundsOf } from "./measure.ts";

interface Run {
  readonly rawBytesMean: number;
  readonly eventsPerCpuSecond: number;
  readonly eventsPerSecond: number;
  readonly segmentBytes: number;
  readonly reopenMs: number;
  /** Milliseconds, median of five, over sealed segments. */
  readonly queryMs: Readonly<Record<string, number>>;
}

const BATCH = 512;
const START = 1_700_000_000_000;

export async function benchStore({ rounds, events }: Effort): Promise<readonly Figure[]> {
  const runs = await roundsOf(rounds, () => runOnce(events * 2));
  const [first] = runs;
  const disk = Math.round((first?.segmentBytes ?? 0) / (events * 2));
  const note = `${first?.rawBytesMean} bytes each, ${disk} on disk`;
  const queries = Object.keys(first?.queryMs ?? {});
  const ms = (name: string): readonly number[] => runs.map((run) => run.queryMs[name] ?? Number.NaN);
  return [
    figure(
      "store, append + seal",
      runs.map((run) => run.eventsPerCpuSecond),
      { unit: "events/CPU-s", note },
    ),
    figure(
      "store, by the clock on the wall",
      runs.map((run) => run.eventsPerSecond),
      { unit: "events/s" },
    ),
    figure(
      "open the store again",
      runs.map((run) => run.reopenMs),
      { unit: "ms", note: `${events * 2} events` },
    ),
    ...queries.map((name) => figure(`search: ${name}`, ms(name), { unit: "ms" })),
  ];
}

async function runOnce(count: number): Promise<Run> {
  const dir = mkdtempSync(join(tmpdir(), "cordon-bench-store-"));
  const runtime = { now: () => instant(Math.round(performance.now())) };
  try {
    const store = await openEventStore({ dir, views: new Map(), runtime });
    const filled = await fill(store, count);
    await store.close();
    const began = performance.now();
    const again = await openEventStore({ dir, views: new Map(), runtime });
    const reopenMs = performance.now() - began;
    const queryMs = await timeQueries(again, count);
    const { bytes } = await again.stats();
    await again.close();
    return { ...filled, segmentBytes: bytes, reopenMs: Math.round(reopenMs), queryMs };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function fill(store: EventStore, count: number) {
  let cpu = 0;
  let wall = 0;
  let rawBytes = 0;
  let seq = 0;
  for (let at = 0; at < count; at += BATCH) {
    // Making the events is not the store's work: it stays outside the clock.
    const events = Array.from({ length: Math.min(BATCH, count - at) }, (_, n) => makeEvent(at + n));
    rawBytes += JSON.stringify(events[0]?.raw).length * events.length;
    const startCpu = process.cpuUsage();
    const startWall = performance.now();
    seq += 1;
    await store.append(seq, events);
    if (store.sealDue() || at + BATCH >= count) await store.seal();
    const { user, system } = process.cpuUsage(startCpu);
    cpu += (user + system) / 1e6;
    wall += (performance.now() - startWall) / 1e3;
  }
  return {
    rawBytesMean: Math.round(rawBytes / count),
    eventsPerCpuSecond: Math.round(count / cpu),
    eventsPerSecond: Math.round(count / wall),
  };
}

async function timeQueries(store: EventStore, count: number): Promise<Record<string, number>> {
  const newest = { order: "newest", limit: 200 } as const;
  const middle = START + count * 20;
  const queries: Readonly<Record<string, EventQuery>> = {
    "newest 200": newest,
    "host pivot, all time": { ...newest, entities: [{ kind: "host", value: "ws-0042.corp.example" }] },
    "host pivot, 1 h": {
      ...newest,
      entities: [{ kind: "host", value: "ws-0042.corp.example" }],
      from: instant(middle),
      to: instant(middle + 3_600_000),
    },
    "rare hash, all time": { ...newest, entities: [{ kind: "hash", value: hex(77, 64) }] },
    "field eq, all time": {
      ...newest,
      fields: [{ field: "TargetFilename", op: "eq", value: "C:\\Temp\\drop-77.bin" }],
    },
    "text, rare": { ...newest, text: "C:\\Temp\\drop-77.bin" },
    "text, common": { ...newest, text: "powershell" },
    "text, absent": { ...newest, text: "this text stands nowhere" },
    "by source and class": { ...newest, sources: ["windows.sysmon"], classes: [1007] },
  };
  const times: Record<string, number> = {};
  for (const [name, query] of Object.entries(queries)) {
    times[name] = await median(() => store.search(query, NEVER_STOP));
  }
  const ids = nonEmpty(Array.from({ length: 50 }, (_, n) => eventId(`${hex(n * 3_989, 32)}-0`)));
  if (ids !== undefined) {
    times["get 1 id"] = await median(() => store.get([ids[0]]));
    times["get 50 ids"] = await median(() => store.get(ids));
  }
  times["count of a host"] = await median(() =>
    store.count({ ...newest, entities: [{ kind: "host", value: "ws-0042.corp.example" }] }, 100_000, NEVER_STOP),
  );
  return times;
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return Math.round((times[2] ?? 0) * 10) / 10;
}

/** Hex digits that look like a hash and are a function of the number. */
function hex(n: number, digits: number): string {
  let text = "";
  for (let part = 0; text.length < digits; part += 1) {
    text += (Math.imul(n + 1, 2_654_435_761 + part * 40_503) >>> 0).toString(16).padStart(8, "0");
  }
  return text.slice(0, digits);
}

/** A Sysmon-like record of about 1 kB over 500 hosts, 20 events a second. */
function makeEvent(n: number): Event {
  const host = `ws-${String((n * 7) % 500).padStart(4, "0")}.corp.example`;
  const user = `user${(n * 13) % 900}`;
  const image = ["powershell.exe", "svchost.exe", "chrome.exe", "explorer.exe", "cmd.exe"][n % 5] ?? "";
  const ip = `10.${n % 7}.${n % 31}.${n % 251}`;
  const sha = hex(n % 20_000, 64);
  const record = hex(n, 32);
  return {
    id: eventId(`${record}-0`),
    time: instant(START + n * 50),
    receivedAt: instant(START + n * 50 + 800),
    source: n % 3 === 0 ? "windows.security" : "windows.sysmon",
    shape: "windows.sysmon/1",
    log: { product: "windows", service: "sysmon", categories: ["process_creation"] },
    class: 1007,
    activity: 1,
    severity: 1,
    raw: {
      EventID: 1,
      Computer: host,
      RecordNumber: n,
      Image: `C:\\Windows\\System32\\${image}`,
      CommandLine: `"C:\\Windows\\System32\\${image}" -Command Get-Item ${hex(n * 31, 40)} -Force`,
      ParentImage: "C:\\Windows\\explorer.exe",
      ParentCommandLine: "C:\\Windows\\explorer.exe /factory,{5BD95610-9434-43C2-886C-57852CC8A120}",
      TargetFilename: `C:\\Temp\\drop-${n}.bin`,
      User: `CORP\\${user}`,
      LogonId: `0x${(n % 60_000).toString(16)}`,
      IntegrityLevel: "Medium",
      ProcessGuid: `{${hex(n, 32)}}`,
      ParentProcessGuid: `{${hex(n % 5_000, 32)}}`,
      Hashes: `SHA256=${sha},MD5=${hex(n % 20_000, 32)},IMPHASH=${hex(n % 300, 32)}`,
      Company: "Example Corporation",
      Description: "A component that is described at the length descriptions usually have",
      DestinationIp: ip,
    },
    entities: [
      { kind: "host", role: "device", value: host },
      { kind: "user", role: "actor", value: `corp\\${user}` },
      { kind: "process", role: "actor", value: `${host}/${hex(n, 16)}` },
      { kind: "hash", role: "object", value: sha },
      { kind: "ip", role: "dst", value: ip },
    ],
    provenance: {
      record: recordId(record),
      via: "files",
      input: "/var/log/forwarded/sysmon.ndjson",
      position: n,
      mapping: "windows.sysmon",
      version: "1",
      sha256: sha256Of(hex(n * 17, 64)),
    },
  };
}
