/** The desk of learning on the stores of one data folder; rules are opened after it and told to it then. */
import type { Inventory } from "@cordon/model/asset";
import type { OutcomeStore } from "@cordon/model/ports/journal";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { Config } from "../config.ts";
import type { LearningDesk, RuleCare, RuleShelf } from "../instance.ts";
import type { Meters } from "../meters.ts";
import { openLearning } from "./learning-desk.ts";
import { outcomesWithGroups } from "./learning-groups.ts";
import type { Stores } from "./stores.ts";

interface LearntWorld {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly meters: Meters;
  readonly stores: Stores;
  readonly inventory: Inventory;
}

export interface Learnt {
  readonly desk: LearningDesk;
  /** From now on these are the rules. */
  follow(care: RuleCare, shelf: RuleShelf): RuleCare;
  grouped(outcomes: OutcomeStore): OutcomeStore;
}

export function openLearnt({ config, runtime, meters, stores, inventory }: LearntWorld): Learnt {
  const { state, events } = stores;
  const late: { care?: RuleCare; shelf?: RuleShelf } = {};
  const list: RuleShelf["list"] = () => late.shelf?.list() ?? [];
  const desk = openLearning({
    ...{ config, runtime, meters, ...state },
    around: {
      rulesets: () => late.care?.history() ?? [],
      titleOf: (id) => list().find((rule) => rule.id === id)?.title,
      sources: async () => (await events.stats()).bySource,
    },
  });
  return {
    desk,
    follow(care, shelf) {
      late.care = care;
      late.shelf = shelf;
      return care;
    },
    grouped: (outcomes) =>
      outcomesWithGroups(outcomes, {
        ...{ journal: state.journal, inventory, rules: { list } },
        digest: (text) => runtime.sha256(text),
      }),
  };
}
