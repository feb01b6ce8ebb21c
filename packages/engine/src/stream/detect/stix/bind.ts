/**
 * Which observations together satisfy a pattern: a search over what is kept, for bindings that hold the newest one.
 *
 * B1. Different bracketed expressions, and every repetition, take different observations.
 * B2. FOLLOWEDBY: what follows may not be earlier than anything before it; equal times are fine. WITHIN: a span of that length
 *     touches every observation below it. An observation over a span of time (first, last) may be taken at its best moment.
 * B3. Newest first, so a binding cites what is nearest. The search gives up after a number of steps, and says so.
 */
import type { Expression } from "./pattern.ts";

/** One observation that at least one bracketed expression holds for. */
export interface Item {
  /** Arrival number: newer is greater. */
  readonly order: number;
  readonly first: number;
  readonly last: number;
  /** It may be taken this many times. */
  readonly seen: number;
  /** Bracketed expressions that hold for it, by number. */
  readonly leaves: readonly number[];
}

export interface Shelf<T extends Item> {
  /** Items for which the leaf holds, by `last`; the newest is among them where its leaves say so. */
  readonly of: (leaf: number) => readonly T[];
  /** No item may be taken more than once. */
  readonly single: boolean;
}

export type Outcome<T extends Item> =
  | { readonly kind: "bound"; readonly items: readonly (readonly [number, T])[] }
  | { readonly kind: "none" | "gave-up" };

/** Per new observation and pattern. A search that meets it has thousands of candidates that do not fit together. */
const STEPS_MAX = 20_000;

/** Times of a group: satisfied when some moment of each member fits. */
interface Span {
  /** Latest first and earliest last of its members so far. */
  readonly first: number;
  readonly last: number;
  /** At most this long; infinite where only the times are wanted. */
  readonly ms: number;
  readonly newest: number;
}

interface Chosen<T extends Item> {
  readonly leaf: number;
  readonly item: T;
  readonly before: Chosen<T> | undefined;
}

interface State<T extends Item> {
  readonly chosen: Chosen<T> | undefined;
  readonly spans: readonly Span[];
  /** No member may be over before `from`, nor begin after `until`. */
  readonly from: number;
  readonly until: number;
  /** Candidates are tried oldest first. */
  readonly oldest: boolean;
}

type Then<T extends Item> = (state: State<T>) => boolean;

export function bind<T extends Item>(root: Expression, shelf: Shelf<T>, newest: T): Outcome<T> {
  const nearest = new Search(shelf, newest, false).run(root);
  // What has to fit tightly fits best from both ends.
  return nearest.kind === "gave-up" ? new Search(shelf, newest, true).run(root) : nearest;
}

class Search<T extends Item> {
  readonly #shelf: Shelf<T>;
  readonly #newest: T;
  readonly #taken = new Map<T, number>();
  #steps = 0;
  #found: Chosen<T> | undefined;

  /** What comes before in a FOLLOWEDBY is tried oldest first. */
  readonly #fromBothEnds: boolean;

  constructor(shelf: Shelf<T>, newest: T, fromBothEnds: boolean) {
    this.#shelf = shelf;
    this.#newest = newest;
    this.#fromBothEnds = fromBothEnds;
  }

