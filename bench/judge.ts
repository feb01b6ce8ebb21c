/** Rules ready to be asked about subjects: all of them, or those that the event's log source admits. */
import { factsOf, type RuleFacts } from "@cordon/engine/stream/detect/sigma/detection";
import { Matcher } from "@cordon/engine/stream/detect/sigma/index/matcher";
import { logsourceApplies, scopeKey } from "@cordon/engine/stream/detect/sigma/logsource";
import { makeMatchReader } from "@cordon/engine/stream/detect/sigma/matched-fields";
import type { Item, SigmaRule } from "@cordon/engine/stream/detect/sigma/rule";
import type { MatchedField } from "@cordon/model/detection";
import type { LogSource } from "@cordon/model/event";
import { sha256Of } from "@cordon/model/ids";
import type { Subject } from "./subjects.ts";

/** A detection as the rules know it; entities and ids are added for incidents. */
export interface Hit {
  readonly facts: RuleFacts;
  readonly matched: readonly MatchedField[];
}

export interface Judge {
  /** Builds what events of this log source need; otherwise their first event does. */
  prepare(log: LogSource): void;
  matches(subject: Subject): readonly number[];
  hits(subject: Subject): readonly Hit[];
  candidates(): { readonly ran: number; readonly events: number };
}

interface Scope {
  readonly matcher: Matcher;
  readonly rules: readonly SigmaRule[];
}

/** The version of a rule is a hash over its text: the same for every event, so not part of what is measured. */
const NO_VERSION = sha256Of("0".repeat(64));

export function makeJudge(rules: readonly SigmaRule[], routed: boolean): Judge {
  const scopes = new Map<string, Scope>();
  const facts = new Map(rules.map((rule) => [rule, factsOf(rule, NO_VERSION)]));
  const { matchedFields } = makeMatchReader();
  const scopeFor = (log: LogSource): Scope => {
    const key = routed ? scopeKey(log) : "";
    const known = scopes.get(key);
    if (known !== undefined) return known;
    const chosen = routed ? rules.filter((rule) => logsourceApplies(rule.logsource, log)) : rules;
    const scope = { matcher: new Matcher(chosen), rules: chosen };
    scopes.set(key, scope);
    return scope;
  };
  return {
    prepare: (log) => void scopeFor(log),
    matches: ({ view, raw, log }) => scopeFor(log).matcher.match(view, raw),
    hits(subject) {
      const scope = scopeFor(subject.log);
      const holds = (item: Item): boolean => scope.matcher.itemHolds(item);
      return scope.matcher.match(subject.view, subject.raw).flatMap((number) => {
        const rule = scope.rules[number];
        const known = rule === undefined ? undefined : facts.get(rule);
        return rule === undefined || known === undefined
          ? []
          : [{ facts: known, matched: matchedFields(rule, subject, holds) }];
      });
    },
    candidates() {
      const stats = [...scopes.values()].map(({ matcher }) => matcher.stats);
      return {
        ran: stats.reduce((sum, each) => sum + each.candidates, 0),
        events: stats.reduce((sum, each) => sum + each.events, 0),
      };
    },
  };
}
