/** Stored outcomes bear the groups of their case, so that the report on groups speaks of the moment of the verdict. */
import { groupsOf } from "@cordon/engine/learning/monitor/groups";
import type { Inventory } from "@cordon/model/asset";
import type { Journal, OutcomeStore } from "@cordon/model/ports/journal";
import type { RuleShelf } from "../instance.ts";

/** Of a digest: enough to tell apart, of no use to find a name. */
const DIGEST_CHARS = 16;

interface GroupWorld {
  readonly journal: Pick<Journal, "get">;
  readonly inventory: Inventory;
  readonly rules: Pick<RuleShelf, "list">;
  readonly digest: (text: string) => string;
}

export function outcomesWithGroups(outcomes: OutcomeStore, world: GroupWorld): OutcomeStore {
  const { journal, inventory, rules, digest } = world;
  const productOf = (id: string): string | undefined => {
    const product = rules.list().find((rule) => rule.id === id)?.logsource.product;
    return typeof product === "string" ? product : undefined;
  };
  return {
    ...outcomes,
    async add(outcome) {
      const incident = await journal.get(outcome.incident);
      const grouped =
        incident === undefined
          ? {}
          : groupsOf(incident, { inventory, productOf, digest: (text) => digest(text).slice(0, DIGEST_CHARS) });
      await outcomes.add({ ...outcome, features: { ...outcome.features, ...grouped } });
    },
  };
}
