/** One word per idea: how closed sets of the model read on screen. */
import type { ActionKind, LedgerState } from "@cordon/model/action";
import type { EntityKind } from "@cordon/model/entity";
import type { IncidentStatus, ScoreTerm, Verdict } from "@cordon/model/incident";
import type { Level } from "@cordon/model/rule";

export const LEVEL_WORD: Readonly<Record<Level, string>> = {
  informational: "Info",
  low: "Low",
  medium: "Medium",
  high: "High",
  critical: "Critical",
};

export const STATUS_WORD: Readonly<Record<IncidentStatus, string>> = {
  new: "New",
  open: "Open",
  waiting: "Waiting for you",
  contained: "Contained",
  closed: "Closed",
};

export const VERDICT_WORD: Readonly<Record<Verdict, string>> = {
  "true-positive": "True positive",
  "benign-positive": "Benign positive",
  "false-positive": "False positive",
};

/** The same for a verdict that came as plain text; an unknown one stays as it is. */
export const verdictWord = (verdict: string): string =>
  (Object.entries(VERDICT_WORD).find(([known]) => known === verdict)?.[1] ?? verdict).toLowerCase();

export const VERDICT_MEANING: Readonly<Record<Verdict, string>> = {
  "true-positive": "It happened, and it was an attack.",
  "benign-positive": "It happened as detected, but it was allowed: a test, an administrator, a tool.",
  "false-positive": "The rule was wrong: what it describes did not happen.",
};

export const MACHINE_WORD = { malicious: "Malicious", benign: "Benign", undecided: "Undecided" } as const;
export type MachineVerdict = keyof typeof MACHINE_WORD;

export const TERM_WORD: Readonly<Record<ScoreTerm["term"], string>> = {
  severity: "severity",
  confidence: "confidence",
  "asset-criticality": "asset",
  finding: "finding",
  model: "learnt from verdicts",
  "kill-chain": "kill chain",
  breadth: "breadth",
  rarity: "rarity",
  policy: "policy",
};

export const ACTION_WORD: Readonly<Record<ActionKind, string>> = {
  "block-address": "Block address",
  "disable-account": "Disable account",
  "isolate-host": "Isolate host",
  "kill-process": "Kill process",
  "capture-forensics": "Capture forensics",
  "quarantine-file": "Quarantine file",
  "purge-mail": "Purge mail",
  "block-sender": "Block sender",
  "block-link": "Block link",
  "revoke-sessions": "Revoke sessions",
  notify: "Notify",
};

/** These take a person or a machine out of work: approving them asks for the target once more, typed. */
export const HIGH_IMPACT: ReadonlySet<ActionKind> = new Set<ActionKind>(["isolate-host", "disable-account"]);

export const LEDGER_WORD: Readonly<Record<LedgerState, string>> = {
  proposed: "Proposed",
  authorised: "Authorised",
  intent: "About to run",
  dispatched: "Sent",
  verified: "In force",
  reverting: "Undoing",
  reverted: "Undone",
  denied: "Denied",
  expired: "Lapsed",
  forbidden: "Forbidden",
  cancelled: "Cancelled",
  failed: "Failed",
  unknown: "Unknown: check by hand",
  simulated: "Simulated",
};

export type Tone = "neutral" | "info" | "good" | "warn" | "bad";

export function ledgerTone(state: LedgerState): Tone {
  switch (state) {
    case "verified":
      return "good";
    case "proposed":
      return "warn";
    case "failed":
    case "unknown":
      return "bad";
    case "authorised":
    case "intent":
    case "dispatched":
    case "reverting":
      return "info";
    default:
      return "neutral";
  }
}

const TACTIC_SHORT: Readonly<Record<string, string>> = {
  reconnaissance: "Recon",
  "resource-development": "Resources",
  "initial-access": "Initial access",
  execution: "Execution",
  persistence: "Persistence",
  "privilege-escalation": "Priv. escalation",
  stealth: "Stealth",
  "defense-impairment": "Defence impairment",
  "defense-evasion": "Defence evasion",
  "credential-access": "Credential access",
  discovery: "Discovery",
  "lateral-movement": "Lateral movement",
  collection: "Collection",
  "command-and-control": "C2",
  exfiltration: "Exfiltration",
  impact: "Impact",
};

export const tacticWord = (tactic: string): string => TACTIC_SHORT[tactic] ?? tactic.replaceAll("-", " ");

export const kindWord = (kind: EntityKind | string): string => {
  if (kind === "ip") return "address";
  if (kind === "user") return "account";
  if (kind === "cmdline") return "command line";
  return kind;
};

/** OCSF classes our mappings produce most; the number is always shown beside the word. */
export const CLASS_WORD: Readonly<Record<number, string>> = {
  0: "unclassified",
  1001: "file",
  1005: "module",
  1006: "job",
  1007: "process",
  2004: "finding",
  3001: "account change",
  3002: "authentication",
  3003: "authorisation",
  4001: "network",
  4002: "web",
  4003: "dns",
  6003: "api",
  201001: "registry key",
  201002: "registry value",
};

export const classWord = (id: number): string => (CLASS_WORD[id] ? `${CLASS_WORD[id]} (${id})` : String(id));

export function countText(n: number, one: string, many = `${one}s`): string {
  return `${groupDigits(n)} ${n === 1 ? one : many}`;
}

/** 12 345 678 with thin spaces, the same in every locale. */
export function groupDigits(n: number): string {
  const [whole = "", part] = String(n).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009");
  return part === undefined ? grouped : `${grouped}.${part}`;
}

const SIZES = ["B", "kB", "MB", "GB", "TB"] as const;

export function bytesText(bytes: number): string {
  let n = bytes;
  let unit = 0;
  while (n >= 1_000 && unit < SIZES.length - 1) {
    n /= 1_000;
    unit += 1;
  }
  return `${unit === 0 ? n : n.toFixed(1)} ${SIZES[unit]}`;
}
