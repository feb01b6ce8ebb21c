/** A real process, known to the logs by its number only: proposed, pinned, approved, ended, and seen to be gone. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { makeActuator } from "@cordon/adapters/actions/index";
import { makeRuntime } from "@cordon/adapters/runtime";
import { makeContain } from "@cordon/engine/cases/contain/contain";
import { compileMappings } from "@cordon/engine/stream/normalise/mapping";
import { makeNormaliser } from "@cordon/engine/stream/normalise/normalise";
import type { Action } from "@cordon/model/action";
import type { Event } from "@cordon/model/event";
import { recordId } from "@cordon/model/ids";
import { nextStep } from "@cordon/model/next-step";
import type { ActionPort } from "@cordon/model/ports/action";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import type { RawRecord } from "@cordon/model/record";
import { HOUR, SECOND } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import {
  CASE,
  contentPlaybooks,
  countingPolicy,
  inventoryOf,
  openCase,
  proposalsFor,
  ref,
} from "@cordon/testkit/contain-case";
import { makeMemoryState } from "@cordon/testkit/memory-state";
import { seenRunning } from "@cordon/testkit/process-event";
import { afterEach, describe, expect, it } from "vitest";

const skip = process.platform === "linux" ? undefined : "not Linux";
const runtime = makeRuntime();
const host = hostname().toLowerCase();
let child: ChildProcess | undefined;

async function start(): Promise<string> {
  const made = spawn(process.execPath, ["-e", "console.log(1);setInterval(()=>{},1e6)"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  child = made;
  await new Promise((resolve) => made.stdout.once("data", resolve));
  return `${host}|pid:${made.pid}`;
}
afterEach(async () => {
  const gone = child?.exitCode === null && child.signalCode === null;
  const ended = gone ? new Promise((resolve) => child?.once("exit", resolve)) : undefined;
  child?.kill("SIGKILL");
  await ended;
});

/** What the shipped mapping of a source makes of a line. */
function eventsOf(line: string, source: string): readonly Event[] {
  const path = join(import.meta.dirname, `../../content/sources/${source}/mapping.yml`);
  const { mappings } = compileMappings([{ path, text: readFileSync(path, "utf8") }]);
  const normalise = makeNormaliser({ mappings, sha256: (text) => runtime.sha256(text) });
  const record: RawRecord = {
    ...{ id: recordId("r1"), source: "test", receivedAt: runtime.now(), input: "test", position: 1 },
    ...{ format: "auto", body: new Untrusted(new TextEncoder().encode(line)) },
  };
  return normalise(record).events;
}

function setUp(events: readonly Event[], bend: (port: ActionPort) => ActionPort = (port) => port) {
  const state = makeMemoryState();
  const deps = {
    ...{ runtime, evidenceDir: "", hostname: host, events: async () => events },
    notice: async () => Promise.reject(new Error("no notice")),
  };
  const contain = makeContain({
    ...{ journal: state.journal, ledger: state.ledger, runtime, inventory: inventoryOf() },
    policy: countingPolicy(() => 1),
    actions: [
      bend(makeActuator({ kind: "process", name: "processes" }, deps)),
      makeActuator({ kind: "simulate", name: "simulate" }, deps),
    ],
    playbooks: contentPlaybooks(runtime),
    settings: { requestDeadlineMs: 2 * SECOND, recoveryGraceMs: SECOND / 2 },
  });
  const drive = async (): Promise<void> => {
    for (let turn = 0; turn < 100; turn++) {
      const incident = await state.journal.get(CASE);
      if (incident === undefined) throw new Error("no incident");
      const step = nextStep(incident, runtime.now());
      if (step.kind === "plan-response") await contain.planResponse(incident, NEVER_STOP);
      else if (step.kind === "contain") await contain.step(incident, NEVER_STOP);
      else return;
    }
  };
  const propose = async (value: string): Promise<void> => {
    const action: Action = { kind: "kill-process", host: ref("host", host), process: ref("process", value) };
    await openCase(state.journal, runtime.now(), proposalsFor([action]));
    await drive();
  };
  const row = async () => {
    const [found] = await state.ledger.list(1);
    if (found === undefined) throw new Error("no action");
    return found;
  };
  return { ...state, contain, drive, propose, row };
}

