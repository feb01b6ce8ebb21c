import type { JsonObject } from "@cordon/model/json";
import { describe, expect, it } from "vitest";
import { eventOf, firedOn, observed, patternsOf } from "./stix.fixture.ts";

const FILE: JsonObject = {
  type: "file",
  name: "a.EXE",
  size: 10,
  ratio: 1.5,
  hidden: true,
  created: "2026-01-02T03:04:05Z",
};
const SHA = "AB".repeat(32);
const with_ = (more: JsonObject): JsonObject => ({ ...FILE, ...more });

const ROWS: readonly (readonly [string, boolean, JsonObject, JsonObject?])[] = [
  ["[file:name = 'a.EXE']", true, FILE],
  ["[file:name = 'a.exe']", false, FILE],
  ["[file:name != 'b']", true, FILE],
  ["[file:name NOT = 'a.EXE']", false, FILE],
  ["[file:path != 'b']", false, FILE],
  ["[file:size = '10']", false, FILE],
  ["[file:size != '10']", true, FILE],
  ["[file:size > '1']", false, FILE],
  ["[file:size NOT > '1']", false, FILE],
  ["[file:size = 10.0 AND file:ratio > 1]", true, FILE],
  ["[file:size NOT > 10]", true, FILE],
  ["[file:hidden = true]", true, FILE],
  ["[file:hidden = 'true']", false, FILE],
  ["[file:name < 'b' AND file:name >= 'a']", true, FILE],
  ["[file:created = t'2026-01-02T03:04:05.000Z']", true, FILE],
  ["[file:created > t'2026-01-02T03:04:06Z']", false, FILE],
  ["[file:name > t'2026-01-02T03:04:06Z']", false, FILE],
  ["[file:name IN ('x', 'a.EXE')]", true, FILE],
  ["[file:size IN (1, 10)]", true, FILE],
  ["[file:size NOT IN ('10')]", true, FILE],
  ["[file:name LIKE 'a._X%']", true, FILE],
  ["[file:name LIKE 'a']", false, FILE],
  ["[file:name LIKE '%']", true, FILE],
  ["[file:name NOT LIKE '%.EXE']", false, FILE],
  ["[file:name LIKE '_']", true, with_({ name: "\u{1f600}" })],
  ["[file:name LIKE '%.%.%']", false, FILE],
  ["[file:name MATCHES 'EXE']", true, FILE],
  ["[file:name MATCHES '^EXE']", false, FILE],
  ["[file:name MATCHES '(?i)^A\\\\.exe$']", true, FILE],
  ["[file:size MATCHES '10']", false, FILE],
  ["[EXISTS file:size]", true, FILE],
  ["[NOT EXISTS file:size]", false, FILE],
  ["[NOT EXISTS file:path]", true, FILE],
  ["[NOT EXISTS file:path]", false, { type: "url", value: "x" }],
  ["[EXISTS file:path]", false, with_({ path: null })],
  ["[file:name = 'e\u0301']", false, with_({ name: "\u00e9" })],
  ["[file:name = 'e\u0301']", true, with_({ name: "e\u0301" })],
  ["[file:name MATCHES '^e\u0301$']", true, with_({ name: "\u00e9" })],
  ["[file:name LIKE '%e\u0301%']", true, with_({ name: "caf\u00e9s" })],
  [`[file:hashes.'SHA-256' = '${SHA.toLowerCase()}']`, true, with_({ hashes: { "SHA-256": SHA } })],
  [`[file:hashes.sha256 IN ('${SHA.toLowerCase()}')]`, true, with_({ hashes: { "SHA-256": SHA } })],
  [`[file:hashes[*] = '${SHA}']`, true, with_({ hashes: { "SHA-256": SHA } })],
  ["[file:parts[1].name = 'q']", true, with_({ parts: [{ name: "p" }, { name: "q" }] })],
  ["[file:parts[0].name = 'q']", false, with_({ parts: [{ name: "p" }, { name: "q" }] })],
  ["[file:parts[*].name = 'q']", true, with_({ parts: [{ name: "p" }, { name: "q" }] })],
  ["[file:parts.name = 'q']", false, with_({ parts: [{ name: "p" }, { name: "q" }] })],
  ["[file:parts[*].name NOT = 'q']", true, with_({ parts: [{ name: "p" }, { name: "q" }] })],
  ["[file:__proto__.x = 1]", false, FILE],
  ["[file:constructor.name = 'Object']", false, FILE],
  ["[file:magic_number_hex = h'ffd8' AND file:magic_number_hex != h'ff']", true, with_({ magic_number_hex: "FFD8" })],
  [
    "[artifact:payload_bin = 'test' AND artifact:payload_bin = b'dGVzdA==']",
    true,
    { type: "artifact", payload_bin: "dGVzdA==" },
  ],
  ["[artifact:payload_bin MATCHES '^te']", true, { type: "artifact", payload_bin: "dGVzdA==" }],
  ["[ipv4-addr:value = '198.51.100.1/32']", true, { type: "ipv4-addr", value: "198.51.100.1" }],
  ["[ipv4-addr:value ISSUBSET '198.51.100.0/24']", true, { type: "ipv4-addr", value: "198.51.100.1" }],
  ["[ipv4-addr:value ISSUBSET '198.51.100.0/24']", false, { type: "ipv4-addr", value: "198.51.0.0/16" }],
  ["[ipv4-addr:value ISSUPERSET '198.51.100.0/24']", true, { type: "ipv4-addr", value: "198.51.0.0/16" }],
  ["[ipv4-addr:value NOT ISSUBSET '10.0.0.0/8']", true, { type: "ipv4-addr", value: "198.51.100.1" }],
  ["[ipv6-addr:value ISSUBSET '2001:0db8::/32']", true, { type: "ipv6-addr", value: "2001:db8:0:0::7" }],
  ["[ipv6-addr:value = '2001:0DB8::0007']", true, { type: "ipv6-addr", value: "2001:db8::7" }],
  ["[domain-name:value = 'Example.COM']", true, { type: "domain-name", value: "example.com" }],
  ["[domain-name:value LIKE '%.Example.com']", true, { type: "domain-name", value: "www.EXAMPLE.com" }],
  [
    "[windows-registry-key:key = 'HKLM\\\\Software\\\\A']",
    true,
    { type: "windows-registry-key", key: "HKEY_LOCAL_MACHINE\\SOFTWARE\\a" },
  ],
  [
    "[windows-registry-key:key LIKE 'hkey_local_machine\\\\soft%']",
    true,
    { type: "windows-registry-key", key: "HKLM\\Software\\a" },
  ],
  ["[url:value = 'http://a/B']", false, { type: "url", value: "http://a/b" }],
  [
    "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '203.0.113.33/32']",
    true,
    { type: "network-traffic", dst_ref: "1" },
    { type: "ipv4-addr", value: "203.0.113.33" },
  ],
  [
    "[network-traffic:dst_ref = '1']",
    true,
    { type: "network-traffic", dst_ref: "1" },
    { type: "ipv4-addr", value: "203.0.113.33" },
  ],
  ["[network-traffic:dst_ref.value = '203.0.113.33']", false, { type: "network-traffic", dst_ref: "7" }],
  [
    "[domain-name:resolves_to_refs[*].value = '203.0.113.33']",
    true,
    { type: "domain-name", value: "x", resolves_to_refs: ["9", "1"] },
    { type: "ipv4-addr", value: "203.0.113.33" },
  ],
  ["[file:name = 'a' AND file:size = 1]", false, { type: "file", name: "a" }, { type: "file", size: 1 }],
  ["[file:name = 'a' OR url:value = 'u']", true, { type: "url", value: "u" }],
  ["[(file:name = 'a' OR url:value = 'u') AND (file:size = 1 OR url:value = 'u')]", true, { type: "url", value: "u" }],
];

describe("comparisons", () => {
  it.each(ROWS.map((row) => ({ row, name: `${row[0]} is ${row[1]}` })))(
    "$name",
    ({ row: [pattern, expected, first, second] }) => {
      const patterns = patternsOf([pattern]);
      expect(patterns.rejected).toEqual([]);
      expect(firedOn(patterns, [eventOf(observed(first, ...(second === undefined ? [] : [second])), 0, 1)])).toEqual(
        expected ? [[1]] : [],
      );
    },
  );
});
