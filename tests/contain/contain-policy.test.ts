/** The whole of containment with the default policy in Cedar, the SQLite journal, and real packets. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeActuator } from "@cordon/adapters/actions/index";
import { loadCedar } from "@cordon/adapters/policy/cedar";
import { makeRuntime } from "@cordon/adapters/runtime";
import { openState, type StateStore } from "@cordon/adapters/storage/state";
import { type ContainDeps, makeContain } from "@cordon/engine/cases/contain/contain";
import { lintPlaybook } from "@cordon/engine/cases/contain/lint";
import type { Action } from "@cordon/model/action";
import { type ActionConfig, actionConfigSchema } from "@cordon/model/action-config";
import type { Asset } from "@cordon/model/asset";
import { nextStep } from "@cordon/model/next-step";
import type { LoadedPlaybook } from "@cordon/model/playbook";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { SECOND } from "@cordon/model/time";
import {
  blockAddress,
  CASE,
  contentPlaybooks,
  disableAccount,
  inventoryOf,
  isolateHost,
  openCase,
  proposalsFor,
  ref,
} from "@cordon/testkit/contain-case";
import { makeTwoNamespaces, whyNoNetns } from "@cordon/testkit/network-namespaces";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const policy = loadCedar({
  policies: read("content/policies/default.cedar"),
  schema: read("content/policies/schema.cedarschema"),
});
const runtime = makeRuntime();
const notice = async (incident: string) => ({ incident, title: "A case", severity: "high", priority: 80, summary: [] });

let dir: string;
let state: StateStore;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "cordon-contain-"));
  state = openState({ dir });
});
afterEach(async () => {
  await state.close();
  rmSync(dir, { recursive: true });
});

function setUp(given: {
  readonly actions?: readonly Record<string, unknown>[];
  readonly assets?: readonly Partial<Asset>[];
  readonly settings?: ContainDeps["settings"];
  readonly playbooks?: readonly LoadedPlaybook[];
}) {
  const configs: ActionConfig[] = (given.actions ?? [{ kind: "simulate", name: "dry" }]).map((item) =>
    actionConfigSchema.parse(item),
  );
  const deps = { runtime, evidenceDir: join(dir, "evidence"), hostname: "web01", notice, events: async () => [] };
  const contain = makeContain({
    ...{ journal: state.journal, ledger: state.ledger, policy, runtime, inventory: inventoryOf(given.assets) },
    actions: configs.map((config) => makeActuator(config, deps)),
    playbooks: given.playbooks ?? contentPlaybooks(runtime),
    ...(given.settings === undefined ? {} : { settings: given.settings }),
  });
  const drive = async (): Promise<string> => {
    for (let turn = 0; turn < 100; turn++) {
      const incident = await state.journal.get(CASE);
      if (incident === undefined) throw new Error("no incident");
      const step = nextStep(incident, runtime.now());
      if (step.kind === "plan-response") await contain.planResponse(incident, NEVER_STOP);
      else if (step.kind === "contain") await contain.step(incident, NEVER_STOP);
      else return step.kind === "wait" ? step.for : step.kind;
    }
    throw new Error("the incident never comes to rest");
  };
  const row = async (kind: Action["kind"]) => {
    const found = (await state.ledger.list(100)).find((item) => item.action.kind === kind);
    if (found === undefined) throw new Error(`no ${kind}`);
    return found;
  };
  return { contain, drive, row };
}

describe("the default policy, asked by the engine", () => {
  const process = { kind: "kill-process", host: ref("host", "web01"), process: ref("process", "web01|pid:7") } as const;
  const important = [
    { key: "host:web01", criticality: 3 as const },
    { key: "user:alice", criticality: 4 as const },
  ];
  const rows: [string, Action, readonly Partial<Asset>[], ContainDeps["settings"], string, number][] = [
    ["an address", blockAddress("203.0.113.5"), [], {}, "needs-approval", 1],
    ["an address in auto mode", blockAddress("203.0.113.5"), [], { mode: "auto" }, "automatic", 0],
    ["a private address in auto mode", blockAddress("10.0.0.5"), [], { mode: "auto" }, "forbidden", 0],
    ["an account", disableAccount("alice"), [], { mode: "auto" }, "needs-approval", 1],
    ["an important account", disableAccount("alice"), important, {}, "needs-approval", 2],
    ["a host", isolateHost("web01"), [], {}, "needs-approval", 1],
    ["an important host, long name", isolateHost("web01.corp.example"), important, {}, "needs-approval", 2],
    ["a protected host", isolateHost("web01"), [{ key: "host:web01", protected: true }], {}, "forbidden", 0],
    ["a process", process, [], {}, "needs-approval", 1],
    ["a process on a protected host", process, [{ key: "host:web01", protected: true }], {}, "forbidden", 0],
    [
      "evidence of a protected host",
      { kind: "capture-forensics", host: ref("host", "web01") },
      [{ key: "host:web01", protected: true }],
      {},
      "automatic",
      0,
    ],
    ["a notice", { kind: "notify", incident: CASE, channel: "email" }, [], {}, "automatic", 0],
  ];
  it.each(rows)("%s", async (_name, action, assets, settings, outcome, needed) => {
    const { drive, row } = setUp({ assets, settings });
    await openCase(state.journal, runtime.now(), proposalsFor([action]));
    await drive();
    const { policy: verdict } = await row(action.kind);
    expect(verdict).toMatchObject({ outcome, approvalsNeeded: needed });
    expect(verdict.reasons.length).toBeGreaterThan(0);
  });

  it("a viewer may not approve, a responder may, and the requester may not", async () => {
    const rolesOf = (person: string) => [person === "eve" ? "viewer" : "responder"];
    const { contain, drive, row } = setUp({ settings: { rolesOf } });
    await openCase(state.journal, runtime.now(), [], { entities: [{ kind: "ip", role: "src", value: "203.0.113.5" }] });
    const wish = {
      playbook: "block-address",
      variables: { __address__: "ip:203.0.113.5" },
      person: "carol",
      reason: "it scans us",
    };
    await contain.respond(CASE, wish, NEVER_STOP);
    await drive();
    const { key, plan, state: at } = await row("block-address");
    expect(at).toBe("proposed");
    await expect(contain.approve(key, "eve", plan.hash)).rejects.toMatchObject({ code: "person-not-allowed" });
    await expect(contain.approve(key, "carol", plan.hash)).rejects.toMatchObject({ code: "own-proposal" });
    await contain.approve(key, "bob", plan.hash);
    await drive();
    expect((await row("block-address")).state).toBe("simulated");
  });
});

/** The project's playbook with a time limit that a test can wait for. */
function shortBlock(ttlMs: number): readonly LoadedPlaybook[] {
  const text = read("content/playbooks/block-address.json").replace(/"ttlMs": \d+/, `"ttlMs": ${ttlMs}`);
  const { playbook } = lintPlaybook(text, "block-address.json", { sha256: runtime.sha256 });
  if (playbook === undefined) throw new Error("the playbook does not load");
  return [playbook];
}