  run(root: Expression): Outcome<T> {
    if (!this.#possible(root)) return { kind: "none" };
    const start: State<T> = {
      ...{ chosen: undefined, spans: [], oldest: false },
      ...{ from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY },
    };
    const found = this.#solve(root, true, start, ({ chosen }) => {
      this.#found = chosen;
      return true;
    });
    if (!found) return { kind: this.#steps > STEPS_MAX ? "gave-up" : "none" };
    const items: (readonly [number, T])[] = [];
    for (let at = this.#found; at !== undefined; at = at.before) items.push([at.leaf, at.item]);
    return { kind: "bound", items: items.sort(([, a], [, b]) => a.order - b.order) };
  }

  /** Whether there is anything at all for each part: most searches end here. */
  #possible(node: Expression): boolean {
    switch (node.kind) {
      case "observe":
        return this.#shelf.of(node.leaf).length > 0;
      case "or":
        return node.of.some((part) => this.#possible(part));
      case "and":
      case "followed-by":
        return node.of.every((part) => this.#possible(part));
      case "repeats":
        return node.of.kind === "observe" ? this.#enough(node.of.leaf, node.times) : this.#possible(node.of);
      case "within":
      case "between":
        return this.#possible(node.of);
    }
  }

  #enough(leaf: number, times: number): boolean {
    let there = 0;
    for (const { seen } of this.#shelf.of(leaf)) {
      there += seen;
      if (there >= times) return true;
    }
    return false;
  }

  /** `must`: the newest observation has to be in this part, and is bound first. */
  #solve(node: Expression, must: boolean, state: State<T>, then: Then<T>): boolean {
    switch (node.kind) {
      case "observe":
        return must ? this.#take(node.leaf, this.#newest, state, then) : this.#takeAny(node.leaf, state, then);
      case "or":
        return node.of.some((part) => this.#solve(part, must, state, then));
      case "and":
        return this.#solveAll(node.of, must, state, then);
      case "followed-by":
        return this.#solveRow(node.of, must, state, then);
      case "within":
        return this.#solveWithin(node.of, node.ms, { must, state, then });
      case "repeats":
        return this.#solveRepeats(node, must, state, then);
      case "between":
        // Leaves are kept only where every START and STOP above them lets them in.
        return this.#solve(node.of, must, state, then);
    }
  }

  #solveAll(parts: readonly Expression[], must: boolean, state: State<T>, then: Then<T>): boolean {
    const [first, ...rest] = parts;
    if (first === undefined) return then(state);
    if (!must) return this.#solve(first, false, state, (next) => this.#solveAll(rest, false, next, then));
    return parts.some((part, i) =>
      this.#solve(part, true, state, (next) => this.#solveAll(parts.toSpliced(i, 1), false, next, then)),
    );
  }

  /** The part with the newest first; then what comes before it, nearest first; then what comes after both. */
  #solveRow(parts: readonly Expression[], must: boolean, state: State<T>, then: Then<T>): boolean {
    const { from, until, oldest } = state;
    const done: Then<T> = (all) => then({ ...all, from, until, oldest });
    if (!must) return this.#solveBefore(parts, state, done);
    return parts.some((part, i) =>
      this.#timed({ part, must: true, state }, (next, pivot) => {
        const early = { ...this.#earlier(next, pivot.last), spans: [...next.spans, EMPTY] };
        return this.#solveBefore(parts.slice(0, i), early, (before) => {
          const { first } = before.spans.at(-1) ?? EMPTY;
          const late = {
            ...before,
            until,
            oldest,
            from: Math.max(from, pivot.first, first),
            spans: before.spans.slice(0, -1),
          };
          return this.#solveAfter(parts.slice(i + 1), late, done);
        });
      }),
    );
  }

  /** From the last part to the first: each ends the time of those before it. */
  #solveBefore(parts: readonly Expression[], state: State<T>, then: Then<T>): boolean {
    const part = parts.at(-1);
    if (part === undefined) return then(state);
    return this.#timed({ part, must: false, state }, (next, { last }) =>
      this.#solveBefore(parts.slice(0, -1), this.#earlier(next, last), then),
    );
  }

  /** For what has to begin no later than `last`. */
  #earlier(state: State<T>, last: number): State<T> {
    return { ...state, until: Math.min(state.until, last), oldest: this.#fromBothEnds };
  }

  #solveAfter(parts: readonly Expression[], state: State<T>, then: Then<T>): boolean {
    const [part, ...rest] = parts;
    if (part === undefined) return then(state);
    return this.#timed({ part, must: false, state }, (next, { first }) =>
      this.#solveAfter(rest, { ...next, from: Math.max(state.from, first) }, then),
    );
  }

  /** Solves a part and tells the times of what it took. */
  #timed({ part, must, state }: Timed<T>, then: (state: State<T>, span: Span) => boolean): boolean {
    return this.#solve(part, must, { ...state, spans: [...state.spans, EMPTY] }, (next) =>
      then({ ...next, spans: next.spans.slice(0, -1) }, next.spans.at(-1) ?? EMPTY),
    );
  }

  #solveWithin(of: Expression, ms: number, { must, state, then }: Solving<T>): boolean {
    const spans = [...state.spans, { ...EMPTY, ms }];
    return this.#solve(of, must, { ...state, spans }, (next) => then({ ...next, spans: next.spans.slice(0, -1) }));
  }

  /** Repetitions are alike, so one order of them is tried: newest first, behind the one that must hold the newest of all. */
  #solveRepeats({ of, times }: Repeats, must: boolean, state: State<T>, then: Then<T>): boolean {
    if (of.kind === "observe") {
      const rest = (next: State<T>): boolean => this.#takeMany(of.leaf, { left: times - 1, state: next, then });
      return must
        ? this.#take(of.leaf, this.#newest, state, rest)
        : this.#takeMany(of.leaf, { left: times, state, then });
    }
    return this.#timed({ part: of, must, state }, (next, { newest }) =>
      this.#repeat(of, times - 1, { state: next, below: must ? Number.POSITIVE_INFINITY : newest, then }),
    );
  }

  #repeat(of: Expression, left: number, { state, below, then }: Repeating<T>): boolean {
    if (left === 0) return then(state);
    return this.#timed({ part: of, must: false, state }, (next, { newest }) =>
      newest > below ? false : this.#repeat(of, left - 1, { state: next, below: newest, then }),
    );
  }

  #takeAny(leaf: number, state: State<T>, then: Then<T>): boolean {
    return this.#takeMany(leaf, { left: 1, state, then });
  }

  #takeMany(leaf: number, { left, state, then, upTo }: Many<T>): boolean {
    if (left === 0) return then(state);
    const items = this.#shelf.of(leaf);
    const low = firstAtOrAfter(items, earliestOf(state));
    const end = state.oldest ? items.length : low - 1;
    const step = state.oldest ? 1 : -1;
    for (let i = upTo ?? (state.oldest ? low : items.length - 1); i * step < end * step; i += step) {
      // Too few are left for the rest of the repetitions.
      if (this.#steps > STEPS_MAX || (this.#shelf.single && (end - i) * step < left)) return false;
      const item = items[i];
      if (item === undefined) continue;
      const rest = (next: State<T>): boolean => this.#takeMany(leaf, { left: left - 1, state: next, then, upTo: i });
      if (this.#take(leaf, item, state, rest)) return true;
    }
    return false;
  }

  #take(leaf: number, item: T, state: State<T>, then: Then<T>): boolean {
    this.#steps += 1;
    const taken = this.#taken.get(item) ?? 0;
    if (taken >= item.seen || item.last < state.from || item.first > state.until) return false;
    if (!item.leaves.includes(leaf)) return false;
    const spans = widened(state.spans, item);
    if (spans === undefined) return false;
    this.#taken.set(item, taken + 1);
    if (then({ ...state, spans, chosen: { leaf, item, before: state.chosen } })) return true;
    this.#taken.set(item, taken);
    return false;
  }
}

