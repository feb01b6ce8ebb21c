import { describe, expect, it } from "vitest";
import { EVENTS } from "../../../dev/attack.ts";
import { MAIN } from "../../../dev/incidents.ts";
import { DETECTIONS } from "../../../dev/investigation.ts";
import { citedPointers } from "./cited.ts";

describe("citedPointers", () => {
  it("joins what claims and rules rest on, as pointers into the raw record", () => {
    const [, , event] = EVENTS;
    if (event === undefined) throw new Error("fixture has too few events");
    const detections = DETECTIONS.map((joined) => joined.detection).filter((one) => one.evidence.includes(event.id));
    const cited = citedPointers({ event, detections, incidents: [MAIN.id] }, [MAIN]);
    expect([...cited].sort()).toEqual(["/Event/EventData/CommandLine", "/Event/EventData/ParentImage"]);
  });
});