const skip = whyNoNetns();
describe.skipIf(skip !== undefined)(
  `from approval to packets and back${skip === undefined ? "" : ` (skipped: ${skip})`}`,
  () => {
    it("traffic flows, is approved to be blocked, stops, and flows again after the time limit", async () => {
      const net = await makeTwoNamespaces();
      try {
        const { contain, drive, row } = setUp({
          actions: [{ kind: "nftables", name: "edge", netns: net.host }],
          playbooks: shortBlock(4 * SECOND),
        });
        // Documentation addresses are no block target of the rails' making, so the test network uses one.
        await openCase(state.journal, runtime.now(), proposalsFor([blockAddress(net.peerAddress.v4)]));
        expect(await drive()).toBe("person");
        expect(await net.connect("v4")).toBe(true);
        const { key, plan } = await row("block-address");
        expect(plan.effects.join("\n")).toContain(`${net.peerAddress.v4}`);
        await contain.approve(key, "alice", plan.hash);
        await drive();
        expect((await row("block-address")).state).toBe("verified");
        expect(await net.connect("v4")).toBe(false);
        const due = (await row("block-address")).revertAt ?? runtime.now();
        await runtime.sleep(due - runtime.now(), NEVER_STOP);
        expect(await contain.sweep(runtime.now(), NEVER_STOP)).toMatchObject({ stepped: 1, failed: [] });
        expect((await row("block-address")).state).toBe("reverted");
        expect(await net.connect("v4")).toBe(true);
      } finally {
        net.close();
      }
    });
  },
);
