/**
 * Aho-Corasick over sparse tables: the slow search, for literals and texts made to keep the fast one comparing.
 * A1. Time is linear in the text, whatever the literals: every state speaks once per text.
 */
import { FOLDED } from "./fold-table.ts";
import { type Entry, type Hits, report } from "./hits.ts";

export interface Automaton {
  /** `state * 65536 + unit` -> next state. */
  readonly next: ReadonlyMap<number, number>;
  readonly fail: Int32Array;
  /** Next shorter state with an output; -1 = none. */
  readonly link: Int32Array;
  readonly outputs: readonly (readonly number[] | undefined)[];
}

const UNITS = 65_536;

export function buildAutomaton(entries: readonly Entry[]): Automaton {
  const next = new Map<number, number>();
  const outputs: (number[] | undefined)[] = [undefined];
  const order: (readonly [number, number, number])[] = [];
  for (const { text, ref } of entries) {
    let state = 0;
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      let child = next.get(state * UNITS + unit);
      if (child === undefined) {
        child = outputs.push(undefined) - 1;
        next.set(state * UNITS + unit, child);
        order.push([i, state, unit]);
      }
      state = child;
    }
    const own = outputs[state];
    if (own === undefined) outputs[state] = [ref];
    else if (!own.includes(ref)) own.push(ref);
  }
  order.sort((a, b) => a[0] - b[0]);
  return { next, outputs, ...linksOf(next, outputs, order) };
}

/** By depth: a state's failure state is shallower, so it is known. */
function linksOf(
  next: ReadonlyMap<number, number>,
  outputs: readonly (readonly number[] | undefined)[],
  order: readonly (readonly [number, number, number])[],
): Pick<Automaton, "fail" | "link"> {
  const fail = new Int32Array(outputs.length);
  const link = new Int32Array(outputs.length).fill(-1);
  for (const [depth, state, unit] of order) {
    const child = next.get(state * UNITS + unit) ?? 0;
    const over = depth === 0 ? 0 : step({ next, fail }, fail[state] ?? 0, unit);
    fail[child] = over;
    link[child] = outputs[over] === undefined ? (link[over] ?? -1) : over;
  }
  return { fail, link };
}

function step({ next, fail }: Pick<Automaton, "next" | "fail">, from: number, unit: number): number {
  let state = from;
  for (;;) {
    const child = next.get(state * UNITS + unit);
    if (child !== undefined) return child;
    if (state === 0) return 0;
    state = fail[state] ?? 0;
  }
}

/** Returns all units of the text, or-ed together. */
export function searchAll(automaton: Automaton, text: string, hits: Hits): number {
  const { outputs, link } = automaton;
  const spoken = new Uint8Array(outputs.length);
  let state = 0;
  let all = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    all |= unit;
    state = step(automaton, state, FOLDED[unit] ?? 0);
    // A state that has spoken has made all shorter ones speak.
    for (let at = state; at >= 0 && spoken[at] === 0; at = link[at] ?? -1) {
      spoken[at] = 1;
      for (const ref of outputs[at] ?? []) report(hits, ref);
    }
  }
  return all;
}
