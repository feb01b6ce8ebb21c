/// <reference types="node" />
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { journalLines } from "./journal-lines.ts";

const MODEL = join(import.meta.dirname, "../../../../model/src/incident.ts");
/** The kinds as they stand in the model's text: types leave nothing behind that could be listed. */
const KINDS = (() => {
  const source = readFileSync(MODEL, "utf8");
  const union = source.slice(source.indexOf("export type IncidentMove"), source.indexOf("export type IncidentStatus"));
  return [...union.matchAll(/readonly kind: "([\w-]+)"/g)].map(([, kind = ""]) => kind);
})();

const line = (entry: Record<string, unknown>) =>
  journalLines([{ position: 1, entry: { at: 5, by: "triage", ...entry } }])[0];

describe("journal in words", () => {
  it("JL1. every kind of the model has words of its own", () => {
    expect(KINDS.length).toBeGreaterThan(15);
    const words = new Map(KINDS.map((kind) => [kind, line({ kind })?.word ?? ""]));
    // Without words of its own a kind would read as its name with spaces, as an unknown one does.
    const bare = [...words].filter(([kind, word]) => word === kind.replaceAll("-", " "));
    expect(bare).toEqual([]);
    expect(new Set(words.values()).size).toBe(KINDS.length);
  });

  it("JL1. an unknown kind says its name, a broken entry breaks nothing", () => {
    expect(line({ kind: "from-the-future" })).toMatchObject({ word: "from the future", what: "" });
    for (const kind of KINDS)
      for (const broken of [null, 7, "x", [], [null], { by: null }])
        expect(
          line({
            kind,
            because: broken,
            detection: broken,
            rescored: broken,
            grant: broken,
            action: broken,
            key: broken,
          })?.word,
        ).not.toBe("");
  });

  it("a score that was made anew says why, and what stood before", () => {
    const scored = { kind: "scored", priority: 38.4, severity: "high", decision: { model: "abcdef0123456789" } };
    expect(line(scored)).toMatchObject({
      word: "Scored",
      what: "priority 38, severity high; with model abcdef012345",
    });
    expect(line({ ...scored, rescored: { because: "model abcdef serves", priority: 24 } })).toMatchObject({
      word: "Scored anew",
      what: "priority 38, severity high; priority 24 before, without a model; model abcdef serves",
      person: false,
    });
  });

  it("names an action by what was proposed, and who said what about it", () => {
    const key = "k".repeat(64);
    const entries = [
      { kind: "action-proposed", key, action: { kind: "isolate-host", host: { kind: "host", value: "ws-1" } } },
      { kind: "grant-refused", key, by: "ann", person: "ann", reason: "the payroll runs" },
      { kind: "action-moved", key, to: "denied" },
      { kind: "action-moved", key: "other", to: "verified" },
    ];
    const lines = journalLines(entries.map((entry, i) => ({ position: i, entry: { at: 1, by: "cordon", ...entry } })));
    expect(lines.map(({ word, what, person }) => [word, what, person])).toEqual([
      ["Action proposed", "Isolate host ws-1", false],
      ["Action denied", "Isolate host ws-1; by ann: the payroll runs", true],
      ["Action moved", "Isolate host ws-1: denied", false],
      ["Action moved", "action other: in force", false],
    ]);
  });
});
