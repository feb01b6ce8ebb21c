/** Entities an action is aimed at, for the plan's list of what it hits. */
import type { Action, EntityRef } from "@cordon/model/action";
import type { Entity } from "@cordon/model/entity";
import { unreachable } from "@cordon/model/error";

export function affectedBy(action: Action): readonly Entity[] {
  return refsOf(action).map(({ kind, value }) => ({ kind, role: "target", value }));
}

function refsOf(action: Action): readonly EntityRef[] {
  switch (action.kind) {
    case "block-address":
      return [action.address];
    case "disable-account":
      return action.host === undefined ? [action.account] : [action.account, action.host];
    case "isolate-host":
    case "capture-forensics":
      return [action.host];
    case "kill-process":
      return [action.process, action.host];
    case "notify":
      return [];
    default:
      return unreachable(action);
  }
}
