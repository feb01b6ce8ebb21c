/**
 * A running Cordon as the faces see it: API, CLI and roles know this shape and nothing of the adapters behind it.
 * Built by wiring/ and nowhere else (W4).
 */

import type { TriageJudge } from "@cordon/engine/learning/triage/decide";
import type { BehaviourStats } from "@cordon/engine/stream/detect/behaviour/way";
import type { WirePlaybook, WireSimulation } from "@cordon/model/api/actions";
import type { WireBacktest, WireBacktestProgress, zBacktestRequest } from "@cordon/model/api/backtest";
import type { WireCoverage } from "@cordon/model/api/coverage";
import type { zTryAnswer } from "@cordon/model/api/explanation";
import type { WireFileReport } from "@cordon/model/api/files";
import type {
  WireIntelList,
  WireIntelLookup,
  WireIntelStatus,
  WireRetro,
  zIntelListQuery,
} from "@cordon/model/api/intel";
import type {
  WireModelBias,
  WireModelHealth,
  WireReviewList,
  zFlagAnswerRequest,
  zProposalAnswerRequest,
  zReviewed,
  zReviewRequest,
} from "@cordon/model/api/model-health";
import type { WireMine, WireModelList, WireModelRecord, WirePromoted, zModelCard } from "@cordon/model/api/models";
import type { WireReload, WireRuleHealth, WireRuleset, zRuleVersion } from "@cordon/model/api/rules";
import type { Role, WireRule } from "@cordon/model/api/system";
import type { Event } from "@cordon/model/event";
import type { ActionKey, IncidentId } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import type { JsonObject } from "@cordon/model/json";
import type { ModelGate } from "@cordon/model/model-record";
import type { EventStore } from "@cordon/model/ports/event-store";
import type { Journal, LedgerIndex, OutcomeStore, Worklist } from "@cordon/model/ports/journal";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import type { SpoolLog } from "@cordon/model/ports/spool";
import type { z } from "zod";
import type { Config } from "./config.ts";
import type { Meters } from "./meters.ts";

export interface Instance {
  readonly config: Config;
  readonly version: string;
  readonly demo: boolean;
  readonly runtime: Runtime;
  readonly spool: SpoolLog;
  readonly events: EventStore;
  readonly journal: Journal;
  readonly worklist: Worklist;
  readonly ledger: LedgerIndex;
  readonly outcomes: OutcomeStore;
  readonly keys: KeyStore;
  readonly rules: RuleShelf;
  /** What behaviour counts; undefined where it is off. */
  readonly behaviour: (() => BehaviourStats) | undefined;
  readonly study: RuleStudy;
  readonly ruleCare: RuleCare;
  readonly intel: IntelDesk;
  readonly files: FileDesk;
  readonly models: ModelDesk;
  readonly learning: LearningDesk;
  readonly playbooks: PlaybookShelf;
  readonly response: Response;
  readonly killSwitch: KillSwitch;
  readonly meters: Meters;
  report(incident: Incident, format: "markdown" | "html"): string;
  /** A bug or an unexpected failure: logged with its stack, shown as a problem on the status page. */
  fault(error: unknown): void;
  push(source: string, body: AsyncIterable<Uint8Array>, facts: PushFacts): Promise<PushAnswer>;
}

/** Secrets of people and machines: only hashes are kept. */
export interface KeyStore {
  list(): Promise<readonly KeyRow[]>;
  create(request: {
    readonly name: string;
    readonly role: Role;
    readonly expiresAt?: number;
    readonly use?: KeyRow["use"];
  }): Promise<KeyRow & { readonly secret: string }>;
  /** Undefined for an unknown, revoked or expired secret. */
  find(secret: string): Promise<KeyRow | undefined>;
  revoke(id: string): Promise<boolean>;
}

export interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** `token` for machines and shells, `session` for browsers, `link` for one-time sign-in. */
  readonly use: "token" | "session" | "link";
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly lastUsedAt?: number;
}

export interface RuleShelf {
  readonly digest: string;
  readonly loaded: number;
  list(): readonly Omit<WireRule, "hits" | "verdicts" | "health">[];
  rejected(): readonly {
    readonly path: string;
    readonly line?: number;
    readonly id?: string;
    readonly title?: string;
    readonly code: string;
    readonly reason: string;
  }[];
  explain(ruleId: string, event: Event): JsonObject | undefined;
}

/** What operators ask about rules: would it be loud, what can be seen, why does it not match. */
export interface RuleStudy {
  coverage(): Promise<WireCoverage>;
  /** A layer of the ATT&CK Navigator. */
  navigator(): Promise<object>;
  backtest(request: z.output<typeof zBacktestRequest>, stop: Stop): Promise<WireBacktest>;
  progress(): WireBacktestProgress;
  tryRule(text: string, event: Event): z.infer<typeof zTryAnswer>;
}

