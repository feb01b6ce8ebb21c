/**
 * Priority 0..100 as a sum of explained terms (docs/specs/triage.md has the formula).
 * Enters: a folded incident and what is known around it. Leaves: priority, severity, terms, title. Pure.
 *
 * S1. With the same context, one more detection or a higher severity never lowers the priority.
 * S2. Only people lower it: through the asset inventory and through verdicts on a rule's earlier incidents.
 * S3. The points of rarity and of a finding are kept once given: flooding other incidents with the same rule, or the
 *     store with noise until a question is cut, lowers nothing.
 * S4. A live model (learnt from people's verdicts) moves the sum within its bounds, never below the points of the severity, and
 *     never the severity itself. Without one the sum stands as it is.
 */
import type { Asset, Inventory } from "@cordon/model/asset";
import type { Detection } from "@cordon/model/detection";
import { type Entity, entityKey } from "@cordon/model/entity";
import type { Incident, ScoreTerm } from "@cordon/model/incident";
import { LEVELS, type Level, levelRank } from "@cordon/model/rule";
import { tacticRank } from "@cordon/model/technique";
import type { TriageDecision, TriageReason, TriageRow } from "@cordon/model/triage-decision";
import { typedFacts } from "../../learning/training/verdict-row.ts";
import type { Values } from "./around.ts";
import { type Guessed, guessedIn, phishedIn } from "./finding.ts";
import { modelTerm } from "./model-term.ts";
import { trustIn, type VerdictHistory } from "./rarity.ts";
import { rowOf } from "./row.ts";
import type { ScoreContext } from "./score-context.ts";
import { titleOf } from "./title.ts";

export interface Score {
  readonly priority: number;
  readonly severity: Level;
  readonly terms: readonly ScoreTerm[];
  readonly title: string;
  readonly row: TriageRow;
  readonly decision?: TriageDecision;
}

const SEVERITY_POINTS: Readonly<Record<Level, number>> = {
  informational: 2,
  low: 8,
  medium: 18,
  high: 30,
  critical: 40,
};
const CRITICALITY_POINTS: Readonly<Record<Asset["criticality"], number>> = { 0: 0, 1: 2, 2: 5, 3: 10, 4: 15 };
const CONFIDENCE_MAX = 20;
const CHAIN_STEP = 5;
const CHAIN_MAX = 15;
const HOSTS_MAX = 6;
const ACCOUNTS_MAX = 4;
const RARITY_MAX = 10;
/** A guessed password that worked: as much as two further stages of an attack. */
const GUESSED_POINTS = 10;
/** Below so many incidents "rare" means nothing: everything is new in the first week. */
const RARITY_BASIS = 20;
const RARITY_UNKNOWN = 3;
const TITLE_MAX = 60;

export function scoreOf(incident: Incident, context: ScoreContext, fresh: readonly (Values | undefined)[] = []): Score {
  const detections = incident.detections.map((joined) => joined.detection);
  const chain = chainOf(detections);
  const guessed = guessedIn(incident);
  const finding = findingTerm(incident, guessed);
  const severity = severityOf(detections, { chain, found: finding !== undefined });
  const plain = [
    severityTerm(severity),
    confidenceTerm(detections, context.history),
    assetTerm(incident.entities, context.inventory),
    chainTerm(chain),
    breadthTerm(incident.entities),
    rarityTerm(incident, context.rarity),
    ...(finding === undefined ? [] : [finding]),
  ];
  const row = rowOf({ incident, severity, terms: plain, chain, context, fresh });
  const decision = decisionOf(incident, row, context);
  const terms = decision === undefined ? plain : withModel(plain, modelTerm(incident, decision));
  const sum = terms.reduce((total, term) => total + term.points, 0);
  return {
    priority: Math.round(Math.min(100, Math.max(0, sum))),
    severity,
    terms,
    title: titleOf(detections, guessed) ?? incident.title,
    row,
    ...(decision === undefined ? {} : { decision }),
  };
}

