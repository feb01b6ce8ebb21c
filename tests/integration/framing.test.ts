/**
 * Framing (investigation.md 2.2): the attacker's logs name something of ours as the culprit. Whatever is proposed, nothing
 * of it may run by itself, even where the owner lets certain blocks run at once; and the report says who chose the name.
 */
import { createHash } from "node:crypto";
import { reportMarkdown } from "@cordon/engine/cases/report/report";
import type { LedgerState } from "@cordon/model/action";
import type { Asset } from "@cordon/model/asset";
import type { Detection } from "@cordon/model/detection";
import type { Event } from "@cordon/model/event";
import { nonEmpty, sha256Of } from "@cordon/model/ids";
import { canonicalJson } from "@cordon/model/json";
import { actionTarget } from "@cordon/model/next-step";
import { windowsPhishing } from "@cordon/testkit/scenarios/windows-phishing";
import { describe, expect, it } from "vitest";
import { makeRiver } from "./river.ts";

const C2 = "203.0.113.77";
const VICTIM = "corp\\\\alice";

interface Row {
  readonly name: string;
  /** What the logs say instead. */
  readonly from: string;
  readonly to: string;
  readonly target: string;
  readonly assets?: readonly Partial<Asset>[];
  readonly ownHosts?: readonly string[];
  readonly outcome: "forbidden" | "needs-approval" | "not proposed";
  readonly approvals?: number;
}

const ours = (key: string, more: Partial<Asset> = {}): Partial<Asset> => ({
  ...{ key, criticality: 4, protected: true, tags: [] },
  ...more,
});

const rows: readonly Row[] = [
  {
    ...{ name: "the domain controller", from: "srv-db", to: "dc01", target: "isolate-host|host:dc01" },
    ...{ assets: [ours("host:dc01", { tags: ["domain-controller"] })], outcome: "forbidden" },
  },
  {
    ...{ name: "a domain controller nobody protected", from: "srv-db", to: "dc02", target: "isolate-host|host:dc02" },
    ...{ assets: [ours("host:dc02", { protected: false })], outcome: "needs-approval", approvals: 2 },
  },
  {
    ...{ name: "the update server", from: C2, to: "198.51.100.10", target: "block-address|ip:198.51.100.10" },
    ...{ assets: [ours("ip:198.51.100.10")], outcome: "forbidden" },
  },
  {
    ...{ name: "a protected account", from: VICTIM, to: "corp\\\\ceo", target: "disable-account|user:corp\\ceo|" },
    ...{ assets: [ours("user:corp\\ceo")], outcome: "forbidden" },
  },
  {
    ...{ name: "the host Cordon runs on", from: "ws-042", to: "cordon-1", target: "isolate-host|host:cordon-1" },
    ...{ ownHosts: ["cordon-1.corp.example"], outcome: "forbidden" },
  },
  {
    ...{ name: "a public name server", from: C2, to: "8.8.8.8", target: "block-address|ip:8.8.8.8" },
    outcome: "forbidden",
  },
  {
    ...{ name: "a private address", from: C2, to: "10.0.0.53", target: "block-address|ip:10.0.0.53" },
    outcome: "not proposed",
  },
];

const UNTOUCHED: ReadonlySet<LedgerState> = new Set(["proposed", "forbidden"]);

/** As if the source had said so: flat records that no mapping's view fits, with the seal of what they now hold. */
function resealed(event: Event): Event {
  const sha256 = sha256Of(createHash("sha256").update(canonicalJson(event.raw)).digest("hex"));
  return { ...event, shape: "scenario", provenance: { ...event.provenance, sha256 } };
}

async function framed(row: Pick<Row, "from" | "to" | "assets" | "ownHosts">) {
  const scenario = windowsPhishing();
  const said = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(row.from, row.to));
  const events = said(scenario.events).map(resealed);
  const detections: readonly Detection[] = said(scenario.detections);
  expect(JSON.stringify(scenario.events)).toContain(row.from);
  const river = makeRiver({
    ...{ startMs: scenario.end, mode: "auto" },
    ...(row.assets === undefined ? {} : { assets: row.assets }),
    ...(row.ownHosts === undefined ? {} : { ownHosts: row.ownHosts }),
  });
  await river.events.append(1, events);
  const some = nonEmpty(detections);
  if (some !== undefined) await river.state.worklist.offer(some);
  await river.settle();
  await river.pass(60_000, 1_000);
  expect(river.faults).toEqual([]);
  return river;
}

describe("framing: logs that name what is ours", () => {
  for (const row of rows) {
    it(`${row.name}: ${row.outcome}`, async () => {
      const river = await framed(row);
      const incidents = await river.incidents();
      expect(incidents.some(({ investigation }) => investigation?.verdict === "malicious")).toBe(true);
      const aimed = incidents
        .flatMap(({ actions }) => actions)
        .filter(({ action }) => actionTarget(action) === row.target);
      expect(aimed.length > 0).toBe(row.outcome !== "not proposed");
      for (const { policy, state } of aimed) {
        expect(policy.outcome).toBe(row.outcome);
        if (row.approvals !== undefined) expect(policy.approvalsNeeded).toBe(row.approvals);
        expect(UNTOUCHED).toContain(state);
      }
    });
  }

  it("in the same setting an address of nobody's is blocked at once, and the report says who chose it", async () => {
    const river = await framed({ from: C2, to: "203.0.113.78" });
    const [incident] = await river.incidents();
    const block = incident?.actions.find(({ action }) => actionTarget(action) === "block-address|ip:203.0.113.78");
    expect([block?.policy.outcome, block?.state]).toEqual(["automatic", "simulated"]);
    if (incident === undefined) throw new Error("no incident");
    const report = reportMarkdown(incident, { baseUrl: "http://localhost" });
    expect(report.split("\n").find((line) => line.includes("block-address"))).toContain("control: attacker");
  });
});
