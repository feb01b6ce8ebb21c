/**
 * Says exactly what would be done and to whom, and does nothing.
 * In: any action. Out: a plan in plain words; orders end `simulated`.
 */
import { ACTION_KINDS, type Action } from "@cordon/model/action";
import type { ActionConfigOf } from "@cordon/model/action-config";
import { unreachable } from "@cordon/model/error";
import type { ActionPort } from "@cordon/model/ports/action";
import { affectedBy } from "../affected.ts";
import { type ActionDeps, makePlan, orderProblem, revertProblem } from "../order.ts";

export function makeSimulate(config: ActionConfigOf<"simulate">, { runtime }: ActionDeps): ActionPort {
  return {
    ...{ name: config.name, kinds: config.handles ?? ACTION_KINDS, redo: "set-like", simulated: true },
    async plan(action, ttlMs) {
      const lasting = ttlMs === undefined ? {} : { ttlMs };
      const undo = ttlMs === undefined ? "no" : "yes";
      const effects = [`would ${sentence(action)}${ttlMs === undefined ? "" : ` for ${duration(ttlMs)}`}`];
      return makePlan(action, {
        actuator: config.name,
        effects,
        affected: affectedBy(action),
        undo,
        ...lasting,
        before: {},
      });
    },
    probe: async () => ({ state: "absent", ours: false, detail: "simulated: nothing was ever done" }),
    async apply(order) {
      const problem = orderProblem(order, config.name, runtime.now());
      if (problem !== undefined) return { kind: "refused", reason: problem };
      return { kind: "ok", detail: { simulated: true, effects: [...order.plan.effects] } };
    },
    verify: async () => ({ state: "absent", ours: false, detail: "simulated: nothing was ever done" }),
    async revert(order) {
      const problem = revertProblem(order, config.name, runtime.now());
      return problem === undefined ? { kind: "ok", detail: { simulated: true } } : { kind: "refused", reason: problem };
    },
  };
}

function sentence(action: Action): string {
  switch (action.kind) {
    case "block-address":
      return `drop all traffic to and from ${action.address.value}`;
    case "disable-account":
      return `lock the account ${action.account.value}${action.host === undefined ? "" : ` on ${action.host.value}`}`;
    case "isolate-host":
      return `cut ${action.host.value} off the network, keeping the management path`;
    case "kill-process":
      return `end the process ${action.process.value} on ${action.host.value}, for good`;
    case "capture-forensics":
      return `record the volatile state of ${action.host.value}${action.file === undefined ? "" : ` and the file ${action.file.value}`} as evidence`;
    case "quarantine-file":
      return `take the file ${action.file.value} on ${action.host.value} into quarantine`;
    case "purge-mail":
      return `take ${action.mails.length} mail(s) out of ${action.mailboxes.length} mailbox(es), to where they can be brought back from`;
    case "block-sender":
      return `refuse mail from ${action.sender.value}`;
    case "block-link":
      return `block links to ${action.link.value}`;
    case "revoke-sessions":
      return `end all sessions of ${action.account.value}`;
    case "notify":
      return `send a notice of ${action.incident} by ${action.channel}`;
    default:
      return unreachable(action);
  }
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes >= 1 ? `${minutes} min` : `${Math.ceil(ms / 1_000)} s`;
}
