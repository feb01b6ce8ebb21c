/**
 * Remembers record ids for a while, so that a record sent twice counts once.
 * In: 16-byte ids as they become durable. Out: whether an id is known.
 *
 * S1. An id is known for at least `windowMs` after it was added, unless more than `max` ids came in that time: then the
 *     oldest are forgotten early, and `forgottenEarly` counts them.
 * S2. Memory is bounded by `max`: 16 bytes per id at a load of at most 3/4.
 *
 * Ids lie in generations that are dropped whole: no deletion inside a table, no scan of old ids.
 */
import { hash } from "node:crypto";

export const ID_BYTES = 16;
/** Each generation covers a quarter of the window, one more is being filled: dropped ids are 1 to 1.25 windows old. */
const GENERATIONS = 4;
const SLOTS_AT_FIRST = 1024;
const HEX_ID = /^[0-9a-f]{32}$/;

/** Record ids are 32 hex digits; whatever else a source may have made is hashed to the same size. */
export function idBytes(id: string): Buffer {
  return HEX_ID.test(id) ? Buffer.from(id, "hex") : hash("sha256", id, "buffer").subarray(0, ID_BYTES);
}

interface Generation {
  readonly startedAt: number;
  readonly ids: IdSet;
  lastAt: number;
  /** Highest spool seq whose ids lie here: rows up to it may be deleted when the generation goes. */
  lastSeq: number;
}

export interface SeenIds {
  has(id: Buffer): boolean;
  add(id: Buffer, at: number, seq: number): void;
  /** Drops what is out of the window; returns the seq up to which all ids are forgotten, 0 when none were. */
  forget(now: number): number;
  readonly size: number;
  readonly forgottenEarly: number;
}

export function makeSeenIds(windowMs: number, max: number): SeenIds {
  const generations: Generation[] = [];
  const perGeneration = Math.max(1, Math.floor(max / GENERATIONS));
  let forgottenEarly = 0;

  const current = (at: number, seq: number): Generation => {
    const last = generations[generations.length - 1];
    const fits = last !== undefined && at - last.startedAt < windowMs / GENERATIONS && last.ids.size < perGeneration;
    // A batch's ids stay together: a row may go only when all of its ids may go.
    if (last !== undefined && (fits || last.lastSeq === seq)) return last;
    const fresh = { startedAt: at, ids: makeIdSet(), lastAt: at, lastSeq: seq };
    generations.push(fresh);
    return fresh;
  };

  return {
    has: (id) => generations.some((generation) => generation.ids.has(id)),
    add(id, at, seq) {
      const generation = current(at, seq);
      generation.ids.add(id);
      generation.lastAt = at;
      generation.lastSeq = seq;
    },
    forget(now) {
      let upTo = 0;
      for (let oldest = generations[0]; oldest !== undefined; oldest = generations[0]) {
        const total = generations.reduce((sum, generation) => sum + generation.ids.size, 0);
        const old = oldest.lastAt < now - windowMs;
        if (!old && (total <= max || generations.length === 1)) break;
        generations.shift();
        upTo = oldest.lastSeq;
        if (!old) forgottenEarly += oldest.ids.size;
      }
      return upTo;
    },
    get size() {
      return generations.reduce((sum, generation) => sum + generation.ids.size, 0);
    },
    get forgottenEarly() {
      return forgottenEarly;
    },
  };
}

interface IdSet {
  has(id: Buffer): boolean;
  add(id: Buffer): void;
  readonly size: number;
}

/** Open addressing over flat words: a JS Set of strings would take about ten times the memory. All-zero marks a free slot. */
function makeIdSet(): IdSet {
  let words = new Uint32Array(SLOTS_AT_FIRST * 4);
  let size = 0;
  let hasZero = false;

  const slotOf = (table: Uint32Array, [a, b, c, d]: Words): number => {
    const slots = table.length / 4;
    let slot = (a ^ (b >>> 3)) & (slots - 1);
    for (;;) {
      const at = slot * 4;
      const free = table[at] === 0 && table[at + 1] === 0 && table[at + 2] === 0 && table[at + 3] === 0;
      const same = table[at] === a && table[at + 1] === b && table[at + 2] === c && table[at + 3] === d;
      if (free || same) return at;
      slot = (slot + 1) & (slots - 1);
    }
  };
  const grow = (): void => {
    const larger = new Uint32Array(words.length * 2);
    for (let at = 0; at < words.length; at += 4) {
      const id: Words = [words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0];
      if (!isZero(id)) larger.set(id, slotOf(larger, id));
    }
    words = larger;
  };

  return {
    has(bytes) {
      const id = wordsOf(bytes);
      if (isZero(id)) return hasZero;
      const at = slotOf(words, id);
      return !isZero([words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0]);
    },
    add(bytes) {
      const id = wordsOf(bytes);
      if (isZero(id)) {
        size += hasZero ? 0 : 1;
        hasZero = true;
        return;
      }
      if ((size + 1) * 4 > (words.length / 4) * 3) grow();
      const at = slotOf(words, id);
      if (words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0 && words[at + 3] === 0) size += 1;
      words.set(id, at);
    },
    get size() {
      return size;
    },
  };
}

type Words = readonly [number, number, number, number];
const wordsOf = (id: Buffer): Words => [
  id.readUInt32LE(0),
  id.readUInt32LE(4),
  id.readUInt32LE(8),
  id.readUInt32LE(12),
];
const isZero = ([a, b, c, d]: Words): boolean => (a | b | c | d) === 0;
