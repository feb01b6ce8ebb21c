import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "@cordon/model/event";
import { recordId, sha256Of } from "@cordon/model/ids";
import { canonicalJson } from "@cordon/model/json";

import type { RawRecord, RecordFormat } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import { readField } from "@cordon/model/view";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileMappings, isUnmapped } from "./mapping.ts";
import { makeNormaliser } from "./normalise.ts";

const sources = join(import.meta.dirname, "../../../../../content/sources");
const compiled = compileMappings(
  readdirSync(sources)
    .map((name) => join(sources, name, "mapping.yml"))
    .filter((path) => existsSync(path))
    .map((path) => ({ path, text: readFileSync(path, "utf8") })),
);
const hash = (text: string | Uint8Array) => sha256Of(createHash("sha256").update(text).digest("hex"));
const toEvents = makeNormaliser({ mappings: compiled.mappings, sha256: hash });
const RECORD_FORMATS: readonly RecordFormat[] = ["json", "evtx-chunk", "csv", "syslog", "text", "auto"];
const now = instant(Date.UTC(2026, 10, 21));

function record(body: string | Uint8Array, format: RecordFormat = "auto", meta?: Record<string, string>): RawRecord {
  return {
    id: recordId("f".repeat(32)),
    source: "files",
    input: "in.log",
    format,
    position: 7,
    receivedAt: now,
    body: new Untrusted(typeof body === "string" ? new TextEncoder().encode(body) : body),
    ...(meta !== undefined && { meta }),
  };
}

function only(body: string | Uint8Array, format?: RecordFormat): Event {
  const { events } = toEvents(record(body, format));
  const [event] = events;
  if (event === undefined || events.length !== 1) throw new Error(`${events.length} events`);
  return event;
}

