/**
 * Parse + normalise: events per CPU-second for process-creation events of about 1 kB, in two layouts, on one thread.
 * The hash over canonical raw and all entity work are part of it.
 */
import { hash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { recordId, sha256Of } from "@cordon/model/ids";
import type { RawRecord } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import { compileMappings } from "../packages/engine/src/stream/normalise/mapping.ts";
import { makeNormaliser } from "../packages/engine/src/stream/normalise/normalise.ts";

export interface NormaliseFigure {
  readonly layout: string;
  readonly eventsPerCpuSecond: number;
  readonly bytesPerEvent: number;
}

const sources = join(import.meta.dirname, "../content/sources");

/** `events` records a layout, after a warm-up of a fifth of that. */
export function benchNormalise(events = 100_000): readonly NormaliseFigure[] {
  const files = readdirSync(sources)
    .map((name) => join(sources, name, "mapping.yml"))
    .filter((path) => existsSync(path))
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
  const { mappings } = compileMappings(files);
  const toEvents = makeNormaliser({
    mappings,
    sha256: (text) => sha256Of(hash("sha256", text)),
  });
  return [
    { layout: "nested", event: nestedEvent },
    { layout: "flat", event: flatEvent },
  ].map(({ layout, event }) => {
    const records = Array.from({ length: 5_000 }, (_, i) => makeRecord(i, JSON.stringify(event(i))));
    const bytes = records.reduce((sum, record) => sum + record.body.open().length, 0) / records.length;
    const run = (count: number): void => {
      for (let i = 0; i < count; i += 1) {
        const record = records[i % records.length];
        if (record !== undefined && toEvents(record).events.length !== 1) throw new Error("bench: an event was lost");
      }
    };
    run(Math.ceil(events / 5));
    const start = process.cpuUsage();
    run(events);
    const used = process.cpuUsage(start);
    const seconds = (used.user + used.system) / 1e6;
    return { layout, eventsPerCpuSecond: Math.round(events / seconds), bytesPerEvent: Math.round(bytes) };
  });
}

function makeRecord(index: number, text: string): RawRecord {
  return {
    id: recordId(index.toString(16).padStart(32, "0")),
    source: "bench",
    input: "bench",
    format: "json",
    position: index,
    receivedAt: instant(1_790_000_000_000),
    body: new Untrusted(new TextEncoder().encode(text)),
  };
}

function data(i: number): Record<string, string | number> {
  const guid = (n: number) => `{5770385F-C22A-43E0-BF4C-${n.toString(16).padStart(12, "0").toUpperCase()}}`;
  const hex = (n: number) => (n * 2_654_435_761).toString(16).toUpperCase().padStart(8, "0").repeat(8).slice(0, 64);
  const tool = ["cmd", "powershell", "svchost", "rundll32", "whoami"][i % 5] ?? "cmd";
  return {
    RuleName: "-",
    UtcTime: "2026-05-04 10:20:30.123",
    ProcessGuid: guid(i),
    ProcessId: 1_000 + (i % 60_000),
    Image: `C:\\Windows\\System32\\${tool}.exe`,
    FileVersion: "10.0.19041.1 (WinBuild.160101.0800)",
    Description: "Windows Command Processor",
    Product: "Microsoft Windows Operating System",
    Company: "Microsoft Corporation",
    OriginalFileName: `${tool}.exe`,
    CommandLine: `"C:\\Windows\\System32\\${tool}.exe" /c echo run ${i}`,
    CurrentDirectory: "C:\\Users\\alice\\",
    User: "CORP\\alice",
    LogonGuid: guid(7),
    LogonId: `0x${(i % 50).toString(16)}1f3`,
    TerminalSessionId: 1,
    IntegrityLevel: "Medium",
    Hashes: `MD5=${hex(i + 1).slice(0, 32)},SHA256=${hex(i + 2)},IMPHASH=${hex(3).slice(0, 32)}`,
    ParentProcessGuid: guid(i % 900),
    ParentProcessId: 900 + (i % 900),
    ParentImage: "C:\\Windows\\explorer.exe",
    ParentCommandLine: "C:\\Windows\\explorer.exe /NOUACCHECK",
  };
}

function nestedEvent(i: number): object {
  return {
    Event: {
      System: {
        Provider: { "#attributes": { Name: "Microsoft-Windows-Sysmon" } },
        EventID: 1,
        Level: 4,
        TimeCreated: { "#attributes": { SystemTime: "2026-05-04T10:20:30.125Z" } },
        EventRecordID: i,
        Channel: "Microsoft-Windows-Sysmon/Operational",
        Computer: `WS${i % 200}.corp.example`,
      },
      EventData: data(i),
    },
  };
}

function flatEvent(i: number): object {
  return {
    "@timestamp": "2026-05-04T10:20:30.125Z",
    EventID: 1,
    Channel: "Microsoft-Windows-Sysmon/Operational",
    SourceName: "Microsoft-Windows-Sysmon",
    Hostname: `WS${i % 200}.corp.example`,
    ...data(i),
  };
}
