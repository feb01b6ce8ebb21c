/**
 * Rules over lines, nothing kept: what `cordon rules run` and the bench use. Enters: the bytes of one line. Leaves: the rules that
 * hold in it, with the fields that made them hold.
 *
 * G1. A hit is what detect.ts makes a detection of: the same rules hold, and filters take away the same.
 * G2. Nothing of one line matters to the next: correlations are not evaluated, and rules that they mute speak for themselves.
 * G3. No line throws: an event that cannot be evaluated is counted in `failed`, with its reason.
 */
import type { MatchedField } from "@cordon/model/detection";
import { messageOf } from "@cordon/model/error";
import type { Sha256 } from "@cordon/model/ids";
import { type Instant, instant } from "@cordon/model/time";
import type { Framing, LineSubject, SubjectsOf } from "../../line-subject.ts";
import { makeScopes } from "../scopes.ts";
import { makeFacts, type RuleFacts } from "../sigma/detection.ts";
import { suppresses } from "../sigma/filter.ts";
import type { RuleSet } from "../sigma/load-rules.ts";
import { makeMatchReader } from "../sigma/matched-fields.ts";

export interface LineDetectorParts extends Pick<RuleSet, "rules">, Partial<Pick<RuleSet, "filtersOf">> {
  /** How a line becomes what rules are asked about. */
  readonly subjectsOf: SubjectsOf;
  /** `off` asks every rule about every event. */
  readonly routing: "on" | "off";
  readonly hash: (text: string) => Sha256;
}

export interface LineHit {
  readonly facts: RuleFacts;
  readonly matched: readonly MatchedField[];
  /** When the event happened, as it says itself; to be asked before the next line. */
  readonly time: () => Instant | undefined;
}

export interface LineStats {
  readonly lines: number;
  readonly events: number;
  /** Events that no mapping knew: rules see their fields as they are. */
  readonly unmapped: number;
  readonly hits: number;
  /** Matches taken away by filters. */
  readonly suppressed: number;
  readonly failed: { readonly count: number; readonly last?: string };
  /** Lines of which something could not be read. */
  readonly unreadable: { readonly count: number; readonly last?: string };
  /** Predicates run so far: what the index let through. */
  readonly candidates: number;
}

export interface LineDetector {
  /** A line is JSON, or what it looks like, unless its framing says more. */
  readonly detect: (line: Uint8Array, framing?: Framing) => readonly LineHit[];
  /** Builds the indexes that events like these will need. */
  readonly prepare: (line: Uint8Array, framing?: Framing) => void;
  readonly stats: () => LineStats;
}

const BARE: Framing = { format: "auto", position: 1, receivedAt: instant(0) };

export function makeLineDetector({ subjectsOf, rules, filtersOf, routing, hash }: LineDetectorParts): LineDetector {
  const scopes = makeScopes(rules, routing, () => []);
  const facts = makeFacts(hash);
  const { matchedFields } = makeMatchReader();
  const counted = {
    ...{ lines: 0, events: 0, unmapped: 0, hits: 0, suppressed: 0 },
    failed: makeFaults(),
    unreadable: makeFaults(),
  };

  const judge = (subject: LineSubject, into: LineHit[]): void => {
    const { view, raw, log, time } = subject;
    counted.events += 1;
    if (!subject.mapped) counted.unmapped += 1;
    const { matcher, rules: asked } = scopes.scopeOf(log);
    for (const number of matcher.match(view, raw)) {
      const rule = asked[number];
      if (rule === undefined) continue;
      if (filtersOf?.get(rule)?.some((filter) => suppresses(filter, subject)) === true) counted.suppressed += 1;
      else {
        const matched = matchedFields(rule, subject, (item) => matcher.itemHolds(item));
        into.push({ facts: facts(rule), matched, time });
      }
    }
  };

  return {
    detect(line, framing = BARE) {
      counted.lines += 1;
      const hits: LineHit[] = [];
      const { subjects, problems } = subjectsOf(line, framing);
      const [problem] = problems;
      if (problem !== undefined) counted.unreadable.add(problem);
      for (const subject of subjects) {
        try {
          judge(subject, hits);
        } catch (error) {
          counted.failed.add(messageOf(error));
        }
      }
      counted.hits += hits.length;
      return hits;
    },
    prepare(line, framing = BARE) {
      for (const { log } of subjectsOf(line, framing).subjects) scopes.scopeOf(log);
    },
    stats: () => ({
      ...counted,
      failed: counted.failed.told(),
      unreadable: counted.unreadable.told(),
      candidates: scopes.stats().candidates,
    }),
  };
}

function makeFaults() {
  let count = 0;
  let last: string | undefined;
  return {
    add(reason: string): void {
      count += 1;
      last = reason;
    },
    told: () => ({ count, ...(last !== undefined && { last }) }),
  };
}
