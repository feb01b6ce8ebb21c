import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEventStore } from "@cordon/adapters/storage/segments/event-store";
import { makeBacktest } from "@cordon/engine/stream/detect/backtest";
import { loadRules } from "@cordon/engine/stream/detect/sigma/load-rules";
import { AppError } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import type { EventStore } from "@cordon/model/ports/event-store";
import { NEVER_STOP, type Runtime } from "@cordon/model/ports/runtime";
import { DAY, HOUR, instant, MINUTE } from "@cordon/model/time";
import type { FieldView } from "@cordon/model/view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBacktest, targetIn } from "./backtest.ts";
import type { Mappings } from "./mapping-files.ts";

const START = Date.UTC(2026, 0, 5);
const HASH = sha256Of("0".repeat(64));
const runtime: Runtime = {
  now: () => instant(START + 20 * DAY),
  id: () => "0".repeat(26),
  random: () => 0,
  sha256: () => HASH,
  sleep: async () => {},
};
const VIEW: FieldView = {
  id: "s",
  roots: [[]],
  alias: { Aliased: [["inner", "name"]] },
  derived: {
    User: { kind: "join", from: [["Domain"], ["Name"]], with: "\\" },
    Level: { kind: "lookup", from: ["Mandatory"], values: { "S-1-16-12288": "High" } },
    Fixed: { kind: "constant", value: "steady" },
    Sha1: { kind: "hash-part", from: ["Hashes"], label: "sha1" },
  },
};
const views = new Map([["s", VIEW]]);
const mappings: Mappings = { views, mappings: [], errors: [], logs: new Map() };

const RAWS: readonly JsonObject[] = [
  { Image: "C:\\Windows\\System32\\cmd.exe", CommandLine: 'cmd /c "echo \t hi"\r\nnext' },
  { Image: "C:\\KEYS\\\u212aeyring.exe", CommandLine: "\u017fecret Ü Äpfel" },
  { Image: "c:\\users\\\u00fcnal\\tool.exe", CommandLine: "TOOL -Enc AAAA \u2013enc", Domain: "CORP", Name: "anna" },
  { Image: "\ud83d lone.exe", CommandLine: "x\u0000y\u001b[0m", Mandatory: "S-1-16-12288" },
  { EventID: 4688, ok: true, inner: { name: "Nested Value" }, Hashes: "MD5=AA,SHA1=ABCDEF" },
  { list: ["one", "Two words", 'quoted "three"'], CommandLine: "C:/slash/path?a=b&c=(d)" },
  { Image: "", CommandLine: null },
  {},
];

const rule = (detection: string, more = ""): string =>
  `title: T\nid: 11111111-2222-4333-8444-555555555555\nlevel: medium\n${more}logsource: { product: windows }\ndetection:\n${detection}\n`;
const one = (item: string): string => rule(`  s: { ${item} }\n  condition: s`);
const correlation = (type: string, more: string): string =>
  `---\ntitle: C\nid: 22222222-2222-4333-8444-555555555555\ncorrelation:\n  type: ${type}\n  rules: [11111111-2222-4333-8444-555555555555]\n  group-by: [host]\n  timespan: 12h\n  condition: ${more}\n`;

const RULES: readonly (readonly [name: string, text: string])[] = [
  ["backslashes", one(String.raw`Image|endswith: '\cmd.exe'`)],
  ["backslashes before a quote", one("CommandLine|contains: 'cmd /c \"echo'")],
  ["a tab and a line break", one(String.raw`CommandLine|contains: "\t hi\"\r\nnext"`)],
  ["control characters", one(String.raw`CommandLine|contains: "x\0y\e[0m"`)],
  ["letters that fold into ASCII", one("Image|contains: 'keyring.EXE'")],
  ["letters beyond ASCII, other case", one("CommandLine|contains: 'ÄPFEL'")],
  ["letters beyond ASCII within", one(String.raw`Image|contains: '\ÜNAL\tool'`)],
  ["cased", one("CommandLine|contains|cased: 'TOOL'")],
  ["dashes", one("CommandLine|windash|contains: ' -enc'")],
  ["wildcards within", one(String.raw`Image: '?:\\win*32\\*.exe'`)],
  ["signs of patterns", one("CommandLine|contains: 'path\\?a=b&c=(d)'")],
  ["a number", one("EventID: 4688")],
  ["a truth value", one("ok: 'true'")],
  ["a list", one("list|contains: 'two WORDS'")],
  ["a list, all", one("list|contains|all: ['one', 'THREE']")],
  ["a computed field", one(String.raw`User: 'corp\anna'`)],
  ["a value of a table", one("Level: High")],
  ["a constant", one("Fixed: steady")],
  ["a part of a hash list", one("Sha1: abcdef")],
  ["an alias", one("Aliased: 'nested value'")],
  ["a regular expression", one("CommandLine|re: 'TOOL.*AAAA'")],
  ["a regular expression without case", one("CommandLine|re|i: 'Secret.*[uü]'")],
  ["a regular expression that says little", one("CommandLine|re: '^.+$'")],
  ["keywords", rule("  s: ['nested', 'QUOTED \"three']\n  condition: s")],
  ["no keyword", rule("  s: ['nested']\n  condition: not s")],
  ["nothing there", one("CommandLine: null")],
  ["empty", one("Image: ''")],
  ["either", rule("  a: { Image|endswith: cmd.exe }\n  b: { list: one }\n  condition: a or b")],
  [
    "either, one without a text",
    rule("  a: { Image|endswith: cmd.exe }\n  b: { CommandLine: null }\n  condition: a or b"),
  ],
  ["but not", rule("  a: { Image|endswith: .exe }\n  b: { CommandLine|contains: tool }\n  condition: a and not b")],
  [
    "some of",
    rule(
      "  a1: { Image|endswith: .exe }\n  a2: { CommandLine|contains: tool }\n  a3: { Name: anna }\n  condition: 2 of a*",
    ),
  ],
  ["of another log source", one("Image|endswith: .exe").replace("windows", "macos")],
  ["a count", one("Image|endswith: .exe") + correlation("event_count", "{ gte: 4 }")],
  ["a count of what has no text", one("CommandLine: null") + correlation("event_count", "{ gte: 2 }")],
  ["a count of values", one("Image|endswith: .exe") + correlation("value_count", "{ gte: 3, field: Image }")],
];

