import type { Asset } from "@cordon/model/asset";
import type { Incident } from "@cordon/model/incident";
import { describe, expect, it } from "vitest";
import { groupsOf } from "./groups.ts";

const assets: Readonly<Record<string, Partial<Asset>>> = {
  "user:ann": { department: "Finance", region: "North", account: "person" },
  "user:svc": { department: "IT", account: "service" },
  "host:h1": { region: "North", platform: "windows" },
  "host:h2": { region: "South" },
};
const ports = {
  inventory: { find: (key: string) => assets[key] as Asset | undefined },
  productOf: (rule: string) => (rule === "r-lin" ? "linux" : undefined),
  digest: (text: string) => `#${text.length}`,
};

function incident(keys: readonly string[], rule = "r", input = "endpoints"): Incident {
  const entities = keys.map((key) => {
    const [kind, value] = key.split(":");
    return { kind, value, role: "actor", ...(value === "system" ? { wellKnown: true } : {}) };
  });
  return { entities, detections: [{ detection: { rule: { id: rule }, input } }] } as unknown as Incident;
}

describe("groups of a case", () => {
  it.each([
    [
      "account and host",
      ["user:ann", "host:h1"],
      { department: "Finance", region: "North", account: "person", platform: "windows" },
    ],
    ["two departments", ["user:ann", "user:svc"], { department: "several", account: "several" }],
    ["two regions", ["host:h1", "host:h2"], { region: "several", account: "no account" }],
    [
      "unknown things",
      ["user:eve", "host:h9"],
      { department: "not in the inventory", account: "not in the inventory" },
    ],
    ["an account of a machine", ["user:ws1$"], { account: "machine" }],
    ["well known names are nobody", ["user:system"], { account: "no account" }],
  ])("%s", (_, keys, expected) => {
    expect(groupsOf(incident(keys), ports).groups).toMatchObject(expected);
  });

  it("platform from the rule where the inventory has none; paths of files are no source", () => {
    expect(groupsOf(incident(["host:h9"], "r-lin", "/logs/ann/a.evtx"), ports).groups).toMatchObject({
      platform: "linux",
      source: "files",
    });
    expect(groupsOf(incident(["host:h9"], "r", "ann@192.0.2.7:17"), ports).groups.source).toBe("pushed to the API");
  });

  it("GR1. no name leaves", () => {
    const said = JSON.stringify(groupsOf(incident(["user:ann", "host:h1"]), ports));
    expect(said).not.toContain("ann");
    expect(said).not.toContain("h1");
  });
});
