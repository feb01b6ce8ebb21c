/** `cordon approve|deny` and `cordon action list|revert`: the same durable records as the console's inbox. */

import type { WireApproval } from "@cordon/model/api/actions";
import { zApprovalList, zLedgerList } from "@cordon/model/api/actions";
import { AppError } from "@cordon/model/error";
import { instant, isoTime } from "@cordon/model/time";
import { type Client, withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { actionTargetOf } from "./incident-text.ts";
import { safeText, type Terminal, table } from "./terminal.ts";

const KEY_SHOWN = 12;

export function approve(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const waiting = zApprovalList.parse(await client.call("listApprovals")).items;
    const prefix = context.words[0];
    if (prefix === undefined) return showWaiting(context, waiting);
    const card = pick(waiting, prefix);
    const plan = context.text("plan");
    if (plan === undefined) {
      showCard(context, card);
      context.terminal.note(
        `Nothing was approved. To approve exactly this: cordon approve ${card.key.slice(0, KEY_SHOWN)} --plan ${card.plan.hash}`,
      );
      return EXIT.ok;
    }
    const planHash = card.plan.hash.startsWith(plan) && plan.length >= 8 ? card.plan.hash : plan;
    if (planHash !== card.plan.hash)
      throw new AppError("plan-changed", "the plan is not the one you name: look at it again before you approve", {
        fix: `cordon approve ${prefix}`,
      });
    await client.call("approveAction", { params: { key: card.key }, body: { planHash } });
    await tellState(context, client, card.key);
    return EXIT.ok;
  });
}

export function deny(context: CommandContext): Promise<number> {
  const reason = required(context, "reason");
  return withClient(context, async (client) => {
    const card = pick(zApprovalList.parse(await client.call("listApprovals")).items, context.words[0] ?? "");
    await client.call("denyAction", { params: { key: card.key }, body: { reason } });
    await tellState(context, client, card.key);
    return EXIT.ok;
  });
}

export function list(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const { items } = zLedgerList.parse(await client.call("listActions"));
    if (context.json) {
      for (const row of items) context.terminal.json({ kind: "action", ...row });
      return EXIT.ok;
    }
    if (items.length === 0) context.terminal.note("No actions yet.");
    else
      table(context.terminal, items, [
        { head: "KEY", value: (row) => row.key.slice(0, KEY_SHOWN) },
        { head: "STATE", value: (row) => row.state },
        { head: "ACTION", value: (row) => row.action.kind },
        { head: "TARGET", value: (row) => actionTargetOf(row.action), max: 40 },
        { head: "BY", value: (row) => row.plan.actuator },
        { head: "INCIDENT", value: (row) => row.incident },
        { head: "UPDATED", value: (row) => isoTime(instant(row.updatedAt)).slice(0, 19) },
        {
          head: "UNDONE AT",
          value: (row) => (row.revertAt === undefined ? "" : isoTime(instant(row.revertAt)).slice(0, 19)),
        },
      ]);
    return EXIT.ok;
  });
}

export function revert(context: CommandContext): Promise<number> {
  const reason = required(context, "reason");
  return withClient(context, async (client) => {
    const row = pick(zLedgerList.parse(await client.call("listActions")).items, context.words[0] ?? "");
    await client.call("revertAction", { params: { key: row.key }, body: { reason } });
    await tellState(context, client, row.key);
    return EXIT.ok;
  });
}

export function closeBreaker(context: CommandContext): Promise<number> {
  const reason = required(context, "reason");
  return withClient(context, async (client) => {
    await client.call("closeBreaker", { params: { key: context.words[0] ?? "" }, body: { reason } });
    return EXIT.ok;
  });
}

function required(context: CommandContext, option: string): string {
  const text = context.text(option);
  if (text === undefined || text === "") throw new AppError("usage", `--${option} is needed`);
  return text;
}

function pick<T extends { readonly key: string }>(rows: readonly T[], prefix: string): T {
  const found = rows.filter((row) => row.key.startsWith(prefix));
  const [only] = found;
  if (only === undefined)
    throw new AppError("not-found", `no such action "${prefix}" is waiting`, {
      fix: "cordon approve, cordon action list",
    });
  if (found.length > 1) throw new AppError("usage", `"${prefix}" names ${found.length} actions; give more of the key`);
  return only;
}

function showWaiting(context: CommandContext, waiting: readonly WireApproval[]): number {
  if (context.json) for (const card of waiting) context.terminal.json({ kind: "approval", ...card });
  else if (waiting.length === 0) context.terminal.note("Nothing waits for approval.");
  else for (const card of waiting) printCard(context.terminal, card);
  return EXIT.ok;
}

function showCard(context: CommandContext, card: WireApproval): void {
  if (context.json) context.terminal.json({ kind: "approval", ...card });
  else printCard(context.terminal, card);
}

function printCard(terminal: Terminal, card: WireApproval): void {
  terminal.line(
    `${terminal.paint("bold", `${card.key.slice(0, KEY_SHOWN)}  ${card.action.kind} ${safeText(actionTargetOf(card.action))}`)}`,
  );
  terminal.line(
    `  incident  ${card.incident.id} (priority ${Math.round(card.incident.priority)}) ${safeText(card.incident.title)}`,
  );
  terminal.line(`  why       ${safeText(card.reason)}`);
  terminal.line(
    `  policy    ${safeText(card.policy.reasons.join("; "))} [${card.policy.policies.join(", ")}], ${card.grants.length} of ${card.policy.approvalsNeeded} approvals`,
  );
  for (const effect of card.plan.effects) terminal.line(`  would run ${safeText(effect)}`);
  terminal.line(
    `  hits      ${card.plan.affected.map((entity) => safeText(`${entity.kind}:${entity.value}`)).join(", ")}`,
  );
  const lasts =
    card.plan.ttlMs === undefined ? "does not last" : `undone after ${Math.round(card.plan.ttlMs / 60_000)} min`;
  terminal.line(`  undo      ${card.plan.undo}, ${lasts}, by ${card.plan.actuator}`);
  terminal.line(`  plan      ${card.plan.hash}`);
}

async function tellState(context: CommandContext, client: Client, key: string): Promise<void> {
  const row = zLedgerList.parse(await client.call("listActions")).items.find((each) => each.key === key);
  if (context.json) context.terminal.json({ kind: "action", ...row });
  else context.terminal.line(`${key.slice(0, KEY_SHOWN)} is ${row?.state ?? "gone"}`);
}
