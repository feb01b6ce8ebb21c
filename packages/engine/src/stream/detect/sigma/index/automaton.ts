/**
 * Multi-pattern search over the compressed alphabet: an Aho-Corasick automaton for `contains`, and tries that are walked
 * from the front for prefixes and from the back for suffixes. Tables are dense; a state is its row's offset, and a
 * transition is stored as `~offset` when something ends there.
 */
import { type Alphabet, classesOf } from "./alphabet.ts";

/** A number per literal: what the caller wants to hear back. */
export interface Entry {
  readonly text: string;
  readonly ref: number;
}

export interface Automaton {
  readonly table: Int32Array;
  /** Next shorter state with an output, by state number; -1 = none. Tries have none. */
  readonly link: Int32Array;
  /** Refs of a state: `refs[heads[state]] .. refs[heads[state + 1]]`. */
  readonly heads: Int32Array;
  readonly refs: Int32Array;
}

/** Children of a state by class; sparse while it grows, because most states have one child. */
interface Draft {
  readonly width: number;
  readonly children: (Map<number, number> | undefined)[];
  readonly outputs: (number[] | undefined)[];
}

export function buildTrie(entries: readonly Entry[], alphabet: Alphabet, from: "front" | "back"): Automaton {
  const draft = insertAll(entries, alphabet, from);
  const next = denseOf(draft);
  return finish(draft, next, new Int32Array(draft.outputs.length).fill(-1));
}

export function buildAutomaton(entries: readonly Entry[], alphabet: Alphabet): Automaton {
  const draft = insertAll(entries, alphabet, "front");
  const next = denseOf(draft);
  return finish(draft, next, closeOver(draft, next));
}

function insertAll(entries: readonly Entry[], alphabet: Alphabet, from: "front" | "back"): Draft {
  const draft: Draft = { width: alphabet.width, children: [undefined], outputs: [undefined] };
  for (const { text, ref } of entries) {
    const classes = classesOf(alphabet, text);
    if (from === "back") classes.reverse();
    let state = 0;
    for (const cls of classes) state = step(draft, state, cls);
    const refs = draft.outputs[state] ?? [];
    if (!refs.includes(ref)) refs.push(ref);
    draft.outputs[state] = refs;
  }
  return draft;
}

function step(draft: Draft, state: number, cls: number): number {
  const children = draft.children[state] ?? new Map<number, number>();
  draft.children[state] = children;
  const known = children.get(cls);
  if (known !== undefined) return known;
  const created = draft.outputs.length;
  draft.outputs.push(undefined);
  draft.children.push(undefined);
  children.set(cls, created);
  return created;
}

function denseOf({ width, children }: Draft): Int32Array {
  const next = new Int32Array(children.length * width);
  for (const [state, own] of children.entries()) {
    if (own !== undefined) for (const [cls, child] of own) next[state * width + cls] = child;
  }
  return next;
}

/** Breadth first: missing transitions are taken from the failure state, so that the scan never goes back. */
function closeOver({ width, children, outputs }: Draft, next: Int32Array): Int32Array {
  const fail = new Int32Array(outputs.length);
  const link = new Int32Array(outputs.length).fill(-1);
  const queue: number[] = [0];
  for (let head = 0; head < queue.length; head += 1) {
    const state = queue[head] ?? 0;
    const failure = (fail[state] ?? 0) * width;
    const own = children[state];
    if (state !== 0) next.copyWithin(state * width, failure, failure + width);
    for (const [cls, child] of own ?? []) {
      const over = state === 0 ? 0 : (next[failure + cls] ?? 0);
      next[state * width + cls] = child;
      fail[child] = over;
      link[child] = outputs[over] === undefined ? (link[over] ?? -1) : over;
      queue.push(child);
    }
  }
  return link;
}

/** Turns state numbers into row offsets, in place. */
function finish({ width, outputs }: Draft, next: Int32Array, link: Int32Array): Automaton {
  const heads = new Int32Array(outputs.length + 1);
  const refs: number[] = [];
  const offsets = new Int32Array(outputs.length);
  for (let state = 0; state < outputs.length; state += 1) {
    heads[state] = refs.length;
    const own = outputs[state];
    for (const ref of own ?? []) refs.push(ref);
    const speaks = own !== undefined || (link[state] ?? -1) >= 0;
    offsets[state] = speaks ? ~(state * width) : state * width;
  }
  heads[outputs.length] = refs.length;
  for (let i = 0; i < next.length; i += 1) next[i] = offsets[next[i] ?? 0] ?? 0;
  return { table: next, link, heads, refs: Int32Array.from(refs) };
}
