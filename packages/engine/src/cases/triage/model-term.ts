/**
 * What a live model adds to a priority. Enters: a decision and what the same model said of the incident before. Leaves: one term.
 *
 * MT1. Points stay within the model's bounds; once given, the same model does not take them back while the incident grows (S3).
 * MT2. The text says "because", and names features in words.
 */
import type { Incident, ScoreTerm } from "@cordon/model/incident";
import type { TriageDecision } from "@cordon/model/triage-decision";

const REASONS_SHOWN = 2;

export function modelTerm(incident: Incident, decision: TriageDecision): ScoreTerm {
  const before = incident.decision?.model === decision.model ? incident.terms.find(isModel) : undefined;
  if (before !== undefined && before.points > decision.points)
    return before.why.startsWith(KEPT) ? before : { ...before, why: `${KEPT}${before.why}` };
  return { term: "model", points: decision.points, why: whyOf(decision) };
}

const KEPT = "Kept from an earlier look: ";
const isModel = (term: ScoreTerm): boolean => term.term === "model";

function whyOf({ p, threshold, because, refusal, points }: TriageDecision): string {
  if (p === undefined) return `No weight: ${refusal ?? "uncalibrated"}`;
  const side = points >= 0 ? 1 : -1;
  const reasons = because.filter(({ effect }) => effect * side > 0).slice(0, REASONS_SHOWN);
  const said = reasons.map(({ words, value, baseline }) => `${words} is ${value} (usual ${baseline})`);
  const why = said.length === 0 ? "" : `, because ${said.join("; ")}`;
  return `Closed alike ${percent(p.truePositive)} as true positive, usual ${percent(threshold)}${why}`;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
