/**
 * The row of an incident: all that the triage model may know, as it is at this moment.
 * Enters: the folded incident, its score without a model, what is known around it. Leaves: named numbers and the id of one rule.
 *
 * RW1. No text of a log and no name of a person or thing enters; rules are named by their id.
 * RW2. Nothing from after the decision: verdicts are those given before, contexts those of arrival.
 */
import { addressScope } from "@cordon/model/address-scope";
import { entityKey } from "@cordon/model/entity";
import type { Incident, ScoreTerm } from "@cordon/model/incident";
import { type Level, levelRank, type RuleRef } from "@cordon/model/rule";
import { tacticRank } from "@cordon/model/technique";
import { DAY, HOUR, MINUTE } from "@cordon/model/time";
import type { TriageRow } from "@cordon/model/triage-decision";
import { joined, rounded, type Values } from "./around.ts";
import type { VerdictHistory } from "./rarity.ts";
import type { ScoreContext } from "./score-context.ts";

export interface RowParts {
  readonly incident: Incident;
  readonly severity: Level;
  readonly terms: readonly ScoreTerm[];
  readonly chain: readonly string[];
  readonly context: ScoreContext;
  /** Contexts of detections that are new in this score. */
  readonly fresh: readonly (Values | undefined)[];
}

export function rowOf(parts: RowParts): TriageRow {
  const { incident, context, fresh } = parts;
  const values: Record<string, number> = {
    ...joined([incident.row?.values, ...fresh]),
    ...scoreValues(parts),
    ...sizeValues(incident),
    ...verdictValues(incident, context.history),
    ...investigationValues(incident),
    openNear: context.openNear?.(incident) ?? 0,
  };
  for (const name of Object.keys(values)) values[name] = rounded(values[name] ?? 0);
  return { rule: mainRule(incident, context), values };
}

/** Of the most severe rules the rarest. */
function mainRule({ detections }: Incident, { rarity }: ScoreContext): string {
  let best: { readonly id: string; readonly rank: number; readonly count: number } | undefined;
  for (const { detection } of detections) {
    const { id } = detection.rule;
    const here = { id, rank: levelRank(detection.severity), count: rarity.incidentsWith(id) };
    if (
      best === undefined ||
      here.rank > best.rank ||
      (here.rank === best.rank && (here.count < best.count || (here.count === best.count && id < best.id)))
    )
      best = here;
  }
  return best?.id ?? "";
}

function scoreValues({ incident, severity, terms, chain, context }: RowParts): Values {
  const points = (name: ScoreTerm["term"]): number => terms.find(({ term }) => term === name)?.points ?? 0;
  const known = incident.entities.some((entity) => context.inventory.find(entityKey(entity)) !== undefined);
  return {
    priority: terms.reduce((sum, term) => sum + term.points, 0),
    severity: levelRank(severity),
    confidence: points("confidence"),
    asset: points("asset-criticality"),
    assetKnown: Number(known),
    rarity: points("rarity"),
    guessed: Number(points("finding") > 0),
    stages: chain.length,
    latestStage: Math.max(-1, ...incident.tactics.map(tacticRank)),
  };
}

function sizeValues(incident: Incident): Values {
  const { detections, entities, firstSeen, lastSeen, techniques, tactics } = incident;
  const named = entities.filter((entity) => entity.wellKnown !== true);
  const count = (kind: string): number =>
    new Set(named.filter((entity) => entity.kind === kind).map(({ value }) => value)).size;
  const isPublic = named.filter(({ kind, value }) => kind === "ip" && addressScope(value) === "public");
  return {
    detections: detections.length,
    repeats: detections.reduce((sum, { times }) => sum + times - 1, 0),
    rules: new Set(detections.map(({ detection }) => detection.rule.id)).size,
    techniques: techniques.length,
    tactics: tactics.length,
    minutes: (lastSeen - firstSeen) / MINUTE,
    hosts: count("host"),
    accounts: count("user"),
    addresses: new Set(isPublic.map(({ value }) => value)).size,
    intelHits: detections.filter(({ detection }) => isIndicator(detection.rule)).length,
    hour: Math.floor((lastSeen % DAY) / HOUR),
    // Day 0 of 1970 was a Thursday.
    weekend: Number(((Math.floor(lastSeen / DAY) + 4) % 7) % 6 === 0),
  };
}

/** Look-ups of indicators as well as patterns of a feed or of a STIX bundle. */
const isIndicator = ({ id, source }: RuleRef): boolean =>
  id.startsWith("intel:") || id.startsWith("indicator--") || source.startsWith("intel:");

/** Shrunk towards one in three: a single verdict says little. */
function verdictValues({ detections }: Incident, history: VerdictHistory): Values {
  let found: { readonly share: number; readonly benign: number; readonly seen: number } | undefined;
  for (const rule of new Set(detections.map(({ detection }) => detection.rule.id))) {
    const verdicts = Object.hasOwn(history, rule) ? (history[rule] ?? {}) : {};
    const right = verdicts["true-positive"] ?? 0;
    const benign = verdicts["benign-positive"] ?? 0;
    const seen = right + benign + (verdicts["false-positive"] ?? 0);
    const share = (right + 1) / (seen + 3);
    if (seen > 0 && (found === undefined || share > found.share))
      found = { share, benign: (benign + 1) / (seen + 3), seen };
  }
  return found === undefined
    ? { ruleSeen: 0 }
    : { ruleTrue: found.share, ruleBenign: found.benign, ruleSeen: found.seen };
}

const FOUND = { malicious: 1, undecided: 0, benign: -1 } as const;

function investigationValues({ investigation }: Incident): Values {
  if (investigation === undefined) return {};
  return {
    investigated: FOUND[investigation.verdict],
    claims: investigation.claims.length,
    confirmed: investigation.extent.filter(({ standing }) => standing === "confirmed").length,
  };
}
