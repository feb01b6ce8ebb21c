/** A 32-bit hash over code units, quick and not secret: it says which keys are nobody's; the keyed digest says the rest. */

const FIRST = 0x9e3779b1;
const SECOND = 0x85ebca6b;

export const begin = (seed: number, kind: number): number => addUnit(Math.imul(seed ^ FIRST, SECOND), kind);

export const addUnit = (hash: number, unit: number): number => Math.imul(((hash << 5) | (hash >>> 27)) ^ unit, FIRST);

export function addText(hash: number, text: string, start: number, end: number): number {
  let state = hash;
  for (let i = start; i < end; i += 1) state = Math.imul(((state << 5) | (state >>> 27)) ^ text.charCodeAt(i), FIRST);
  return state;
}

/** From the end to the start, so that one way over a name passes the hashes of all its parents. */
export function addTextBackwards(hash: number, text: string, start: number, end: number): number {
  let state = hash;
  for (let i = end - 1; i >= start; i -= 1)
    state = Math.imul(((state << 5) | (state >>> 27)) ^ text.charCodeAt(i), FIRST);
  return state;
}

/** Spreads the last units over all bits. */
export function mixed(value: number): number {
  let x = value ^ (value >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
