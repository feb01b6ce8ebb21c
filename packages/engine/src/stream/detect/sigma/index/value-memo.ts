/**
 * What is known of values already seen: names of programs, users and products come back all day long.
 *
 * V1. Bounded: two generations; when the young one is full, the old one is forgotten. Long values are not kept.
 * V2. A field whose values seldom come back is left alone for a while, so that the memo costs nothing there.
 * V3. Deterministic: what is kept depends on the values only.
 */

export interface Known {
  /** Refs that the scan found. */
  readonly refs: readonly number[];
  /** Refs of keywords in it, when they were first asked for. */
  keywords: readonly number[] | undefined;
  /** Answers of atoms that the index does not decide, made when they were first asked for: `atom * 2 + holds`. */
  truths: number[] | undefined;
}

/** Longer values are mostly unlike each other, and looking them up would cost as much as scanning. */
const VALUE_LENGTH_MAX = 320;
/** Values of one generation, all fields together. At most twice this many are held. */
const GENERATION_MAX = 32_768;
/** Look-ups after which a field is judged, and how long it rests when too few of them hit. */
const TRIAL = 512;
const REST = 16_384;

interface Shelf {
  /** The value seen last: many fields hardly ever change, and comparing is cheaper than hashing. */
  last: string | undefined;
  lastKnown: Known | undefined;
  young: Map<string, Known>;
  old: Map<string, Known>;
  asked: number;
  found: number;
  resting: number;
}

export class ValueMemo {
  readonly #shelves: (Shelf | undefined)[];
  /** The share of hits below which a field is left alone. */
  readonly #shareMin: number;
  #kept = 0;

  constructor(fields: number, shareMin: number) {
    this.#shelves = new Array<Shelf | undefined>(fields).fill(undefined);
    this.#shareMin = shareMin;
  }

  /** Whether this value should be looked up and kept. */
  wants(field: number, value: string): boolean {
    if (value.length > VALUE_LENGTH_MAX) return false;
    const shelf = this.#shelves[field];
    if (shelf === undefined) {
      this.#shelves[field] = {
        last: undefined,
        lastKnown: undefined,
        young: new Map(),
        old: new Map(),
        asked: 0,
        found: 0,
        resting: 0,
      };
      return true;
    }
    if (shelf.resting === 0) return true;
    shelf.resting -= 1;
    return false;
  }

  find(field: number, value: string): Known | undefined {
    const shelf = this.#shelves[field];
    if (shelf === undefined) return undefined;
    shelf.asked += 1;
    const known = value === shelf.last ? shelf.lastKnown : this.#lookUp(shelf, value);
    if (known !== undefined) {
      shelf.found += 1;
      shelf.last = value;
      shelf.lastKnown = known;
    } else if (shelf.asked >= TRIAL) judge(shelf, this.#shareMin);
    return known;
  }

  #lookUp(shelf: Shelf, value: string): Known | undefined {
    const young = shelf.young.get(value);
    if (young !== undefined) return young;
    const old = shelf.old.get(value);
    if (old !== undefined) this.#put(shelf, value, old);
    return old;
  }

  keep(field: number, value: string, refs: readonly number[]): Known | undefined {
    const shelf = this.#shelves[field];
    if (shelf === undefined) return undefined;
    const known: Known = { refs, keywords: undefined, truths: undefined };
    this.#put(shelf, value, known);
    return known;
  }

  #put(shelf: Shelf, value: string, known: Known): void {
    if (this.#kept >= GENERATION_MAX) this.#forget();
    shelf.young.set(value, known);
    this.#kept += 1;
  }

  #forget(): void {
    this.#kept = 0;
    for (const shelf of this.#shelves) {
      if (shelf === undefined) continue;
      shelf.old = shelf.young;
      shelf.young = new Map();
    }
  }
}

function judge(shelf: Shelf, shareMin: number): void {
  if (shelf.found < shelf.asked * shareMin) {
    shelf.resting = REST;
    shelf.young = new Map();
    shelf.old = new Map();
    shelf.last = undefined;
    shelf.lastKnown = undefined;
  }
  shelf.asked = 0;
  shelf.found = 0;
}

/** Answers kept with a value: few atoms ask of one value, and going through more would cost as much as asking. */
const TRUTHS_MAX = 32;

/** What the atom said of the value, if it was asked. */
export function told({ truths }: Known, atom: number): boolean | undefined {
  if (truths === undefined) return undefined;
  for (let i = 0; i < truths.length; i += 1) {
    const truth = truths[i] ?? 0;
    if (truth >> 1 === atom) return (truth & 1) === 1;
  }
  return undefined;
}

export function tell(known: Known, atom: number, holds: boolean): void {
  known.truths ??= [];
  if (known.truths.length < TRUTHS_MAX) known.truths.push(atom * 2 + (holds ? 1 : 0));
}
