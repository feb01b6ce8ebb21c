/** Entities an action is aimed at, for the plan's list of what it hits. */
import { type Action, targetsOf } from "@cordon/model/action";
import type { Entity } from "@cordon/model/entity";

export function affectedBy(action: Action): readonly Entity[] {
  return targetsOf(action).map(({ kind, value }) => ({ kind, role: "target", value }));
}
