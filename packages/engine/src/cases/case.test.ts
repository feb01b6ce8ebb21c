import { fold } from "@cordon/model/fold";
import { type IncidentId, incidentId, nonEmpty } from "@cordon/model/ids";
import type { IncidentEntry } from "@cordon/model/incident";
import type { Investigation } from "@cordon/model/investigation";
import { openProposals } from "@cordon/model/next-step";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { instant } from "@cordon/model/time";
import { makeMemoryEventStore } from "@cordon/testkit/memory-event-store";
import { type MemoryState, makeMemoryState } from "@cordon/testkit/memory-state";
import { windowsPhishing } from "@cordon/testkit/scenarios/windows-phishing";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import { describe, expect, it } from "vitest";
import { IDLE_MS, makeCase } from "./case.ts";
import { makeInvestigate } from "./investigate/investigate.ts";
import { makeTriage } from "./triage/triage.ts";

const START = Date.UTC(2026, 4, 12, 10, 0);
const silent = async () => 0;

async function world(state: MemoryState = makeMemoryState()) {
  const scenario = windowsPhishing();
  const runtime = makeVirtualRuntime({ startMs: START });
  const events = makeMemoryEventStore();
  await events.append(1, scenario.events);
  const triage = makeTriage({ ...state, runtime, inventory: { find: () => undefined } });
  const investigate = makeInvestigate({ events, runtime, views: new Map() });
  const some = nonEmpty(scenario.detections);
  if (some !== undefined) await state.worklist.offer(some);
  const { incidents } = await triage.takeBatch(100, NEVER_STOP);
  return { state, runtime, triage, investigate, incidents };
}

describe("case", () => {
  it("scores, investigates, joins what the investigation leads to, plans, then waits", async () => {
    const { state, runtime, triage, investigate, incidents } = await world();
    const planned: string[] = [];
    const cases = makeCase({
      journal: state.journal,
      runtime,
      stages: {
        score: (incident) => triage.score(incident),
        investigate,
        planResponse: async (incident) => {
          planned.push(...openProposals(incident).map((proposal) => proposal.playbook));
          return 0;
        },
        contain: silent,
        relate: (id) => triage.relate(id),
      },
    });
    expect(incidents.length).toBe(2);
    for (const id of incidents) expect((await cases.run(id, NEVER_STOP)).kind).not.toBe("moved");
    await runtime.advance(60_000);
    for (const id of incidents) await cases.run(id, NEVER_STOP);
    const live = await state.journal.list({ order: "priority", limit: 10, status: ["new", "open"] });
    expect(live.length).toBe(1);
    expect(live[0]?.detections.length).toBe(4);
    expect(live[0]?.investigation?.verdict).toBe("malicious");
    expect(new Set(planned)).toContain("isolate-host");
  });

  it("a stage that says nothing makes the case wait", async () => {
    const { state, runtime, investigate, incidents } = await world();
    const stages = { score: async () => [], investigate, planResponse: silent, contain: silent };
    const cases = makeCase({ journal: state.journal, runtime, stages });
    const [id] = incidents;
    if (id === undefined) throw new Error("no incident");
    const outcome = await cases.run(id, NEVER_STOP);
    expect(outcome.kind === "waits" ? outcome.until : undefined).toBe(runtime.now() + IDLE_MS);
  });

  const finding = {
    proposals: [],
    techniques: [],
    extent: [],
    rootCauses: [],
    claims: [],
    at: instant(START),
  } as unknown as Investigation;
  const rows: readonly (readonly [string, IncidentEntry, number])[] = [
    ["a note meanwhile leaves the finding", { at: instant(1), by: "ann", kind: "note-added", text: "x" }, 1],
    [
      "a closing meanwhile throws it away",
      { at: instant(1), by: "ann", kind: "closed", verdict: "false-positive", note: "", features: {} },
      0,
    ],
  ];
  for (const [name, entry, expected] of rows) {
    it(name, async () => {
      const { state, runtime, incidents } = await world();
      const [id] = incidents;
      if (id === undefined) throw new Error("no incident");
      let first = true;
      const investigate = async () => {
        if (first) await append(state, id, entry);
        first = false;
        return finding;
      };
      const stages = { score: async () => [], investigate, planResponse: silent, contain: silent };
      await makeCase({ journal: state.journal, runtime, stages }).run(id, NEVER_STOP);
      const { entries } = await state.journal.read(id);
      expect(entries.filter((known) => known.kind === "investigated").length).toBe(expected);
    });
  }

  it("an incident nobody knows is done", async () => {
    const { state, runtime, investigate } = await world();
    const stages = { score: async () => [], investigate, planResponse: silent, contain: silent };
    const cases = makeCase({ journal: state.journal, runtime, stages });
    expect((await cases.step(incidentId("INC-UNKNOWN0"), NEVER_STOP)).kind).toBe("done");
  });
});

async function append(state: MemoryState, id: IncidentId, entry: IncidentEntry): Promise<void> {
  const { entries, version } = await state.journal.read(id);
  await state.journal.append(id, version, [entry], fold([...entries, entry]));
}
