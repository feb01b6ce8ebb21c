/** The tools for operators' rules, as one uses them: the real command line over files and one data folder, no server. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../server.ts";

const MAIN = join(ROOT, "packages/app/src/main.ts");
let folder: string;
const path = (name: string): string => join(folder, name);

interface Ran {
  readonly code: number | null;
  readonly text: string;
  readonly errors: string;
  readonly lines: readonly Record<string, unknown>[];
}

function cordon(...words: readonly string[]): Ran {
  const run = spawnSync(process.execPath, [MAIN, ...words], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const json = words.includes("--json");
  const lines = json
    ? run.stdout
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line))
    : [];
  return { code: run.status, text: run.stdout, errors: run.stderr, lines };
}

const RULE = `
title: Account list by a service
id: 11111111-2222-4333-8444-555555555555
level: medium
description: d
falsepositives: [none]
tags: [attack.discovery, attack.t1033]
logsource: { product: windows, category: process_creation }
detection:
  s: { Image|endswith: '\\whoami.exe' }
  condition: s
`;
const CORRELATION = `
title: Many account lists
id: 22222222-2222-4333-8444-555555555555
correlation: { type: event_count, rules: [11111111-2222-4333-8444-555555555555], group-by: [Computer], timespan: 2d, condition: { gte: 5 } }
`;
const BROKEN = `
title: Broken
id: 33333333-2222-4333-8444-555555555555
logsource: { product: windows, category: process_creation }
detection:
  s: { Image|endwith: '\\whoami.exe' }
  condition: s
`;
const SIDECAR = `
log: { product: windows, categories: [process_creation] }
match: [{ name: by its path, raw: { Image: 'C:\\Windows\\whoami.exe' } }]
noMatch: [{ name: another program, raw: { Image: 'C:\\Windows\\calc.exe' } }]
`;

/** A Windows process start, one an hour, nine of ten from one parent. */
const start = (n: number): string =>
  JSON.stringify({
    Event: {
      System: {
        ...{
          Provider: { "#attributes": { Name: "Microsoft-Windows-Security-Auditing" } },
          EventID: 4688,
          Channel: "Security",
        },
        ...{ Computer: n % 2 === 0 ? "ws1" : "ws2", EventRecordID: n + 1 },
        TimeCreated: { "#attributes": { SystemTime: new Date(Date.UTC(2026, 0, 5) + n * 3_600_000).toISOString() } },
      },
      EventData: {
        NewProcessName: "C:\\Windows\\System32\\whoami.exe",
        ParentProcessName: n % 10 === 0 ? "C:\\Windows\\explorer.exe" : "C:\\Apps\\svc-backup.exe",
        CommandLine: `whoami /all \u001b[31m${n}`,
      },
    },
  });

