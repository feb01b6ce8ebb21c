/**
 * The deterministic investigator.
 * Enters: a folded incident. Leaves: an investigation whose every claim was checked against the stored events. It asks
 * the event store and nothing else; it proposes and never acts.
 *
 * V1. Same stored events, same incident: the same investigation, but for `at`.
 * V2. Every query is in the ledger; every bound that was hit is in `limits`.
 * V3. A claim that does not re-verify is removed and counted; a sentence, chain link or proposal without a surviving
 *     claim goes with it.
 * V4. Text of evidence reaches control flow through typed entities and the program table only.
 */
import type { Detection } from "@cordon/model/detection";
import { type Entity, type EntityKey, entityKey } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { type EventId, type NonEmpty, nonEmpty } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import type { Claim, ExtentMember, Investigation, RootCause } from "@cordon/model/investigation";
import type { EventStore } from "@cordon/model/ports/event-store";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import { checkClaims, checkSentences } from "./check.ts";
import { type Claimed, makeClaims } from "./claims.ts";
import { followKeys } from "./cloud-chain.ts";
import { extentOf, type Member } from "./extent.ts";
import { type Fact, find, type Views } from "./facts.ts";
import { labelOf, makeGraph, takeIn } from "./graph.ts";
import { type Inquiry, isSuspect, nodesOf, type Seed, suspect, windowOf } from "./inquiry.ts";
import { findArrivals, findDepartures, readSessions } from "./logon-chain.ts";
import {
  huntFacts,
  joinExtent,
  mailExtent,
  mailPoints,
  mailQuestions,
  mailRoot,
  mailSentences,
  phishingOf,
} from "./mail-findings.ts";
import { huntMail, type MailHunt } from "./mail-hunt.ts";
import { mailProposals } from "./mail-propose.ts";
import { openQuestions } from "./open-questions.ts";
import { growTree, markSeeds } from "./process-tree.ts";
import { doorOf, isBackdrop } from "./programs.ts";
import { type Channel, propose } from "./propose.ts";
import { makeQuestions, type Questions } from "./questions.ts";
import { type Candidate, rootCauses } from "./root-cause.ts";
import { findCallers } from "./service-chain.ts";
import { storyOf } from "./story.ts";
import { summaryOf } from "./summary.ts";
import { timelineOf } from "./timeline.ts";
import { verdictOf } from "./verdict.ts";
import { whatBefore, whoElse } from "./who-else.ts";

export interface InvestigatePorts {
  readonly events: Pick<EventStore, "search" | "count" | "get">;
  readonly views: Views;
  readonly runtime: Pick<Runtime, "now" | "sha256">;
  /** Ways on which people can be told of an incident; absent = by webhook. */
  readonly channels?: NonEmpty<Channel>;
}

export type Investigate = (incident: Incident, stop: Stop) => Promise<Investigation>;

/** Evidence events read per incident: the newest of each detection first. */
const EVIDENCE_MAX = 1_000;
const EVIDENCE_PER_DETECTION = 20;
/** Turns of "tree, logons, sessions": each one may cross to another machine. */
const TURNS_MAX = 6;
const FAILED_LOGONS_MAX = 20;

export function makeInvestigate(ports: InvestigatePorts): Investigate {
  return async (incident, stop) => {
    const questions = makeQuestions({ ...ports, stop });
    const inquiry = await begin(incident, ports, questions);
    const keys = new Set<EntityKey>();
    await gather(inquiry, keys);
    const hunt = await huntMail(inquiry);
    const roots = mailRoot(hunt, rootCauses(inquiry));
    await follow(inquiry, roots, keys);
    const extent = extentOf(inquiry, roots);
    const claimed = makeClaims({
      inquiry,
      needed: [...neededFacts(inquiry, roots, extent), ...huntFacts(hunt)],
      more: furtherFacts(inquiry, extent),
      runtime: ports.runtime,
    });
    const detections = incident.detections.map((joined) => joined.detection);
    const checked = await checkClaims(claimed.claims, { ...ports, stop, detections });
    return conclude(
      { inquiry, hunt, roots, extent, claimed, claims: checked.claims, refused: checked.refused.length },
      ports,
    );
  };
}

