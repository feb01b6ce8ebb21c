/** The incident line of docs/specs/cli.md: the shape that `scan --json` and others print. A contract. */

import type { WireIncident } from "@cordon/model/api/incidents";
import type { Incident } from "@cordon/model/incident";
import { instant, isoTime } from "@cordon/model/time";
import { actionTargetOf } from "./incident-text.ts";

export function incidentLine(incident: Incident | WireIncident): object {
  const root = incident.investigation?.rootCauses[0];
  return {
    kind: "incident",
    id: incident.id,
    title: incident.title,
    priority: incident.priority,
    severity: incident.severity,
    status: incident.status,
    verdict: incident.verdict ?? incident.investigation?.verdict ?? null,
    firstSeen: isoTime(instant(incident.firstSeen)),
    lastSeen: isoTime(instant(incident.lastSeen)),
    entities: incident.entities.map(({ kind, role, value }) => ({ kind, role, value })),
    techniques: incident.techniques,
    rootCause:
      root === undefined
        ? null
        : {
            kind: root.entity.kind,
            value: root.entity.value,
            boundary: root.boundary,
            event: root.event,
            time: isoTime(instant(root.at)),
            score: root.score,
            why: root.why,
          },
    detections: incident.detections.length,
    claims: incident.investigation?.claims.length ?? 0,
    actions: incident.actions.map((action) => ({
      key: action.key,
      kind: action.action.kind,
      target: actionTargetOf(action.action),
      state: action.state,
      actuator: action.plan.actuator,
      outcome: action.policy.outcome,
    })),
  };
}
