/** Interval of a share after Wilson: sensible also for few rows and for shares of 0 and 1. */
export interface Rate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly of: number;
}

const Z = 1.959964;

export function wilson(hits: number, of: number): Rate {
  if (of === 0) return { value: Number.NaN, low: 0, high: 1, of };
  const share = hits / of;
  const middle = (share + (Z * Z) / (2 * of)) / (1 + (Z * Z) / of);
  const half = (Z / (1 + (Z * Z) / of)) * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  return { value: share, low: Math.max(0, middle - half), high: Math.min(1, middle + half), of };
}