const EMPTY: Span = {
  first: Number.NEGATIVE_INFINITY,
  last: Number.POSITIVE_INFINITY,
  ms: Number.POSITIVE_INFINITY,
  newest: Number.NEGATIVE_INFINITY,
};

/** The spans with one more member; undefined when it does not fit into one of them. */
function widened(spans: readonly Span[], { first, last, order }: Item): readonly Span[] | undefined {
  const wider: Span[] = [];
  for (const span of spans) {
    const next = {
      first: Math.max(span.first, first),
      last: Math.min(span.last, last),
      ms: span.ms,
      newest: Math.max(span.newest, order),
    };
    if (next.first - next.last > next.ms) return undefined;
    wider.push(next);
  }
  return wider;
}

/** What is over before this moment cannot be taken. */
function earliestOf<T extends Item>({ from, spans }: State<T>): number {
  return spans.reduce(
    (earliest, { first, ms }) => (ms < Number.POSITIVE_INFINITY ? Math.max(earliest, first - ms) : earliest),
    from,
  );
}

/** Items stand by `last`. */
export function firstAtOrAfter(items: readonly Item[], time: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle]?.last ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Solving<T extends Item> {
  readonly must: boolean;
  readonly state: State<T>;
  readonly then: Then<T>;
}

interface Timed<T extends Item> {
  readonly part: Expression;
  readonly must: boolean;
  readonly state: State<T>;
}

type Repeats = Extract<Expression, { kind: "repeats" }>;

interface Repeating<T extends Item> {
  readonly state: State<T>;
  readonly below: number;
  readonly then: Then<T>;
}

interface Many<T extends Item> {
  readonly left: number;
  readonly state: State<T>;
  readonly then: Then<T>;
  /** Index at which to go on. */
  readonly upTo?: number;
}