function storedEvents(): readonly Event[] {
  return Array.from({ length: 240 }, (_, n) => {
    const record = recordId(`${n}`.padStart(32, "0"));
    const time = instant(START + ((n * 7) % 240) * 17 * MINUTE);
    return {
      ...{ id: eventId(`${record}-0`), time, receivedAt: instant(time + (n % 3) * HOUR), source: "s", shape: "s" },
      log: { product: n % 9 === 8 ? "linux" : "windows", categories: n % 2 === 0 ? ["process_creation"] : [] },
      ...{ class: 1007, activity: 1, severity: 1, raw: { ...RAWS[n % RAWS.length], host: `h${n % 3}` } },
      entities: [{ kind: "host", role: "device", value: `h${n % 3}` }],
      provenance: {
        ...{
          record,
          via: "t\u001f\u001b",
          input: `in ${n % 2}`,
          position: n,
          mapping: "s",
          version: "1",
          sha256: HASH,
        },
      },
    };
  });
}

describe("a backtest over a store", () => {
  const dir = mkdtempSync(join(tmpdir(), "cordon-backtest-"));
  const events = storedEvents();
  let store: EventStore;
  beforeAll(async () => {
    store = await openEventStore({ dir, views, runtime });
    await store.append(1, events.slice(0, 90));
    await store.seal();
    await store.append(2, events.slice(90, 200));
    await store.seal();
    await store.append(3, events.slice(200));
  });
  afterAll(async () => {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it.each(RULES)("reports what judging every event reports: %s", async (_, text) => {
    const set = loadRules([{ path: "r.yml", text, source: "own" }]);
    const target = targetIn(set);
    const world = { events: store, journal: { list: async () => [] }, mappings, runtime };
    const told: (readonly [number, number])[] = [];
    const onProgress = (looked: number, total: number) => void told.push([looked, total]);
    const report = await runBacktest({ set, target, days: 30, seconds: 60, onProgress }, world, NEVER_STOP);
    expect(told.at(-1)).toEqual([240, 240]);
    expect(told.map(([looked]) => looked)).toEqual(told.map(([looked]) => looked).sort((a, b) => a - b));

    const naive = makeBacktest({ set, target, views, hash: () => HASH, closedAs: () => undefined });
    const sign = target.kind === "rule" ? -1 : 1;
    const sorted = events.toSorted((a, b) => sign * (a.time - b.time || (a.id < b.id ? -1 : 1)));
    naive.count(sorted.map(({ log, time }) => ({ log, events: 1, first: time, last: time })));
    naive.take(sorted);
    const { wantedFrom, wantedTo } = report.covered;
    const expected = naive.report({ wantedFrom: instant(wantedFrom), wantedTo: instant(wantedTo) });
    expect(report).toEqual(expected);
    expect(report.covered.events).toBe(240);
    expect(report.hits > 0).toBe(!text.includes("macos"));
  });

  it.each([
    ["a rule", one("Image|endswith: .exe")],
    ["a correlation", one("Image|endswith: .exe") + correlation("event_count", "{ gte: 4 }")],
  ])("halves a slice that is too much for the store: %s", async (_, text) => {
    const set = loadRules([{ path: "r.yml", text, source: "own" }]);
    const run = { set, target: targetIn(set), days: 30, seconds: 60 };
    const world = { events: store, journal: { list: async () => [] }, mappings, runtime };
    const small: EventStore = {
      ...store,
      scan(ask, stop) {
        if (ask.to - ask.from > 5 * HOUR) throw new AppError("query-too-large", "too much");
        return store.scan(ask, stop);
      },
    };
    const report = await runBacktest(run, { ...world, events: small }, NEVER_STOP);
    expect(report.hits).toBeGreaterThan(0);
    expect(report).toEqual(await runBacktest(run, world, NEVER_STOP));
  });
});
