/**
 * A paired comparison that may be looked at after every verdict: wealth of a bet that the challenger loses less.
 * Enters: differences champion loss - challenger loss, each in [-1, 1], in order. Leaves: the highest wealth so far.
 *
 * BE1. If the challenger is not better, the wealth passes 1 / a with a chance of at most a, whenever one looks (Ville).
 * BE2. What is staked on a verdict depends on earlier verdicts only.
 */

/** Never all at once: with a difference of -1 half of the wealth is left. */
const STAKE_MAX = 0.5;

export interface Bet {
  readonly wealth: number;
  readonly highest: number;
  readonly verdicts: number;
}

export function betOn(differences: Iterable<number>): Bet {
  let [wealth, highest, verdicts] = [1, 1, 0];
  let [sum, squares] = [0, 0];
  for (const given of differences) {
    const difference = Math.max(-1, Math.min(1, given));
    // One imagined verdict with no difference: the first stake is nothing.
    const mean = sum / (verdicts + 1);
    const variance = (squares + 0.25) / (verdicts + 1);
    const stake = Math.max(0, Math.min(STAKE_MAX, mean / (variance + mean * mean)));
    wealth *= 1 + stake * difference;
    highest = Math.max(highest, wealth);
    sum += difference;
    squares += difference * difference;
    verdicts += 1;
  }
  return { wealth, highest, verdicts };
}
