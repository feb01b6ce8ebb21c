/**
 * Network and Linux records as their makers and the shippers on the way write them: a Sigma rule must meet each of them, and
 * the event must name addresses and users, tell its time and how it ended.
 */
import { createHash } from "node:crypto";
import { makeDetector } from "@cordon/engine/stream/detect/detect";
import { loadRules } from "@cordon/engine/stream/detect/sigma/load-rules";
import { makeNormaliser } from "@cordon/engine/stream/normalise/normalise";
import { recordId, sha256Of } from "@cordon/model/ids";
import type { RawRecord } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import { describe, expect, it } from "vitest";
import { linux } from "./layouts/linux.ts";
import { ALB, ecsNetwork, firewalls, names, type Row, sensors, vpn, web } from "./layouts/network.ts";
import { mappings } from "./river.ts";

const RULES: Readonly<Record<string, string>> = {
  refused: `logsource: {category: firewall}
detection: {s: {src_ip: 203.0.113.9, dst_ip: 10.0.0.5, dst_port: 22}, condition: s}`,
  // What a device refused must be told from what it let in.
  "let-in": `logsource: {category: firewall}
detection: {s: {dst_port: 22}, b: {action: [deny, drop, Drop, block, Block]}, u: {conn_state: [S0, REJ]}, condition: s and not b and not u}`,
  asked: `logsource: {category: dns}
detection: {s: {query|startswith: evil.example, record_type: A}, condition: s}`,
  traversed: `logsource: {category: webserver}
detection: {s: {cs-uri-query|contains: /etc/passwd, cs-method: GET, sc-status: 200}, condition: s}`,
  surfed: `logsource: {category: proxy}
detection: {s: {c-uri|contains: /etc/passwd, cs-method: GET, sc-status: 200}, condition: s}`,
  alerted: `logsource: {product: suricata}
detection: {s: {alert.signature|contains: SSH Scan, alert.signature_id: 2001219}, condition: s}`,
  netcat: `logsource: {product: linux, category: process_creation}
detection: {s: {Image|endswith: /nc, CommandLine|contains: ' -e /bin/'}, condition: s}`,
  executed: `logsource: {product: linux, service: auditd}
detection: {s: {type: EXECVE, a0: nc, a1: '-e'}, condition: s}`,
  sshd: `logsource: {product: linux, service: sshd}
detection: {k: ['Failed password'], condition: k}`,
  sudo: `logsource: {product: linux, service: sudo}
detection: {k: ['/bin/cat /etc/shadow'], condition: k}`,
  cron: `logsource: {product: linux, service: cron}
detection: {k: ['curl http'], condition: k}`,
  macos: `logsource: {product: macos, category: process_creation}
detection: {s: {Image|endswith: /nc, CommandLine|contains: ' -e /bin/'}, condition: s}`,
};
const ruleset = loadRules(
  Object.entries(RULES).map(([name, text], i) => ({
    path: `${name}.yml`,
    source: "test",
    text: `title: ${name}\nid: 00000000-0000-4000-8000-${String(i).padStart(12, "0")}\nlevel: high\n${text}\n`,
  })),
);
const sha256 = (text: string | Uint8Array) => sha256Of(createHash("sha256").update(text).digest("hex"));
const normalise = makeNormaliser({ mappings: mappings.mappings, sha256 });

function eventsOf({ record, header, meta }: Pick<Row, "record" | "header" | "meta">) {
  const text = typeof record === "string" ? record : JSON.stringify(record);
  const raw: RawRecord = {
    ...{ id: recordId("1".padStart(32, "0")), source: "files", input: "input", position: 1 },
    ...{ receivedAt: instant(Date.UTC(2026, 4, 4, 12)), body: new Untrusted(new TextEncoder().encode(text)) },
    ...(header === undefined ? { format: "auto" } : { format: "csv", meta: { ...meta, header } }),
  };
  return normalise(raw).events;
}

const ROWS: readonly Row[] = [...firewalls, ...ecsNetwork, ...sensors, ...web, ...names, ...vpn, ...linux];

/** Records that speak of such events and are none. */
const STRANGERS: readonly (readonly [name: string, record: string | object])[] = [
  [
    "a ticket that holds a record",
    { id: 7, title: "look at this", json: { event_type: "dns", flow_id: 1, src_ip: "10.0.1.7" } },
  ],
  ["a ticket that quotes a line", { id: 7, title: "proxy", assignee: "bob", message: ALB }],
  ["an order with an ID of its own", { ID: "2026.77", SYSCALL: "none", customer: "bob" }],
  ["an order with an ID of numbers", { order: { ID: "1777890030.123:77" }, auditd: { log: "on" } }],
  ["an order of pairs", 'id=7 sn=99 status="shipped" customer=bob carrier=x'],
  ["a job's own rules", { rule: "nightly", priority: "high", output: "done", time: "2026-05-04T10:20:30Z" }],
  ["a list of pairs in brackets", '[user:"bob"; page:"7"]'],
  ["a page view", { status: "200", request: { uri: "/a", method: "GET" }, customer: "bob" }],
];

describe("layouts of networks and Linux", () => {
  it("every rule of the test loads", () => expect(ruleset.rules.length).toBe(Object.keys(RULES).length));

  it.each(ROWS.map((row) => [row.name, row] as const))("%s", (_, row) => {
    const events = eventsOf(row);
    const told = events.flatMap(({ entities }) =>
      entities.map((one) => `${one.kind}/${one.role}=${String(one.value)}`),
    );
    expect({
      source: events.map(({ source }) => source).filter((source) => /^(?:generic|unknown)/.test(source)),
      minute: events.map(({ time }) => new Date(time).toISOString().slice(0, 19)),
      fired: makeDetector(ruleset, mappings.views, sha256)
        .detect(events)
        .map(({ rule }) => rule.title)
        .filter((title) => title !== "executed" || row.rules.includes(title)),
      missing: row.has.filter((one) => !told.includes(one)),
      outcome: row.outcome === undefined ? undefined : events[0]?.outcome,
    }).toEqual({
      source: [],
      minute: ["2026-05-04T10:20:30"],
      fired: row.rules,
      missing: [],
      outcome: row.outcome,
    });
  });

  it.each(STRANGERS)("%s is no such event", (_, record) => {
    const events = eventsOf({ record });
    expect(events.map(({ source }) => source).filter((source) => !/^(?:generic|unknown)/.test(source))).toEqual([]);
    expect(makeDetector(ruleset, mappings.views, sha256).detect(events)).toEqual([]);
  });
});
