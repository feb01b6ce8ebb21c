/** Seeded chance for learning: the simulator's generator, with the draws that sampling needs. Not for secrets. */
import { makeChance } from "../simulate/chance.ts";

export interface Random {
  /** [0, 1) */
  next(): number;
  /** Whole number in [0, bound). */
  below(bound: number): number;
  /** Standard normal. */
  normal(): number;
  /** In place (Fisher-Yates). */
  shuffle<T extends Int32Array | unknown[]>(items: T): T;
  /** `count` different whole numbers in [0, bound), ascending. */
  sample(bound: number, count: number): Int32Array;
}

export function makeRandom(seed: number): Random {
  const chance = makeChance(seed);
  const { next } = chance;
  const below = (bound: number): number => chance.between(0, bound - 1);
  return {
    next,
    below,
    // Box-Muller, one of its two values: no state but the generator's own.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle: (items) => {
      for (let at = items.length - 1; at > 0; at -= 1) {
        const other = below(at + 1);
        const kept = items[at];
        items[at] = items[other];
        items[other] = kept;
      }
      return items;
    },
    // Knuth's selection sampling: one pass, ascending, each subset equally likely.
    sample: (bound, count) => {
      const chosen = new Int32Array(Math.min(bound, count));
      for (let at = 0, taken = 0; taken < chosen.length; at += 1) {
        if ((bound - at) * next() >= chosen.length - taken) continue;
        chosen[taken] = at;
        taken += 1;
      }
      return chosen;
    },
  };
}

export const rowNumbers = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, at) => at);
