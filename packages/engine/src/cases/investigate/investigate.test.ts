import { nonEmpty } from "@cordon/model/ids";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { instant } from "@cordon/model/time";
import { makeMemoryEventStore } from "@cordon/testkit/memory-event-store";
import { benignAdmin } from "@cordon/testkit/scenarios/benign-admin";
import { cloudKeyTheft } from "@cordon/testkit/scenarios/cloud-key-theft";
import {
  connected,
  detected,
  entity,
  loggedOn,
  makeStory,
  processStarted,
  type Scenario,
} from "@cordon/testkit/scenarios/event-builder";
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

  it("a service that was installed from elsewhere leads back to the machine that asked for it", async () => {
    const story = makeStory("remote service");
    const at = Date.UTC(2026, 8, 1, 12, 0);
    const tool = { guid: "00000000-0000-0000-0000-00000000000a", image: "C:\\Users\\bob\\Downloads\\t.exe" };
    const desktop = { guid: "00000000-0000-0000-0000-00000000000b", image: "C:\\Windows\\explorer.exe" };
    const shell = { guid: "00000000-0000-0000-0000-00000000000c", image: "C:\\Windows\\System32\\cmd.exe" };
    const services = { guid: "00000000-0000-0000-0000-00000000000d", image: "C:\\Windows\\System32\\services.exe" };
    const bob = { host: "ws-7", user: "corp\\bob", luid: "0x77" };
    processStarted(story, { at, ...bob, ...tool, parent: desktop, command: "t.exe \\\\srv-9" });
    connected(story, { at: at + 1_000, ...bob, ...tool }, { from: "10.0.0.7", address: "10.0.0.9", port: 445 });
    loggedOn(story, { at: at + 2_000, host: "srv-9", user: "corp\\bob", luid: "0x91", type: 3, address: "10.0.0.7" });
    story.add({
      ...{ at: at + 3_000, source: "windows.system", class: 1006 },
      raw: { EventID: 7045, Computer: "srv-9", ServiceName: "x", ImagePath: "cmd.exe /c y" },
      entities: [entity("host", "device", "srv-9"), entity("service", "object", "x")],
    });
    const system = { host: "srv-9", user: "nt authority\\system", luid: "0x3e7" };
    const ran = processStarted(story, {
      at: at + 4_000,
      ...system,
      ...shell,
      parent: services,
      command: "cmd.exe /c y",
    });
    const rule = {
      id: "r",
      title: "Shell as a service",
      level: "high",
      techniques: ["T1569.002"],
      tactics: ["execution"],
    } as const;
    const truth = windowsPhishing().truth;
    const scenario = { events: story.events, detections: [detected(rule, [ran])], truth, end: instant(at + 60_000) };
    const { investigation, values } = await investigated(scenario);
    expect(investigation.rootCauses.map((root) => root.entity.value)).toContain(
      "ws-7|00000000-0000-0000-0000-00000000000a",
    );
    expect(values("host")).toEqual(["srv-9", "ws-7"]);
    expect(values("user")).toContain("corp\\bob");
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

  it.each([
    ["nothing said", undefined, ["webhook"]],
    ["mail only", ["email"], ["email"]],
    ["both", ["webhook", "email"], ["webhook", "email"]],
  ] as const)("people are told on the ways there are: %s", async (_name, channels, expected) => {
    const scenario = windowsPhishing();
    const events = makeMemoryEventStore();
    await events.append(1, scenario.events);
    const runtime = makeVirtualRuntime({ startMs: scenario.end });
    const ports = { events, runtime, views: new Map() };
    const investigate = makeInvestigate(channels === undefined ? ports : { ...ports, channels });
    const { proposals } = await investigate(incidentOf(scenario), NEVER_STOP);
    const told = proposals.flatMap(({ action }) => (action.kind === "notify" ? [action.channel] : []));
    expect(told).toEqual(expected);
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
