/**
 * A worker that contains a small case and undoes it again, over a state folder that outlives it.
 * In (arguments): state folder, URL of the target, where to die (`append:<state>:before|after`, `put:before|after`,
 * `remove:before|after`, or `never`). Out: exit 0 once every action is back; it starts wherever the last one died.
 */
import { makeRuntime } from "@cordon/adapters/runtime";
import { openState } from "@cordon/adapters/storage/state";
import { makeContain } from "@cordon/engine/cases/contain/contain";
import { nextStep } from "@cordon/model/next-step";
import type { Journal } from "@cordon/model/ports/journal";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import {
  blockAddress,
  CASE,
  contentPlaybooks,
  countingPolicy,
  inventoryOf,
  openCase,
  proposalsFor,
} from "@cordon/testkit/contain-case";
import { type FakeTarget, makeFakeActuator } from "@cordon/testkit/fake-actuator";

const [dir = "", url = "", dieAt = "never"] = process.argv.slice(2);
const ACTIONS = 3;
/** How long one process may try before the test calls it stuck. */
const PATIENCE_MS = 90_000;

/** No exit handler, no flush: the process is gone between two instructions. */
const dieIf = (point: string): void => {
  if (point === dieAt) process.kill(process.pid, "SIGKILL");
};

const target: FakeTarget = {
  async get(name) {
    const response = await fetch(`${url}/${encodeURIComponent(name)}`);
    return response.status === 404 ? undefined : ((await response.json()) as { key: string; ours: boolean });
  },
  async put(name, effect) {
    dieIf("put:before");
    await fetch(`${url}/${encodeURIComponent(name)}`, { method: "PUT", body: JSON.stringify(effect) });
    dieIf("put:after");
  },
  async remove(name) {
    dieIf("remove:before");
    await fetch(`${url}/${encodeURIComponent(name)}`, { method: "DELETE" });
    dieIf("remove:after");
  },
};

function mortal(journal: Journal): Journal {
  return {
    ...journal,
    async append(id, expected, entries, summary, ledger) {
      const states = entries.flatMap((entry) => (entry.kind === "action-moved" ? [entry.to] : [entry.kind]));
      for (const state of states) dieIf(`append:${state}:before`);
      const answer = await journal.append(id, expected, entries, summary, ledger);
      for (const state of states) dieIf(`append:${state}:after`);
      return answer;
    },
  };
}

const runtime = makeRuntime();
const state = openState({ dir });
const journal = mortal(state.journal);
const contain = makeContain({
  ...{ journal, ledger: state.ledger, runtime, inventory: inventoryOf(), playbooks: contentPlaybooks(runtime) },
  actions: [makeFakeActuator({ target, now: () => runtime.now() })],
  policy: countingPolicy(() => 0),
  // Short, so that a successor does not have to wait for long; the order of magnitudes is as in earnest.
  settings: { requestDeadlineMs: 1_500, recoveryGraceMs: 300 },
});

async function turn(): Promise<boolean> {
  const incident = await journal.get(CASE);
  if (incident === undefined) return false;
  const step = nextStep(incident, runtime.now());
  if (step.kind === "plan-response") await contain.planResponse(incident, NEVER_STOP);
  if (step.kind === "contain") await contain.step(incident, NEVER_STOP);
  await contain.sweep(runtime.now(), NEVER_STOP);
  const rows = await state.ledger.list(100);
  for (const row of rows) {
    const asked = incident.actions.some((action) => action.key === row.key && action.revertAsked !== undefined);
    if (row.state === "verified" && !asked) await contain.askRevert(row.key, "alice");
  }
  return rows.length === ACTIONS && rows.every((row) => row.state === "reverted");
}

if ((await journal.read(CASE)).version === 0) {
  const actions = Array.from({ length: ACTIONS }, (_item, index) => blockAddress(`203.0.113.${index + 1}`));
  await openCase(journal, runtime.now(), proposalsFor(actions));
}
process.stdout.write("ready\n");
const until = Date.now() + PATIENCE_MS;
for (;;) {
  if (await turn()) break;
  if (Date.now() > until) {
    process.stdout.write(
      `stuck ${JSON.stringify((await state.ledger.list(100)).map((row) => [row.state, row.detail]))}\n`,
    );
    process.exit(3);
  }
  await runtime.sleep(20, NEVER_STOP);
}
await state.close();
