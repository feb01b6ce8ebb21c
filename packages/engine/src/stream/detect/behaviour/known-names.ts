/**
 * Texts that come again and again, and what stands for them: numbers of values by the installation's key, keys of entities,
 * names of lanes. What is kept is bounded, and forgotten without loss: it is worked out anew.
 */
import { makeValueHash, type ValueHash, type ValueKey } from "../../../learning/behaviour/value-hash.ts";
import type { Hold } from "./entities.ts";

export type EntityKindOf = "user" | "host" | "ip" | "group";

const PLACES_KEPT = 16_384;
const PORTS_KEPT = 8;
const NAMES_KEPT = 16_384;

export class KnownNames {
  #key: ValueKey | undefined;
  #hash: ValueHash;
  readonly #lanes = new Map<string, Map<string, string>>();
  readonly #holds: Readonly<Record<EntityKindOf, Holds>> = {
    ...{ user: new Holds("user"), host: new Holds("host"), ip: new Holds("ip"), group: new Holds("group") },
  };

  constructor(key: ValueKey) {
    this.#key = key;
    this.#hash = makeValueHash(key);
  }

  get key(): ValueKey | undefined {
    return this.#key;
  }

  /** What is taken up was learnt by this key; undefined: before there was one. */
  rekey(key: ValueKey | undefined): void {
    this.#key = key;
    this.#hash = makeValueHash(key);
    this.#lanes.clear();
  }

  readonly hash: ValueHash = (text) => this.#hash(text);

  /** Name of what is kept of calls to one place and port; most are called again and again. */
  laneOf(destination: string, port: string): string {
    const there = this.#lanes.get(destination);
    const known = there?.get(port);
    if (known !== undefined) return known;
    const name = `b|${this.#hash(`${destination}:${port}`).toString(36)}`;
    if (this.#lanes.size >= PLACES_KEPT) this.#lanes.clear();
    // A scan must not make one for each port.
    if (there === undefined || there.size >= PORTS_KEPT) this.#lanes.set(destination, new Map([[port, name]]));
    else there.set(port, name);
    return name;
  }

  /** `user:ada`, and where it was found last. */
  holdOf(kind: EntityKindOf, name: string): Hold {
    return this.#holds[kind].of(name);
  }
}

/** Of names of one kind that come again and again: an event asks for the same one several times. */
class Holds {
  readonly #kind: EntityKindOf;
  readonly #byName = new Map<string, Hold>();
  #lastName: string | undefined = undefined;
  #last: Hold | undefined = undefined;

  constructor(kind: EntityKindOf) {
    this.#kind = kind;
  }

  of(name: string): Hold {
    if (this.#last !== undefined && name === this.#lastName) return this.#last;
    let hold = this.#byName.get(name);
    if (hold === undefined) {
      hold = { key: `${this.#kind}:${name}`, node: undefined };
      if (this.#byName.size >= NAMES_KEPT) this.#byName.clear();
      this.#byName.set(name, hold);
    }
    this.#lastName = name;
    this.#last = hold;
    return hold;
  }
}
