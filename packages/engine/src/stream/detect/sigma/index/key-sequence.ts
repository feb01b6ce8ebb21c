/**
 * What belongs to each key of an object, remembered in the order of the keys: events of one kind have the same keys in the same
 * order, so the next key is nearly always the one that followed last time, and comparing it is cheaper than looking it up.
 */

/** Keys beyond this are looked up one by one. */
const LENGTH_MAX = 256;

export class KeySequence<T> {
  readonly #lookUp: (key: string) => T;
  readonly #keys: string[] = [];
  readonly #values: T[] = [];
  #at = 0;

  constructor(lookUp: (key: string) => T) {
    this.#lookUp = lookUp;
  }

  /** To be called before the first key of an object (or of an event, when its objects are walked in one order). */
  restart(): void {
    this.#at = 0;
  }

  of(key: string): T {
    const at = this.#at;
    this.#at = at + 1;
    const known = this.#values[at];
    if (known !== undefined && this.#keys[at] === key) return known;
    const value = this.#lookUp(key);
    if (at < LENGTH_MAX) {
      this.#keys[at] = key;
      this.#values[at] = value;
    }
    return value;
  }

  clear(): void {
    this.#keys.length = 0;
    this.#values.length = 0;
  }
}
