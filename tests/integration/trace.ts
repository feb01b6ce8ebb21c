/**
 * What an investigation did and decided, without what it read: to be compared byte by byte (investigation.md G1).
 * Enters: a river at rest. Leaves: its rule bits and entity skeleton, and the trace of tools, verdicts and proposals.
 *
 * T1. Entities whose value is free text (command lines, paths, names somebody chose) are numbered in order of appearance:
 *     which text stands there may differ, that the same thing is meant may not.
 */
import type { Entity, EntityKind } from "@cordon/model/entity";
import type { Incident } from "@cordon/model/incident";
import { canonicalJson, type Json } from "@cordon/model/json";
import { actionTarget } from "@cordon/model/next-step";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import type { River } from "./river.ts";

const FREE_TEXT: ReadonlySet<EntityKind> = new Set([
  ...(["cmdline", "file", "regkey", "useragent", "service", "domain", "script", "other", "hash", "url"] as const),
]);

export interface Traced {
  /** Rules per event, and kinds, roles and typed values of entities per event. */
  readonly bits: string;
  readonly trace: string;
  readonly priorities: ReadonlyMap<string, number>;
  readonly closed: number;
}

export async function traceOf(river: River): Promise<Traced> {
  const all = await river.all();
  const renamed = makeNames();
  const events = await river.events.search({ order: "oldest", limit: 10_000 }, NEVER_STOP);
  const detections = all
    .flatMap((incident) => incident.detections.map(({ detection }) => `${detection.rule.id} ${detection.evidence}`))
    .sort();
  const skeleton = events.map(({ id, class: kind, outcome, entities }) => [
    ...[id, kind, outcome ?? ""],
    entities.map((entity) => `${entity.role} ${renamed(entity)} ${entity.wellKnown === true}`).sort(),
  ]);
  const incidents = [];
  for (const incident of all) incidents.push(await incidentTrace(river, incident, renamed));
  return {
    bits: canonicalJson({ detections, skeleton } as unknown as Json),
    trace: canonicalJson(incidents as unknown as Json),
    priorities: new Map(all.map(({ id, priority }) => [id, priority])),
    closed: all.filter(({ status, mergedInto }) => status === "closed" && mergedInto === undefined).length,
  };
}

type Named = (entity: Pick<Entity, "kind" | "value">) => string;

function makeNames(): Named {
  const numbers = new Map<string, string>();
  return ({ kind, value }) => {
    if (!FREE_TEXT.has(kind)) return `${kind}:${value}`;
    const key = `${kind}:${value}`;
    const known = numbers.get(key) ?? `${kind}#${numbers.size}`;
    numbers.set(key, known);
    return known;
  };
}

async function incidentTrace(river: River, incident: Incident, named: Named) {
  const { entries } = await river.state.journal.read(incident.id);
  const found = incident.investigation;
  return {
    ...{ id: incident.id, title: incident.title, priority: incident.priority, severity: incident.severity },
    ...{ status: incident.status, mergedInto: incident.mergedInto ?? null },
    journal: entries.map(({ kind, by }) => `${kind} ${by}`),
    terms: incident.terms.map(({ term, points }) => `${term} ${points}`),
    verdict: found?.verdict ?? null,
    confidence: found?.confidence ?? null,
    roots: (found?.rootCauses ?? []).map((root) => [named(root.entity), root.boundary, root.score, root.event]),
    extent: (found?.extent ?? []).map(({ entity, standing }) => `${standing} ${named(entity)}`),
    claims: (found?.claims ?? []).map(({ predicate, subject, object, cites }) => [
      ...[predicate, named(subject), object === undefined ? "" : named(object)],
      cites.map(({ event, pointer }) => `${event} ${pointer}`),
    ]),
    tools: (found?.ledger ?? []).map(({ query, rows, digest }) => {
      const { entities = [], ...rest } = query;
      return [entities.map(named), rest, rows, digest];
    }),
    proposals: (found?.proposals ?? []).map(({ action, playbook }) => `${playbook} ${actionTarget(action)}`),
    actions: incident.actions.map(({ action, policy, state, plan }) => [
      ...[actionTarget(action), policy.outcome, policy.approvalsNeeded, state, plan.effects],
    ]),
    limits: found?.limits ?? [],
  };
}
