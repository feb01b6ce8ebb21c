import { nonEmpty } from "@cordon/model/ids";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { makeMemoryEventStore } from "@cordon/testkit/memory-event-store";
import { benignAdmin } from "@cordon/testkit/scenarios/benign-admin";
import { cloudKeyTheft } from "@cordon/testkit/scenarios/cloud-key-theft";
import type { Scenario } from "@cordon/testkit/scenarios/event-builder";
import { incidentOf } from "@cordon/testkit/scenarios/scenario-incident";
import { sshBruteForce } from "@cordon/testkit/scenarios/ssh-brute-force";
import { windowsPhishing } from "@cordon/testkit/scenarios/windows-phishing";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import { describe, expect, it } from "vitest";
import { makeInvestigate } from "./investigate.ts";
import { replayLedger } from "./questions.ts";

async function investigated(scenario: Scenario, detections = scenario.detections) {
  const events = makeMemoryEventStore();
  await events.append(1, scenario.events);
  const runtime = makeVirtualRuntime({ startMs: scenario.end });
  const investigate = makeInvestigate({ events, runtime, views: new Map() });
  const incident = incidentOf({ ...scenario, detections });
  const investigation = await investigate(incident, NEVER_STOP);
  const values = (kind: string) =>
    investigation.extent
      .filter((member) => member.entity.kind === kind && member.standing !== "exposed")
      .map((member) => member.entity.value)
      .sort();
  return { events, runtime, incident, investigate, investigation, values };
}

describe("investigate finds the true beginning and the true extent", () => {
  const rows: readonly (readonly [string, Scenario])[] = [
    ["phishing to lateral movement", windowsPhishing()],
    ["SSH brute force to root", sshBruteForce()],
    ["stolen cloud key", cloudKeyTheft()],
  ];
  for (const [name, scenario] of rows) {
    it(name, async () => {
      const { investigation, values } = await investigated(scenario);
      const [root] = investigation.rootCauses;
      expect(scenario.truth.roots).toContain(`${root?.entity.kind}:${root?.entity.value}`);
      expect(root?.boundary).toBe(scenario.truth.boundary);
      expect(values("host")).toEqual([...scenario.truth.hosts].sort());
      expect(values("user")).toEqual([...scenario.truth.accounts].sort());
      expect(values("ip")).toEqual([...scenario.truth.addresses].sort());
      expect(investigation.verdict).toBe("malicious");
      expect(investigation.claimsRefused).toBe(0);
    });
  }

  it("finds the other machine from the first machine's detections alone", async () => {
    const scenario = windowsPhishing();
    const { investigation, values } = await investigated(scenario, scenario.detections.slice(0, 2));
    expect(values("host")).toEqual(["srv-db", "ws-042"]);
    expect(values("session")).toContain("srv-db|luid:0xabc01");
    expect(investigation.rootCauses[0]?.boundary).toBe("mail-attachment");
  });

  it("finds the first machine from the last machine's detections alone", async () => {
    const scenario = windowsPhishing();
    const { investigation } = await investigated(scenario, scenario.detections.slice(2));
    expect(scenario.truth.roots).toContain(`process:${investigation.rootCauses[0]?.entity.value}`);
  });

  it("an administrator's own work is not called malicious and proposes nothing but silence", async () => {
    const { investigation } = await investigated(benignAdmin());
    expect(investigation.verdict).toBe("benign");
    expect(investigation.proposals.filter((proposal) => proposal.action.kind !== "notify")).toEqual([]);
  });
});

describe("investigate keeps its promises", () => {
  it("every sentence cites events that its claims cite", async () => {
    const { investigation } = await investigated(windowsPhishing());
    expect(investigation.summary.length).toBeGreaterThan(3);
    const byId = new Map(investigation.claims.map((claim) => [claim.id, claim]));
    for (const sentence of investigation.summary) {
      const cited = sentence.claims.flatMap((id) => byId.get(id)?.cites.map((cite) => cite.event) ?? []);
      for (const event of sentence.events) expect(cited).toContain(event);
    }
  });

  it("the same evidence gives the same investigation, and its ledger replays", async () => {
    const { events, runtime, incident, investigate, investigation } = await investigated(windowsPhishing());
    expect(await investigate(incident, NEVER_STOP)).toEqual(investigation);
    const replayed = await replayLedger(investigation.ledger, { events, runtime, stop: NEVER_STOP });
    expect(replayed.length).toBeGreaterThan(5);
    expect(replayed.filter((line) => !line.same)).toEqual([]);
  });

  it("proposes with targets of this incident only", async () => {
    const scenario = windowsPhishing();
    const { investigation, incident } = await investigated(scenario);
    const kinds = new Set(investigation.proposals.map((proposal) => proposal.action.kind));
    expect([...kinds].sort()).toEqual([
      ...["block-address", "capture-forensics", "disable-account", "isolate-host", "kill-process", "notify"],
    ]);
    for (const { action } of investigation.proposals) {
      for (const ref of Object.values(action).filter((value) => typeof value === "object")) {
        expect(ref.incident).toBe(incident.id);
        expect(nonEmpty(ref.evidence)).toBeDefined();
      }
    }
  });

  it("evidence that is gone is said, not invented", async () => {
    const scenario = windowsPhishing();
    const events = makeMemoryEventStore();
    const runtime = makeVirtualRuntime({ startMs: scenario.end });
    const investigation = await makeInvestigate({ events, runtime, views: new Map() })(
      incidentOf(scenario),
      NEVER_STOP,
    );
    expect(investigation.claims).toEqual([]);
    expect(investigation.summary).toEqual([]);
    expect(investigation.limits.join()).toContain("no longer stored");
    expect(investigation.verdict).not.toBe("benign");
  });
});
