/**
 * What a window amounts to, kept while entries come and go. One tally per group.
 *
 * T1. `add` and `remove` are O(1) for every type (O(references) for ordered chains): a window is never counted anew.
 * T2. `amount` of a tally equals that of a fresh one to which the window's entries were added in order.
 */
import { unreachable } from "@cordon/model/error";
import { evaluateNames } from "../sigma/evaluate-names.ts";
import { strictNumber } from "../sigma/scalar.ts";
import { boundsHold, type CorrelationRule } from "./correlation.ts";
import type { Entry } from "./entry.ts";

export interface Tally {
  add(entry: Entry): void;
  /** Oldest first. */
  remove(entry: Entry): void;
  /** Of the window that ends now: its first instant is just after `since`. */
  holds(since: number): boolean;
  amount(since: number): number;
  /** The entries that make the case, where it is not the whole window. */
  chain(since: number): readonly Entry[] | undefined;
}

export function makeTally(rule: CorrelationRule): Tally {
  switch (rule.type) {
    case "event_count":
      return new Counted(rule);
    case "value_count":
      return new Distinct(rule, (entry) => entry.values);
    case "temporal":
    case "temporal_extended":
      return new Distinct(rule, (entry) => entry.refs);
    case "temporal_ordered":
      return new Chain(rule);
    case "value_sum":
    case "value_avg":
      return new Summed(rule);
    case "value_percentile":
    case "value_median":
      return new Kept(rule);
    default:
      return unreachable(rule.type);
  }
}

class Counted implements Tally {
  #count = 0;
  readonly #rule: CorrelationRule;

  constructor(rule: CorrelationRule) {
    this.#rule = rule;
  }
  add(): void {
    this.#count += 1;
  }
  remove(): void {
    this.#count -= 1;
  }
  holds(): boolean {
    return boundsHold(this.#rule.bounds, this.#count);
  }
  amount(): number {
    return this.#count;
  }
  chain(): undefined {
    return undefined;
  }
}

/** Multiset beside the time line: distinct values are its keys. */
class Distinct<T extends string | number> implements Tally {
  readonly #counts = new Map<T, number>();
  readonly #rule: CorrelationRule;
  readonly #valuesOf: (entry: Entry) => readonly T[];

