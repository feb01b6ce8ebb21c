/** Counts of values, most frequent first, with a bound on how many different ones are kept. */
import type { Json } from "@cordon/model/json";

export interface Tally {
  readonly add: (value: string) => void;
  readonly top: (count: number) => { value: string; hits: number }[];
  readonly distinct: () => number;
  /** True when values came that are not kept. */
  readonly more: () => boolean;
}

/** A field with more values than this has no noisy one among the late ones. */
const DISTINCT_MAX = 5_000;
export const VALUE_LENGTH_MAX = 512;

export function makeTally(): Tally {
  const counts = new Map<string, number>();
  let more = false;
  return {
    add(value) {
      const known = counts.get(value);
      if (known === undefined && counts.size >= DISTINCT_MAX) more = true;
      else counts.set(value, (known ?? 0) + 1);
    },
    top: (count) =>
      [...counts]
        .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
        .slice(0, count)
        .map(([value, hits]) => ({ value, hits })),
    distinct: () => counts.size,
    more: () => more,
  };
}

export const textOfValue = (value: Json): string =>
  (typeof value === "string" ? value : JSON.stringify(value)).slice(0, VALUE_LENGTH_MAX);
