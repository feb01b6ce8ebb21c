/**
 * A small case for tests of containment: an open incident with proposals, the project's playbooks, a policy in code.
 * In: what to propose. Out: entries to append and dependencies for `makeContain`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lintPlaybook } from "@cordon/engine/cases/contain/lint";
import type { Action, EntityRef } from "@cordon/model/action";
import type { Asset, Inventory } from "@cordon/model/asset";
import type { Detection } from "@cordon/model/detection";
import type { Entity } from "@cordon/model/entity";
import { fold } from "@cordon/model/fold";
import { detectionId, eventId, type IncidentId, incidentId, nonEmpty, sha256Of } from "@cordon/model/ids";
import type { IncidentEntry } from "@cordon/model/incident";
import type { Proposal } from "@cordon/model/investigation";
import { LATE_LOOK_MS } from "@cordon/model/next-step";
import type { LoadedPlaybook } from "@cordon/model/playbook";
import type { Journal } from "@cordon/model/ports/journal";
import type { PolicyDecider } from "@cordon/model/ports/policy";
import type { Runtime } from "@cordon/model/ports/runtime";
import { type Instant, instant } from "@cordon/model/time";

export const CASE = incidentId("INC-TEST0001");

export const ref = (kind: Entity["kind"], value: string, incident: IncidentId = CASE): EntityRef => ({
  ...{ kind, value, incident, control: "attacker" },
  evidence: [eventId(`${kind}-0`)],
});

export const blockAddress = (value: string, incident?: IncidentId): Action => ({
  kind: "block-address",
  address: ref("ip", value, incident),
});
export const disableAccount = (value: string, incident?: IncidentId): Action => ({
  kind: "disable-account",
  account: ref("user", value, incident),
});
export const isolateHost = (value: string, incident?: IncidentId): Action => ({
  kind: "isolate-host",
  host: ref("host", value, incident),
});

export function proposalsFor(actions: readonly Action[], playbook?: string): readonly Proposal[] {
  return actions.map((action) => ({
    action,
    playbook: playbook ?? action.kind,
    reason: "seen doing harm",
    claims: ["c1"],
  }));
}

export function caseEntries(
  at: Instant,
  id: IncidentId,
  proposals: readonly Proposal[],
  entities: readonly Entity[] = [],
): readonly IncidentEntry[] {
  const detection: Detection = {
    id: detectionId(`det-${id}`),
    rule: { id: "r1", title: "Rule", level: "high", source: "test", version: sha256Of("0") },
    ...{ severity: "high", confidence: 90, techniques: [], tactics: [], time: at, evidence: [eventId("e1")] },
    entities: [...entities, ...proposals.flatMap(({ action }) => entitiesOf(action))],
    ...{ dedupKey: id, input: "test", position: 1, matched: [] },
  };
  const investigation = {
    ...{
      by: "deterministic" as const,
      // The last look: nothing is about to be investigated again in the middle of a test of containment.
      at: instant(at + LATE_LOOK_MS),
      verdict: "malicious" as const,
      confidence: 95,
      summary: [],
      rootCauses: [],
      extent: [],
    },
    ...{ timeline: [], story: { nodes: [], edges: [] }, techniques: [], claims: [], claimsRefused: 0, questions: [] },
    ...{ proposals, ledger: [], limits: [] },
  };
  return [
    { at, by: "triage", kind: "opened", id, title: "A case" },
    { at, by: "triage", kind: "detection-joined", detection, because: [] },
    { at, by: "triage", kind: "scored", priority: 80, severity: "high", terms: [], title: "A case" },
    { at, by: "investigate", kind: "investigated", investigation },
  ];
}

function entitiesOf(action: Action): readonly Entity[] {
  const refs = Object.values(action).flatMap((member) => (typeof member === "object" ? [member] : []));
  return refs.map((item) => ({ kind: item.kind, role: "target" as const, value: item.value }));
}

export async function openCase(
  journal: Journal,
  at: Instant,
  proposals: readonly Proposal[],
  more: { readonly id?: IncidentId; readonly entities?: readonly Entity[] } = {},
): Promise<IncidentId> {
  const id = more.id ?? CASE;
  const entries = nonEmpty(caseEntries(at, id, proposals, more.entities));
  if (entries === undefined) throw new Error("no entries");
  const answer = await journal.append(id, 0, entries, fold(entries));
  if (answer !== "appended") throw new Error("the case exists already");
  return id;
}

/** The playbooks of `content/`, as the app would load them. */
export function contentPlaybooks(runtime: Pick<Runtime, "sha256">): readonly LoadedPlaybook[] {
  const folder = join(import.meta.dirname, "../../../content/playbooks");
  const names = readdirSync(folder).filter((name) => name.endsWith(".json") && !name.endsWith(".test.json"));
  return names.map((name) => {
    const path = join(folder, name);
    const { playbook, findings } = lintPlaybook(readFileSync(path, "utf8"), path, { sha256: runtime.sha256 });
    if (playbook === undefined) throw new Error(`${name}: ${JSON.stringify(findings)}`);
    return playbook;
  });
}

export function inventoryOf(assets: readonly Partial<Asset>[] = []): Inventory {
  const list = assets.map((asset) => ({ key: "", criticality: 2 as const, protected: false, tags: [], ...asset }));
  return { find: (key) => list.find((asset) => asset.key === key), list: () => list };
}

/** Says yes when at least `needed(kind)` approvals are there; approve and revert are always allowed. */
export function countingPolicy(needed: (kind: string) => number, digest = "policy-1"): PolicyDecider {
  return {
    digest,
    async decide({ action, context }) {
      const verb = action === "approve" || action === "revert";
      const yes = verb || (typeof context.approvals === "number" && context.approvals >= needed(action));
      return {
        decision: yes ? "permit" : "deny",
        policies: [`needs-${needed(action)}`],
        reasons: [`${action} needs ${needed(action)}`],
        errors: [],
      };
    },
  };
}