const MAPPING = `
id: acme.door
version: "1"
detect: { form: json, any: [{ door: { exists: true } }] }
log: { product: acme, service: door }
time: [at]
entities: [[who, user, actor]]
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-rule-tools-"));
  for (const [name, text] of [
    ["rule.yml", RULE],
    ["rule.test.yml", SIDECAR],
    ["correlation.yml", CORRELATION],
    ["broken.yml", BROKEN],
    ["events.ndjson", Array.from({ length: 60 }, (_, n) => start(n)).join("\n")],
    ["logon.ndjson", start(0).replace("4688", "4624")],
    ["mapping.yml", MAPPING],
    ["bad-mapping.yml", MAPPING.replace("time: [at]", "tiem: [at]")],
    ["door.ndjson", '{"door":"north","who":"anna","at":"2026-01-05T08:00:00Z"}'],
  ] as const)
    writeFileSync(path(name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("cordon rules test", () => {
  it("passes, names what has no tests, and fails with the leaf that decides", () => {
    const good = cordon("rules", "test", "rule.yml", "correlation.yml", "--json");
    expect(good.code).toBe(0);
    expect(good.lines.at(-1)).toMatchObject({ rules: 2, passed: 1, failed: 0, untested: 1, cases: 2 });
    writeFileSync(path("wrong.yml"), RULE.replace("whoami", "hostname"));
    writeFileSync(path("wrong.test.yml"), SIDECAR);
    const bad = cordon("rules", "test", "wrong.yml", "--junit", "out.xml");
    expect(bad.code).toBe(3);
    expect(bad.text).toContain("by its path: expected match, got no match");
    expect(bad.text).toContain('Image|endswith "\\\\hostname.exe": false for "C:\\\\Windows\\\\whoami.exe"');
    expect(readFileSync(path("out.xml"), "utf8")).toContain('tests="2" failures="1"');
  });
});

describe("cordon rules check", () => {
  it("counts every rule once and says where and why one is rejected", () => {
    const run = cordon("rules", "check", "broken.yml", "correlation.yml", "--json");
    expect(run.code).toBe(3);
    expect(run.lines.at(-1)).toMatchObject({ offered: 2, accepted: 0, rejected: 2 });
    expect(run.lines).toContainEqual(expect.objectContaining({ kind: "rejected", code: "unknown-modifier", line: 6 }));
    const whole = cordon("rules", "check", "rule.yml", "correlation.yml", "--json");
    expect(whole.lines.at(-1)).toMatchObject({ offered: 2, accepted: 2, rejected: 0 });
    expect(whole.code).toBe(0);
  });
});

describe("cordon rules explain, with files", () => {
  it("shows the tree, the alias, and the event's text escaped", () => {
    const run = cordon("rules", "explain", "rule.yml", "events.ndjson", "--record", "2");
    expect(run.code).toBe(0);
    expect(run.text).toContain("match");
    expect(run.text).toContain("Image (NewProcessName in the event) endswith");
    expect(run.text).not.toContain("\u001b");
  });
  it("says first when the rule never sees the event", () => {
    const run = cordon("rules", "explain", "rule.yml", "logon.ndjson");
    expect(run.text).toContain("this rule never sees this event, because the rule asks for category process_creation");
  });
  it("names the smallest change for a rule that applies anyway, and takes correlations", () => {
    writeFileSync(path("both.yml"), `${RULE.replace("whoami", "hostname")}---${CORRELATION}`);
    const run = cordon("rules", "explain", "both.yml", "events.ndjson", "--json");
    expect(run.lines[0]).toMatchObject({
      kind: "explanation",
      holds: false,
      routed: true,
      change: [{ field: "Image" }],
    });
    expect(run.lines[1]).toMatchObject({
      what: "correlation",
      rules: [{ holds: false, group: [{ name: "Computer", value: "ws1" }] }],
    });
    expect(run.lines[2]).toMatchObject({ kind: "correlated", events: 60, fires: 0, parts: [{ held: 0 }] });
  });
  it("gives the reason of a rule that is rejected", () => {
    const run = cordon("rules", "explain", "broken.yml", "events.ndjson");
    expect([run.code, run.text]).toEqual([3, expect.stringContaining("broken.yml:6: unknown-modifier")]);
  });
});

describe("cordon sources test, and a mapping in the configuration", () => {
  it("recognises the sample, and names file, line and key of a fault", () => {
    const good = cordon("sources", "test", "mapping.yml", "door.ndjson", "--json");
    expect([good.code, good.lines.at(-1)]).toEqual([0, expect.objectContaining({ recognised: 1, timeless: 0 })]);
    const bad = cordon("sources", "test", "bad-mapping.yml", "door.ndjson");
    expect([bad.code, bad.errors]).toEqual([2, expect.stringMatching(/bad-mapping\.yml:\d+: .*tiem/)]);
  });
  it("is asked before the shipped ones", () => {
    writeFileSync(path("cordon.yml"), "mappings: { paths: [mapping.yml] }\n");
    const run = cordon("scan", "door.ndjson", "--config", "cordon.yml", "--json");
    expect(run.lines.at(-1)).toMatchObject({ records: 1, parsed: 1 });
  });
});

describe("logs that name no host", () => {
  const audit =
    "type=USER_LOGIN msg=audit(1767600000.123:45): pid=7 uid=0 auid=0 ses=1 msg='op=login acct=\"root\" res=failed'";
  const rule = `title: Login\nid: 44444444-2222-4333-8444-555555555555\nlevel: high
