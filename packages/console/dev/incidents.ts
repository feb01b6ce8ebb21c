/** Canned incidents, approvals and the rest of the answers. */
import type { WireApproval, WireLedgerRow, WirePlaybook } from "@cordon/model/api/actions";
import type { WireIncident, WireIncidentAction, WireIncidentSummary } from "@cordon/model/api/incidents";
import { LEVELS } from "@cordon/model/rule";
import { TACTICS } from "@cordon/model/technique";
import { at, entity, id } from "./attack.ts";
import { HOSTILE } from "./hostile.ts";
import { DETECTIONS, INVESTIGATION } from "./investigation.ts";

export const MAIN_ID = "INC-7K3QZ9XA";
const HOUR = 3_600_000;
const soon = (hours: number): number => Date.now() + hours * HOUR;

export const TERMS: WireIncident["terms"] = [
  { term: "severity", points: 32, why: "a critical rule fired: LSASS memory read" },
  { term: "kill-chain", points: 24, why: "six tactics in order, up to exfiltration" },
  { term: "breadth", points: 14, why: "3 hosts and 2 accounts" },
  { term: "asset-criticality", points: 12, why: "srv-db-3 is marked critical" },
  { term: "confidence", points: 10, why: "two independent sensors agree" },
  { term: "rarity", points: 5, why: "rclone.exe never ran on srv-db-3 in 30 days" },
  { term: "policy", points: -3, why: `ws-12 is a test machine ${HOSTILE.image}` },
];

const ref = (kind: "host" | "user" | "ip", value: string, control: "attacker" | "environment" = "environment") => ({
  kind,
  value,
  incident: MAIN_ID,
  control,
  evidence: [id(2), id(4)],
});

interface Made {
  readonly key: string;
  readonly action: WireIncidentAction["action"];
  readonly effects: string[];
  readonly affected: WireIncidentAction["plan"]["affected"];
  readonly state: WireIncidentAction["state"];
  readonly ttlMs?: number;
  readonly actuator: string;
}

const MADE: readonly Made[] = [
  {
    key: "a".repeat(64),
    action: { kind: "isolate-host", host: ref("host", "ws-12") },
    effects: [
      "nft add element inet cordon isolated { 10.20.0.12 timeout 4h }",
      "nft add rule inet cordon forward ip saddr @isolated drop",
    ],
    affected: [entity("host", "ws-12"), entity("user", "corp\\anna")],
    state: "proposed",
    ttlMs: 4 * HOUR,
    actuator: "edge-fw",
  },
  {
    key: "b".repeat(64),
    action: { kind: "block-address", address: ref("ip", "198.51.100.9", "attacker") },
    effects: ["nft add element inet cordon blocked { 198.51.100.9 timeout 24h }"],
    affected: [entity("ip", "198.51.100.9")],
    state: "proposed",
    ttlMs: 24 * HOUR,
    actuator: "edge-fw",
  },
  {
    key: "c".repeat(64),
    action: { kind: "block-address", address: ref("ip", "203.0.113.77", "attacker") },
    effects: ["nft add element inet cordon blocked { 203.0.113.77 timeout 24h }"],
    affected: [entity("ip", "203.0.113.77")],
    state: "verified",
    ttlMs: 24 * HOUR,
    actuator: "edge-fw",
  },
  {
    key: "d".repeat(64),
    action: { kind: "notify", incident: MAIN_ID, channel: "email" },
    effects: [`mail to soc@corp.example: "${HOSTILE.script}"`],
    affected: [],
    state: "simulated",
    actuator: "mail",
  },
];

const POLICY: WireIncidentAction["policy"] = {
  outcome: "needs-approval",
  approvalsNeeded: 1,
  policies: ["containment-needs-person"],
  reasons: ["Containment of a workstation needs one approver in assisted mode."],
};

export const ACTIONS: WireIncident["actions"] = MADE.map((made, i) => ({
  key: made.key,
  action: made.action,
  plan: {
    hash: "0123456789abcdef".repeat(4).replace("0", String(i)),
    actuator: made.actuator,
    effects: made.effects,
    affected: made.affected,
    undo: made.action.kind === "notify" ? "no" : "yes",
    ...(made.ttlMs === undefined ? {} : { ttlMs: made.ttlMs }),
    before: {},
  },
  policy: POLICY,
  run: "run-1",
  reason:
    made.action.kind === "isolate-host"
      ? "ws-12 runs the encoded PowerShell and still talks to 203.0.113.77."
      : `The address took part in the attack ${HOSTILE.ansi}`,
  state: made.state,
  grants:
    made.state === "verified"
      ? [{ by: { person: "maria" }, planHash: "c".repeat(64), at: at(72), expiresAt: at(80) }]
      : [],
  proposedAt: at(70 + i),
  movedAt: at(73 + i),
  detail: made.state === "verified" ? { handle: 17, counter: "0 packets" } : {},
}));