  constructor(rule: CorrelationRule, valuesOf: (entry: Entry) => readonly T[]) {
    this.#rule = rule;
    this.#valuesOf = valuesOf;
  }
  add(entry: Entry): void {
    for (const value of this.#valuesOf(entry)) this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }
  remove(entry: Entry): void {
    for (const value of this.#valuesOf(entry)) {
      const left = (this.#counts.get(value) ?? 0) - 1;
      if (left > 0) this.#counts.set(value, left);
      else this.#counts.delete(value);
    }
  }
  holds(): boolean {
    const { expression, parts, bounds } = this.#rule;
    if (expression === undefined) return boundsHold(bounds, this.#counts.size);
    const seen = new Set<string | number>(this.#counts.keys());
    return evaluateNames(expression, (name) => seen.has(parts.findIndex(({ written }) => written === name)));
  }
  amount(): number {
    return this.#counts.size;
  }
  chain(): undefined {
    return undefined;
  }
}

/** Beyond this a sum of a full group could leave the range of numbers. */
const NUMBER_MAX = 1e290;

export function numberOf(text: string): number | undefined {
  const number = strictNumber(text);
  return number === undefined || Math.abs(number) > NUMBER_MAX ? undefined : number;
}

/** Exact for safe integers; otherwise compensated, so that what leaves takes back what it brought. */
class Summed implements Tally {
  #count = 0;
  #sum = 0;
  #lost = 0;
  readonly #rule: CorrelationRule;

  constructor(rule: CorrelationRule) {
    this.#rule = rule;
  }
  add(entry: Entry): void {
    for (const text of entry.values) this.#put(numberOf(text) ?? 0, 1);
  }
  remove(entry: Entry): void {
    for (const text of entry.values) this.#put(-(numberOf(text) ?? 0), -1);
    if (this.#count > 0) return;
    this.#sum = 0;
    this.#lost = 0;
  }
  #put(number: number, count: number): void {
    const sum = this.#sum + number;
    this.#lost += Math.abs(this.#sum) >= Math.abs(number) ? this.#sum - sum + number : number - sum + this.#sum;
    this.#sum = sum;
    this.#count += count;
  }
  holds(): boolean {
    return this.#count > 0 && boundsHold(this.#rule.bounds, this.amount());
  }
  amount(): number {
    const sum = this.#sum + this.#lost;
    return this.#rule.type === "value_avg" ? sum / Math.max(1, this.#count) : sum;
  }
  chain(): undefined {
    return undefined;
  }
}

/** Ranks and shares need all values; they are only asked when a window is over. */
class Kept implements Tally {
  #entries: Entry[] = [];
  readonly #rule: CorrelationRule;

  constructor(rule: CorrelationRule) {
    this.#rule = rule;
  }
  add(entry: Entry): void {
    this.#entries.push(entry);
  }
  remove(entry: Entry): void {
    this.#entries = this.#entries.filter((kept) => kept !== entry);
  }
  holds(): boolean {
    const { percentile, bounds } = this.#rule;
    if (percentile === undefined) return this.chain() !== undefined;
    const ranked = this.#ranked();
    return ranked !== undefined && boundsHold(bounds, ranked);
  }
  amount(): number {
    return this.#rule.percentile === undefined ? (this.#shares()[0]?.share ?? 0) : (this.#ranked() ?? 0);
  }
  /** By share: the events whose value is as rare (or as common) as asked. */
  chain(): readonly Entry[] | undefined {
    if (this.#rule.percentile !== undefined) return undefined;
    const meant = new Set(this.#shares().map(({ value }) => value));
    const found = this.#entries.filter(({ values }) => values.some((value) => meant.has(value)));
    return found.length === 0 ? undefined : found;
  }
  /** Nearest rank: the smallest value with at least p percent of all values at or below it. */
  #ranked(): number | undefined {
    const numbers = this.#entries.flatMap(({ values }) => values.flatMap((text) => numberOf(text) ?? []));
    numbers.sort((a, b) => a - b);
    const rank = Math.ceil(((this.#rule.percentile ?? 0) / 100) * numbers.length);
    return numbers[Math.max(1, rank) - 1];
  }
  /** Values whose share in percent is within the bounds, rarest first. */
  #shares(): readonly { readonly value: string; readonly share: number }[] {
    const counts = new Map<string, number>();
    let total = 0;
    for (const { values } of this.#entries) {
      for (const value of values) {
        counts.set(value, (counts.get(value) ?? 0) + 1);
        total += 1;
      }
    }
    return [...counts]
      .map(([value, count]) => ({ value, share: (100 * count) / total }))
      .filter(({ share }) => boundsHold(this.#rule.bounds, share))
      .sort((a, b) => a.share - b.share);
  }
}

interface Link {
  readonly entry: Entry;
  readonly before: Link | undefined;
  /** Time of the chain's first entry. */
  readonly start: number;
}

/**
 * For each position the chain ending there that began latest: no other chain can outlast it. Positions are filled from
 * the last to the first, so that one event never fills two.
 */
class Chain implements Tally {
  readonly #best: (Link | undefined)[];
  readonly #positions: ReadonlyMap<number, readonly number[]>;

  constructor(rule: CorrelationRule) {
    const { parts } = rule;
    this.#best = parts.map(() => undefined);
    const positions = new Map<number, number[]>();
    for (const [at, { to }] of parts.entries()) {
      const first = parts.findIndex((other) => other.to.rule === to.rule);
      positions.set(first, [at, ...(positions.get(first) ?? [])]);
    }
    this.#positions = positions;
  }
  add(entry: Entry): void {
    const wanted = entry.refs.flatMap((ref) => this.#positions.get(ref) ?? []).sort((a, b) => b - a);
    for (const at of wanted) {
      const before = at === 0 ? undefined : this.#best[at - 1];
      if (at > 0 && before === undefined) continue;
      const start = before?.start ?? entry.time;
      const known = this.#best[at];
      if (known === undefined || start >= known.start) this.#best[at] = { entry, before, start };
    }
  }
  /** What is too old is seen by its start. */
  remove(): void {}
  holds(since: number): boolean {
    const last = this.#best.at(-1);
    return last !== undefined && last.start > since;
  }
  amount(since: number): number {
    return this.#best.findLastIndex((link) => link !== undefined && link.start > since) + 1;
  }
  chain(since: number): readonly Entry[] {
    const entries: Entry[] = [];
    if (!this.holds(since)) return entries;
    for (let link = this.#best.at(-1); link !== undefined; link = link.before) entries.unshift(link.entry);
    return entries;
  }
}
