/** One sight of a value: how rare it was, by whose past, and what was usual instead. */
import type { Population } from "../../../learning/behaviour/population.ts";
import type { Rarity } from "../../../learning/behaviour/rarity.ts";
import { topOf, type ValueCounts } from "../../../learning/behaviour/value-counts.ts";

const USUAL_SHOWN = 3;

export interface Seen extends Rarity {
  readonly basis: "own" | "peer" | "organisation";
  readonly n: number;
  readonly usual: string;
  /** Nothing may be said of first values: the source is new, or nothing is known at all. */
  readonly hushed: boolean;
}

/** What a sight was compared with is told only when it is asked for: few are spoken of. */
export class Sight implements Seen {
  readonly probability: number;
  readonly p: number;
  readonly first: boolean;
  readonly ownCount: number;
  readonly holders: number;
  readonly members: number;
  readonly novelty: number;
  readonly basis: Seen["basis"];
  readonly n: number;
  readonly hushed: boolean;
  readonly #past: Past;

  constructor(rarity: Rarity, { basis, n, hushed }: Pick<Seen, "basis" | "n" | "hushed">, past: Past) {
    this.probability = rarity.probability;
    this.p = rarity.p;
    this.first = rarity.first;
    this.ownCount = rarity.ownCount;
    this.holders = rarity.holders;
    this.members = rarity.members;
    this.novelty = rarity.novelty;
    this.basis = basis;
    this.n = n;
    this.hushed = hushed;
    this.#past = past;
  }

  /** What was most usual before. */
  get usual(): string {
    const { own, value, organisation } = this.#past;
    const others = topOf(own, USUAL_SHOWN + 1).filter((each) => each !== value);
    const texts = others.slice(0, USUAL_SHOWN).map((each) => organisation.textOf(each) ?? "?");
    return texts.length === 0 ? "nothing yet" : texts.join(", ");
  }
}

interface Past {
  readonly own: ValueCounts;
  readonly value: number;
  readonly organisation: Population;
}
