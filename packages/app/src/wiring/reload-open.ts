/** Puts the care of rules together: what is live, its history and health, and how it is exchanged. */

import type { Detector } from "@cordon/engine/stream/detect/detect";
import type { Way } from "@cordon/engine/stream/detect/join-ways";
import type { ReadBefore, RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { Config } from "../config.ts";
import type { RuleCare, RuleShelf } from "../instance.ts";
import type { Meters } from "../meters.ts";
import type { StreamRole } from "../roles/stream-role.ts";
import { makeReload, type RuleReload } from "./reload.ts";
import { openRuleHistory, versionsOf } from "./reload-history.ts";
import { liveRulesOf, makeLiveRules } from "./reload-live.ts";
import { listRuleFiles, loadOptionsOf, type RuleChoice, type RulePlace } from "./rule-files.ts";
import { openRuleHealth } from "./rule-health.ts";
import { type DetectorParts, detectorOf } from "./rule-shelf.ts";
import type { Stores } from "./stores.ts";
import { openYamlCache } from "./yaml-cache-file.ts";

export interface RuleCareParts {
  readonly config: Config;
  readonly choice: RuleChoice;
  readonly rules: RuleSet;
  readonly before: ReadBefore;
  readonly runtime: Runtime;
  readonly meters: Meters;
  readonly stores: Stores;
  readonly input: DetectorParts["input"];
  readonly ways?: readonly Way[];
  /** False for throw-away folders: nobody will look back. */
  readonly durable: boolean;
}

export interface OpenedRules {
  readonly detector: Detector;
  readonly shelf: RuleShelf;
  set(): RuleSet;
  beat(): Promise<void>;
  /** Nothing streams any more: a reload on its way is given up, what was counted is kept. */
  close(): Promise<void>;
  careOf(stream: Pick<StreamRole, "between" | "backlog">): RuleCare;
}

export async function openRules(parts: RuleCareParts): Promise<OpenedRules> {
  const { config, choice, rules, before, runtime, meters, input, ways = [] } = parts;
  const { state, mappings } = parts.stores;
  const { views } = mappings;
  const shared = { kv: state.kv, book: state.ruleBook, runtime };
  const history = await openRuleHistory(shared);
  const health = await openRuleHealth({ ...shared, outcomes: state.outcomes }, liveRulesOf(rules));
  const { detector, live: rulesOnly } = detectorOf({ rules, views, runtime, input, ways });
  const live = makeLiveRules({ detector: rulesOnly, made: { rules, views, runtime, input }, history, health });
  if (parts.durable) {
    const versions = versionsOf(rules, (text) => runtime.sha256(text));
    await history.begin({ digest: live.shelf.digest, versions, rejected: rules.rejected.length, by: "start" });
  }
  let running: RuleReload | undefined;
  return {
    detector,
    shelf: live.shelf,
    set: live.set,
    beat: () => live.beat(),
    async close() {
      await running?.close();
      await live.beat("now");
      await health.save();
    },
    careOf(stream): RuleCare {
      const places = () => listRuleFiles(config, choice);
      const options = loadOptionsOf(config);
      const parsed = (all: readonly RulePlace[]) => openYamlCache(config.data, all);
      const reload = makeReload({ live, places, options, parsed, before, views, meters, stream });
      running = reload;
      return {
        reload: reload.reload,
        history: history.list,
        version: history.find,
        async health() {
          await live.beat("now");
          return health.rows();
        },
        sampled: health.sampled,
      };
    },
  };
}
