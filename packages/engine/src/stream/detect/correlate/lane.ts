/**
 * One correlation at work: its groups, what comes in for them, and what came true.
 *
 * Enters: per batch, the fields of events that satisfied a reference. Leaves: fires, in order of time.
 * N1. An event without a group-by field is not counted here; how many were is.
 * N2. Groups and entries are bounded. The stalest go first, a tenth at a time, counted; their alerts say "at least".
 */
import { fold } from "../sigma/fold.ts";
import { ClosingGroup } from "./closing-group.ts";
import type { CorrelationRule, Reference } from "./correlation.ts";
import { type Entry, isBefore, mergeEntries, type Origin } from "./entry.ts";
import { type Fire, Group, type GroupState } from "./group.ts";
import { type FieldTexts, tuples } from "./read-fields.ts";
import { numberOf } from "./tally.ts";

export interface LaneLimits {
  readonly groupsMax: number;
  readonly entriesPerGroupMax: number;
}

export interface LaneCounts {
  matched: number;
  groupMissing: number;
  valueMissing: number;
  late: number;
  groupsEvicted: number;
  entriesEvicted: number;
  alerts: number;
}

/** What came in: the event as all its entries share it. */
export interface Arrival {
  readonly time: number;
  readonly order: number;
  readonly origin: Origin;
  readonly read: FieldTexts;
}

interface Waiting {
  readonly key: string;
  readonly shown: readonly string[];
  entry: Entry;
}

/** Share of groups (or of a full group's entries) that goes at once, so that making room stays cheap. */
const HEADROOM = 0.1;
/** Entries that a plain count keeps at least, so that late ones still find their place. */
const PLAIN_MIN = 256;
const REFS: readonly (readonly number[])[] = Array.from({ length: 64 }, (_, i) => [i]);
const NONE: readonly string[] = [];
const NOTHING_CARRIED: readonly (readonly string[])[] = [];

export class Lane {
  readonly rule: CorrelationRule;
  /** Fields of outer correlations that are not among the group-by names. */
  readonly carry: readonly string[];
  readonly counts: LaneCounts = {
    ...{ matched: 0, groupMissing: 0, valueMissing: 0, late: 0 },
    ...{ groupsEvicted: 0, entriesEvicted: 0, alerts: 0 },
  };
  entries = 0;
  readonly #limits: LaneLimits;
  readonly #groups = new Map<string, Group>();
  readonly #closing = new Map<string, ClosingGroup>();
  readonly #atOnce: boolean;
  readonly #numeric: boolean;
  /** Entries that suffice for the answer: a plain count only asks for the newest. */
  readonly #needed: number;
  #waiting: Waiting[] = [];
  #inOrder = true;
  #nextClose = Number.POSITIVE_INFINITY;
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(rule: CorrelationRule, carry: readonly string[], limits: LaneLimits) {
    this.rule = rule;
    this.carry = carry;
    this.#atOnce = rule.decided === "at-once";
    this.#numeric = rule.type === "value_sum" || rule.type === "value_avg" || rule.percentile !== undefined;
    const needed = Math.max(0, ...rule.bounds.map(({ number }) => number)) + 1;
    const counts = rule.type === "event_count" || rule.type === "value_count";
    const most = Math.max(limits.entriesPerGroupMax, counts ? needed : 0);
    const plain = rule.type === "event_count" && this.#atOnce;
    this.#needed = plain ? needed : Number.POSITIVE_INFINITY;
    this.#limits = { ...limits, entriesPerGroupMax: plain ? Math.min(most, Math.max(PLAIN_MIN, needed * 4)) : most };
  }

  get groups(): number {
    return this.#atOnce ? this.#groups.size : this.#closing.size;
  }