describe("makeNormaliser", () => {
  it("unknown text stays, with its words", () => {
    const event = only("hello world, nothing to see");
    expect(event).toMatchObject({
      id: `${"f".repeat(32)}-0`,
      source: "unknown",
      shape: "unknown",
      class: 0,
      time: now,
      raw: { message: "hello world, nothing to see" },
      log: { categories: [] },
    });
    expect(event.provenance).toMatchObject({ position: 7, via: "files", input: "in.log", mapping: "unknown" });
    expect(event.provenance.remarks).toEqual(["no event time: time of receipt"]);
    expect(event.provenance.sha256).toBe(hash(canonicalJson(event.raw)));
  });

  it("bad UTF-8 is lossy and flagged", () => {
    const event = only(new Uint8Array([0x61, 0xff, 0x62]));
    expect(event.raw.message).toBe("a\ufffdb");
    expect(event.provenance.remarks).toContain("bytes that are not UTF-8 were replaced");
  });

  it("UTF-16 with its mark", () => {
    const bytes = new Uint8Array(Buffer.from('\ufeff{"time":"2026-05-04T10:20:30Z"}', "utf16le"));
    expect(only(bytes, "json").time).toBe(Date.UTC(2026, 4, 4, 10, 20, 30));
  });

  it("broken JSON is text with the reason", () => {
    const event = only('{"a": ', "json");
    expect(event.source).toBe("unknown");
    expect(event.provenance.remarks?.[0]).toMatch(/^not JSON: /);
  });

  it("a list in one record gives an event each, with ids in order", () => {
    const { events } = toEvents(record('[{"n":1},{"n":2},{"n":3}]', "json"));
    expect(events.map(({ id }) => id)).toEqual([0, 1, 2].map((i) => `${"f".repeat(32)}-${i}`));
  });

  it("limits count per event of a list, not for the list", () => {
    const item = JSON.stringify({ n: Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, i])) });
    const { events } = toEvents(record(`{"Records":[${Array(5).fill(item).join(",")}]}`, "json"));
    expect(
      events.map(({ provenance }) => provenance.remarks?.some((remark) => remark.startsWith("cut")) ?? false),
    ).toEqual(Array(5).fill(false));
  });

  it("a syslog body of JSON is recognised as what it is", () => {
    const eve =
      '{"timestamp":"2026-05-04T10:20:30Z","event_type":"dns","flow_id":1,"src_ip":"10.0.0.5","dns":{"rrname":"x.example"}}';
    const event = only(`<13>Nov 20 10:00:00 ids01 suricata[1]: ${eve}`);
    expect(event.source).toBe("suricata.eve");
    expect(event.raw.syslog).toMatchObject({ hostname: "ids01", program: "suricata" });
  });

  it("old syslog takes its year from the file's own time where the source tells it", () => {
    const meta = { modifiedAt: String(Date.UTC(2019, 5, 1)) };
    const { events } = toEvents(record("May  4 10:20:30 h sshd[1]: x", "auto", meta));
    expect(events[0]?.time).toBe(Date.UTC(2019, 4, 4, 10, 20, 30));
  });

  it("Windows parent and child meet, with and without GUIDs", () => {
    const flat = { Channel: "Security", EventID: 4688, Computer: "WS5.corp", TimeCreated: "2026-05-04T10:20:30Z" };
    const parent = only(JSON.stringify({ ...flat, NewProcessId: "0x10", ProcessId: "0x4" }));
    const child = only(JSON.stringify({ ...flat, NewProcessId: "0x20", ProcessId: "0x10" }));
    const of = (event: Event, role: string) =>
      event.entities.find((entity) => entity.kind === "process" && entity.role === role)?.value;
    expect(of(child, "parent")).toBe("ws5|pid:16");
    expect(of(parent, "actor")).toBe(of(child, "parent"));
  });

  it("4688 answers to Sysmon's names", () => {
    const event = only(
      JSON.stringify({
        Channel: "Security",
        EventID: 4688,
        NewProcessName: "C:\\a.exe",
        ParentProcessName: "C:\\p.exe",
        SubjectUserName: "bob",
        SubjectDomainName: "CORP",
        MandatoryLabel: "S-1-16-12288",
      }),
    );
    const view = compiled.views.get(event.shape);
    if (view === undefined) throw new Error("no view");
    const rows = [
      ["Image", "C:\\a.exe"],
      ["ParentImage", "C:\\p.exe"],
      ["User", "CORP\\bob"],
      ["IntegrityLevel", "High"],
      ["Channel", "Security"],
    ] as const;
    for (const [field, expected] of rows) expect(readField(view, event.raw, field)?.value).toBe(expected);
  });

  it("rules find the envelope under its usual names in every layout", () => {
    const samples = readFileSync(join(sources, "microsoft-windows-sysmon/samples/layouts.json"), "utf8")
      .trim()
      .split("\n");
    const layouts = new Set<string>();
    for (const line of samples) {
      const event = only(line, "json");
      const view = compiled.views.get(event.shape);
      if (view === undefined) throw new Error(`no view ${event.shape}`);
      layouts.add(event.shape.split("@")[1] ?? "nested");
      const read = (field: string) => String(readField(view, event.raw, field)?.value);
      expect(read("EventID")).toMatch(/^(1|3|10|13|22)$/);
      expect(read("Channel")).toBe("Microsoft-Windows-Sysmon/Operational");
      expect(read("Provider_Name")).toBe("Microsoft-Windows-Sysmon");
      expect(read("Computer")).toMatch(/^WS5/);
      expect(read(event.shape.includes("process_access") ? "SourceImage" : "Image")).toMatch(/^C:/);
    }
    expect([...layouts].sort()).toEqual(["nested", "open", "wazuh", "winlogbeat"]);
  });

  it.each<readonly [string, object, readonly (readonly [string, unknown])[]]>([
    [
      "Elastic Common Schema",
      {
        winlog: { channel: "Microsoft-Windows-Sysmon/Operational", event_id: 1, computer_name: "ws1" },
        process: { executable: "C:\\a.exe", command_line: "a b", parent: { executable: "C:\\p.exe" } },
      },
      [
        ["Image", "C:\\a.exe"],
        ["CommandLine", "a b"],
        ["ParentImage", "C:\\p.exe"],
        ["ComputerName", "ws1"],
      ],
    ],
    [
      "labels with underscores",
      {
        Channel: "Security",
        EventCode: 4688,
        ComputerName: "ws1",
        New_Process_Name: "C:\\a.exe",
        Process_Command_Line: "a b",
      },
      [
        ["Image", "C:\\a.exe"],
        ["NewProcessName", "C:\\a.exe"],
        ["CommandLine", "a b"],
        ["ComputerName", "ws1"],
      ],
    ],
    [
      "own names win",
      { Channel: "Security", EventID: 4688, NewProcessName: "own", New_Process_Name: "label" },
      [["Image", "own"]],
    ],
  ])("rules find fields that a shipper renamed: %s", (_, raw, rows) => {
    const event = only(JSON.stringify(raw), "json");
    const view = compiled.views.get(event.shape);
    if (view === undefined) throw new Error(`no view ${event.shape}`);
    expect(rows.map(([field]) => [field, readField(view, event.raw, field)?.value])).toEqual(rows);
  });

  it("what looks like a Windows event of an unknown channel keeps its product", () => {
    expect(only('{"Channel":"Odd/Channel","EventID":5}')).toMatchObject({
      source: "windows.other",
      log: { product: "windows" },
    });
  });

  it("a chat message with a channel is no Windows event", () => {
    expect(only('{"channel":"#general","event_id":5,"user":"bob"}').source).toBe("generic.json");
  });

  it("hostile names stay data", () => {
    const event = only('{"__proto__":{"source":"x"},"constructor":1,"eventSource":{"toString":1}}', "json");
    expect(event.source).toBe("generic.json");
    expect(canonicalJson(event.raw)).toContain("__proto__");
    expect(({} as Record<string, unknown>).source).toBeUndefined();
  });

  it("a log without host names takes the host of its input", () => {
    const line = 'type=SYSCALL msg=audit(1777890030.125:45): pid=101 ppid=100 exe="/usr/bin/cat"';
    const { events } = toEvents(record(line, "auto", { host: "WEB01.example.com" }));
    const values = events[0]?.entities.map(({ kind, role, value }) => `${role} ${kind}:${value}`);
    expect(values).toEqual(
      expect.arrayContaining(["device host:web01", "actor process:web01|pid:101", "parent process:web01|pid:100"]),
    );
  });

  it("isUnmapped", () => {
    expect(["unknown", "generic.json", "generic.csv", "windows.sysmon", "cef"].map(isUnmapped)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it("without any mapping everything is unknown, and nothing is lost", () => {
    const bare = makeNormaliser({ mappings: [], sha256: hash });
    expect(bare(record('{"a":1}', "json")).events[0]).toMatchObject({ source: "unknown", raw: { a: 1 } });
  });
});

describe("any bytes", () => {
  const check = (body: Uint8Array, format: RecordFormat): void => {
    const { events, problems } = toEvents(
      record(body, format, format === "csv" ? { header: "a,b,__proto__" } : undefined),
    );
    if (body.length > 0 || format !== "evtx-chunk") expect(events.length + problems.length).toBeGreaterThan(0);
    for (const event of events) {
      expect(compiled.views.has(event.shape) || event.shape === "unknown").toBe(true);
      expect(event.provenance.sha256).toBe(hash(canonicalJson(event.raw)));
      expect(Number.isFinite(event.time)).toBe(true);
    }
  };

  it("never throw and never vanish", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...RECORD_FORMATS), (body, format) =>
        check(body, format),
      ),
      { numRuns: 3_000 },
    );
  });

  it("also when they look like logs", () => {
    const piece = fc.constantFrom(
      ...'{ } [ ] " : , \\ Event System Channel EventID winlog data win Records eventSource eventName <13> <Event> CEF:0| type=EXECVE msg=audit(1.0:1): sshd[1]: Failed password for from port -'.split(
        " ",
      ),
      "Nov 21 10:00:00 h ",
      " ",
      '"Event":{"System":',
      '"@timestamp":"2026-01-01T00:00:00Z"',
      "\u0000",
      "1e999",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom(...RECORD_FORMATS), (parts, format) =>
        check(new TextEncoder().encode(parts.join("")), format),
      ),
      { numRuns: 5_000 },
    );
  });

  it("also as JSON of any shape under the names that mappings read", () => {
    const name = fc.constantFrom(
      ..."Event System EventData Channel EventID Provider winlog event_data Records eventSource eventName eventTime userIdentity protoPayload actor published action columns TimeCreated Computer __proto__ ts _path id.orig_h".split(
        " ",
      ),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.string(),
        fc.double(),
        fc.constant(null),
        fc.boolean(),
        tie("object"),
        fc.array(tie("value"), { maxLength: 3 }),
      ),
      object: fc.dictionary(name, tie("value"), { maxKeys: 5 }),
    }));
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 6 }), (object) =>
        check(new TextEncoder().encode(JSON.stringify(object)), "json"),
      ),
      { numRuns: 5_000 },
    );
  });
});
