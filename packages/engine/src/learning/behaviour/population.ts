/**
 * What a peer group or the whole organisation shows: per value a decayed count, how many entities hold it, and its text.
 * An entity teaches it no more than it may teach itself (the caller passes on only what `take` accepted).
 */
import { DAY } from "@cordon/model/time";
import { HALF_LIFE } from "./value-counts.ts";

export interface Held {
  count: number;
  /** It was given up: who kept a hold of it must ask again. */
  gone: boolean;
  /** Entities that hold it: one for each first take, faded as counts fade, made good by those who go on taking it. */
  holders: number;
  readonly text: string;
}

export interface PopulationState {
  readonly n: number;
  readonly at: number;
  readonly members: number;
  readonly values: readonly (readonly [value: number, count: number, holders: number, text: string])[];
}

const VALUES_MAX = 8_192;
const TEXT_MAX = 96;

export interface Taking {
  readonly value: number;
  readonly text: string;
  /** What the taking entity adds to the holders (`holdOf`). */
  readonly hold: number;
  readonly at: number;
}

export interface Holding {
  /** Decayed count after the take, and takes of the day that runs. */
  readonly own: number;
  readonly today: number;
  /** When the entity's counts aged last before this day. */
  readonly lastDay: number;
}

/**
 * What a take adds to the holders of a value: a whole one at first; later, once a day, what has faded of this entity's one
 * since it took the value last. That was the last day at the latest, or by the steady rate that left `own` counts.
 */
export function holdOf({ own, today, lastDay }: Holding, at: number): number {
  if (today > 1) return 0;
  const faded = 1 - 2 ** (-Math.max(0, at - lastDay) / HALF_LIFE);
  return Math.min(1, Math.max(faded, 1 / Math.max(1, own)));
}

export class Population {
  #n = 0;
  #at = 0;
  #members = 0;
  readonly #values = new Map<number, Held>();

  get n(): number {
    return this.#n;
  }
  get members(): number {
    return this.#members;
  }
  get distinct(): number {
    return this.#values.size;
  }
  find(value: number): Held | undefined {
    return this.#values.get(value);
  }
  holders(value: number): number {
    return this.#values.get(value)?.holders ?? 0;
  }
  textOf(value: number): string | undefined {
    return this.#values.get(value)?.text;
  }
  /** The text of the value with most counts. */
  commonest(): string | undefined {
    let best: Held | undefined;
    for (const held of this.#values.values()) if (held.count > (best?.count ?? 0)) best = held;
    return best?.text;
  }
  join(): void {
    this.#members += 1;
  }

  /** `known`: what is held of the value, where the caller knows. Returns what is held now. */
  take(known: Held | undefined, seen: Taking): Held {
    this.#age(seen.at);
    const held = known ?? this.#values.get(seen.value);
    this.#n += 1;
    if (held !== undefined) {
      held.count += 1;
      held.holders += seen.hold;
      return held;
    }
    if (this.#values.size >= VALUES_MAX) this.#prune();
    const fresh: Held = { count: 1, gone: false, holders: 1, text: seen.text.slice(0, TEXT_MAX) };
    this.#values.set(seen.value, fresh);
    return fresh;
  }

  /** `holder`: the entity holds it no longer. */
  giveBack(value: number, holder: boolean): void {
    const held = this.#values.get(value);
    if (held === undefined) return;
    if (holder) held.holders = Math.max(0, held.holders - 1);
    const gone = Math.min(1, held.count);
    held.count -= gone;
    this.#n = Math.max(0, this.#n - gone);
    if (held.count >= 0.5) return;
    held.gone = true;
    this.#values.delete(value);
  }

  #age(at: number): void {
    if (at - this.#at < DAY) return;
    const factor = this.#at === 0 ? 1 : 2 ** (-(at - this.#at) / HALF_LIFE);
    this.#at = at;
    this.#n *= factor;
    for (const held of this.#values.values()) {
      held.count *= factor;
      held.holders *= factor;
    }
  }

  /** The quarter with the smallest counts leaves; of equal ones those that came first. */
  #prune(): void {
    const counts = Float64Array.from(this.#values.values(), ({ count }) => count).sort();
    let spare = VALUES_MAX >> 2;
    const least = counts[spare] ?? 0;
    // Those below the bar are fewer than the quarter, or just as many.
    let equal = spare - counts.indexOf(least);
    for (const [value, held] of this.#values) {
      const { count } = held;
      if (spare === 0) return;
      if (count > least || (count === least && equal === 0)) continue;
      if (count === least) equal -= 1;
      spare -= 1;
      this.#n = Math.max(0, this.#n - count);
      held.gone = true;
      this.#values.delete(value);
    }
  }

  state(): PopulationState {
    const values = [...this.#values].map(([value, { count, holders, text }]) => [value, count, holders, text] as const);
    return { n: this.#n, at: this.#at, members: this.#members, values };
  }

  restore({ n, at, members, values }: PopulationState): void {
    this.#n = n;
    this.#at = at;
    this.#members = members;
    for (const held of this.#values.values()) held.gone = true;
    this.#values.clear();
    for (const [value, count, holders, text] of values) this.#values.set(value, { count, gone: false, holders, text });
  }
}
