/**
 * The table of the API: one row per route. Server, OpenAPI, typed client and the role matrix are all made from it;
 * a route that is not in this table does not exist.
 */
import { z } from "zod";
import * as actions from "./actions.ts";
import { zBacktest, zBacktestProgress, zBacktestRequest } from "./backtest.ts";
import { zCoverage } from "./coverage.ts";
import * as events from "./events.ts";
import { zExplanation, zTryAnswer, zTryRequest } from "./explanation.ts";
import * as files from "./files.ts";
import * as incidents from "./incidents.ts";
import * as intel from "./intel.ts";
import { MODEL_ROUTES } from "./model-routes.ts";
import { zJsonObject } from "./nouns.ts";
import * as rules from "./rules.ts";
import * as system from "./system.ts";

export interface RouteSpec {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below /api/v1, parameters in braces: `/incidents/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** Least role that may call it; roles rise viewer < analyst < approver < admin. `ingest` stands apart; `public` needs none. */
  readonly role: "viewer" | "analyst" | "approver" | "admin" | "ingest" | "public";
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** The body is taken as it comes, never parsed as JSON of ours: media types, and whether they are text. */
  readonly raw?: Readonly<Record<string, "text" | "any">>;
  readonly answer: z.ZodType;
  /** Answers that are not JSON. */
  readonly media?: string;
}

const ok = z.object({ ok: z.literal(true) });
const text = z.string();

export const ROUTES = {
  health: {
    method: "GET",
    path: "/health",
    summary: "Is the process up and its stores open",
    role: "public",
    answer: z.object({ ok: z.boolean(), version: z.string() }),
  },
  me: { method: "GET", path: "/me", summary: "Who am I, which version and mode", role: "viewer", answer: system.zMe },
  login: {
    method: "POST",
    path: "/session",
    summary: "Trade a one-time link for a session cookie",
    role: "public",
    body: system.zSessionRequest,
    answer: system.zMe,
  },
  logout: { method: "DELETE", path: "/session", summary: "End the session", role: "viewer", answer: ok },
  status: {
    method: "GET",
    path: "/status",
    summary: "Sources, spool, stores, rules, problems",
    role: "viewer",
    answer: system.zStatus,
  },
  listIncidents: {
    method: "GET",
    path: "/incidents",
    summary: "The queue",
    role: "viewer",
    query: incidents.zIncidentQuery,
    answer: incidents.zIncidentList,
  },
  getIncident: {
    method: "GET",
    path: "/incidents/{id}",
    summary: "One incident with investigation and actions",
    role: "viewer",
    answer: incidents.zIncident,
  },
  getJournal: {
    method: "GET",
    path: "/incidents/{id}/journal",
    summary: "Every entry of the incident's journal",
    role: "viewer",
    answer: z.object({ items: z.array(incidents.zJournalEntry) }),
  },
  closeIncident: {
    method: "POST",
    path: "/incidents/{id}/close",
    summary: "Close with verdict and note",
    role: "analyst",
    body: incidents.zCloseRequest,
    answer: incidents.zIncident,
  },
  reopenIncident: {
    method: "POST",
    path: "/incidents/{id}/reopen",
    summary: "Open again",
    role: "analyst",
    body: incidents.zReopenRequest,
    answer: incidents.zIncident,
  },
  addNote: {
    method: "POST",
    path: "/incidents/{id}/notes",
    summary: "Add a note",
    role: "analyst",
    body: incidents.zNoteRequest,
    answer: incidents.zIncident,
  },
  assignIncident: {
    method: "POST",
    path: "/incidents/{id}/assign",
    summary: "Assign to a person or to nobody",
    role: "analyst",
    body: incidents.zAssignRequest,
    answer: incidents.zIncident,
  },
  getReport: {
    method: "GET",
    path: "/incidents/{id}/report",
    summary: "Report as Markdown or HTML",
    role: "viewer",
    query: incidents.zReportQuery,
    answer: text,
    media: "text/html",
  },
  listEvents: {
    method: "GET",
    path: "/events",
    summary: "Search stored events",
    role: "viewer",
    query: events.zEventQuery,
    answer: events.zEventList,
  },
  getEvent: {
    method: "GET",
    path: "/events/{id}",
    summary: "One event, and what cites it",
    role: "viewer",
    answer: events.zEventDetail,
  },
  listDetections: {
    method: "GET",
    path: "/detections",
    summary: "Newest detections",
    role: "viewer",
    query: events.zDetectionQuery,
    answer: events.zDetectionList,
  },
  listApprovals: {
    method: "GET",
    path: "/approvals",
    summary: "Actions waiting for a person",
    role: "viewer",
    answer: actions.zApprovalList,
  },
  listActions: {
    method: "GET",
    path: "/actions",
    summary: "The action ledger, newest first",
    role: "viewer",
    answer: actions.zLedgerList,
  },
  approveAction: {
    method: "POST",
    path: "/actions/{key}/approve",
    summary: "Approve exactly the plan that was shown",
    role: "approver",
    body: actions.zApproveRequest,
    answer: ok,
  },
  denyAction: {
    method: "POST",
    path: "/actions/{key}/deny",
    summary: "Deny with a reason",
    role: "approver",
    body: actions.zDenyRequest,
    answer: ok,
  },
  revertAction: {
    method: "POST",
    path: "/actions/{key}/revert",
    summary: "Undo now",
    role: "approver",
    body: actions.zRevertRequest,
    answer: ok,
  },
  closeBreaker: {
    method: "POST",
    path: "/breakers/{key}/close",
    summary: "Let a kind of action run by itself again, as far as the policy does",
    role: "approver",
    body: actions.zRevertRequest,
    answer: ok,
  },
  listRules: {
    method: "GET",
    path: "/rules",
    summary: "Loaded and rejected rules",
    role: "viewer",
    query: system.zRuleQuery,
    answer: system.zRuleList,
  },
  explainRule: {
    method: "GET",
    path: "/rules/{id}/explain",
    summary: "Why a rule did or did not match an event",
    role: "viewer",
    query: z.strictObject({ event: z.string() }),
    answer: zExplanation,
  },
  tryRule: {
    method: "POST",
    path: "/rules/try",
    summary: "Why a rule that is not loaded would match an event, or not",
    role: "analyst",
    body: zTryRequest,
    answer: zTryAnswer,
  },
  backtestRule: {
    method: "POST",
    path: "/rules/backtest",
    summary: "What a rule would have done over the stored events",
    role: "analyst",
    body: zBacktestRequest,
    answer: zBacktest,
  },
  backtestProgress: {
    method: "GET",
    path: "/rules/backtest",
    summary: "How far the backtest is that runs",
    role: "analyst",
    answer: zBacktestProgress,
  },
  ruleCoverage: {
    method: "GET",
    path: "/rules/coverage",
    summary: "Techniques, sources and rules: what can be seen, and what nothing feeds",
    role: "viewer",
    answer: zCoverage,
  },
  ruleNavigator: {
    method: "GET",
    path: "/rules/navigator",
    summary: "Coverage as a layer of the ATT&CK Navigator (format 4.5)",
    role: "viewer",
    answer: zJsonObject,
  },
  reloadRules: {
    method: "POST",
    path: "/rules/reload",
    summary: "Read the rule files again and exchange the rules between two batches",
    role: "admin",
    body: rules.zReloadRequest,
    answer: rules.zReload,
  },
  listRulesets: {
    method: "GET",
    path: "/rules/history",
    summary: "Rulesets that were live, newest first, and what changed",
    role: "viewer",
    answer: rules.zRuleHistory,
  },
  listRuleHealth: {
    method: "GET",
    path: "/rules/health",
    summary: "Hits, verdicts and cost of each rule, with flags",
    role: "viewer",
    query: rules.zRuleHealthQuery,
    answer: rules.zRuleHealthList,
  },
  getRuleVersion: {
    method: "GET",
    path: "/rules/{id}/versions/{digest}",
    summary: "The exact text of a version of a rule",
    role: "viewer",
    answer: rules.zRuleVersion,
  },
  intelStatus: {
    method: "GET",
    path: "/intel",
    summary: "Indicators: feeds with their state, counts, version",
    role: "viewer",
    answer: intel.zIntelStatus,
  },
  intelLookup: {
    method: "GET",
    path: "/intel/lookup",
    summary: "What is known of one value",
    role: "viewer",
    query: intel.zIntelLookupQuery,
    answer: intel.zIntelLookup,
  },
  listIndicators: {
    method: "GET",
    path: "/intel/indicators",
    summary: "Indicators in use, page by page",
    role: "viewer",
    query: intel.zIntelListQuery,
    answer: intel.zIntelList,
  },
  reloadIntel: {
    method: "POST",
    path: "/intel/reload",
    summary: "Read all feeds now",
    role: "analyst",
    answer: intel.zIntelStatus,
  },
  retroIntel: {
    method: "POST",
    path: "/intel/retro",
    summary: "Look for all indicators in the stored events of the last days",
    role: "analyst",
    body: intel.zRetroRequest,
    answer: intel.zRetroAnswer,
  },
  examineFile: {
    method: "POST",
    path: "/files/examine",
    summary: "Examine a file: the body is the file itself, at most 64 MiB; it is not kept",
    role: "analyst",
    query: files.zFileQuery,
    raw: { "application/octet-stream": "any" },
    answer: files.zFileReport,
  },
  ...MODEL_ROUTES,
  listPlaybooks: {
    method: "GET",
    path: "/playbooks",
    summary: "Playbooks with their lint",
    role: "viewer",
    answer: actions.zPlaybookList,
  },
  simulatePlaybook: {
    method: "POST",
    path: "/playbooks/{id}/simulate",
    summary: "Dry run: every step, every effect, no change",
    role: "analyst",
    body: actions.zSimulateRequest,
    answer: actions.zSimulation,
  },
  listTokens: {
    method: "GET",
    path: "/tokens",
    summary: "Tokens without their secrets",
    role: "admin",
    answer: system.zTokenList,
  },
  createToken: {
    method: "POST",
    path: "/tokens",
    summary: "Make a token; the secret is shown once",
    role: "admin",
    body: system.zTokenRequest,
    answer: system.zTokenCreated,
  },
  revokeToken: { method: "DELETE", path: "/tokens/{id}", summary: "Revoke a token", role: "admin", answer: ok },
  killSwitch: {
    method: "POST",
    path: "/kill-switch",
    summary: "Stop (or allow again) all new effects",
    role: "approver",
    body: system.zKillSwitchRequest,
    answer: system.zMe,
  },
  ingest: {
    method: "POST",
    path: "/ingest/{source}",
    summary: "Push records: NDJSON, JSON array, concatenated JSON; acknowledged when durable",
    role: "ingest",
    raw: { "application/x-ndjson": "text", "application/json": "any" },
    answer: system.zIngestAnswer,
  },
  stream: {
    method: "GET",
    path: "/stream",
    summary: "Server-sent events: what is new",
    role: "viewer",
    answer: z.union([system.zStreamMessage, system.zStreamPlace]),
    media: "text/event-stream",
  },
} as const satisfies Readonly<Record<string, RouteSpec>>;

export type RouteName = keyof typeof ROUTES;
