/**
 * Text or bytes from outside. Opaque at run time too: printing, joining or serialising it by accident throws.
 * Only parsers, rules and the escaping renderer may open it.
 */
export class Untrusted<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Call this in a parser, a rule matcher or an escaping renderer, and nowhere else. */
  open(): T {
    return this.#value;
  }

  toString(): never {
    throw new TypeError("untrusted value used as text");
  }

  toJSON(): never {
    throw new TypeError("untrusted value serialised");
  }

  [Symbol.toPrimitive](): never {
    throw new TypeError("untrusted value used as a primitive");
  }
}
