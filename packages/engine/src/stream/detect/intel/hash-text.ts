/** Two 32-bit hashes over code units in one pass; quick, not secret: what collides is told apart by the stored text. */

const FIRST = 0x9e3779b1;
const SECOND = 0x85ebca6b;

/** The state of a running hash; one object is used again and again, so that look-ups allocate nothing. */
export interface Running {
  a: number;
  b: number;
}

export function begin(state: Running, seed: number): void {
  state.a = Math.imul(seed ^ FIRST, SECOND);
  state.b = Math.imul(seed ^ SECOND, FIRST);
}

export function addUnit(state: Running, unit: number): void {
  state.a = Math.imul(((state.a << 5) | (state.a >>> 27)) ^ unit, FIRST);
  state.b = Math.imul(((state.b << 7) | (state.b >>> 25)) ^ unit, SECOND);
}

export function addText(state: Running, text: string, start: number, end: number): void {
  let { a, b } = state;
  for (let i = start; i < end; i += 1) {
    const unit = text.charCodeAt(i);
    a = Math.imul(((a << 5) | (a >>> 27)) ^ unit, FIRST);
    b = Math.imul(((b << 7) | (b >>> 25)) ^ unit, SECOND);
  }
  state.a = a;
  state.b = b;
}

/** Spreads the last units over all bits. */
export function mixed(value: number): number {
  let x = value ^ (value >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
