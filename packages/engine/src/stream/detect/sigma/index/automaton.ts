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

interface Draft {
  readonly width: number;
  readonly next: number[];
  readonly outputs: (number[] | undefined)[];
}

export function buildTrie(entries: readonly Entry[], alphabet: Alphabet, from: "front" | "back"): Automaton {
  const draft = insertAll(entries, alphabet, from);
  return finish(draft, new Int32Array(draft.outputs.length).fill(-1));
}

export function buildAutomaton(entries: readonly Entry[], alphabet: Alphabet): Automaton {
  const draft = insertAll(entries, alphabet, "front");
  return finish(draft, closeOver(draft));
}

function insertAll(entries: readonly Entry[], alphabet: Alphabet, from: "front" | "back"): Draft {
  const { width } = alphabet;
  const draft: Draft = { width, next: new Array<number>(width).fill(0), outputs: [undefined] };
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
  const at = state * draft.width + cls;
  const known = draft.next[at] ?? 0;
  if (known !== 0) return known;
  const created = draft.outputs.length;
  draft.outputs.push(undefined);
  for (let i = 0; i < draft.width; i += 1) draft.next.push(0);
  draft.next[at] = created;
  return created;
}

/** Breadth first: missing transitions are taken from the failure state, so that the scan never goes back. */
function closeOver({ width, next, outputs }: Draft): Int32Array {
  const fail = new Int32Array(outputs.length);
  const link = new Int32Array(outputs.length).fill(-1);
  const queue: number[] = [0];
  for (let head = 0; head < queue.length; head += 1) {
    const state = queue[head] ?? 0;
    const failure = fail[state] ?? 0;
    for (let cls = 0; cls < width; cls += 1) {
      const at = state * width + cls;
      const child = next[at] ?? 0;
      const over = state === 0 ? 0 : (next[failure * width + cls] ?? 0);
      if (child === 0) next[at] = over;
      else {
        fail[child] = over;
        link[child] = outputs[over] === undefined ? (link[over] ?? -1) : over;
        queue.push(child);
      }
    }
  }
  return link;
}

function finish({ width, next, outputs }: Draft, link: Int32Array): Automaton {
  const heads = new Int32Array(outputs.length + 1);
  const refs: number[] = [];
  for (const [state, own] of outputs.entries()) {
    heads[state] = refs.length;
    for (const ref of own ?? []) refs.push(ref);
  }
  heads[outputs.length] = refs.length;
  const table = Int32Array.from(next, (state) => {
    const speaks = outputs[state] !== undefined || (link[state] ?? -1) >= 0;
    return speaks ? ~(state * width) : state * width;
  });
  return { table, link, heads, refs: Int32Array.from(refs) };
}
