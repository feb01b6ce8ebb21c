import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadConfig } from "../config.ts";
import { CONTENT } from "./content.ts";
import { checkPatterns, matchPatterns } from "./stix.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-stix-"));
afterAll(() => rmSync(folder, { recursive: true }));
const config = loadConfig({ data: join(folder, "data") }, {});
const sample = (source: string, name: string): string => join(CONTENT, "sources", source, "samples", name);
const SYSMON = sample("microsoft-windows-sysmon", "layouts.json");

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** Source, pattern, how many events match. */
const ROWS: readonly (readonly [string, string, number])[] = [
  [SYSMON, "[process:name = 'cmd.exe' AND process:parent_ref.name = 'explorer.exe']", 1],
  [SYSMON, "[process:command_line LIKE '%whoami' AND process:pid = 4460]", 1],
  [SYSMON, "[process:image_ref.hashes.MD5 = 'fab4b30c1c4f0a9202a7b42dcf1729dc']", 1],
  [
    SYSMON,
    "[process:binary_ref.parent_directory_ref.path = 'C:\\\\Windows\\\\System32' AND EXISTS process:command_line]",
    1,
  ],
  [SYSMON, "[process:creator_user_ref.account_login = 'Alice' AND EXISTS process:parent_ref]", 1],
  [SYSMON, "[file:name = 'cmd.exe' AND file:hashes.'SHA-1' LIKE '5e4f%']", 1],
  [SYSMON, "[network-traffic:dst_ref.value ISSUBSET '198.51.100.0/24' AND network-traffic:dst_port = 443]", 1],
  [SYSMON, "[network-traffic:dst_ref.value = 'bad.example' AND network-traffic:protocols[*] = 'tcp']", 1],
  [SYSMON, "[process:name = 'cmd.exe' AND process:opened_connection_refs[*].dst_ref.value = '198.51.100.7']", 1],
  [SYSMON, "[domain-name:value = 'BAD.example' AND domain-name:resolves_to_refs[*].value = '198.51.100.7']", 1],
  [
    SYSMON,
    "[windows-registry-key:key = 'HKLM\\\\Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run' AND windows-registry-key:values[*].name = 'x']",
    1,
  ],
  [SYSMON, "[windows-registry-key:key LIKE '%\\\\Run\\\\x']", 1],
  [
    SYSMON,
    "([process:name = 'cmd.exe' AND EXISTS process:command_line] FOLLOWEDBY [domain-name:value = 'bad.example']) WITHIN 60 SECONDS",
    1,
  ],
  [SYSMON, "[process:name = 'notepad.exe']", 0],
  [
    sample("proofpoint-tap", "message.json"),
    "[email-message:from_ref.value = 'mallory@example.net' AND email-message:subject = 'Invoice']",
    1,
  ],
  [sample("squid", "access.txt"), "[url:value = 'http://www.example.com/a.exe']", 1],
  [sample("linux-auditd", "audit.txt"), "[process:name = 'cat' AND process:creator_user_ref.user_id = 'alice']", 1],
];

describe("patterns over events of sources", () => {
  it.each([...new Set(ROWS.map(([source]) => source))])("%s", async (source) => {
    const rows = ROWS.filter(([own]) => own === source);
    const asked = file("rows.txt", rows.map(([, pattern]) => pattern).join("\n"));
    const { detections, patterns } = await matchPatterns(config, asked, source);
    expect(patterns.rejected).toEqual([]);
    const found = rows.map(([, pattern], i) => [
      pattern,
      detections.filter(({ rule }) => rule.id === `${asked}:${i + 1}`).length,
    ]);
    expect(found).toEqual(rows.map(([, pattern, events]) => [pattern, events]));
  });

  it("takes indicators of a bundle with their techniques, level and confidence; refuses with reasons; revoked ones are silent", async () => {
    const indicator = (id: string, more: object) => ({
      type: "indicator",
      id: `indicator--${id}`,
      pattern: "[process:pid = 4460]",
      ...more,
    });
    const bundle = file("bundle.json", {
      type: "bundle",
      objects: [
        indicator("1", {
          ...{ name: "Tool", pattern_type: "stix", confidence: 85, indicator_types: ["malicious-activity"] },
          ...{ valid_from: "2030-01-01T00:00:00Z", pattern: "[process:command_line LIKE '%whoami']" },
          kill_chain_phases: [{ kill_chain_name: "mitre-attack", phase_name: "discovery" }],
        }),
        {
          type: "attack-pattern",
          id: "attack-pattern--1",
          external_references: [{ source_name: "mitre-attack", external_id: "T1033" }],
        },
        {
          type: "relationship",
          relationship_type: "indicates",
          source_ref: "indicator--1",
          target_ref: "attack-pattern--1",
        },
        indicator("2", { revoked: true }),
        indicator("3", { pattern_type: "yara" }),
        indicator("4", { pattern: "[process:pid = ]" }),
        indicator("5", { pattern: "[process:name MATCHES '(a)\\\\1']" }),
        indicator("1", {}),
      ],
    });
    const { detections, patterns } = await matchPatterns(config, bundle, SYSMON);
    expect(patterns.rejected.map(({ id, code }) => [id, code])).toEqual([
      ["indicator--3", "pattern-type"],
      ["indicator--4", "pattern-syntax"],
      ["indicator--5", "regex-unsupported"],
      ["indicator--1", "duplicate-id"],
    ]);
    expect(patterns.revoked).toEqual(["indicator--2"]);
    expect(detections).toMatchObject([
      {
        ...{ severity: "high", confidence: 85, techniques: ["T1033"], tactics: ["discovery"] },
        rule: { id: "indicator--1", title: "Tool", source: bundle },
        matched: [{ selection: "[1]", field: "process:command_line", value: "cmd.exe /c whoami" }],
      },
    ]);
  });

  it("checks bundles and plain lines", () => {
    const lines = file("patterns.txt", "# mine\n[process:name = 'a']\n\n[process:name = ]\n");
    expect(
      checkPatterns(lines).map(({ id, valid, error }) => [id.slice(-2), valid, error?.line, error?.column]),
    ).toEqual([
      [":2", true, undefined, undefined],
      [":4", false, 1, 17],
    ]);
    const broken = file("broken.json", "{");
    expect(() => checkPatterns(broken)).toThrow("broken.json: ");
  });
});
