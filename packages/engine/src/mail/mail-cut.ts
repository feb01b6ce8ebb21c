/**
 * From which probability on a mail is called bad. Enters: probabilities of wanted mails that the model had not learnt from,
 * each with its kind. Leaves: the lowest cut that keeps the budget.
 * MU1. A kind is judged by itself: a mean over all hides the newsletters that suffer.
 */
export interface Budget {
  /** Share of all wanted mails that may be called bad. */
  readonly all: number;
  /** Share of the wanted mails of any one kind that has at least `kindMin`. */
  readonly eachKind: number;
  readonly kindMin: number;
  readonly lowest: number;
  readonly highest: number;
}

const STEPS = 100;

export function chooseCut(wanted: readonly { readonly kind: string; readonly p: number }[], budget: Budget): number {
  const kinds = [...Map.groupBy(wanted, ({ kind }) => kind).values()].filter(({ length }) => length >= budget.kindMin);
  const over = (rows: readonly { readonly p: number }[], cut: number): number =>
    rows.filter(({ p }) => p >= cut).length / Math.max(1, rows.length);
  const keeps = (cut: number): boolean =>
    over(wanted, cut) <= budget.all && kinds.every((rows) => over(rows, cut) <= budget.eachKind);
  for (let step = Math.round(budget.lowest * STEPS); step < Math.round(budget.highest * STEPS); step += 1)
    if (keeps(step / STEPS)) return step / STEPS;
  return budget.highest;
}
