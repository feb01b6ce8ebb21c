/**
 * One indicator that a list and a STIX pattern both give is one detection, which names both.
 *
 * Enters: the ways `intel` and `stix`. Leaves: the two, to be asked in this order about each batch.
 * O1. A pattern of equalities says what a row of a table says: met by the same event, the row's detection stays (it has
 *     the id it would have alone) and the pattern's stands in it as a further reason. Level and confidence are the higher ones.
 * O2. A pattern that is more than equalities says something else and stays a detection of its own.
 * O3. Where only one of the two counts (validity, warning lists, confidence), that one is the detection.
 * O4. A way that fails loses its own detections, never the other's.
 */
import type { Detection } from "@cordon/model/detection";
import type { Event } from "@cordon/model/event";
import { isJsonObject } from "@cordon/model/json";
import { levelRank } from "@cordon/model/rule";
import type { Way } from "../join-ways.ts";
import { simpleRows } from "./formats/simple-pattern.ts";
import { formOf } from "./forms.ts";

/** By id of a pattern, the indicators (`kind:value`) that it gives as a list would. */
export type Equalities = ReadonlyMap<string, ReadonlySet<string>>;

export function equalitiesOf(patterns: readonly { readonly id: string; readonly pattern: string }[]): Equalities {
  const found = new Map<string, ReadonlySet<string>>();
  for (const { id, pattern } of patterns) {
    const keys = (simpleRows(pattern) ?? []).flatMap(({ kind, text }) => {
      const formed = formOf(kind, text);
      return typeof formed === "string" ? [] : [`${formed.kind}:${formed.value}`];
    });
    if (keys.length > 0) found.set(id, new Set(keys));
  }
  return found;
}

export function sayOnce(intel: Way, stix: Way, equalities: Equalities): readonly [intel: Way, stix: Way] {
  if (equalities.size === 0) return [intel, stix];
  let asked: { readonly events: readonly Event[]; readonly answer: () => readonly Detection[] } | undefined;
  const first: Way = {
    ...intel,
    detect(events) {
      const patterns = attempt(() => stix.detect(events));
      asked = { events, answer: () => answerOf(patterns) };
      const rows = intel.detect(events);
      if (patterns.kind === "failed" || rows.length === 0 || patterns.found.length === 0) return rows;
      const joined = join(rows, patterns.found, equalities);
      asked = { events, answer: () => joined.patterns };
      return joined.rows;
    },
  };
  const second: Way = {
    name: stix.name,
    detect(events) {
      const known = asked;
      asked = undefined;
      return known?.events === events ? known.answer() : stix.detect(events);
    },
    tick: (now) => stix.tick(now),
    finish: () => stix.finish(),
    get remembers() {
      return stix.remembers;
    },
    snapshot: () => stix.snapshot(),
    restore: (snapshot) => stix.restore(snapshot),
  };
  return [first, second];
}

type Attempt =
  | { readonly kind: "found"; readonly found: readonly Detection[] }
  | { readonly kind: "failed"; readonly error: unknown };

function attempt(act: () => readonly Detection[]): Attempt {
  try {
    return { kind: "found", found: act() };
  } catch (error) {
    return { kind: "failed", error };
  }
}

/** The failure is that of the way whose turn it is (O4). */
function answerOf(attempted: Attempt): readonly Detection[] {
  if (attempted.kind === "failed") throw attempted.error;
  return attempted.found;
}

interface Joined {
  readonly rows: readonly Detection[];
  readonly patterns: readonly Detection[];
}

function join(rows: readonly Detection[], patterns: readonly Detection[], equalities: Equalities): Joined {
  const byEvent = Map.groupBy(
    patterns.filter(({ rule }) => equalities.has(rule.id)),
    ({ evidence }) => evidence[0],
  );
  const said = new Set<Detection>();
  const joined = rows.map((row) => {
    const key = indicatorOf(row);
    const same = (byEvent.get(row.evidence[0]) ?? []).filter(({ rule }) => equalities.get(rule.id)?.has(key) === true);
    for (const one of same) said.add(one);
    return same.reduce((whole, one) => withPattern(whole, one, key), row);
  });
  return { rows: joined, patterns: patterns.filter((one) => !said.has(one)) };
}

function indicatorOf({ matched }: Detection): string {
  const reason = matched.find(({ selection }) => selection === "reason")?.value;
  return isJsonObject(reason) && typeof reason.indicator === "string" ? reason.indicator : "";
}

function withPattern(row: Detection, pattern: Detection, key: string): Detection {
  const { rule, confidence } = pattern;
  const severity = levelRank(pattern.severity) > levelRank(row.severity) ? pattern.severity : row.severity;
  const value = { indicator: key, feed: rule.source, pattern: rule.id, title: rule.title, confidence };
  return {
    ...row,
    ...{ severity, rule: { ...row.rule, level: severity }, confidence: Math.max(row.confidence, confidence) },
    techniques: [...new Set([...row.techniques, ...pattern.techniques])],
    tactics: [...new Set([...row.tactics, ...pattern.tactics])],
    matched: [...row.matched, { selection: "reason", field: rule.source, value }],
  };
}
