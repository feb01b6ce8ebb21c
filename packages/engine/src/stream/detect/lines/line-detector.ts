/**
 * Rules over lines, nothing kept: what `cordon rules run` and the bench use. Enters: the bytes of one line. Leaves: the rules that
 * hold in it, with the fields that made them hold.
 *
 * G1. A hit is what detect.ts makes a detection of: the same rules hold, and filters take away the same.
 * G2. Nothing of one line matters to the next: correlations are not evaluated, and rules that they mute speak for themselves.
 * G3. No line throws: an event that cannot be evaluated is counted in `failed`, with its reason.
 * G4. A line that the tape vouches for is judged without making objects of it. The answer is the same; one such line in
 *     `CHECK_EVERY` is judged both ways, and where they differ the objects are right and the difference is counted.
 */
import type { MatchedField } from "@cordon/model/detection";
import { messageOf } from "@cordon/model/error";
import type { Sha256 } from "@cordon/model/ids";
import type { RecordFormat } from "@cordon/model/record";
import { type Instant, instant } from "@cordon/model/time";
import type { Framing, LineSubject, SubjectsOf } from "../../line-subject.ts";
import type { Tape } from "../../tape/tape.ts";
import { makeScopes } from "../scopes.ts";
import { makeFacts, type RuleFacts } from "../sigma/detection.ts";
import { suppresses } from "../sigma/filter.ts";
import type { Matcher } from "../sigma/index/matcher.ts";
import type { RuleSet } from "../sigma/load-rules.ts";
import { makeMatchReader } from "../sigma/matched-fields.ts";
import type { SigmaRule } from "../sigma/rule.ts";

export interface LineDetectorParts extends Pick<RuleSet, "rules">, Partial<Pick<RuleSet, "filtersOf">> {
  /** How a line becomes what rules are asked about. */
  readonly subjectsOf: SubjectsOf;
  /** The way without objects, where it is to be had. */
  readonly taped?: TapedWay | undefined;
  /** `off` asks every rule about every event. */
  readonly routing: "on" | "off";
  readonly hash: (text: string) => Sha256;
  /** Told of everything that could not be read or judged, line by line. */
  readonly onFault?: (reason: string) => void;
}

export interface TapedWay {
  readonly tape: Tape;
  /** The one subject of the event that the tape holds; undefined = objects have to be made. */
  readonly subjectOf: (tape: Tape) => LineSubject | undefined;
}

export interface LineHit {
  readonly facts: RuleFacts;
  readonly matched: readonly MatchedField[];
  /** Number of the record, where it is another than the line's. */
  readonly position: number | undefined;
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
  readonly failed: Faults;
  /** What could not be read of lines. */
  readonly unreadable: Faults;
  /** Predicates run so far: what the index let through. */
  readonly candidates: number;
  /** Lines judged without objects, and of those judged both ways the ones that differed. */
  readonly taped: number;
  readonly differed: Faults;
}

interface Faults {
  readonly count: number;
  readonly last?: string;
}

export interface LineDetector {
  /** A line is what it looks like, unless its framing says more. */
  readonly detect: (line: Uint8Array, framing?: Framing) => readonly LineHit[];
  /** Builds the indexes that events like these will need. */
  readonly prepare: (line: Uint8Array, framing?: Framing) => void;
  readonly stats: () => LineStats;
}

const BARE: Framing = { format: "auto", position: 1, receivedAt: instant(0) };
/** Framings in which a line that is one JSON object is nothing else. */
const OBJECTS: ReadonlySet<RecordFormat> = new Set<RecordFormat>(["json", "auto", "text"]);
/** Rare enough to cost nothing, often enough that no file of some size goes unchecked. */
const CHECK_EVERY = 4_096;

/** What one line gave. */
interface Judged {
  readonly hits: readonly LineHit[];
  readonly events: number;
  readonly unmapped: number;
  readonly suppressed: number;
}

