/**
 * Texts that come again and again, and what stands for them: numbers of values by the installation's key, keys of entities,
 * names of lanes. What is kept is bounded, and forgotten without loss: it is worked out anew.
 */
import { makeValueHash, type ValueHash, type ValueKey } from "../../../learning/behaviour/value-hash.ts";

export type EntityKindOf = "user" | "host" | "ip" | "group";

const PLACES_KEPT = 16_384;
const PORTS_KEPT = 8;
const KEYS_KEPT = 16_384;

export class KnownNames {
  #key: ValueKey | undefined;
  #hash: ValueHash;
  readonly #lanes = new Map<string, Map<string, string>>();
  readonly #keys: Readonly<Record<EntityKindOf, Map<string, string>>> = {
    ...{ user: new Map(), host: new Map(), ip: new Map(), group: new Map() },
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

  hash(text: string): number {
    return this.#hash(text);
  }

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

  /** `user:ada`: of names that come again and again the same text, so that it is looked up without being read. */
  keyOf(kind: EntityKindOf, name: string): string {
    const keys = this.#keys[kind];
    const known = keys.get(name);
    if (known !== undefined) return known;
    const key = `${kind}:${name}`;
    if (keys.size >= KEYS_KEPT) keys.clear();
    keys.set(name, key);
    return key;
  }
}
