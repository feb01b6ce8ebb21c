/** The action ledger when the line to a real host breaks: what it says must be what is true over there. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeActuator } from "@cordon/adapters/actions/index";
import { makeRuntime } from "@cordon/adapters/runtime";
import { openState, type StateStore } from "@cordon/adapters/storage/state";
import { type Contain, makeContain } from "@cordon/engine/cases/contain/contain";
import type { LedgerRow } from "@cordon/model/action";
import { nextStep } from "@cordon/model/next-step";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { SECOND } from "@cordon/model/time";
import {
  blockAddress,
  CASE,
  contentPlaybooks,
  countingPolicy,
  inventoryOf,
  openCase,
  proposalsFor,
} from "@cordon/testkit/contain-case";
import { makeTwoNamespaces, type TwoNamespaces, whyNoNetns } from "@cordon/testkit/network-namespaces";
import { makeSshServer, type SshServer, whyNoSshd } from "@cordon/testkit/ssh-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const skip = whyNoSshd() ?? whyNoNetns();
const runtime = makeRuntime();
/** Short, so that nobody has to wait for long; several ssh sessions fit into it all the same. */
const TIMES = { requestDeadlineMs: 12 * SECOND, recoveryGraceMs: SECOND };

let dir: string;
let state: StateStore;
let net: TwoNamespaces;
let server: SshServer;
let contain: Contain;

async function drive(): Promise<string> {
  for (let turn = 0; turn < 100; turn++) {
    const incident = await state.journal.get(CASE);
    if (incident === undefined) throw new Error("no incident");
    const step = nextStep(incident, runtime.now());
    if (step.kind === "plan-response") await contain.planResponse(incident, NEVER_STOP);
    else if (step.kind === "contain") await contain.step(incident, NEVER_STOP);
    else return step.kind === "wait" ? step.for : step.kind;
  }
  throw new Error("the incident never comes to rest");
}

async function row(): Promise<LedgerRow> {
  const [found] = await state.ledger.list(1);
  if (found === undefined) throw new Error("no action");
  return found;
}

async function proposeAndApprove(): Promise<void> {
  await openCase(state.journal, runtime.now(), proposalsFor([blockAddress(net.peerAddress.v4)]));
  await drive();
  const { key, plan } = await row();
  expect(plan.actuator).toBe("edge");
  await contain.approve(key, "alice", plan.hash);
}

/** As the sweep of a server would: again and again until the row leaves a state. */
async function untilLeft(states: readonly LedgerRow["state"][]): Promise<LedgerRow> {
  const until = runtime.now() + 60 * SECOND;
  while (states.includes((await row()).state) && runtime.now() < until) {
    await runtime.sleep(SECOND / 2, NEVER_STOP);
    await contain.sweep(runtime.now(), NEVER_STOP);
  }
  return row();
}

describe.skipIf(skip !== undefined)(
  `the ledger over ssh${skip === undefined ? "" : ` (skipped: ${skip})`}`,
  { timeout: 120_000 },
  () => {
    beforeEach(async () => {
      dir = mkdtempSync(join(tmpdir(), "cordon-contain-ssh-"));
      state = openState({ dir });
      net = await makeTwoNamespaces();
      server = await makeSshServer(net.host);
      const deps = {
        ...{ runtime, evidenceDir: dir, hostname: "elsewhere", events: async () => [] },
        notice: async () => Promise.reject(new Error("no notice")),
      };
      contain = makeContain({
        ...{ journal: state.journal, ledger: state.ledger, runtime, inventory: inventoryOf() },
        policy: countingPolicy(() => 1),
        actions: [
          makeActuator({ kind: "nftables", name: "edge", ssh: server.ssh, graceMs: 60_000 }, deps),
          makeActuator({ kind: "simulate", name: "simulate" }, deps),
        ],
        ...{ playbooks: contentPlaybooks(runtime), settings: TIMES },
      });
    });
    afterEach(async () => {
      await server.close();
      net.close();
      await state.close();
      rmSync(dir, { recursive: true });
    });

    it("all is well: verified, and no traffic", async () => {
      await proposeAndApprove();
      expect(await net.connect("v4")).toBe(true);
      await drive();
      expect(await row()).toMatchObject({ state: "verified" });
      expect(await net.connect("v4")).toBe(false);
      await contain.askRevert((await row()).key, "alice");
      await drive();
      expect((await row()).state).toBe("reverted");
      expect(await net.connect("v4")).toBe(true);
    });

    it("the host is away when it is planned: a task with the reason, and no simulation", async () => {
      server.set("closed");
      await openCase(state.journal, runtime.now(), proposalsFor([blockAddress(net.peerAddress.v4)]));
      expect(await drive()).toBe("person");
      expect(await state.ledger.list(10)).toEqual([]);
      const incident = await state.journal.get(CASE);
      expect(incident?.tasks[0]?.text).toMatch(
        /edge should do it and cannot plan now: ssh root@127\.0\.0\.1 port \d+ failed/,
      );
    });

    it("the host is away after the approval: held with the reason, nothing sent, done when it is back", async () => {
      await proposeAndApprove();
      server.set("closed");
      await drive();
      expect(await row()).toMatchObject({
        state: "authorised",
        attempts: 0,
        detail: { held: expect.stringContaining("ssh root@") },
      });
      expect(await net.connect("v4")).toBe(true);
      server.set("up");
      await untilLeft(["authorised"]);
      expect((await row()).state).toBe("verified");
    });

    it("the line goes between the last plan and the first look of the call: failed, nothing was changed", async () => {
      await proposeAndApprove();
      // The plan takes one session (no table yet); the next one is the call's own look.
      server.set((connection) => (connection <= 1 ? "up" : "closed"));
      await drive();
      expect(await row()).toMatchObject({
        state: "failed",
        detail: { reason: expect.stringContaining("nothing was changed") },
      });
      expect(await net.connect("v4")).toBe(true);
    });

    it("the answer to the order is lost: not called failed, looked at later and found to stand", async () => {
      await proposeAndApprove();
      server.set((connection) => (connection === 3 ? "lost" : "up"));
      await drive();
      expect(await row()).toMatchObject({ state: "dispatched", detail: { answer: "unknown" } });
      expect(await net.connect("v4")).toBe(false);
      const seen = await untilLeft(["dispatched", "intent"]);
      expect(seen).toMatchObject({ state: "verified", attempts: 1 });
    });

    it("the answer is lost and the host stays away: unknown, with a task for a person", async () => {
      await proposeAndApprove();
      server.set((connection) => (connection < 3 ? "up" : connection === 3 ? "lost" : "closed"));
      await drive();
      const seen = await untilLeft(["dispatched", "intent"]);
      expect(seen).toMatchObject({ state: "unknown", detail: { reason: expect.stringContaining("ssh root@") } });
      const incident = await state.journal.get(CASE);
      expect(incident?.tasks.map((task) => task.text).join()).toContain("Look at the target");
      expect(await net.connect("v4")).toBe(false);
    });
  },
);
