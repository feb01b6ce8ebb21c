/** The incident that triage would make of a scenario's detections, already scored. */
import { fold } from "@cordon/model/fold";
import { incidentId } from "@cordon/model/ids";
import type { Incident, IncidentEntry } from "@cordon/model/incident";
import type { Scenario } from "./event-builder.ts";

export function incidentOf(scenario: Pick<Scenario, "detections" | "end">, priority = 80): Incident {
  const entries: IncidentEntry[] = [
    { at: scenario.end, by: "t", kind: "opened", id: incidentId("INC-TEST0001"), title: "t" },
    ...scenario.detections.map(
      (detection): IncidentEntry => ({ at: scenario.end, by: "t", kind: "detection-joined", detection, because: [] }),
    ),
    { at: scenario.end, by: "t", kind: "scored", priority, severity: "high", terms: [], title: "t" },
  ];
  return fold(entries);
}
