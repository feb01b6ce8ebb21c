import { describe, expect, it } from "vitest";
import { mayAct } from "./rights.ts";

describe("mayAct", () => {
  it.each([
    ["viewer", "listIncidents", true],
    ["viewer", "closeIncident", false],
    ["analyst", "closeIncident", true],
    ["analyst", "approveAction", false],
    ["approver", "approveAction", true],
    ["approver", "createToken", false],
    ["admin", "createToken", true],
    ["ingest", "ingest", true],
    ["ingest", "listIncidents", false],
    ["admin", "ingest", false],
    ["viewer", "login", true],
  ] as const)("%s %s", (role, route, expected) => {
    expect(mayAct(role, route)).toBe(expected);
  });
});