function decisionOf(incident: Incident, row: TriageRow, context: ScoreContext): TriageDecision | undefined {
  if (context.judge === undefined) return undefined;
  const { techniques, tactics, entities, detections } = incident;
  const facts = typedFacts({
    ...{ techniques, tactics },
    rules: [...new Set(detections.map(({ detection }) => detection.rule.id))],
    kinds: [...new Set(entities.map(({ kind }) => kind))],
  });
  const told = context.judge.decide(row, facts);
  const decision = { ...told, because: told.because.map((reason) => withTitle(reason, incident, row.rule)) };
  return { ...decision, ...context.closing?.({ incident, row, decision }) };
}

/** The model knows a rule by its id; people know it by its title. */
function withTitle(reason: TriageReason, { detections }: Incident, rule: string): TriageReason {
  if (reason.feature !== "rule") return reason;
  const title = detections.find(({ detection }) => detection.rule.id === rule)?.detection.rule.title;
  return title === undefined ? reason : { ...reason, value: title.slice(0, TITLE_MAX) };
}

/** S4: what the model takes away ends at the points of the severity. */
function withModel(plain: readonly ScoreTerm[], term: ScoreTerm): readonly ScoreTerm[] {
  const rest = plain.reduce((sum, { term: name, points }) => (name === "severity" ? sum : sum + points), 0);
  return [...plain, { ...term, points: Math.max(term.points, -Math.max(0, rest)) }];
}

/**
 * The highest level of a detection; one step higher when three tactics in order and two rules speak of a chain. A
 * password that was guessed and then worked is high, whatever the single lines say.
 */
function severityOf(
  detections: readonly Detection[],
  { chain, found }: { readonly chain: readonly string[]; readonly found: boolean },
): Level {
  const top = detections.reduce((rank, detection) => Math.max(rank, levelRank(detection.severity)), 0);
  const rules = new Set(detections.map((detection) => detection.rule.id));
  const raised = chain.length >= 3 && rules.size >= 2 ? top + 1 : top;
  const least = found ? levelRank("high") : 0;
  return LEVELS[Math.min(Math.max(raised, least), LEVELS.length - 1)] ?? "informational";
}

function findingTerm(incident: Incident, guessed: Guessed | undefined): ScoreTerm | undefined {
  const known = incident.terms.find((term) => term.term === "finding");
  const phished = phishedIn(incident);
  if (guessed === undefined && phished !== undefined && phished.points > (known?.points ?? 0))
    return { term: "finding", ...phished };
  if (guessed === undefined) return known;
  const { attempts, address, account } = guessed;
  const why = `${account.value} logged on from ${address.value} after ${attempts} attempts`;
  return { term: "finding", points: GUESSED_POINTS, why };
}

function severityTerm(severity: Level): ScoreTerm {
  return { term: "severity", points: SEVERITY_POINTS[severity], why: `Highest severity is ${severity}` };
}

/**
 * Independent sightings corroborate: 1 - product of the doubts, over rules (each once at its best) and over events (each
 * once at its best), and the lesser of the two: the same rule again is no second witness, and neither are two rule sets
 * that know the same trick and fire on the very same events. Both are monotone, and so is their minimum (S1).
 */
function confidenceTerm(detections: readonly Detection[], history: VerdictHistory): ScoreTerm {
  const lowered = new Set<string>();
  const rules = new Map<string, number>();
  const sightings = new Map<string, number>();
  for (const { rule, confidence, evidence } of detections) {
    const trust = trustIn(history, rule.id);
    if (trust.seen > 0 && trust.factor < 1) lowered.add(rule.id);
    const worth = clamp(confidence / 100) * trust.factor;
    const sighting = [...evidence].sort().join(" ");
    rules.set(rule.id, Math.max(worth, rules.get(rule.id) ?? 0));
    sightings.set(sighting, Math.max(worth, sightings.get(sighting) ?? 0));
  }
  const agreed = Math.min(agreementOf(rules), agreementOf(sightings));
  const who = rules.size === 1 ? "1 rule" : `${rules.size} rules on ${plural(sightings.size, "independent sighting")}`;
  const past = lowered.size === 0 ? "" : `; earlier verdicts lower the worth of ${lowered.size}`;
  return {
    term: "confidence",
    points: round1(CONFIDENCE_MAX * agreed),
    why: `${who} agree to ${Math.round(agreed * 100)} %${past}`,
  };
}

function agreementOf(worths: ReadonlyMap<string, number>): number {
  let doubt = 1;
  for (const worth of worths.values()) doubt *= 1 - 0.6 * worth;
  return 1 - doubt;
}