logsource: { product: linux, service: auditd }\ndetection: { s: { type: USER_LOGIN }, condition: s }\n`;
  const devices = (...words: readonly string[]) => {
    const run = cordon(
      "scan",
      "audit.log",
      "--rules",
      "login.yml",
      "--no-shipped-rules",
      "--detections",
      "--json",
      ...words,
    );
    const [found] = run.lines as readonly { readonly entities?: readonly Record<string, string>[] }[];
    return [run.code, found?.entities?.filter(({ role }) => role === "device").map(({ value }) => value)];
  };

  it("belong to the host that scan is told, if it is one", () => {
    writeFileSync(path("audit.log"), `${audit}\n`);
    writeFileSync(path("login.yml"), rule);
    expect(devices()).toEqual([0, []]);
    expect(devices("--host", "web01")).toEqual([0, ["web01"]]);
    expect(devices("--host", "two words")).toEqual([2, undefined]);
  });
});

describe("with stored events", () => {
  beforeAll(() => {
    expect(cordon("scan", "events.ndjson", "--data", "data", "--json").lines.at(-1)).toMatchObject({ records: 60 });
  });
  it("tries a rule over them: hits per day, the value that makes the noise, a filter that loads", () => {
    const run = cordon("rules", "backtest", "rule.yml", "--data", "data", "--filter", "filter.yml", "--json");
    expect(run.lines[0]).toMatchObject({
      kind: "backtest",
      ...{ hits: 60, covered: { events: 60, inScope: 60, complete: true } },
      perDay: [{ hits: 24 }, { hits: 24 }, { hits: 12 }],
      filter: { field: "ParentImage", value: "C:\\Apps\\svc-backup.exe", takes: 54 },
      verdict: expect.stringContaining("90 % from one parent process: svc-backup.exe; consider a filter"),
    });
    const checked = cordon("rules", "check", "filter.yml", "rule.yml", "--json").lines.at(-1);
    expect(checked).toMatchObject({ offered: 2, accepted: 2 });
  });
  it.each([
    ["list", ["rules", "list", "--data", "data"]],
    ["explain", ["rules", "explain", "painted.yml", "events.ndjson"]],
    ["test", ["rules", "test", "painted.yml"]],
    ["backtest", ["rules", "backtest", "painted.yml", "--data", "data"]],
  ])("writes no escape sequence into a pipe, whatever a rule is called: %s", (_, words) => {
    writeFileSync(
      path("painted.yml"),
      RULE.replace("Account list", '"\\e[31mred\\e[0m list').replace("service\n", 'service"\n'),
    );
    const run = cordon(...words);
    expect(run.text).not.toBe("");
    expect(run.text + run.errors).not.toMatch(/[\u001b\u009b]/);
    if (words.includes("painted.yml")) expect(run.text + run.errors).toContain("\\u001b[31mred");
  });
  it("tries a correlation over them", () => {
    writeFileSync(path("pair.yml"), `${RULE}---${CORRELATION}`);
    const run = cordon("rules", "backtest", "pair.yml", "--data", "data", "--json");
    expect(run.lines[0]).toMatchObject({
      rule: { correlation: "event_count" },
      hits: 2,
      fields: [{ field: "Computer", distinct: 2 }],
    });
  });
  it("says what is covered, and writes it as a layer of the Navigator", () => {
    const run = cordon("rules", "coverage", "--data", "data", "--json");
    const states = new Set(run.lines.filter(({ kind }) => kind === "technique").map(({ state }) => state));
    expect(states).toEqual(new Set(["covered", "no-source"]));
    expect(run.lines.find(({ kind }) => kind === "source")).toMatchObject({ source: "windows.security", events: 60 });
    const layer = cordon("rules", "navigator", "--data", "data", "--json").lines[0];
    expect(layer).toMatchObject({ domain: "enterprise-attack", versions: { layer: "4.5" }, gradient: { minValue: 0 } });
    for (const row of (layer?.techniques ?? []) as { techniqueID: string }[])
      expect(row.techniqueID).toMatch(/^T\d{4}(\.\d{3})?$/);
  });
});