export const MAIN: WireIncident = {
  id: MAIN_ID,
  version: 31,
  title: "Encoded PowerShell from a mail attachment, credentials dumped, 700 MB uploaded",
  status: "waiting",
  openedAt: at(3),
  updatedAt: at(74),
  firstSeen: at(0),
  lastSeen: at(58),
  priority: 94,
  severity: "critical",
  terms: TERMS,
  detections: DETECTIONS,
  entities: [
    entity("host", "ws-12"),
    entity("host", "srv-db-3"),
    entity("user", "corp\\anna"),
    entity("user", "corp\\svc-backup"),
  ],
  techniques: INVESTIGATION.techniques,
  tactics: [
    "initial-access",
    "execution",
    "command-and-control",
    "credential-access",
    "lateral-movement",
    "collection",
    "exfiltration",
  ],
  investigation: INVESTIGATION,
  runs: [
    {
      run: "run-1",
      playbook: "contain-workstation",
      digest: "d".repeat(64),
      reason: "malicious, 94 % sure",
      variables: {},
      startedAt: at(70),
      steps: [{ step: "isolate", state: "waiting", at: at(70), detail: {} }],
      state: "waiting",
    },
  ],
  actions: ACTIONS,
  tasks: [],
  notes: [{ at: at(72), by: "maria", text: `Called anna, she confirms the mail.\nAttachment saved. ${HOSTILE.image}` }],
  scoredAt: 20,
  investigatedAt: 24,
};

export const summaryOf = (incident: WireIncident): WireIncidentSummary => ({
  id: incident.id,
  title: incident.title,
  status: incident.status,
  priority: incident.priority,
  severity: incident.severity,
  terms: incident.terms,
  openedAt: incident.openedAt,
  updatedAt: incident.updatedAt,
  firstSeen: incident.firstSeen,
  lastSeen: incident.lastSeen,
  detections: incident.detections.length,
  repeats: 5,
  hosts: ["ws-12", "srv-db-3", "db-repl-1"],
  users: ["corp\\anna", "corp\\svc-backup"],
  techniques: incident.techniques,
  tactics: incident.tactics,
  approvalsWaiting: incident.actions.filter((action) => action.state === "proposed").length,
  machineVerdict: incident.investigation?.verdict ?? "undecided",
  rootCause: `Mail attachment ${HOSTILE.bidi} opened by corp\\anna`,
  ...(incident.assignee === undefined ? {} : { assignee: incident.assignee }),
  ...(incident.verdict === undefined ? {} : { verdict: incident.verdict }),
});

const TITLES = [
  "Console logins from two countries within an hour",
  "Password spray against the VPN, one success",
  `New admin account ${HOSTILE.script}`,
  "Scheduled task with a download cradle",
  "DNS tunnel to a fresh domain",
  `Failed sudo, many times, by ${HOSTILE.ansi}`,
  "Security log was cleared",
  "S3 bucket made public",
  "Vulnerability scanner on the office network",
  "Suspicious rundll32 without arguments",
] as const;
const CAUSES = [
  "Remote logon from an address never seen before",
  "A reused password of one account",
  undefined,
  "A mail link clicked by corp\\lee",
  "An exposed web service",
] as const;
const STATUSES = ["open", "new", "open", "contained", "open", "new"] as const;
const MACHINE = ["malicious", "undecided", "benign", "malicious"] as const;