async function begin(incident: Incident, ports: InvestigatePorts, questions: Questions): Promise<Inquiry> {
  const graph = makeGraph(ports.views);
  const wanted = new Set<EventId>();
  for (const { detection, recent } of incident.detections) {
    for (const id of [...detection.evidence.slice(-EVIDENCE_PER_DETECTION), ...(recent ?? [])]) wanted.add(id);
  }
  const ids = [...wanted].slice(0, EVIDENCE_MAX);
  if (ids.length < wanted.size) questions.limits.add(`${ids.length} of ${wanted.size} evidence events were read`);
  const rows =
    nonEmpty(ids) === undefined
      ? []
      : await questions.ask("Which events did the rules fire on?", { ids, order: "oldest", limit: ids.length + 1 });
  takeIn(graph, rows);
  if (rows.length < ids.length)
    questions.limits.add(`${ids.length - rows.length} evidence events are no longer stored`);
  const byId = new Map(rows.map((event) => [event.id, event]));
  const seeds = incident.detections.map(({ detection }) => seedOf(detection, byId));
  return {
    ...{ incident, graph, questions, seeds, ...windowOf(incident) },
    ...{ suspects: new Map(), arrivals: new Map(), callers: new Map(), exposed: [], failures: [] },
  };
}

function seedOf(detection: Detection, byId: ReadonlyMap<EventId, Event>): Seed {
  const events = detection.evidence.flatMap((id) => byId.get(id) ?? []);
  const nodes = new Map<EntityKey, Entity>();
  for (const event of events) for (const node of nodesOf(event)) nodes.set(entityKey(node), node);
  return { detection, events, nodes: [...nodes.values()] };
}

/** Process tree, logon chain, keys, surroundings: until nothing new comes in. */
async function gather(inquiry: Inquiry, keys: Set<EntityKey>): Promise<void> {
  const processes = new Set<EntityKey>();
  const sessions = new Set<EntityKey>();
  markSeeds(inquiry);
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    const before = inquiry.suspects.size + inquiry.arrivals.size + processes.size;
    await growTree(inquiry, processes);
    await findCallers(inquiry);
    await findArrivals(inquiry);
    await readSessions(inquiry, sessions);
    if (inquiry.suspects.size + inquiry.arrivals.size + processes.size === before) break;
  }
  await followKeys(inquiry, keys);
  await whatBefore(inquiry);
}

/** From the door forwards: what the chain started, and where it went on to. */
async function follow(inquiry: Inquiry, roots: readonly Candidate[], keys: Set<EntityKey>): Promise<void> {
  const [root] = roots;
  for (const fact of root?.chain ?? []) {
    for (const entity of [fact.subject, fact.object, find(fact.event, "credential", "actor")]) {
      if (entity !== undefined) markLink(inquiry, entity, fact);
    }
  }
  const processes = new Set<EntityKey>();
  const sessions = new Set<EntityKey>();
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    await growTree(inquiry, processes);
    await findArrivals(inquiry);
    const further = await findDepartures(inquiry);
    await readSessions(inquiry, sessions);
    if (!further) break;
  }
  await growTree(inquiry, processes);
  await followKeys(inquiry, keys);
  await whoElse(inquiry);
}

/** Links of the chain are part of the story; the desktop or service host above it is not. */
function markLink(inquiry: Inquiry, entity: Entity, fact: Fact): void {
  if (entity.kind !== "process" && entity.kind !== "session" && entity.kind !== "credential") return;
  const program = inquiry.graph.programs.get(entityKey(entity));
  if (entity.kind === "process" && (program === undefined || isBackdrop(doorOf(program.name)))) return;
  suspect(inquiry, entity, { weight: 0.95, at: fact.at });
}

function neededFacts(inquiry: Inquiry, roots: readonly Candidate[], extent: readonly Member[]): readonly Fact[] {
  const facts = new Set<Fact>();
  for (const root of roots) for (const fact of [root.fact, ...root.chain]) facts.add(fact);
  for (const member of extent) for (const fact of member.facts.slice(0, 1)) facts.add(fact);
  for (const [session, { logon, via }] of inquiry.arrivals) {
    if (!inquiry.suspects.has(session)) continue;
    facts.add(logon);
    if (via !== undefined) facts.add(via);
  }
  return [...facts].filter((fact) => fact.predicate !== "detected-by");
}

/** What suspects did, without the noise: modules loaded and the thousandth failed logon. */
function furtherFacts(inquiry: Inquiry, extent: readonly Member[]): readonly Fact[] {
  let failed = 0;
  const shown = extent.flatMap((member) => member.facts).filter((fact) => fact.predicate !== "detected-by");
  const facts = [...inquiry.graph.facts].sort((a, b) => a.at - b.at || (a.event.id < b.event.id ? -1 : 1));
  const theirs = facts.filter((fact) => {
    if (fact.predicate === "loaded" || !isTheirs(inquiry, fact)) return false;
    if (fact.predicate !== "failed-logon") return true;
    failed += 1;
    return failed <= FAILED_LOGONS_MAX;
  });
  return [...new Set([...shown, ...theirs])];
}

