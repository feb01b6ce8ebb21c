/** Do reviewers agree? Cohen's kappa of pairs of verdicts on the same case: 1 = always, 0 = as chance would, NaN for no pairs. */
export function cohensKappa(pairs: readonly (readonly [first: string, second: string])[]): number {
  const names = [...new Set(pairs.flat())];
  const share = (of: (pair: readonly [string, string]) => boolean): number => pairs.filter(of).length / pairs.length;
  const agreed = share(([first, second]) => first === second);
  const chance = names.reduce(
    (sum, name) => sum + share(([first]) => first === name) * share(([, second]) => second === name),
    0,
  );
  if (pairs.length === 0) return Number.NaN;
  return chance === 1 ? 1 : (agreed - chance) / (1 - chance);
}
