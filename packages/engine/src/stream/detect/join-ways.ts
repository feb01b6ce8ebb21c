/**
 * Further ways of knowing beside rules (indicators, patterns, behaviour), joined into one detector.
 *
 * Enters: the detector of rules and any number of ways. Leaves: a detector that asks all of them about each batch.
 * J1. Detections stand in the order of ways: rules first, then the ways as given.
 * J2. A way that fails loses its own detections of that batch, counted with the reason; the others go on.
 * J3. A snapshot holds what each way remembers under its name. A way that is not in a snapshot begins anew, one that is
 *     gone is forgotten; a part that its way refuses makes the whole snapshot unusable, so that nothing is half restored.
 */
import type { Detection } from "@cordon/model/detection";
import { messageOf } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import type { Detector, DetectorChanges, DetectorParts, DetectorResuming, DetectStats } from "./detect.ts";

/** State that is too large to be written whole each time. */
export interface WayRows {
  /**
   * What changed since the last time, or all when that is lost (`anew`): `fresh` says that all rows given before are void.
   * The head replaces the last head.
   * Rows are made as they are read: read them before the next events.
   */
  readonly changes: (anew: boolean) => {
    readonly fresh: boolean;
    readonly head: string;
    readonly rows: Iterable<string>;
  };
  /** Begins anew, then takes up all rows that belong to a head, in their order. */
  readonly resume: (head: string) => Resuming;
}

export interface Resuming {
  readonly take: (row: string) => void;
  /** Why it could not be taken up; then the way begins anew. */
  readonly end: () => string | undefined;
}

/** A way of knowing: what rules do not know. Same promises as `Detector`: deterministic, ids included; never throws by design. */
export interface Way {
  /** Names it in snapshots and counters: `intel`, `stix`, `behaviour`. */
  readonly name: string;
  readonly detect: (events: readonly Event[]) => readonly Detection[];
  readonly tick: (now: number) => readonly Detection[];
  readonly finish: () => readonly Detection[];
  readonly remembers: boolean;
  readonly snapshot: () => string;
  /** False when the text is none of its own; `undefined` begins anew. */
  readonly restore: (snapshot: string | undefined) => boolean;
  /** Beside `snapshot`, where that would be too much. */
  readonly rows?: WayRows;
}

export interface JoinedDetector extends Detector {
  readonly parts: DetectorParts;
  readonly stats: () => DetectStats & {
    readonly ways: Readonly<
      Record<string, { readonly detections: number; readonly failed: number; readonly last?: string }>
    >;
  };
}

interface Counted {
  detections: number;
  failed: number;
  last?: string;
}

export function joinWays(rules: Detector, ways: readonly Way[]): JoinedDetector {
  const counts = new Map<string, Counted>(ways.map(({ name }) => [name, { detections: 0, failed: 0 }]));

  const ask = (way: Way, question: (way: Way) => readonly Detection[]): readonly Detection[] => {
    const count = counts.get(way.name) ?? { detections: 0, failed: 0 };
    try {
      const found = question(way);
      count.detections += found.length;
      return found;
    } catch (error) {
      count.failed += 1;
      count.last = messageOf(error);
      return [];
    }
  };
  const all = (first: readonly Detection[], question: (way: Way) => readonly Detection[]): readonly Detection[] => {
    const found = ways.flatMap((way) => ask(way, question));
    return found.length === 0 ? first : [...first, ...found];
  };

  return {
    detect: (events) => all(rules.detect(events), (way) => way.detect(events)),
    tick: (now) => all(rules.tick(now), (way) => way.tick(now)),
    finish: () => all(rules.finish(), (way) => way.finish()),
    // Asked each time: rules may be exchanged for others while the ways go on.
    get remembers() {
      return rules.remembers || ways.some((way) => way.remembers);
    },
    logSources: () => rules.logSources(),
    prepare: (log) => rules.prepare(log),
    matchers: () => rules.matchers(),
    snapshot: () =>
      JSON.stringify({
        rules: rules.snapshot(),
        ways: Object.fromEntries(ways.filter(({ remembers }) => remembers).map((way) => [way.name, way.snapshot()])),
      }),
    restore(snapshot) {
      const parts = snapshot === undefined ? { rules: undefined, ways: {} } : split(snapshot);
      const taken =
        parts !== undefined &&
        rules.restore(parts.rules) &&
        ways.every((way) => way.restore(Object.hasOwn(parts.ways, way.name) ? parts.ways[way.name] : undefined));
      if (!taken) {
        rules.restore(undefined);
        for (const way of ways) way.restore(undefined);
      }
      return taken;
    },
    parts: { changes: (anew) => changesOf(rules, ways, anew), resume: (head) => resume(rules, ways, head) },
    stats: () => {
      const own = Object.fromEntries([...counts].map(([name, count]) => [name, { ...count }]));
      const found = [...counts.values()].reduce((sum, { detections }) => sum + detections, 0);
      const stats = rules.stats();
      return { ...stats, detections: stats.detections + found, ways: own };
    },
  };
}

function changesOf(rules: Detector, ways: readonly Way[], anew: boolean): DetectorChanges {
  const heads: [string, string][] = [];
  const rows: DetectorChanges["rows"][number][] = [];
  for (const way of ways.filter(({ remembers }) => remembers)) {
    const changed = way.rows?.changes(anew);
    heads.push([way.name, changed?.head ?? way.snapshot()]);
    if (changed !== undefined) rows.push({ way: way.name, fresh: changed.fresh, rows: changed.rows });
  }
  return { head: JSON.stringify({ rules: rules.snapshot(), ways: Object.fromEntries(heads) }), rows };
}

/** As `restore` (J3), with the reason. */
function resume(rules: Detector, ways: readonly Way[], head: string): DetectorResuming {
  const parts = split(head);
  const begun = new Map<string, Resuming>();
  let fault = parts === undefined ? "the head is damaged" : undefined;
  if (parts !== undefined && !rules.restore(parts.rules)) fault = "rules: what they remembered is none of theirs";
  for (const way of ways) {
    const text = parts !== undefined && Object.hasOwn(parts.ways, way.name) ? parts.ways[way.name] : undefined;
    if (text !== undefined && way.rows !== undefined) begun.set(way.name, way.rows.resume(text));
    else if (!way.restore(text)) fault ??= `${way.name}: what it remembered is none of its own`;
  }
  return {
    take: (way, row) => begun.get(way)?.take(row),
    end: () => {
      for (const [name, resuming] of begun) {
        const reason = resuming.end();
        if (reason !== undefined) fault ??= `${name}: ${reason}`;
      }
      if (fault === undefined) return undefined;
      rules.restore(undefined);
      for (const way of ways) way.restore(undefined);
      return fault;
    },
  };
}

interface Parts {
  readonly rules: string | undefined;
  readonly ways: Readonly<Record<string, string>>;
}

function split(snapshot: string): Parts | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(snapshot);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || !("rules" in parsed) || !("ways" in parsed)) return undefined;
  const { rules, ways } = parsed;
  if (typeof rules !== "string" || typeof ways !== "object" || ways === null) return undefined;
  const texts = Object.entries(ways).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { rules, ways: Object.fromEntries(texts) };
}
