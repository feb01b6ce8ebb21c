/**
 * What shippers and stores make of one and the same event: a Sigma rule must meet it in every one of their layouts, and the
 * event must name its host and who acted.
 */
import { createHash } from "node:crypto";
import { makeDetector } from "@cordon/engine/stream/detect/detect";
import { loadRules } from "@cordon/engine/stream/detect/sigma/load-rules";
import { makeNormaliser } from "@cordon/engine/stream/normalise/normalise";
import type { Event } from "@cordon/model/event";
import { recordId, sha256Of } from "@cordon/model/ids";
import type { RawRecord } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import { describe, expect, it } from "vitest";
import type { Layout } from "./layouts/facts.ts";
import { LAYOUTS, STRANGERS } from "./log-layouts.fixture.ts";
import { mappings } from "./river.ts";

const RULES: Readonly<Record<string, string>> = {
  fetched: `logsource: {product: windows, category: process_creation}
detection: {s: {Image|endswith: '\\certutil.exe', ParentImage|endswith: '\\cmd.exe', CommandLine|contains|all: [' -urlcache ', 'http']}, condition: s}`,
  "fetched-plain": `logsource: {product: windows, service: osquery}
detection: {s: {Image|endswith: '\\certutil.exe', CommandLine|contains: ' -urlcache ', IntegrityLevel: High}, condition: s}`,
  netcat: `logsource: {product: linux, category: process_creation}
detection: {s: {Image|endswith: /nc, CommandLine|contains: ' -e /bin/'}, condition: s}`,
  "run-key": `logsource: {product: windows, category: registry_set}
detection: {s: {TargetObject|contains: '\\CurrentVersion\\Run\\', Details|endswith: '.exe'}, condition: s}`,
  "dump-file": `logsource: {product: windows, category: file_event}
detection: {s: {TargetFilename|endswith: '\\lsass.dmp', Image|endswith: '\\rundll32.exe'}, condition: s}`,
  connected: `logsource: {product: windows, category: network_connection}
detection: {s: {DestinationIp: 203.0.113.9, DestinationPort: 4444, Image|endswith: '\\certutil.exe', Initiated: 'true'}, condition: s}`,
  asked: `logsource: {product: windows, category: dns_query}
detection: {s: {QueryName: evil.example, Image|endswith: '\\certutil.exe'}, condition: s}`,
  loaded: `logsource: {product: windows, category: image_load}
detection: {s: {ImageLoaded|endswith: '\\comsvcs.dll', Image|endswith: '\\certutil.exe'}, condition: s}`,
  dns: `logsource: {category: dns}
detection: {s: {query: evil.example, record_type: A, answer: 203.0.113.9}, condition: s}`,
  "sign-in-failed": `logsource: {product: windows, service: security}
detection: {s: {EventID: 4625, LogonType: 3, IpAddress: 203.0.113.9, TargetUserName: admin, SubStatus: '0xC000006A'}, condition: s}`,
  service: `logsource: {product: windows, service: system}
detection: {s: {Provider_Name: Service Control Manager, EventID: 7045, ImagePath|endswith: '\\a.exe', ServiceName: updsvc}, condition: s}`,
  script: `logsource: {product: windows, category: ps_script}
detection: {s: {ScriptBlockText|contains: Invoke-Mimikatz}, condition: s}`,
  okta: `logsource: {product: okta, service: okta}
detection: {s: {eventType: user.mfa.factor.deactivate, actor.alternateId: mallory@corp.example, outcome.result: SUCCESS}, condition: s}`,
  sshd: `logsource: {product: linux, service: sshd}
detection: {s: {src_ip: 203.0.113.9}, k: ['Failed password'], condition: s and k}`,
};

const ruleset = loadRules(
  Object.entries(RULES).map(([name, text], i) => ({
    path: `${name}.yml`,
    source: "test",
    text: `title: ${name}\nid: 00000000-0000-4000-8000-${String(i).padStart(12, "0")}\nlevel: high\n${text}\n`,
  })),
);
const sha256 = (text: string | Uint8Array) => sha256Of(createHash("sha256").update(text).digest("hex"));
const NOW = Date.UTC(2026, 4, 4, 12);

function eventsOf({ lines, header }: Layout): readonly Event[] {
  const normalise = makeNormaliser({ mappings: mappings.mappings, sha256 });
  return lines.flatMap((line, i) => {
    const text = typeof line === "string" ? line : JSON.stringify(line);
    const record: RawRecord = {
      ...{ id: recordId(String(i + 1).padStart(32, "0")), source: "files", input: "input", position: i + 1 },
      ...{ receivedAt: instant(NOW), body: new Untrusted(new TextEncoder().encode(text)) },
      ...(header === undefined ? { format: "auto" } : { format: "csv", meta: { header } }),
    };
    const { events, problems } = normalise(record);
    expect(problems).toEqual([]);
    return events;
  });
}

const firedBy = (events: readonly Event[]): readonly string[] => {
  const detector = makeDetector(ruleset, mappings.views, sha256);
  return detector.detect(events).map(({ rule }) => rule.title);
};

const named = (event: Event | undefined, kind: string, role?: string): readonly string[] =>
  (event?.entities ?? [])
    .filter((one) => one.kind === kind && (role === undefined || one.role === role))
    .map(({ value }) => String(value));

describe("layouts of shippers and stores", () => {
  it("every rule of the test loads", () => expect(ruleset.rules.length).toBe(Object.keys(RULES).length));

  it.each(LAYOUTS.map((layout) => [layout.name, layout] as const))("%s", (_, layout) => {
    const events = eventsOf(layout);
    const [event] = events;
    const found = {
      fired: firedBy(events),
      host: named(event, "host", "device").join(),
      minute: new Date(event?.time ?? 0).toISOString().slice(0, 19),
      user:
        layout.user === undefined
          ? undefined
          : named(event, "user").find((name) => name.includes(layout.user ?? "")) !== undefined,
      image:
        layout.image === undefined
          ? undefined
          : named(event, "file").includes(layout.image.toLowerCase()) || named(event, "file").includes(layout.image),
    };
    expect(found).toEqual({
      fired: layout.rules,
      host: layout.host,
      minute: "2026-05-04T10:20:30",
      user: layout.user === undefined ? undefined : true,
      image: layout.image === undefined ? undefined : true,
    });
  });

  it.each(STRANGERS)("%s is no such event", (name, record) => {
    const events = eventsOf({ name, lines: [record], rules: [], host: "" });
    expect(events.map(({ source }) => source)).toEqual(["generic.json"]);
    expect(firedBy(events)).toEqual([]);
  });

  it("what stood around an event stays beside it", () => {
    const around = {
      _index: "i",
      _id: "a",
      _source: { "@timestamp": "2026-05-04T10:20:30Z", _x: 1, log: { offset: 7 } },
    };
    const line = "May  4 10:20:30 web01 sshd[812]: Failed password for root from 203.0.113.9 port 1 ssh2";
    const [event] = eventsOf({
      ...{ name: "hit", rules: [], host: "" },
      lines: [{ ...around, _source: { "@timestamp": "2026-05-04T10:20:30Z", log: { offset: 7 }, message: line } }],
    });
    expect(event?.raw.envelope).toMatchObject({ log: { offset: 7 }, envelope: { _index: "i", _id: "a" } });
  });
});
