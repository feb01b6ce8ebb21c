/**
 * ECOD: how far in the tails of each feature alone a row lies.
 * Enters: points of a space. Leaves: sum over features of -log of the tail; the addends are the explanation.
 *
 * AC1. Tails come from bounded digests: rows beyond anything seen get the share of one row in n + 1, never 0.
 * AC2. The side is the feature's own: the upper tail where the feature leans right, the lower where left; and the score is the
 *      greatest of that sum, the sum of lower and the sum of upper tails. The addends are those of the greatest.
 */
import { type Digest, type DigestSnapshot, makeDigest } from "./digest.ts";

export interface Ecod {
  learn(point: ArrayLike<number>): void;
  score(point: ArrayLike<number>): number;
  explain(point: ArrayLike<number>): Float64Array;
  snapshot(): EcodSnapshot;
}

export interface EcodSnapshot {
  readonly digests: readonly DigestSnapshot[];
  readonly cubes: readonly number[];
}

export function makeEcod(dims: number, from?: EcodSnapshot): Ecod {
  const digests = Array.from({ length: dims }, (_, dim) => makeDigest(from?.digests[dim]));
  // Sum of cubes: spaces are centred at the median, so its sign is the side to which a feature leans.
  const cubes = Float64Array.from(from?.cubes ?? new Float64Array(dims));
  const explain = (point: ArrayLike<number>): Float64Array => {
    const lower = Float64Array.from(digests, (digest, dim) => tail(digest, point[dim] ?? 0, "lower"));
    const upper = Float64Array.from(digests, (digest, dim) => tail(digest, point[dim] ?? 0, "upper"));
    const leaning = cubes.map((cube, dim) => (cube < 0 ? lower[dim] : upper[dim]) ?? 0);
    return [lower, upper].reduce((best, one) => (sumOf(one) > sumOf(best) ? one : best), leaning);
  };
  return {
    learn: (point) => {
      digests.forEach((digest, dim) => {
        const value = point[dim] ?? 0;
        digest.add(value);
        cubes[dim] = (cubes[dim] ?? 0) + value ** 3;
      });
    },
    explain,
    score: (point) => sumOf(explain(point)),
    snapshot: () => ({ digests: digests.map((digest) => digest.snapshot()), cubes: [...cubes] }),
  };
}

const sumOf = (parts: Float64Array): number => parts.reduce((sum, part) => sum + part, 0);

function tail(digest: Digest, value: number, side: "lower" | "upper"): number {
  const n = digest.weight;
  if (n === 0) return 0;
  const below = digest.below(value);
  const share = side === "lower" ? below : 1 - digest.below(justBelow(value));
  return -Math.log(Math.max(share, 1 / (n + 1)));
}

/** Values equal to this one belong to the upper tail too. */
const justBelow = (value: number): number => value - Math.max(1e-12, Math.abs(value) * 1e-12);
