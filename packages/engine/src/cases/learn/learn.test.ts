import { fold, foldMore } from "@cordon/model/fold";
import type { Incident } from "@cordon/model/incident";
import { instant } from "@cordon/model/time";
import { incidentOf } from "@cordon/testkit/scenarios/scenario-incident";
import { windowsPhishing } from "@cordon/testkit/scenarios/windows-phishing";
import { describe, expect, it } from "vitest";
import { closeIncident, featuresOf } from "./learn.ts";

const incident = incidentOf(windowsPhishing());
const closing = { person: "ann", verdict: "true-positive", note: "wiped", at: instant(5) } as const;

describe("learn", () => {
  it("stores the verdict with the rules and features of the moment", () => {
    const { entries, outcome } = closeIncident(incident, closing);
    const after = foldMore(incident, entries);
    expect([after.status, after.verdict, after.closedAt]).toEqual(["closed", "true-positive", 5]);
    expect(outcome.rules).toEqual(["r-office-shell", "r-lsass", "r-wmi-shell", "r-rclone"]);
    expect(outcome.features).toMatchObject({ priority: 80, detections: 4, machineVerdict: null });
  });

  it("keeps no text of a log among the features", () => {
    const text = JSON.stringify(featuresOf(incident));
    for (const { value } of incident.entities) expect(text).not.toContain(JSON.stringify(value));
  });

  it("refuses a second verdict", () => {
    const closed: Incident = foldMore(incident, closeIncident(incident, closing).entries);
    expect(() => closeIncident(closed, closing)).toThrow(/is closed/);
    const reopened = foldMore(closed, [{ at: instant(6), by: "ann", kind: "reopened", reason: "more came" }]);
    expect(closeIncident(reopened, closing).outcome.verdict).toBe("true-positive");
  });

  it("an empty incident has features too", () => {
    expect(featuresOf(fold([])).detections).toBe(0);
  });
});
