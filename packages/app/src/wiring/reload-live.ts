/** The rules in force: detector, shelf, history and health of one set, and how the next one takes their place. */
import type { Detector } from "@cordon/engine/stream/detect/detect";
import type { RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import { logsourceApplies } from "@cordon/engine/stream/detect/sigma/logsource";
import type { WireReload } from "@cordon/model/api/rules";
import type { RuleShelf } from "../instance.ts";
import type { LiveDetector } from "../roles/reload-detector.ts";
import { type RuleHistory, versionsOf } from "./reload-history.ts";
import type { LiveRule, RuleHealth } from "./rule-health.ts";
import { type DetectorParts, ruleShelf, rulesDetector } from "./rule-shelf.ts";

/** Between two slices of work: lets others have their turn when it is time. */
export type Pace = () => Promise<void>;

export interface LiveRules {
  set(): RuleSet;
  /** Always of the set in force. */
  readonly shelf: RuleShelf;
  /** Makes everything that `next` needs, beside the running set. */
  prepare(next: RuleSet, pace: Pace): Promise<Prepared>;
  /** After each turn of the stream. */
  beat(when?: "when-due" | "now"): Promise<void>;
}

export interface Prepared {
  /** Nothing to exchange: texts and rejections are those in force. */
  readonly same: boolean;
  /** Only between two batches. */
  exchange(by: string): Promise<WireReload["changes"]>;
}

export interface LiveParts {
  readonly detector: LiveDetector;
  readonly made: Omit<DetectorParts, "ways">;
  readonly history: RuleHistory;
  readonly health: RuleHealth;
}

export function makeLiveRules({ detector, made, history, health }: LiveParts): LiveRules {
  const { views, runtime } = made;
  let set = made.rules;
  let shelf = ruleShelf(set, views, runtime);

  const warm = async (next: RuleSet, pace: Pace): Promise<Detector> => {
    let earlier = detector.matchers();
    const built = rulesDetector({ ...made, rules: next, earlier: () => earlier });
    for (const log of detector.logSources()) {
      for (const _ of built.prepare(log)) await pace();
      await pace();
    }
    earlier = []; // what is not needed any more must not be held
    return built;
  };

  return {
    set: () => set,
    shelf: shelfOver(() => shelf),
    async prepare(next, pace) {
      const nextShelf = ruleShelf(next, views, runtime);
      const same = nextShelf.digest === shelf.digest && rowsOf(next) === rowsOf(set);
      const versions = same ? [] : versionsOf(next, (text) => runtime.sha256(text));
      const built = same ? undefined : await warm(next, pace);
      return {
        same,
        async exchange(by) {
          await history.fired(await health.absorb(() => detector.stats(), detector.logSources, "now"));
          // First what can fail: nothing is exchanged then.
          const { digest } = nextShelf;
          const changes = await history.begin({ digest, versions, rejected: next.rejected.length, by });
          if (built !== undefined) detector.exchange(built);
          set = next;
          shelf = nextShelf;
          health.exchange(liveRulesOf(next));
          return changes;
        },
      };
    },
    async beat(when) {
      await history.fired(await health.absorb(() => detector.stats(), detector.logSources, when));
    },
  };
}

const rowsOf = ({ rejected }: RuleSet): string => JSON.stringify(rejected);

/** Correlations live on other rules' hits: any event may reach them. */
export function liveRulesOf({ rules, correlations, muted }: RuleSet): readonly LiveRule[] {
  return [
    ...rules.map(({ id, logsource }) => ({
      ...{ id, muted: muted.has(id) },
      admits: (log: Parameters<typeof logsourceApplies>[1]) => logsourceApplies(logsource, log),
    })),
    ...correlations.map(({ id }) => ({ id, muted: muted.has(id), admits: () => true })),
  ];
}

function shelfOver(now: () => RuleShelf): RuleShelf {
  return {
    get digest() {
      return now().digest;
    },
    get loaded() {
      return now().loaded;
    },
    list: () => now().list(),
    rejected: () => now().rejected(),
    explain: (rule, event) => now().explain(rule, event),
  };
}
