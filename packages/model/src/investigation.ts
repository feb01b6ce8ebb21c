/** Claims with citations. A sentence is a template over a claim; a claim is checked against the stored events. */
import type { Action } from "./action.ts";
import type { Entity } from "./entity.ts";
import type { EventId, NonEmpty } from "./ids.ts";
import type { Json } from "./json.ts";
import type { EventQuery } from "./query.ts";
import type { Instant } from "./time.ts";

export const PREDICATES = [
  "executed",
  "spawned",
  "connected",
  "resolved",
  "logged-on",
  "failed-logon",
  "wrote",
  "modified",
  "loaded",
  "accessed-process",
  "created-persistence",
  "accessed-credential",
  "disabled-control",
  "changed-account",
  "called-api",
  "assumed-role",
  "requested",
  "detected-by",
  "count-of",
  "first-seen",
  "preceded",
  "received",
  "replied",
  "submitted",
] as const;
export type Predicate = (typeof PREDICATES)[number];

/**
 * One checkable fact about one stored event. `pointer` is an RFC 6901 pointer into the event as stored (`/raw/..`, `/time`,
 * `` for the whole event). `digest`: `expected` is the SHA-256 of the canonical JSON of what stands there.
 */
export interface Citation {
  readonly event: EventId;
  readonly pointer: string;
  readonly op: "eq" | "contains" | "exists" | "lt" | "gt" | "digest";
  readonly expected?: Json;
}

export interface Claim {
  /** Short, stable within its investigation: `c1`, `c2`, ... in order of time. */
  readonly id: string;
  readonly predicate: Predicate;
  readonly subject: Entity;
  readonly object?: Entity;
  readonly at?: Instant;
  readonly cites: NonEmpty<Citation>;
  /** Query that counted, for `count-of` and `first-seen`: re-run by the checker, must give `count`. */
  readonly query?: EventQuery;
  readonly count?: number;
  readonly techniques: readonly string[];
}

/** One query the investigator ran, so that it can be replayed and its coverage judged. */
export interface LedgerQuery {
  readonly id: string;
  readonly question: string;
  readonly query: EventQuery;
  readonly rows: number;
  /** True when a limit cut the answer: absence may then not be concluded. */
  readonly truncated: boolean;
  /** SHA-256 over the ids of the rows, in order. */
  readonly digest: string;
}

export interface RootCause {
  readonly entity: Entity;
  readonly event: EventId;
  readonly at: Instant;
  /** 0..1, relative to the other candidates. */
  readonly score: number;
  /** What kind of door it was: `mail-attachment`, `remote-logon`, `web-service`, `removable-medium`, `cloud-console`, ... */
  readonly boundary: string;
  /** Claim ids from the door to the seed. */
  readonly chain: readonly string[];
  readonly why: string;
}

export interface ExtentMember {
  readonly entity: Entity;
  readonly standing: "confirmed" | "likely" | "exposed";
  readonly firstSeen: Instant;
  readonly claims: readonly string[];
}

export interface StoryNode {
  readonly id: string;
  readonly kind:
    | "process"
    | "host"
    | "user"
    | "ip"
    | "file"
    | "domain"
    | "url"
    | "session"
    | "resource"
    | "service"
    | "other";
  readonly label: string;
  readonly entity?: Entity;
  readonly at?: Instant;
  readonly tactic?: string;
  readonly flagged: boolean;
}

export interface StoryEdge {
  readonly from: string;
  readonly to: string;
  readonly verb: string;
  readonly at: Instant;
  readonly events: readonly EventId[];
}

export interface TimelineItem {
  readonly at: Instant;
  readonly events: readonly EventId[];
  readonly claim?: string;
  readonly text: string;
  readonly tactic?: string;
  readonly technique?: string;
  /** Repeats folded into this item. */
  readonly count: number;
}

export interface Proposal {
  readonly action: Action;
  readonly playbook: string;
  readonly reason: string;
  readonly claims: readonly string[];
}

export interface Investigation {
  readonly by: "deterministic" | { readonly model: string };
  readonly at: Instant;
  readonly verdict: "malicious" | "benign" | "undecided";
  /** 0..100. */
  readonly confidence: number;
  readonly summary: readonly Sentence[];
  readonly rootCauses: readonly RootCause[];
  readonly extent: readonly ExtentMember[];
  readonly timeline: readonly TimelineItem[];
  readonly story: { readonly nodes: readonly StoryNode[]; readonly edges: readonly StoryEdge[] };
  readonly techniques: readonly string[];
  readonly claims: readonly Claim[];
  readonly claimsRefused: number;
  readonly questions: readonly string[];
  readonly proposals: readonly Proposal[];
  readonly ledger: readonly LedgerQuery[];
  readonly limits: readonly string[];
  /** Absent when no mail is part of the incident. */
  readonly phishing?: PhishingFindings;
}

/** What was found out about a mail that is part of an incident: why it is bad, and who met it. Texts are defanged. */
export interface PhishingFindings {
  /** Of the examined mail; `flagged` where a gateway's rule says so and the mail itself was not examined. */
  readonly verdict: "phishing" | "suspicious" | "nothing found" | "flagged";
  /** 0 to 100; 0 where the mail itself was not examined. */
  readonly score: number;
  readonly because: readonly string[];
  readonly mails: readonly { readonly event: EventId; readonly from: string; readonly subject: string }[];
  readonly links: readonly string[];
  /** False: no such log is stored for that time, so nobody in the list does not mean nobody. */
  readonly logs: { readonly mail: boolean; readonly web: boolean; readonly signIn: boolean };
  readonly received: readonly PhishingPerson[];
  readonly clicked: readonly PhishingPerson[];
  readonly replied: readonly PhishingPerson[];
  /** Sent something to the link's host: most likely what was typed. */
  readonly submitted: readonly PhishingPerson[];
  /** Signed in afterwards from where they had not been before. */
  readonly signedIn: readonly PhishingPerson[];
}

export interface PhishingPerson {
  readonly who: Entity;
  readonly at: Instant;
  readonly claim: string;
  readonly event: EventId;
  /** Link, host or address concerned. */
  readonly what?: string;
  /** Held back by a gateway or proxy: it did not reach them, or they did not reach it. */
  readonly stopped?: true;
}

/** A sentence that cites: no sentence without at least one event. */
export interface Sentence {
  readonly text: string;
  readonly claims: readonly string[];
  readonly events: NonEmpty<EventId>;
}
