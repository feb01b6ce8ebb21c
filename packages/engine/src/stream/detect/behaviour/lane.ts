/**
 * What all and each peer group show of one dimension (country, program, ...), and what is at hand of values that come again and
 * again. That is bounded, and forgotten without loss: it is asked for anew.
 */
import type { Held, Population } from "../../../learning/behaviour/population.ts";
import type { ValueHash } from "../../../learning/behaviour/value-hash.ts";
import { Sight } from "./sight.ts";

/** As many as a population holds. */
const VALUES_KEPT = 8_192;
const TEXT_MAX = 200;

/** A value: its number, and what is held of it. */
export class KnownValue {
  readonly value: number;
  #anywhere: Held | undefined = undefined;
  #among: Held | undefined = undefined;
  /** Whose `#among` is. */
  #peer: Population | undefined = undefined;

  constructor(value: number) {
    this.value = value;
  }

  anywhere(organisation: Population): Held | undefined {
    const held = this.#anywhere;
    if (held !== undefined && !held.gone) return held;
    this.#anywhere = organisation.find(this.value);
    return this.#anywhere;
  }

  among(peer: Population): Held | undefined {
    const held = this.#among;
    if (held !== undefined && !held.gone && this.#peer === peer) return held;
    this.#among = peer.find(this.value);
    this.#peer = peer;
    return this.#among;
  }
}

export class Lane {
  readonly organisation: Population;
  /** Of the value seen last. */
  readonly sight: Sight;
  readonly #group: (who: string) => Population;
  readonly #groups = new Map<string, Population>();
  readonly #values = new Map<string, KnownValue>();
  #lastWho = "all";
  #last: Population;

  constructor(group: (who: string) => Population) {
    this.#group = group;
    this.organisation = group("all");
    this.#groups.set("all", this.organisation);
    this.#last = this.organisation;
    this.sight = new Sight(this.organisation);
  }

  /** Of `all` or a peer group. */
  of(who: string): Population {
    if (who === this.#lastWho) return this.#last;
    let found = this.#groups.get(who);
    if (found === undefined) {
      found = this.#group(who);
      this.#groups.set(who, found);
    }
    this.#lastWho = who;
    this.#last = found;
    return found;
  }

  known(text: string, hash: ValueHash): KnownValue {
    const known = this.#values.get(text);
    if (known !== undefined) return known;
    const found = new KnownValue(hash(text));
    if (text.length > TEXT_MAX) return found;
    if (this.#values.size >= VALUES_KEPT) this.#values.clear();
    this.#values.set(text, found);
    return found;
  }
}
