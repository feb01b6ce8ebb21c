import type { Incident } from "@cordon/model/incident";
import type { LearningEntry } from "@cordon/model/learning-entry";
import type { ModelRecord } from "@cordon/model/model-record";
import type { Outcome } from "@cordon/model/ports/journal";
import { HOUR, instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { makeMeters } from "../meters.ts";
import type { LearningWorld } from "./learning-around.ts";
import { openLearning } from "./learning-desk.ts";

const START = Date.UTC(2026, 0, 1);
const NOW = START + 1_001 * HOUR;
const MODEL = "a".repeat(64);

/** From `from` on cases come from more hosts, and what the model calls malicious is not. */
function outcomes(from: number): Outcome[] {
  return Array.from({ length: 1_000 }, (_, at) => {
    const late = at >= from;
    const p = ((at * 37) % 100) / 100;
    const malicious = ((at * 61) % 100) / 100 < (late ? 1 - p : p);
    const north = at % 2 === 0;
    return {
      ...{ incident: `INC-${at}`, at: START + at * HOUR, by: at % 3 === 0 ? "ann" : "bob", note: "", rules: ["r"] },
      verdict: malicious ? "true-positive" : "false-positive",
      features: {
        ...{ severity: "high", predicted: p, model: MODEL, actions: [] },
        groups: { region: north ? "North" : "South" },
        row: { rule: `r${at % 3}`, values: { priority: 30 + ((at * 7) % 50), hosts: (late ? 6 : 1) + (at % 3) } },
      },
    } as unknown as Outcome;
  });
}

function worldOf(from: number) {
  const entries: LearningEntry[] = [];
  const clock = { now: NOW };
  const meters = makeMeters(instant(NOW));
  const incident = {
    ...{ id: "INC-0", title: "t", severity: "high", firstSeen: 1, lastSeen: 2, entities: [], detections: [] },
    verdict: "true-positive",
  } as unknown as Incident;
  const champion = { id: MODEL, status: "champion", createdAt: START, facts: {} } as unknown as ModelRecord;
  const world = {
    config: { learning: { reviewShare: 0.05, autoClose: [] } },
    runtime: {
      now: () => instant(clock.now),
      id: () => `P${entries.length}`,
      // Every tenth id is drawn.
      sha256: (text: string) => (/0$/.test(text) ? "00000000" : "ffffffff"),
    },
    meters,
    outcomes: { list: async () => outcomes(from) },
    models: { list: async () => [champion] },
    learning: {
      append: async (entry: LearningEntry) => void entries.push(entry),
      list: async (_limit: number, kinds?: readonly string[]) =>
        entries.filter(({ kind }) => kinds === undefined || kinds.includes(kind)),
    },
    journal: { list: async () => [], get: async (id: string) => ({ ...incident, id }) },
    around: { rulesets: () => [], sources: async () => ({ sysmon: 1 }), titleOf: () => undefined },
  };
  const desk = openLearning(world as unknown as LearningWorld);
  const kinds = (kind: LearningEntry["kind"]) => entries.filter((entry) => entry.kind === kind);
  const later = (): void => {
    clock.now += 60_000;
  };
  return { desk, entries, kinds, meters, later };
}

describe("health of what was learnt", () => {
  it("WH1, WH2. an alarm stops closing alone; what began is written once; retraining is proposed and nothing trained", async () => {
    const { desk, kinds, meters, later } = worldOf(600);
    const health = await desk.health();
    expect([health.verdict, health.proposals[0]?.state]).toEqual(["alarm", "open"]);
    expect([...meters.problems.keys()].sort()).toEqual(["drift-model", "learning-retrain"]);
    expect(health.closing.paused).toHaveLength(1);
    const began = kinds("drift-began").length;
    expect(began).toBeGreaterThan(0);
    later();
    await desk.health();
    expect([kinds("drift-began").length, kinds("retraining-proposed").length]).toEqual([began, 1]);
  });

  it("a person accepts: a challenger is trained under his name, and the answer stands", async () => {
    const { desk, later, meters } = worldOf(600);
    const proposal = (await desk.health()).proposals[0]?.id ?? "";
    const trained: string[] = [];
    const train = async (by: string) => {
      trained.push(by);
      return { id: "b".repeat(64) } as never;
    };
    const given = { answer: "accept", reason: "a new source since Monday", proposal } as const;
    await expect(desk.answerProposal("mia", { ...given, proposal: "none" }, train)).rejects.toThrow("no open proposal");
    await desk.answerProposal("mia", given, train);
    expect(trained).toEqual(["mia"]);
    later();
    const [answered] = (await desk.health()).proposals;
    expect(answered).toMatchObject({ state: "accept", answeredBy: "mia", model: "b".repeat(64) });
    expect(meters.problems.has("learning-retrain")).toBe(false);
    await expect(desk.answerProposal("mia", given, train)).rejects.toThrow("no open proposal");
  });

  it("training that fails leaves the proposal open", async () => {
    const { desk, kinds } = worldOf(600);
    const proposal = (await desk.health()).proposals[0]?.id ?? "";
    const train = () => Promise.reject(new Error("too few"));
    const given = { answer: "accept", reason: "a new source since Monday", proposal } as const;
    await expect(desk.answerProposal("mia", given, train)).rejects.toThrow("too few");
    expect(kinds("retraining-answered")).toEqual([]);
  });

  it("nothing changed: no alarm, no proposal; sources of the first look are no change", async () => {
    const { desk, kinds, meters } = worldOf(1_000);
    const health = await desk.health();
    expect([health.proposals, kinds("drift-began"), [...meters.problems.keys()]]).toEqual([[], [], []]);
    expect(health.changes).toEqual([]);
    expect(kinds("change-seen")).toHaveLength(2);
  });

  it("WH3. a second review: not of own cases, told afterwards, counted", async () => {
    const { desk } = worldOf(1_000);
    const { items } = await desk.reviews("ann");
    expect(items.length).toBeGreaterThan(0);
    expect(items.every(({ incident }) => Number(incident.slice(4)) % 30 !== 0)).toBe(true);
    expect(JSON.stringify(items)).not.toContain("positive");
    const incident = items[0]?.incident ?? "";
    const told = await desk.review("ann", { incident, verdict: "true-positive", note: "" });
    expect(told.agreed).toBe(told.first === "true-positive");
    expect((await desk.health()).agreement).toMatchObject({ pairs: 1 });
    await expect(desk.review("ann", { incident, verdict: "true-positive", note: "" })).rejects.toThrow("not offered");
  });

  it("flags without an answer close the gate", async () => {
    const { desk } = worldOf(1_000);
    const { flags } = await desk.bias();
    expect((await desk.gate()).passed).toBe(flags.length === 0);
    await expect(
      desk.answerFlag("mia", { flag: "none", answer: "accept", reason: "there is no such flag" }),
    ).rejects.toThrow("no flag");
    for (const { id } of flags) await desk.answerFlag("mia", { flag: id, answer: "accept", reason: "known and right" });
    expect((await desk.gate()).passed).toBe(true);
  });
});
