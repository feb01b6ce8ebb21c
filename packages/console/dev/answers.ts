/** What the fixture server answers, by route name; each answer is checked against the wire shapes when the server starts. */

import type { WireCoverage } from "@cordon/model/api/coverage";
import type { WireIncident } from "@cordon/model/api/incidents";
import type { WireIntelLookup, WireIntelStatus } from "@cordon/model/api/intel";
import type { WireModelHealth } from "@cordon/model/api/model-health";
import { ROUTES, type RouteName } from "@cordon/model/api/routes";
import type { WireMe, WireStatus } from "@cordon/model/api/system";
import { at, EVENTS } from "./attack.ts";
import { HOSTILE } from "./hostile.ts";
import { APPROVALS, LEDGER, MAIN, MAIN_ID, OTHERS, PLAYBOOKS, summaryOf } from "./incidents.ts";
import { DETECTIONS } from "./investigation.ts";
import { BIAS, HEALTH, MODELS, REVIEWS } from "./learning.ts";

export interface World {
  me: WireMe;
  main: WireIncident;
  approvals: typeof APPROVALS;
  /** Extra incidents that arrived after the start. */
  arrived: number;
  tokens: { id: string; name: string; role: "ingest"; createdAt: number }[];
  /** True for an instance that has seen nothing yet. */
  empty: boolean;
  health: WireModelHealth;
}

export const newWorld = (): World => ({
  me: { name: "admin", role: "admin", version: "0.1.0", demo: true, killSwitch: false, mode: "assisted" },
  main: MAIN,
  approvals: APPROVALS,
  arrived: 0,
  tokens: [{ id: "tok-1", name: `rsyslog ${HOSTILE.image}`, role: "ingest", createdAt: at(0) }],
  empty: false,
  health: HEALTH,
});

const RULES = Array.from({ length: 36 }, (_, i) => ({
  id: `rule-${i}`,
  title: i === 2 ? `Rule ${HOSTILE.script}` : `Suspicious pattern number ${i}`,
  level: (["critical", "high", "medium", "low", "informational"] as const)[i % 5] ?? "low",
  status: "stable",
  author: `A. Nalyst ${i === 3 ? HOSTILE.bidi : ""}`,
  description: "What it looks for and why, in two sentences.",
  source: `content/rules/execution/rule-${i}.yml`,
  version: "a".repeat(64),
  logsource: { product: "windows", category: "process_creation" },
  techniques: ["T1059.001"],
  tactics: ["execution"],
  hits: (i * 37) % 90,
  verdicts: i % 3 === 0 ? { "true-positive": 2, "false-positive": 1 } : {},
  health: {
    ...{
      hits24h: i % 5,
      hits7d: i % 9,
      liveSince: at(0),
      incidents: i % 4,
      suppressed: 0,
      muted: i === 5,
      timeShare: 0.01,
    },
    ...(i % 3 === 0 ? { closed: 3, falseShare: 1 / 3, lastHitAt: at(0) } : { closed: 0 }),
    flags: i === 0 ? ["noisy", "mostly-false"] : [],
  },
}));

const REJECTED = Array.from({ length: 3 }, (_, i) => ({
  path: `/etc/cordon/rules/broken-${i}.yml`,
  line: 12 + i,
  title: `Broken ${i}`,
  code: "unknown-modifier",
  reason: `The modifier "${HOSTILE.image}" is not known`,
}));

const statusOf = (world: World): WireStatus => ({
  version: "0.1.0",
  startedAt: Date.now() - 7_400_000,
  sources: world.empty
    ? []
    : [
        {
          name: "winlog",
          kind: "folder",
          state: "running",
          detail: "/var/log/forwarded, 14 files",
          accepted: 184_204,
          duplicates: 12,
          failures: [
            {
              input: `/var/log/forwarded/${HOSTILE.image}.evtx`,
              reason: "chunk 3: bad checksum, its records are lost",
              at: at(3),
            },
          ],
          lastRecordAt: Date.now() - 4_000,
        },
        {
          name: "syslog",
          kind: "syslog",
          state: "waiting",
          detail: "127.0.0.1:5514 udp and tcp",
          accepted: 9_120,
          duplicates: 0,
          failures: [],
          lastRecordAt: Date.now() - 61_000,
        },
        {
          name: "old-archive",
          kind: "file",
          state: "failed",
          detail: "permission denied",
          accepted: 0,
          duplicates: 0,
          failures: [],
        },
      ],
  spool: {
    bytes: 91_000_000,
    bytesMax: 1_000_000_000,
    lastSeq: 193_324,
    detected: 193_310,
    stored: 192_000,
    records: 193_324,
    duplicates: 12,
  },
  events: {
    total: world.empty ? 0 : 192_900,
    tail: 1_310,
    segments: 7,
    bytes: 41_200_000,
    unmapped: 204,
    bySource: { "windows.sysmon": 101_000, "windows.security": 70_210, "linux.auditd": 21_486, unknown: 204 },
  },
  rules: { loaded: 3_104, rejected: 3, digest: "d".repeat(64) },
  detections: { total: 802, pending: 1 },
  incidents: { open: 231, waiting: 4, closed: 58 },
  killSwitch: world.me.killSwitch,
  problems: [
    {
      code: "source-failed",
      message: "The source old-archive cannot be read: permission denied.",
      fix: "Give the user of Cordon read access: chmod o+r /srv/archive/*.json",
    },
  ],
});