describe.skipIf(skip !== undefined)(`a real process${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  it("is ended once a person agreed, and verified by the process table", async () => {
    const value = await start();
    const { propose, row, contain, drive } = setUp([seenRunning(value, runtime.now(), { exe: process.execPath })]);
    await propose(value);
    const { key, plan } = await row();
    expect(plan).toMatchObject({ actuator: "processes", undo: "no" });
    expect(child?.signalCode).toBe(null);
    await contain.approve(key, "alice", plan.hash);
    await drive();
    expect(await row()).toMatchObject({ state: "verified", detail: { observed: expect.stringContaining("is gone") } });
    expect(child?.signalCode).toBe("SIGKILL");
  });

  it("as auditd names it in a line of its log: pinned to the one that runs", async () => {
    const value = await start();
    const at = (runtime.now() / 1_000).toFixed(3);
    const [head, tail] = [
      `node=${host} type=SYSCALL msg=audit(${at}:45): arch=c000003e`,
      'auid=1000 uid=0 comm="node"',
    ];
    const line = `${head} syscall=59 success=yes exit=0 ppid=100 pid=${child?.pid} ${tail} exe="${process.execPath}"`;
    const events = eventsOf(line, "linux-auditd");
    expect(events.flatMap((event) => event.entities.map((entity) => entity.value))).toContain(value);
    const { propose, row } = setUp(events);
    await propose(value);
    const { plan } = await row();
    expect(plan.actuator).toBe("processes");
    expect(plan.effects[1]).toContain(`as ${process.execPath}`);
  });

  it("ended although the answer was lost: the process table tells, nothing is done again", async () => {
    const value = await start();
    let calls = 0;
    const lossy = (port: ActionPort): ActionPort => ({
      ...port,
      async apply(order, stop) {
        calls += 1;
        await port.apply(order, stop);
        throw new Error("the line broke");
      },
    });
    const { propose, row, contain, drive } = setUp([seenRunning(value, runtime.now())], lossy);
    await propose(value);
    await contain.approve((await row()).key, "alice", (await row()).plan.hash);
    await drive();
    expect((await row()).state).toBe("dispatched");
    await runtime.sleep(3 * SECOND, NEVER_STOP);
    await contain.sweep(runtime.now(), NEVER_STOP);
    expect(await row()).toMatchObject({ state: "verified", attempts: 1 });
    expect(calls).toBe(1);
  });

  it("that ended by itself after the approval is not replaced by another: cancelled, with the reason", async () => {
    const value = await start();
    const { propose, row, contain, drive } = setUp([seenRunning(value, runtime.now())]);
    await propose(value);
    await contain.approve((await row()).key, "alice", (await row()).plan.hash);
    const ended = new Promise((resolve) => child?.once("exit", resolve));
    child?.kill("SIGTERM");
    await ended;
    await drive();
    expect(await row()).toMatchObject({ state: "cancelled", detail: { reason: expect.stringContaining("is gone") } });
  });

  it("with the number of one that was seen an hour ago lives on: a task for a person, no simulation", async () => {
    const value = await start();
    const { propose, ledger, journal } = setUp([seenRunning(value, runtime.now() - HOUR)]);
    await propose(value);
    expect(await ledger.list(1)).toEqual([]);
    expect((await journal.get(CASE))?.tasks[0]?.text).toContain("it is another one");
    expect(child?.signalCode).toBe(null);
  });

  it.each([
    ["a Windows identity", `${host}|8d3a9c0e-1111-2222-3333-444455556666`, "identity of its sensor"],
    ["a process of another host", "win7|pid:42", "does not reach host win7"],
  ])("%s is shown by simulate, which says why nothing real is done", async (_name, value, why) => {
    const { propose, row } = setUp([]);
    await propose(value);
    const { plan, policy } = await row();
    expect(plan.actuator).toBe("simulate");
    expect(policy.reasons.at(-1)).toContain(why);
  });
});
