/**
 * Containment on a bench: a virtual clock, memory books, a fake actuator, one open incident.
 * In: what to propose and what to replace. Out: `drive` (what the score does until it has to wait) and ways to look.
 */
import { type ContainDeps, makeContain } from "@cordon/engine/cases/contain/contain";
import type { LedgerRow } from "@cordon/model/action";
import type { Proposal } from "@cordon/model/investigation";
import { nextStep } from "@cordon/model/next-step";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import {
  blockAddress,
  CASE,
  contentPlaybooks,
  countingPolicy,
  inventoryOf,
  openCase,
  proposalsFor,
} from "./contain-case.ts";
import { type FakeActuatorOptions, makeFakeActuator, makeMemoryTarget } from "./fake-actuator.ts";
import { makeMemoryState } from "./memory-state.ts";
import { makeVirtualRuntime } from "./virtual-runtime.ts";

export const CONTAINS: ReadonlySet<string> = new Set([
  "block-address",
  "disable-account",
  "isolate-host",
  "kill-process",
  "quarantine-file",
  "purge-mail",
  "block-sender",
  "block-link",
  "revoke-sessions",
]);
export const assisted = countingPolicy((kind) => (CONTAINS.has(kind) ? 1 : 0));
export const automatic = countingPolicy(() => 0);

export interface ContainWorldOptions {
  readonly proposals?: readonly Proposal[];
  readonly deps?: Partial<ContainDeps>;
  readonly actuator?: Partial<FakeActuatorOptions>;
}

export const BLOCK = blockAddress("203.0.113.5");
export const TARGET = "block-address|ip:203.0.113.5";

export async function makeContainWorld({
  proposals = proposalsFor([BLOCK]),
  deps = {},
  actuator = {},
}: ContainWorldOptions = {}) {
  const runtime = makeVirtualRuntime();
  const state = makeMemoryState();
  const target = makeMemoryTarget();
  const port = makeFakeActuator({ target, now: () => runtime.now(), ...actuator });
  const base: ContainDeps = {
    ...{ journal: state.journal, ledger: state.ledger, actions: [port], policy: assisted, inventory: inventoryOf() },
    ...{ runtime, playbooks: contentPlaybooks(runtime) },
  };
  const contain = makeContain({ ...base, ...deps });
  await openCase(state.journal, runtime.now(), proposals);
  const incident = async () => {
    const found = await state.journal.get(CASE);
    if (found === undefined) throw new Error("no incident");
    return found;
  };
  /** What the score does: plan, step, until it has to wait. */
  const drive = async (): Promise<string> => {
    for (let turn = 0; turn < 50; turn++) {
      const step = nextStep(await incident(), runtime.now());
      if (step.kind === "plan-response") await contain.planResponse(await incident(), NEVER_STOP);
      else if (step.kind === "contain") await contain.step({ id: CASE }, NEVER_STOP);
      else return step.kind === "wait" ? step.for : step.kind;
    }
    return "busy";
  };
  const rows = (): Promise<readonly LedgerRow[]> => state.ledger.list(100);
  const row = async (kind = "block-address"): Promise<LedgerRow> => {
    const found = (await rows())
      .filter((item) => item.action.kind === kind)
      .sort((a, b) => b.proposedAt - a.proposedAt || b.updatedAt - a.updatedAt);
    const newest = found.find((item) => item.detail.supersededBy === undefined) ?? found[0];
    if (newest === undefined) throw new Error(`no ${kind}`);
    return newest;
  };
  const approve = async (person = "alice") => {
    const { key, plan } = await row();
    return contain.approve(key, person, plan.hash);
  };
  return { runtime, ...state, target, contain, base, incident, drive, rows, row, approve };
}

export type ContainWorld = Awaited<ReturnType<typeof makeContainWorld>>;
