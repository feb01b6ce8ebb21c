/** `cordon rules run`: what it prints, what it counts, and how it ends (docs/specs/cli.md). */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "../server.ts";

const MAIN = join(ROOT, "packages/app/src/main.ts");
const folder = mkdtempSync(join(tmpdir(), "cordon-rules-run-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = (name: string): string => join(folder, name);
const write = (name: string, bytes: string | Uint8Array): string => {
  writeFileSync(place(name), bytes);
  return place(name);
};

const ID = "11111111-2222-4333-8444-555555555555";
const OTHER = "21111111-2222-4333-8444-555555555555";
const start = (more: object) =>
  JSON.stringify({ EventID: 1, Channel: "Microsoft-Windows-Sysmon/Operational", ...more });
const BAD = start({
  UtcTime: "2026-05-04 10:20:30.123",
  Image: "C:\\Windows\\certutil.exe",
  CommandLine: "x -urlcache",
});
const GOOD = start({ UtcTime: "2026-05-04 10:20:30.123", Image: "C:\\Windows\\a.exe", CommandLine: "a" });

mkdirSync(place("rules"));
write(
  "rules/rules.yml",
  `title: "Certutil \\e[31m fetches"
id: ${ID}
name: fetches
level: high
logsource: {product: windows, category: process_creation}
detection: {s: {Image|endswith: '\\certutil.exe'}, condition: s}
---
title: Any word
id: ${OTHER}
level: low
logsource: {product: linux, service: nothing}
detection: {k: [urlcache, 'Failed password'], condition: k}
---
title: Often
id: 31111111-2222-4333-8444-555555555555
correlation: {type: event_count, rules: [fetches], group-by: [Image], timespan: 1h, condition: {gte: 2}}
level: high
`,
);

interface Ran {
  readonly status: number | null;
  readonly out: readonly string[];
  readonly err: string;
}

function cordon(words: readonly string[], input?: string | Uint8Array): Ran {
  const rules = ["--rules", place("rules"), "--no-shipped-rules", "--data", place("data")];
  const ran = spawnSync(process.execPath, [MAIN, "rules", "run", ...words, ...rules], {
    encoding: "utf8",
    cwd: folder,
    ...(input === undefined ? {} : { input }),
  });
  return { status: ran.status, out: ran.stdout.split("\n").slice(0, -1), err: ran.stderr };
}

const json = ({ out }: Ran): readonly Record<string, unknown>[] => out.map((line) => JSON.parse(line));

describe("cordon rules run", () => {
  it("names each detection with its place, and nothing of a log acts on a terminal", () => {
    const file = write("a.ndjson", `${GOOD}\n${BAD}\n\n${GOOD}\n${BAD}\n`);
    const ran = cordon([file, "--fail-on", "critical"]);
    const shown = `high: Certutil \\u001b[31m fetches [${ID}] 2026-05-04T10:20:30.123Z  Image=C:\\Windows\\certutil.exe`;
    expect(ran.out).toEqual([`${file}:2: ${shown}`, `${file}:5: ${shown}`]);
    expect(ran.err).toContain(
      "1 files, 4 records, 4 events (0 not recognised), 2 rules (0 rejected), 2 detections in ",
    );
    expect(ran.err).toContain("1 correlations are not evaluated here");
    expect(ran.status).toBe(0);
  });

  it("--json prints one detection a line and a summary, exit 1 where --fail-on says so", () => {
    const file = write("b.ndjson.gz", gzipSync(`${GOOD}\n${BAD}\n`));
    const ran = cordon([file, "--json", "--fail-on", "high"]);
    const [detection, summary, ...more] = json(ran);
    expect(more).toEqual([]);
    expect(detection).toEqual({
      kind: "detection",
      rule: { id: ID, title: "Certutil \u001b[31m fetches", level: "high", source: `${place("rules")}/rules.yml` },
      ...{ time: "2026-05-04T10:20:30.123Z", file, record: 2 },
      matched: [{ selection: "s", field: "Image", value: "C:\\Windows\\certutil.exe" }],
    });
    expect(summary).toMatchObject({
      ...{ kind: "summary", files: 1, records: 2, events: 2, unmapped: 0, detections: 1, suppressed: 0, failed: [] },
      rules: { loaded: 2, rejected: 0, correlations: 1 },
    });
    expect(ran.status).toBe(1);
  });

  it("reads standard input; lines need not be JSON; --no-routing asks all rules", () => {
    const lines = `May  4 10:20:30 web01 sshd[7]: Failed password for root from 203.0.113.9 port 22 ssh2\nno log at all\n${BAD}`;
    const ran = cordon(["-", "--json", "--no-routing", "--min-level", "low"], lines);
    const hits = json(ran).slice(0, -1);
    expect(hits.map(({ record, rule }) => [record, (rule as { level: string }).level])).toEqual([
      [1, "low"],
      [3, "high"],
      [3, "low"],
    ]);
    expect(json(ran).at(-1)).toMatchObject({ records: 3, unmapped: 1 });
    expect(cordon(["-", "--json", "--no-routing", "--min-level", "high"], lines).out.length).toBe(2);
    expect(cordon(["-", "--json"], gzipSync(lines))).toMatchObject({ status: 3 });
  });

  it("counts and names what is cut, what cannot be read, and what is not there", () => {
    const long = start({ Image: "C:\\Windows\\certutil.exe", CommandLine: "x".repeat(2 ** 20) });
    const file = write("long.ndjson", `${GOOD}\n${GOOD}\n${long}\n${BAD}\n`);
    const binary = write(
      "c.bin",
      Uint8Array.from({ length: 4_096 }, (_, i) => (i * 7) % 256),
    );
    const ran = cordon([file, binary, "--json"]);
    const summary = json(ran).at(-1);
    expect(summary).toMatchObject({ files: 2, records: 4, events: 4 });
    expect(JSON.stringify(summary?.failed)).toMatch(
      /long\.ndjson.*record 3: kept 1048576 of \d+ bytes.*c\.bin.*binary content/,
    );
    expect(json(ran).filter(({ record }) => record === 4).length).toBe(1);
    expect(ran.status).toBe(3);
    expect(cordon([place("missing.ndjson")])).toMatchObject({ status: 2, out: [] });
  });
});
