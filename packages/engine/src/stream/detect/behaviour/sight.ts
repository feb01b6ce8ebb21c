/** One sight of a value: how rare it was, by whose past, and what was usual instead. */
import { type Held, holdOf, type Population } from "../../../learning/behaviour/population.ts";
import type { Found, Layers, Rarity, RarityRoom } from "../../../learning/behaviour/rarity.ts";
import {
  countAt,
  takeAgain,
  takeFirst,
  todayAt,
  topOf,
  type ValueCounts,
} from "../../../learning/behaviour/value-counts.ts";

const USUAL_SHOWN = 3;

export interface Seen extends Rarity {
  readonly basis: "own" | "peer" | "organisation";
  readonly n: number;
  readonly usual: string;
  /** Nothing may be said of first values: the source is new, or nothing is known at all. */
  readonly hushed: boolean;
}

/** What a sight was compared with is told only when it is asked for: few are spoken of. Each dimension has one, used again and again. */
export class Sight implements Seen, RarityRoom, Layers, Found {
  // Not a number yet: numbers that begin as whole ones would be made anew each time.
  probability = Number.NaN;
  p = Number.NaN;
  first = false;
  ownCount = Number.NaN;
  holders = Number.NaN;
  members = 0;
  novelty = Number.NaN;
  basis: Seen["basis"] = "organisation";
  n = Number.NaN;
  hushed = false;
  own: ValueCounts | undefined = undefined;
  place = -1;
  peer: Population;
  readonly organisation: Population;
  value = Number.NaN;
  among: Held | undefined = undefined;
  anywhere: Held | undefined = undefined;

  constructor(organisation: Population) {
    this.organisation = organisation;
    this.peer = organisation;
  }

  /** What was most usual before. */
  get usual(): string {
    const others = topOf(this.own, USUAL_SHOWN + 1).filter((each) => each !== this.value);
    const texts = others.slice(0, USUAL_SHOWN).map((each) => this.organisation.textOf(each) ?? "?");
    return texts.length === 0 ? "nothing yet" : texts.join(", ");
  }
}

/** Takes what was seen into the baselines, as far as the day's share goes. */
export function teach(sight: Sight, text: string, at: number): void {
  const { own, value, place, organisation, peer } = sight;
  if (own === undefined) return;
  const lastDay = own[1] ?? at;
  if (!(place < 0 ? takeFirst(own, value, at) : takeAgain(own, place, at))) return;
  const hold = sight.first ? 1 : holdOf({ own: countAt(own, place), today: todayAt(own, place), lastDay }, at);
  const taking = { value, text, hold, at };
  organisation.take(sight.anywhere, taking);
  peer.take(sight.among, taking);
}