export function makeLineDetector(parts: LineDetectorParts): LineDetector {
  const { subjectsOf, taped, routing, hash } = parts;
  const scopes = makeScopes(parts.rules, routing, () => []);
  const hitsOf = makeHitsOf(parts.filtersOf, makeFacts(hash));
  const counted = { lines: 0, events: 0, unmapped: 0, hits: 0, suppressed: 0, taped: 0 };
  const [failed, unreadable] = [makeFaults(parts.onFault), makeFaults(parts.onFault)];
  const differed = makeFaults();

  const byObjects = (line: Uint8Array, framing: Framing): Judged => {
    const { subjects, problems } = subjectsOf(line, framing);
    for (const problem of problems) unreadable.add(problem);
    const hits: LineHit[] = [];
    let [unmapped, suppressed] = [0, 0];
    for (const subject of subjects) {
      if (!subject.mapped) unmapped += 1;
      try {
        const { matcher, rules } = scopes.scopeOf(subject.log);
        const found = matcher.match(subject.view, subject.raw);
        suppressed += hitsOf({ found, rules, subject, matcher }, hits);
      } catch (error) {
        failed.add(messageOf(error));
      }
    }
    return { hits, events: subjects.length, unmapped, suppressed };
  };

  const byTape = ({ tape, subjectOf }: TapedWay, line: Uint8Array): Judged | undefined => {
    try {
      const subject = tape.read(line) ? subjectOf(tape) : undefined;
      if (subject === undefined) return undefined;
      const { matcher, rules } = scopes.scopeOf(subject.log);
      const found = matcher.matchTape(subject.view, tape);
      if (found === undefined) return undefined;
      const unmapped = subject.mapped ? 0 : 1;
      if (found.length === 0) return { hits: NO_HITS, events: 1, unmapped, suppressed: 0 };
      const hits: LineHit[] = [];
      // The same object shows event after event; whoever keeps something for an event tells events by their subjects.
      const asked = { found, rules, subject: { ...subject }, matcher };
      const suppressed = hitsOf(asked, hits);
      return { hits, events: 1, unmapped, suppressed };
    } catch {
      return undefined; // Objects will tell, and name what failed.
    }
  };

  /** Both ways: objects are right. */
  const checked = (judged: Judged, line: Uint8Array, framing: Framing): Judged => {
    const right = byObjects(line, framing);
    if (told(judged) === told(right)) return judged;
    differed.add(`${told(judged)} by the tape, ${told(right)} by objects`);
    return right;
  };

  const judge = (line: Uint8Array, framing: Framing): Judged => {
    const judged = taped !== undefined && OBJECTS.has(framing.format) ? byTape(taped, line) : undefined;
    if (judged === undefined) return byObjects(line, framing);
    counted.taped += 1;
    return counted.taped % CHECK_EVERY === 1 ? checked(judged, line, framing) : judged;
  };

  return {
    detect(line, framing = BARE) {
      const { hits, events, unmapped, suppressed } = judge(line, framing);
      counted.lines += 1;
      counted.events += events;
      counted.unmapped += unmapped;
      counted.suppressed += suppressed;
      counted.hits += hits.length;
      return hits;
    },
    prepare(line, framing = BARE) {
      for (const { log } of subjectsOf(line, framing).subjects) scopes.scopeOf(log);
    },
    stats: () => ({
      ...counted,
      failed: failed.told(),
      unreadable: unreadable.told(),
      differed: differed.told(),
      candidates: scopes.stats().candidates,
    }),
  };
}

const NO_HITS: readonly LineHit[] = [];

interface Matched {
  readonly found: readonly number[];
  readonly rules: readonly SigmaRule[];
  readonly subject: LineSubject;
  readonly matcher: Matcher;
}

/** Adds the hits that filters leave; gives the number of those that they took away. */
function makeHitsOf(
  filtersOf: LineDetectorParts["filtersOf"],
  facts: (rule: SigmaRule) => RuleFacts,
): (matched: Matched, into: LineHit[]) => number {
  const { matchedFields } = makeMatchReader();
  return ({ found, rules, subject, matcher }, into) => {
    const { view, raw, position, time } = subject;
    let suppressed = 0;
    for (const number of found) {
      const rule = rules[number];
      if (rule === undefined) continue;
      if (filtersOf?.get(rule)?.some((filter) => suppresses(filter, { view, raw })) === true) suppressed += 1;
      else into.push({ facts: facts(rule), matched: matchedFields(rule, subject, matcher), position, time });
    }
    return suppressed;
  };
}

const told = ({ hits, events, unmapped, suppressed }: Judged): string =>
  JSON.stringify({ events, unmapped, suppressed, hits: hits.map(({ facts, matched }) => [facts.ref.id, matched]) });

function makeFaults(tell?: (reason: string) => void) {
  let count = 0;
  let last: string | undefined;
  return {
    add(reason: string): void {
      count += 1;
      last = reason;
      tell?.(reason);
    },
    told: (): Faults => ({ count, ...(last !== undefined && { last }) }),
  };
}