function assetTerm(entities: readonly Entity[], inventory: Pick<Inventory, "find">): ScoreTerm {
  let top: { readonly entity: Entity; readonly criticality: Asset["criticality"] } | undefined;
  let unknown = false;
  for (const entity of entities) {
    if (entity.wellKnown === true || !ASSET_KINDS.has(entity.kind)) continue;
    const asset = inventory.find(entityKey(entity));
    if (asset === undefined) unknown = true;
    else if (top === undefined || asset.criticality > top.criticality) top = { entity, criticality: asset.criticality };
  }
  const known = top === undefined ? 0 : CRITICALITY_POINTS[top.criticality];
  if (top !== undefined && (!unknown || known >= CRITICALITY_POINTS[2])) {
    return {
      term: "asset-criticality",
      points: known,
      why: `${top.entity.value} has criticality ${top.criticality} of 4`,
    };
  }
  return {
    term: "asset-criticality",
    points: unknown ? CRITICALITY_POINTS[2] : 0,
    why: unknown ? "Not in the inventory: taken as ordinary" : "No host, account or resource named",
  };
}

const ASSET_KINDS: ReadonlySet<string> = new Set(["host", "user", "resource", "ip", "container"]);

/** Longest run of ever later tactics in the order in which they were seen: how far the intrusion has come. */
export function chainOf(detections: readonly Detection[]): readonly string[] {
  const steps = detections
    .flatMap(({ time, tactics }) => tactics.map((tactic) => ({ time, tactic, rank: tacticRank(tactic) })))
    .filter((step) => step.rank >= 0)
    .sort((a, b) => a.time - b.time || a.rank - b.rank);
  const best = new Map<number, readonly string[]>();
  for (const step of steps) {
    let before: readonly string[] = [];
    for (const [rank, chain] of best) if (rank < step.rank && chain.length > before.length) before = chain;
    const chain = [...before, step.tactic];
    if (chain.length > (best.get(step.rank)?.length ?? 0)) best.set(step.rank, chain);
  }
  let longest: readonly string[] = [];
  for (const chain of best.values()) if (chain.length > longest.length) longest = chain;
  return longest;
}

function chainTerm(chain: readonly string[]): ScoreTerm {
  const points = Math.min(CHAIN_MAX, CHAIN_STEP * Math.max(0, chain.length - 1));
  const why = chain.length < 2 ? "One stage of an attack seen" : `${chain.length} stages in order: ${chain.join(", ")}`;
  return { term: "kill-chain", points, why };
}

function breadthTerm(entities: readonly Entity[]): ScoreTerm {
  const count = (kind: Entity["kind"]) =>
    new Set(entities.filter((entity) => entity.kind === kind && entity.wellKnown !== true).map((one) => one.value))
      .size;
  const hosts = count("host");
  const accounts = count("user");
  const points = Math.min(HOSTS_MAX, 2 * Math.max(0, hosts - 1)) + Math.min(ACCOUNTS_MAX, Math.max(0, accounts - 1));
  return { term: "breadth", points, why: `${plural(hosts, "host")}, ${plural(accounts, "account")}` };
}

function rarityTerm(incident: Incident, rarity: ScoreContext["rarity"]): ScoreTerm {
  const total = rarity.incidents();
  const earlier = incident.terms.find((term) => term.term === "rarity");
  const rules = new Set(incident.detections.map((joined) => joined.detection.rule.id));
  const fewest = Math.min(...[...rules].map((rule) => rarity.incidentsWith(rule)));
  const share = Math.max(1, fewest) / Math.max(1, total);
  const fresh = total < RARITY_BASIS ? RARITY_UNKNOWN : round1(Math.min(RARITY_MAX, -Math.log10(share) * 5));
  if (earlier !== undefined && earlier.points >= fresh) return earlier;
  const why =
    total < RARITY_BASIS
      ? `Too little history (${plural(total, "incident")}) to call it rare`
      : `Rarest rule in ${fewest} of ${total} incidents`;
  return { term: "rarity", points: fresh, why };
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
const clamp = (value: number): number => Math.min(1, Math.max(0, value));
const round1 = (value: number): number => Math.round(value * 10) / 10;