  /** Reference number `ref` holds for this arrival. */
  take(ref: number, reference: Reference, arrival: Arrival): void {
    this.counts.matched += 1;
    const { read } = arrival;
    const keys = reference.groupFields.length === 0 ? [NONE] : tuples(read, reference.groupFields);
    if (keys === undefined) {
      this.counts.groupMissing += 1;
      return;
    }
    const values = reference.valueFields.length === 0 ? NONE : this.#valuesOf(tuples(read, reference.valueFields));
    if (values === undefined) {
      this.counts.valueMissing += 1;
      return;
    }
    const carried =
      this.carry.length === 0
        ? NOTHING_CARRIED
        : this.carry.map((name) => read(this.#fieldOf(name, reference)) ?? NONE);
    const { time, order, origin } = arrival;
    for (const shown of keys) {
      const refs = REFS[ref] ?? [ref];
      this.#wait({
        key: keyOf(shown),
        shown,
        entry: { time, order, refs, values, carried, origin, on: false, told: false },
      });
    }
  }

  #fieldOf(name: string, { written, to }: Reference): string {
    const alias = this.rule.aliases.get(name);
    return alias?.get(written) ?? alias?.get(to.rule.name ?? "") ?? name;
  }

  #valuesOf(found: readonly (readonly string[])[] | undefined): readonly string[] | undefined {
    if (found === undefined) return undefined;
    if (!this.#numeric) return found.length === 1 && found[0] ? [keyOf(found[0])] : found.map(keyOf);
    const [only] = found;
    if (found.length === 1 && only?.[0] !== undefined && numberOf(only[0]) !== undefined) return only;
    const numbers = found.flatMap((tuple) => tuple.filter((text) => numberOf(text) !== undefined));
    return numbers.length === 0 ? undefined : numbers;
  }

  /** An event that satisfies several references of a group is one entry of it. */
  #wait(waiting: Waiting): void {
    const { entry, key } = waiting;
    for (let i = this.#waiting.length - 1; i >= 0; i -= 1) {
      const other = this.#waiting[i];
      if (other === undefined || other.entry.order !== entry.order) break;
      if (other.key !== key) continue;
      other.entry = mergeEntries(other.entry, entry);
      return;
    }
    const last = this.#waiting.at(-1);
    if (last !== undefined && isBefore(entry, last.entry)) this.#inOrder = false;
    this.#waiting.push(waiting);
  }

  /** Takes in what waits. */
  advance(watermark: number): readonly Fire[] {
    const waiting = this.#waiting;
    if (waiting.length > 0) this.#waiting = [];
    if (!this.#inOrder) waiting.sort((a, b) => (isBefore(a.entry, b.entry) ? -1 : 1));
    this.#inOrder = true;
    const fires: Fire[] = [];
    if (this.#atOnce) this.#addAll(waiting, watermark, fires);
    else for (const one of waiting) this.#hold(one);
    if (watermark >= this.#nextClose) this.#close(watermark, fires);
    this.#sweep(watermark);
    this.counts.alerts += fires.length;
    return fires.sort((a, b) => a.entry.time - b.entry.time);
  }

  #addAll(waiting: readonly Waiting[], watermark: number, fires: Fire[]): void {
    const dirty = new Set<Group>();
    const keptFrom = watermark - this.rule.spanMs;
    for (const { key, shown, entry } of waiting) {
      let group = this.#groups.get(key);
      if (group === undefined) {
        this.#makeRoom();
        group = new Group(this.rule, key, shown);
        this.#groups.set(key, group);
      } else if (group.size >= this.#limits.entriesPerGroupMax) this.#thin(group);
      const before = group.size;
      const fire = group.add(entry);
      if (group.isDirty) dirty.add(group);
      if (fire !== undefined) fires.push(fire);
      this.entries += group.size - before - group.trim(keptFrom);
    }
    for (const group of dirty) for (const fire of group.settle()) fires.push(fire);
  }

  #thin(group: Group): void {
    const { dropped, lost } = group.drop(Math.ceil(group.size * HEADROOM), this.#needed);
    this.entries -= dropped;
    this.counts.entriesEvicted += lost;
  }

  #hold({ key, shown, entry }: Waiting): void {
    let group = this.#closing.get(key);
    if (group === undefined) {
      this.#makeRoom();
      group = new ClosingGroup(this.rule, key, shown);
      this.#closing.set(key, group);
    }
    const before = group.size;
    group.add(entry, this.#limits.entriesPerGroupMax);
    if (before >= this.#limits.entriesPerGroupMax) this.counts.entriesEvicted += 1;
    this.entries += group.size - before;
    this.#nextClose = Math.min(this.#nextClose, group.closesAt ?? this.#nextClose);
  }

  #close(watermark: number, fires: Fire[]): void {
    this.#nextClose = Number.POSITIVE_INFINITY;
    for (const group of this.#closing.values()) {
      const before = group.size;
      for (const fire of group.close(watermark)) fires.push(fire);
      this.entries -= before - group.size;
      this.#nextClose = Math.min(this.#nextClose, group.closesAt ?? this.#nextClose);
    }
  }

  /** Groups that can neither gain nor lose anything any more. Looked for each time a quarter of the span has passed. */
  #sweep(watermark: number): void {
    const { spanMs } = this.rule;
    if (watermark === Number.NEGATIVE_INFINITY || watermark < this.#sweptAt + spanMs / 4) return;
    this.#sweptAt = watermark;
    const over = watermark - spanMs;
    for (const [key, group] of this.#groups) if (group.lastTime <= over) this.#remove(key, group.size);
    for (const [key, group] of this.#closing) {
      if (group.size === 0 && group.lastTime <= over) this.#remove(key, 0);
    }
  }

  #remove(key: string, size: number): void {
    this.#groups.delete(key);
    this.#closing.delete(key);
    this.entries -= size;
  }

  #makeRoom(): void {
    if (this.groups >= this.#limits.groupsMax) this.evict(Math.ceil(this.groups * HEADROOM));
  }

  /** The stalest groups go. Returns the number of entries they held. */
  evict(count: number): number {
    const groups: readonly (Group | ClosingGroup)[] = [...(this.#atOnce ? this.#groups : this.#closing).values()];
    const stalest = groups.toSorted((a, b) => a.lastTime - b.lastTime).slice(0, count);
    const before = this.entries;
    for (const { key, size } of stalest) this.#remove(key, size);
    this.counts.groupsEvicted += stalest.length;
    this.counts.entriesEvicted += before - this.entries;
    return before - this.entries;
  }

  /** What only serves late events goes. Returns how many entries that were. */
  shrink(): number {
    let freed = 0;
    for (const group of this.#groups.values()) freed += group.shrink();
    this.entries -= freed;
    return freed;
  }

  states(): readonly GroupState[] {
    return [...(this.#atOnce ? this.#groups : this.#closing).values()].map((group) => group.state());
  }

  clear(): void {
    this.#groups.clear();
    this.#closing.clear();
    this.#waiting = [];
    this.#inOrder = true;
    this.#nextClose = Number.POSITIVE_INFINITY;
    this.#sweptAt = Number.NEGATIVE_INFINITY;
    this.entries = 0;
  }

  restore(states: readonly GroupState[]): void {
    for (const state of states) {
      const { key, shown } = state;
      const group = this.#atOnce ? new Group(this.rule, key, shown) : new ClosingGroup(this.rule, key, shown);
      group.restore(state);
      if (group instanceof Group) this.#groups.set(key, group);
      else {
        this.#closing.set(key, group);
        this.#nextClose = Math.min(this.#nextClose, group.closesAt ?? this.#nextClose);
      }
      this.entries += state.entries.length;
    }
  }
}

/** Several texts are written so that no two tuples give one key. */
function keyOf(texts: readonly string[]): string {
  const [only] = texts;
  return texts.length === 1 && only !== undefined ? fold(only) : JSON.stringify(texts.map(fold));
}