const INTEL: WireIntelStatus = {
  version: "4b7e".repeat(16),
  indicators: 1_204_331,
  bytes: 31_204_000,
  patterns: 12,
  feeds: [
    {
      ...{ name: "partners", place: "https://intel.example/taxii/bundle.json?***", state: "ok", rows: 1_203_902 },
      ...{ patterns: 12, bad: 0, badRows: [], confidence: 70, refreshMinutes: 60 },
      ...{ changedAt: Date.now() - 2_400_000, checkedAt: Date.now() - 90_000 },
    },
    {
      ...{ name: "added-own.txt", place: "/var/lib/cordon/intel/added/own.txt", state: "ok", rows: 429 },
      ...{
        patterns: 0,
        bad: 2,
        confidence: 75,
        refreshMinutes: 1,
        changedAt: Date.now() - 86_400_000,
        checkedAt: Date.now() - 20_000,
      },
      badRows: [
        { line: 17, reason: `"${HOSTILE.image}" is no indicator of a known kind` },
        { line: 90, reason: `"${HOSTILE.bidi}" is no indicator of a known kind` },
      ],
    },
    {
      ...{ name: "old-list", place: "https://gone.example/list", state: "failed", rows: 0, patterns: 0, bad: 0 },
      ...{ badRows: [], confidence: 60, refreshMinutes: 60, checkedAt: Date.now() - 200_000 },
      error: "https://gone.example/list: the server answered 404",
    },
  ],
  counts: {
    ...{ lookups: 2_904_112, hits: 17, expired: 40, notYetValid: 0, revoked: 3, faded: 121 },
    suppressed: { "public-resolvers": 208, "reserved-ranges": 12 },
  },
  warningValues: 66,
};

const lookedUp = (value: string): WireIntelLookup => ({
  asked: { kind: "domain", value: value === "" ? "drop.evil.example" : value },
  hits: [
    {
      ...{ kind: "domain", value: "evil.example", below: true, feed: "partners", confidence: 90, severity: "high" },
      ...{
        label: HOSTILE.image,
        tlp: "amber",
        standing: "counts",
        confidenceNow: 84,
        validUntil: Date.now() + 5_000_000_000,
      },
    },
    {
      ...{ kind: "domain", value: "evil.example", below: true, feed: "added-own.txt", confidence: 75 },
      ...{ severity: "medium", standing: "expired", confidenceNow: 0, validUntil: Date.now() - 900_000_000 },
    },
  ],
});

const COVERAGE: WireCoverage = {
  techniques: [
    {
      ...{ id: "T1059.001", name: "PowerShell", tactics: ["execution"], state: "covered" },
      rules: [{ id: "rule-0", title: `Rule ${HOSTILE.script}`, level: "high", live: true }],
    },
    { id: "T1003.001", name: "LSASS Memory", tactics: ["credential-access"], state: "no-source", rules: [] },
  ],
  sources: [{ source: "winlog", events: 4_100, lastSeen: at(60), rules: 12, logs: [] }],
  missing: [{ logsource: { product: "aws", service: "cloudtrail" }, rules: 55, levels: { high: 12, medium: 43 } }],
  rules: { total: 36, live: 12, untagged: 2 },
  sampled: 5_000,
};

const REPORT = `# ${MAIN.title}\n\n## Summary\n\nA mail attachment started it (event ${EVENTS[0]?.id}).\n\n${HOSTILE.image} ${HOSTILE.script}\n\n## Indicators\n\n- 198.51.100[.]9\n- ${HOSTILE.bidi}\n`;

function incidentsOf(world: World, query: URLSearchParams) {
  const statuses = query.get("status")?.split(",");
  const arrived = OTHERS.slice(0, world.arrived).map((row, i) => ({
    ...row,
    id: `INC-NEW${i}0000`,
    title: `Arrived just now ${i}`,
    priority: 97,
  }));
  const all = [...arrived, summaryOf(world.main), ...OTHERS]
    .filter((row) => statuses === undefined || statuses.includes(row.status))
    .filter((row) => row.priority >= Number(query.get("minPriority") ?? 0))
    .filter((row) =>
      JSON.stringify(row)
        .toLowerCase()
        .includes((query.get("q") ?? "").toLowerCase()),
    );
  const from = Number(query.get("after") ?? 0);
  const limit = Number(query.get("limit") ?? 100);
  const next = from + limit < all.length ? { next: String(from + limit) } : {};
  return { items: world.empty ? [] : all.slice(from, from + limit), ...next, total: world.empty ? 0 : all.length };
}

/** More than any screen shows. */
const LONG_ITEMS = 1_200;
export const LONG_ID = "INC-LONG0000";