/** Rules over time: their exchange, their versions, and how each is doing. */
export interface RuleCare {
  reload(request: { readonly by: string; readonly force: boolean }): Promise<WireReload>;
  history(): readonly WireRuleset[];
  version(rule: string, digest: string): Promise<z.infer<typeof zRuleVersion> | undefined>;
  /** By rule id; live rules and correlations only. */
  health(): Promise<ReadonlyMap<string, WireRuleHealth>>;
  /** Events whose cost was measured so far. */
  sampled(): number;
}

/** Indicators: feeds, look-ups, and the look back over stored events. */
export interface IntelDesk {
  status(): WireIntelStatus;
  lookup(value: string): WireIntelLookup;
  list(query: z.infer<typeof zIntelListQuery>): Promise<WireIntelList>;
  reload(): Promise<WireIntelStatus>;
  retro(days: number): Promise<WireRetro>;
}

/** A file to examine. Host and path: where it was found, where that is known. */
export interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly from: "upload" | "capture";
  readonly host?: string;
  readonly path?: string;
  readonly incident?: string;
  /** Make the verdict an event although no place is known. */
  readonly record: boolean;
}

export interface FileDesk {
  examine(sample: Sample): Promise<WireFileReport>;
}

/** Triage models: which one serves, and what people may do to them. */
export interface ModelDesk {
  judge(): TriageJudge | undefined;
  /** What serves and since which decision of whom, or why nothing does. */
  why(): string;
  list(): Promise<WireModelList>;
  /** Makes a shadow; only `promote` lets one serve. */
  train(by: string): Promise<WireModelRecord>;
  promote(id: string, by: string, despite?: string): Promise<WirePromoted>;
  rollback(by: string): Promise<WirePromoted>;
  card(id: string): Promise<z.infer<typeof zModelCard>>;
  /** The operator's own verdicts as an evaluation. */
  mine(): Promise<WireMine>;
  health(): Promise<WireModelHealth>;
  /** What the gates would say of a promotion now. */
  gates(id: string): Promise<readonly ModelGate[]>;
}

/** How what was learnt fares, whether all groups are judged alike, and what people answer to that. */
export interface LearningDesk {
  /** Looks, writes down what began or ended, and raises a problem where a person is needed. */
  health(): Promise<WireModelHealth>;
  /** As the last look found: how unsure chances have become on either side, because inputs have moved. */
  widened(): number;
  bias(): Promise<WireModelBias>;
  /** Flags between groups that nobody answered keep a model from being promoted. */
  gate(): Promise<ModelGate>;
  answerFlag(by: string, answer: z.output<typeof zFlagAnswerRequest>): Promise<WireModelBias>;
  /** Accepting makes a challenger by `train`. */
  answerProposal(
    by: string,
    answer: z.output<typeof zProposalAnswerRequest> & { readonly proposal: string },
    train: ModelDesk["train"],
  ): Promise<void>;
  reviews(person: string): Promise<WireReviewList>;
  review(
    person: string,
    given: z.output<typeof zReviewRequest> & { readonly incident: string },
  ): Promise<z.infer<typeof zReviewed>>;
  /** The person wants to see the first verdict, and is asked for a second no more. */
  waive(person: string, incident: string): Promise<void>;
  /** Which closed incidents the person is to judge a second time: their verdict is not shown until then. */
  blindTo(person: string): Promise<(incident: Incident) => boolean>;
}

export interface PlaybookShelf {
  list(): readonly WirePlaybook[];
  simulate(
    id: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<Omit<WireSimulation, "steps"> & { readonly steps: readonly object[] }>;
}

/** An authenticated name with the role it came with. */
export interface Person {
  readonly name: string;
  readonly role: Role;
}

/** What a person may do to an action; each refuses with an AppError that says why. */
export interface Response {
  approve(key: ActionKey, person: Person, planHash: string): Promise<void>;
  deny(key: ActionKey, person: Person, reason: string): Promise<void>;
  revert(key: ActionKey, person: Person, reason: string): Promise<void>;
  /** Lets a kind of action run by itself again after it kept going wrong. */
  closeBreaker(kind: string, person: Person, reason: string): Promise<void>;
  /** Runs an incident's next steps now, so that a click shows its effect. */
  nudge(incident: IncidentId): void;
}

export interface KillSwitch {
  on(): boolean;
  set(on: boolean, person: string, reason: string): Promise<void>;
}

export interface PushFacts {
  readonly contentEncoding?: string;
  readonly contentType?: string;
  readonly idempotencyKey?: string;
  readonly peer: string;
}
export interface PushAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly problems: readonly { readonly position: number; readonly reason: string }[];
}
