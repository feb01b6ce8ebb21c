/**
 * What is remembered of each entity: plain data, so that its JSON is itself, and keyed by `kind:value`, so that it moves
 * with a partition.
 *
 * BE1. At most `max` entities; those not seen for longest leave, a half of the room at a time, and are counted.
 * BE2. An entity's state depends on its own events alone, but for what peers and the organisation hold.
 */
import type { Tally } from "../../../learning/behaviour/count-tail.ts";
import type { ValueCounts } from "../../../learning/behaviour/value-counts.ts";
import type { Window } from "./window.ts";

export interface Remembered {
  readonly key: string;
  readonly first: number;
  last: number;
  /** Events, and days with events. */
  n: number;
  days: number;
  day: number;
  peer: string;
  readonly counts: Record<string, ValueCounts>;
  readonly tallies: Record<string, Tally>;
  readonly windows: Record<string, Window>;
  /** When something was said last, and other single times and numbers. */
  readonly marks: Record<string, number>;
  readonly notes: Record<string, string>;
  /** Surprises that make its risk. */
  readonly risk: (readonly [detector: string, at: number, bits: number, event: string])[];
}

export interface EntitiesState {
  readonly young: readonly Remembered[];
  readonly old: readonly Remembered[];
  readonly evicted: number;
}

export class Entities {
  #young = new Map<string, Remembered>();
  #old = new Map<string, Remembered>();
  #evicted = 0;
  readonly #half: number;

  constructor(max: number) {
    this.#half = Math.max(1, Math.floor(max / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }
  get evicted(): number {
    return this.#evicted;
  }

  find(key: string): Remembered | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** Keeps an entity among the young. `make` when nothing is known of it. */
  meet(key: string, make: () => Remembered): Remembered {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const found = this.#old.get(key) ?? make();
    this.#old.delete(key);
    if (this.#young.size >= this.#half) {
      this.#evicted += this.#old.size;
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, found);
    return found;
  }

  *all(): Iterable<Remembered> {
    yield* this.#old.values();
    yield* this.#young.values();
  }

  state(): EntitiesState {
    return { young: [...this.#young.values()], old: [...this.#old.values()], evicted: this.#evicted };
  }

  restore({ young, old, evicted }: EntitiesState): void {
    this.#young = new Map(young.map((each) => [each.key, each]));
    this.#old = new Map(old.map((each) => [each.key, each]));
    this.#evicted = evicted;
  }
}