function incidentOf(world: World, id: string): WireIncident {
  if (id === MAIN_ID) return world.main;
  const { investigation } = world.main;
  const [first] = investigation?.timeline ?? [];
  const long =
    id === LONG_ID && investigation !== undefined && first !== undefined
      ? {
          investigation: {
            ...investigation,
            timeline: Array.from({ length: LONG_ITEMS }, (_, i) => ({
              ...first,
              at: at(i),
              text: `Thing number ${i}`,
            })),
          },
        }
      : {};
  const title = OTHERS.find((row) => row.id === id)?.title ?? "Another incident";
  return { ...world.main, id, title, actions: [], tasks: [], ...long };
}

const JOURNAL = [
  { kind: "opened", title: `LSASS dumped ${HOSTILE.image}` },
  { kind: "detection-joined", detection: { rule: { title: "LSASS dumped" } }, because: [] },
  { kind: "scored", priority: 61, severity: "high" },
  { kind: "investigated", investigation: { verdict: "malicious", confidence: 91 } },
  { kind: "scored", priority: 74, severity: "high", rescored: { because: "model c0ffee serves", priority: 61 } },
  { kind: "action-proposed", key: "k1", action: { kind: "isolate-host", host: { value: "ws-12" } } },
  { kind: "note-added", by: "maria", text: `Called the owner ${HOSTILE.script}` },
].map((entry, i) => ({ at: at(60 + i), by: "cordon", ...entry }));

function eventsOf(query: URLSearchParams) {
  const q = (query.get("q") ?? "").toLowerCase();
  const many = Array.from({ length: 30 }, (_, round) =>
    EVENTS.map((event) => ({
      ...event,
      id: round === 0 ? event.id : event.id.replace(/-0$/, `-${round}`),
      time: event.time + round * 47_000,
    })),
  ).flat();
  const entities = query.getAll("entity").map((text) => text.slice(text.indexOf(":") + 1));
  const items = many.filter(
    (event) =>
      JSON.stringify(event.raw).toLowerCase().includes(q) &&
      (entities.length === 0 || event.entities.some((one) => entities.includes(one.value))),
  );
  return { items: items.sort((a, b) => b.time - a.time).slice(0, 200) };
}

function eventOf(id: string) {
  const event = EVENTS.find((one) => one.id.slice(0, 32) === id.slice(0, 32));
  if (event === undefined) return undefined;
  const detections = DETECTIONS.map((joined) => joined.detection).filter((detection) =>
    detection.evidence.includes(event.id),
  );
  return { event, detections, incidents: [MAIN_ID] };
}

export function readAnswer(
  world: World,
  name: RouteName,
  params: Readonly<Record<string, string>>,
  query: URLSearchParams,
): unknown {
  switch (name) {
    case "me":
      return world.me;
    case "status":
      return statusOf(world);
    case "listIncidents":
      return incidentsOf(world, query);
    case "getIncident":
      return incidentOf(world, params.id ?? "");
    case "getJournal":
      return { items: JOURNAL.map((entry, i) => ({ position: 100 + i, incident: params.id ?? "", entry })) };
    case "getReport":
      return REPORT;
    case "listEvents":
      return eventsOf(query);
    case "getEvent":
      return eventOf(params.id ?? "");
    case "listApprovals":
      return { items: world.approvals };
    case "listActions":
      return { items: LEDGER };
    case "listRules":
      return query.get("rejected") === "true"
        ? { items: [], rejected: REJECTED, total: REJECTED.length }
        : { items: RULES, rejected: [], total: RULES.length };
    case "intelStatus":
      return INTEL;
    case "intelLookup":
      return lookedUp(query.get("value") ?? "");
    case "listPlaybooks":
      return { items: PLAYBOOKS };
    case "listTokens":
      return { items: world.tokens };
    case "ruleCoverage":
      return COVERAGE;
    case "listModels":
      return MODELS;
    case "modelHealth":
      return world.health;
    case "modelBias":
      return BIAS;
    case "listReviews":
      return REVIEWS;
    case "modelCard":
      return { id: params.id ?? "", markdown: `# Model\n\n${HOSTILE.image}\n` };
    case "modelGates":
      return { gates: [{ gate: "canaries", passed: true, said: "none lost" }] };
    default:
      return undefined;
  }
}

/** Throws where a canned answer does not have the promised shape: a fixture that lies proves nothing. */
export function checkAnswers(): void {
  const world = newWorld();
  const reads: readonly RouteName[] = [
    "me",
    "status",
    "listIncidents",
    "getIncident",
    "getJournal",
    "listEvents",
    "getEvent",
    "listApprovals",
    "listActions",
    "listRules",
    "intelStatus",
    "intelLookup",
    "listPlaybooks",
    "listTokens",
    "ruleCoverage",
    "listModels",
    "modelHealth",
    "modelBias",
    "listReviews",
    "modelCard",
    "modelGates",
  ];
  for (const name of reads) {
    const params = { id: name === "getEvent" ? (EVENTS[0]?.id ?? "") : MAIN_ID };
    const parsed = ROUTES[name].answer.safeParse(readAnswer(world, name, params, new URLSearchParams()));
    if (!parsed.success) throw new Error(`fixture for ${name}: ${parsed.error.message.slice(0, 800)}`);
  }
}
