/**
 * What one pattern remembers: observations that one of its brackets holds for and that no detection has used yet.
 *
 * R1. Each leaf keeps at most `PER_LEAF_MAX`, those that were over first go; what goes is counted.
 * R2. Lists stand by `last`, then by arrival, whatever the order of arrival.
 */
import { firstAtOrAfter, type Item, type Shelf } from "./bind.ts";

/** Enough for REPEATS, and for a first step that is common and waits for a rare second one. */
const PER_LEAF_MAX = 5_000;

export class Retained<T extends Item> implements Shelf<T> {
  readonly #lists: T[][];
  #several = 0;
  evicted = 0;

  constructor(leaves: number) {
    this.#lists = Array.from({ length: leaves }, () => []);
  }

  get single(): boolean {
    return this.#several === 0;
  }

  of(leaf: number): readonly T[] {
    return this.#lists[leaf] ?? [];
  }

  /** Each item once, by arrival. */
  all(): readonly T[] {
    return [...new Set(this.#lists.flat())].sort((a, b) => a.order - b.order);
  }

  get size(): number {
    return this.#lists.reduce((sum, list) => sum + list.length, 0);
  }

  add(item: T): void {
    if (item.seen > 1) this.#several += 1;
    for (const leaf of item.leaves) {
      const list = this.#lists[leaf];
      if (list === undefined) continue;
      const newest = list.at(-1);
      if (newest === undefined || newest.last <= item.last) list.push(item);
      else list.splice(firstAtOrAfter(list, item.last + 1), 0, item);
      if (list.length > PER_LEAF_MAX) this.#dropOldest(list);
    }
  }

  /** A tenth of the longest list. */
  dropSome(): void {
    this.#dropOldest(this.#lists.reduce((longest, list) => (list.length > longest.length ? list : longest), []));
  }

  /** Some at once, so that dropping costs little per item. */
  #dropOldest(list: readonly T[]): void {
    const gone = new Set(list.slice(0, Math.ceil(list.length / 10)));
    this.evicted += gone.size;
    this.remove(gone);
  }

  remove(gone: ReadonlySet<T>): void {
    if (gone.size === 0) return;
    for (const item of gone) if (item.seen > 1) this.#several -= 1;
    for (const [i, list] of this.#lists.entries()) {
      if (list.some((item) => gone.has(item))) this.#lists[i] = list.filter((item) => !gone.has(item));
    }
  }

  /** What was over before this moment can fit nothing any more. */
  dropBefore(time: number): void {
    const gone = new Set(this.#lists.flatMap((list) => list.slice(0, firstAtOrAfter(list, time))));
    this.remove(gone);
  }

  clear(): void {
    for (let i = 0; i < this.#lists.length; i += 1) this.#lists[i] = [];
    this.#several = 0;
  }
}
