/**
 * Adaptive conformal level, moved by audited closures only: alpha <- alpha + gamma (target - wrong).
 *
 * LA1. The level never passes the owner's target: caution is learnt, daring is not.
 * LA2. At or below 0 closing stops; only later audits that find nothing wrong bring it back.
 */

export interface AdaptiveLevel {
  readonly target: number;
  readonly level: number;
}

const GAMMA = 0.005;

export const startLevel = (target: number): AdaptiveLevel => ({ target, level: target });

/** One audited would-be closure. `wrong`: the human found it malicious. */
export function adaptLevel({ target, level }: AdaptiveLevel, wrong: boolean): AdaptiveLevel {
  return { target, level: Math.min(target, level + GAMMA * (target - (wrong ? 1 : 0))) };
}

export const hasStopped = ({ level }: AdaptiveLevel): boolean => level <= 0;