export const OTHERS: readonly WireIncidentSummary[] = Array.from({ length: 240 }, (_, i) => {
  const priority = Math.max(3, 88 - i * 0.36 - (i % 5));
  const cause = CAUSES[i % CAUSES.length];
  const assignee = i % 4 === 0 ? "maria" : undefined;
  const verdict = MACHINE[i % MACHINE.length];
  return {
    id: `INC-${String(10_000_000 + i * 7_919).slice(0, 8)}`,
    title: TITLES[i % TITLES.length] ?? "",
    status: STATUSES[i % STATUSES.length] ?? "open",
    priority,
    severity: LEVELS[Math.min(4, Math.floor(priority / 21))] ?? "low",
    terms: [
      { term: "severity" as const, points: Math.round(priority * 0.5), why: "highest rule level" },
      { term: "rarity" as const, points: Math.round(priority * 0.3), why: "not seen in 30 days" },
      { term: "confidence" as const, points: Math.round(priority * 0.2), why: "one sensor" },
    ],
    openedAt: soon(-i * 0.7 - 1),
    updatedAt: soon(-i * 0.5 - 0.2),
    firstSeen: soon(-i * 0.8 - 1),
    lastSeen: soon(-i * 0.6 - 0.3),
    detections: 1 + (i % 9),
    repeats: (i * 3) % 17,
    hosts: [i % 7 === 0 ? HOSTILE.image : `srv-${i % 30}`],
    users: i % 3 === 0 ? [] : [`corp\\user${i % 40}`],
    techniques: ["T1110.003"],
    tactics: [TACTICS[(i * 3) % TACTICS.length] ?? "execution", TACTICS[(i * 3 + 2) % TACTICS.length] ?? "execution"],
    approvalsWaiting: i === 3 ? 1 : 0,
    ...(verdict === undefined ? {} : { machineVerdict: verdict }),
    ...(cause === undefined ? {} : { rootCause: cause }),
    ...(assignee === undefined ? {} : { assignee }),
  };
});

const OF_MAIN: readonly WireApproval[] = ACTIONS.filter((action) => action.state === "proposed").map((action, i) => ({
  key: action.key,
  incident: { id: MAIN_ID, title: MAIN.title, priority: MAIN.priority, severity: MAIN.severity },
  action: action.action,
  plan: action.plan,
  policy: action.policy,
  grants: [],
  reason: action.reason,
  playbook: "contain-workstation",
  proposedAt: action.proposedAt,
  approvalUntil: soon(i === 0 ? 0.06 : 5),
}));

export const APPROVALS: readonly WireApproval[] = [
  ...OF_MAIN,
  ...OF_MAIN.slice(0, 1).map((card) => ({
    ...card,
    key: "9".repeat(64),
    incident: { id: OTHERS[0]?.id ?? "", title: OTHERS[0]?.title ?? "", priority: 60, severity: "high" as const },
  })),
];

export const LEDGER: readonly WireLedgerRow[] = ACTIONS.map((action) => ({
  key: action.key,
  incident: MAIN_ID,
  action: action.action,
  plan: action.plan,
  policy: action.policy,
  state: action.state,
  grants: action.grants,
  origin: { playbook: "contain-workstation", run: "run-1", step: "block" },
  proposedAt: action.proposedAt,
  updatedAt: action.movedAt,
  ...(action.state === "verified" ? { revertAt: soon(11.4) } : {}),
  attempts: 1,
  detail: action.detail,
}));

export const PLAYBOOKS: readonly WirePlaybook[] = [
  {
    id: "playbook--1",
    name: "contain-workstation",
    title: "Contain a workstation",
    description: "Isolates the machine, blocks what it talks to, tells the team.",
    source: "content/playbooks/contain-workstation.json",
    digest: "e".repeat(64),
    runnable: true,
    problems: [],
    steps: [
      { id: "s1", type: "start", name: "Start", next: ["s2"] },
      { id: "s2", type: "action", name: "Isolate the host", next: ["s3"] },
      { id: "s3", type: "if-condition", name: "Is an address known?", next: ["s4", "s5"] },
      { id: "s4", type: "action", name: "Block the address", next: ["s5"] },
      { id: "s5", type: "end", name: "End", next: [] },
    ],
    variables: [
      { name: "__host__", type: "hostname", required: true },
      { name: "__address__", type: "ipv4-addr", required: false },
    ],
  },
  {
    id: "playbook--2",
    name: "disable-account",
    title: `Disable an account ${HOSTILE.script}`,
    description: "Locks the account on every Linux host.",
    source: "content/playbooks/disable-account.json",
    digest: "f".repeat(64),
    runnable: false,
    problems: [
      { level: "not-runnable", where: "/workflow/s2/agent", message: "No actuator offers disable-account." },
      { level: "warning", where: "/workflow/s3", message: `Step cannot be reached ${HOSTILE.image}` },
    ],
    steps: [{ id: "s1", type: "start", name: "Start", next: [] }],
    variables: [],
  },
];