function isTheirs(inquiry: Inquiry, fact: Fact): boolean {
  const { subject } = fact;
  const key = find(fact.event, "credential", "actor");
  const address = find(fact.event, "ip", "src");
  if (key !== undefined) {
    const outside = address === undefined || address.wellKnown === true || isSuspect(inquiry, address);
    return isSuspect(inquiry, key) && outside;
  }
  const suspicion = inquiry.suspects.get(entityKey(subject));
  if (suspicion === undefined) return address !== undefined && isSuspect(inquiry, address);
  if (subject.kind !== "process") return fact.at >= suspicion.at;
  const program = inquiry.graph.programs.get(entityKey(subject));
  return suspicion.confirmed || !isBackdrop(doorOf(program?.name));
}

interface Findings {
  readonly inquiry: Inquiry;
  readonly hunt: MailHunt | undefined;
  readonly roots: readonly Candidate[];
  readonly extent: readonly Member[];
  readonly claimed: Claimed;
  readonly claims: readonly Claim[];
  readonly refused: number;
}

function conclude(findings: Findings, ports: InvestigatePorts): Investigation {
  const { inquiry, hunt, roots, extent, claimed, claims } = findings;
  const { incident, questions } = inquiry;
  const detections = incident.detections.map((joined) => joined.detection);
  const byId = new Map(claims.map((claim) => [claim.id, claim]));
  const byRule = new Map(
    claims.flatMap((claim) => (claim.predicate === "detected-by" ? [[claim.cites[0].event, claim] as const] : [])),
  );
  // What only a rule names has no claim of its own: the rule's claim on the same event shows it.
  const claimOf = (fact: Fact) =>
    byId.get(claimed.ids.get(fact) ?? "") ?? (fact.predicate === "detected-by" ? byRule.get(fact.event.id) : undefined);
  const label = (entity: Entity) => labelOf(inquiry.graph, entity);
  const phishing = hunt === undefined ? undefined : phishingOf(hunt, claimOf, inquiry.graph.views);
  const trail = standingMembers(extent, claimOf);
  const standing = phishing === undefined ? trail : joinExtent(trail, mailExtent(phishing));
  const shown = { inquiry, roots, extent: standing, claims, claimOf, label };
  const verdict = verdictOf({
    ...{ detections, roots, extent, limits: questions.limits },
    ...{ guessed: inquiry.failures.some(({ count }) => count >= GUESSING_FROM), mail: mailPoints(hunt) },
  });
  const now = ports.runtime.now();
  return {
    by: "deterministic",
    at: now,
    verdict: verdict.verdict,
    confidence: verdict.confidence,
    summary: checkSentences(
      [...summaryOf(shown), ...(hunt && phishing ? mailSentences({ phishing, hunt }, claimOf) : [])],
      claims,
    ),
    rootCauses: roots.flatMap((root) => rootCause(root, claimOf)),
    extent: standing,
    timeline: timelineOf(claims, label, detections),
    story: storyOf(claims, label, detections),
    techniques: [...new Set(detections.flatMap((detection) => detection.techniques))],
    claims,
    claimsRefused: findings.refused,
    questions: [...openQuestions(inquiry, roots, extent), ...(phishing === undefined ? [] : mailQuestions(phishing))],
    proposals: [
      ...(hunt && phishing ? mailProposals({ incident, hunt, phishing, verdict: verdict.verdict, claimOf }) : []),
      ...propose({
        ...{ incident, extent, verdict: verdict.verdict, claims, claimIds: claimed.ids, now },
        channels: ports.channels ?? ["webhook"],
      }),
    ],
    ledger: questions.ledger,
    limits: [...questions.limits],
    ...(phishing === undefined ? {} : { phishing }),
  };
}

/** Attempts from one address from which on it is guessing, not a typing error. */
const GUESSING_FROM = 10;

function standingMembers(
  extent: readonly Member[],
  claimOf: (fact: Fact) => Claim | undefined,
): readonly ExtentMember[] {
  return extent.flatMap(({ entity, standing, firstSeen, facts }) => {
    const claims = facts.flatMap((fact) => claimOf(fact)?.id ?? []);
    return claims.length > 0 ? [{ entity, standing, firstSeen, claims: [...new Set(claims)] }] : [];
  });
}

function rootCause(root: Candidate, claimOf: (fact: Fact) => Claim | undefined): readonly RootCause[] {
  const own = claimOf(root.fact);
  if (own === undefined) return [];
  const chain = [own, ...root.chain.flatMap((fact) => claimOf(fact) ?? [])];
  const { entity, fact, at, score, boundary, why } = root;
  return [
    {
      ...{ entity, event: fact.event.id, at, score: Math.round(score * 1_000) / 1_000, boundary, why },
      chain: [...new Set(chain.map((claim) => claim.id))],
    },
  ];
}
