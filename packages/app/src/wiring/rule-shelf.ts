/** The loaded rules as faces see them: list, rejects, explanations, and the detector over them. */
import { type DetectOptions, type Detector, makeDetector } from "@cordon/engine/stream/detect/detect";
import { factsOf } from "@cordon/engine/stream/detect/sigma/detection";
import { explainRule } from "@cordon/engine/stream/detect/sigma/explain";
import type { RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import type { Event } from "@cordon/model/event";
import type { JsonObject } from "@cordon/model/json";
import type { Runtime } from "@cordon/model/ports/runtime";
import { type FieldView, PLAIN_VIEW } from "@cordon/model/view";
import type { RuleShelf } from "../instance.ts";

type Views = ReadonlyMap<string, FieldView>;

export interface DetectorParts {
  readonly rules: RuleSet;
  readonly views: Views;
  readonly runtime: Runtime;
  /** Files that are read once may come in any order; a live stream may not. */
  readonly input: "files-once" | "live";
}

/** Informational hits are detections too; the stream role keeps them from opening incidents. */
export function detectorOf({ rules, views, runtime, input }: DetectorParts): Detector {
  const options: DetectOptions = {
    informational: true,
    ...(input === "live" ? {} : { correlate: { latenessMs: Number.POSITIVE_INFINITY } }),
  };
  return makeDetector({ ...rules, options }, views, (text) => runtime.sha256(text));
}

export function ruleShelf(set: RuleSet, views: Views, runtime: Runtime): RuleShelf {
  const byId = new Map(set.rules.map((rule) => [rule.id, rule]));
  let rows: ReturnType<RuleShelf["list"]> | undefined;
  return {
    digest: runtime.sha256(set.rules.map((rule) => rule.text).join("\0")),
    loaded: set.rules.length,
    rejected: () => set.rejected,
    list() {
      rows ??= set.rules.map((rule) => {
        const { ref, techniques, tactics } = factsOf(rule, runtime.sha256(rule.text));
        return {
          id: rule.id,
          title: rule.title,
          level: rule.level,
          source: rule.path,
          version: ref.version,
          logsource: { ...rule.logsource },
          techniques: [...techniques],
          tactics: [...tactics],
          ...(rule.status === undefined ? {} : { status: rule.status }),
          ...(rule.author === undefined ? {} : { author: rule.author }),
          ...(rule.description === undefined ? {} : { description: rule.description }),
        };
      });
      return rows;
    },
    explain(id: string, event: Event): JsonObject | undefined {
      const rule = byId.get(id);
      if (rule === undefined) return undefined;
      const view = views.get(event.shape) ?? views.get(event.source) ?? PLAIN_VIEW;
      return JSON.parse(JSON.stringify(explainRule(rule, event, view))) as JsonObject;
    },
  };
}
