/** The loaded rules as faces see them: list, rejects, explanations, and the detector over them. */

import { type DetectOptions, type Detector, makeDetector } from "@cordon/engine/stream/detect/detect";
import { explainCorrelation } from "@cordon/engine/stream/detect/explain-correlation";
import { joinWays, type Way } from "@cordon/engine/stream/detect/join-ways";
import type { MatcherStock } from "@cordon/engine/stream/detect/scopes";
import { factsOf } from "@cordon/engine/stream/detect/sigma/detection";
import { explainRule } from "@cordon/engine/stream/detect/sigma/explain";
import { suppresses } from "@cordon/engine/stream/detect/sigma/filter";
import type { RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import type { RuleHead } from "@cordon/engine/stream/detect/sigma/rule";
import type { Event } from "@cordon/model/event";
import type { Sha256 } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import type { Runtime } from "@cordon/model/ports/runtime";
import { type FieldView, PLAIN_VIEW } from "@cordon/model/view";
import type { RuleShelf } from "../instance.ts";
import { type LiveDetector, makeLiveDetector } from "../roles/reload-detector.ts";

type Views = ReadonlyMap<string, FieldView>;

export interface RulesParts {
  readonly rules: RuleSet;
  readonly views: Views;
  readonly runtime: Runtime;
  /** Files that are read once may come in any order; a live stream may not. */
  readonly input: "files-once" | "live";
  /** Indexes that may be taken over. */
  readonly earlier?: () => MatcherStock;
}

export interface DetectorParts extends RulesParts {
  /** Ways of knowing beside rules. */
  readonly ways?: readonly Way[];
}

/** Timing an event costs about as much as matching it: below a thousandth of the whole. */
const COSTS = { every: 1_024, clock: () => performance.now() };

/** Informational hits are detections too; the stream role keeps them from opening incidents. */
export function rulesDetector({ rules, views, runtime, input, earlier }: RulesParts): Detector {
  const options: DetectOptions = {
    informational: true,
    costs: COSTS,
    ...(earlier === undefined ? {} : { matchers: earlier }),
    ...(input === "live" ? {} : { correlate: { latenessMs: Number.POSITIVE_INFINITY } }),
  };
  return makeDetector({ ...rules, options }, views, (text) => runtime.sha256(text));
}

/** All ways of knowing in one, and the rules among them, which can be exchanged. */
export function detectorOf({ ways = [], ...parts }: DetectorParts): { detector: Detector; live: LiveDetector } {
  const live = makeLiveDetector(rulesDetector(parts));
  return { detector: joinWays(live, ways), live };
}

export function ruleShelf(set: RuleSet, views: Views, runtime: Runtime): RuleShelf {
  const byId = new Map(set.rules.map((rule) => [rule.id, rule]));
  const correlations = new Map(set.correlations.map((rule) => [rule.id, rule]));
  let rows: ReturnType<RuleShelf["list"]> | undefined;
  return {
    digest: runtime.sha256([...set.rules, ...set.correlations, ...set.filters].map((rule) => rule.text).join("\0")),
    loaded: acceptedOf(set),
    rejected: () => set.rejected,
    list() {
      rows ??= [
        ...set.rules.map((rule) => ({ ...rowOf(rule, runtime.sha256(rule.text)), logsource: { ...rule.logsource } })),
        ...set.correlations.map((rule) => {
          const row = rowOf(rule, runtime.sha256(rule.definition));
          return { ...row, logsource: {}, correlation: rule.type };
        }),
      ].map((row) => {
        const muting = set.muted.get(row.id)?.map(({ id }) => id);
        return muting === undefined ? row : { ...row, mutedBy: muting };
      });
      return rows;
    },
    explain(id: string, event: Event): JsonObject | undefined {
      const view = views.get(event.shape) ?? views.get(event.source) ?? PLAIN_VIEW;
      const correlation = correlations.get(id);
      if (correlation !== undefined) return asJson(explainCorrelation(correlation, event, view));
      const rule = byId.get(id);
      if (rule === undefined) return undefined;
      const filters = (set.filtersOf.get(rule) ?? []).map((filter) => ({
        ...{ id: filter.id, title: filter.title, reading: filter.reading },
        suppresses: suppresses(filter, { view, raw: event.raw }),
      }));
      return asJson({ ...explainRule(rule, event, view), ...(filters.length === 0 ? {} : { filters }) });
    },
  };
}

/** Everything that was offered and taken. */
export const acceptedOf = ({ rules, correlations, filters }: RuleSet): number =>
  rules.length + correlations.length + filters.length;

function rowOf(rule: RuleHead, version: Sha256) {
  const { ref, techniques, tactics } = factsOf(rule, version);
  return {
    id: rule.id,
    title: rule.title,
    level: rule.level,
    source: rule.path,
    version: ref.version,
    techniques: [...techniques],
    tactics: [...tactics],
    ...(rule.status === undefined ? {} : { status: rule.status }),
    ...(rule.author === undefined ? {} : { author: rule.author }),
    ...(rule.description === undefined ? {} : { description: rule.description }),
  };
}

const asJson = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;
