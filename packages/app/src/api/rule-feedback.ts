/** What verdicts say about rules, with a filter to review where the stored events suggest one. */
import { proposalsFrom } from "@cordon/engine/cases/learn/rule-feedback";
import type { WireRuleFeedback } from "@cordon/model/api/models";
import { AppError } from "@cordon/model/error";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import type { Instance } from "../instance.ts";

const OUTCOMES_MAX = 50_000;
/** Backtests of one answer, and how long each may take: somebody waits. */
const BACKTESTS_MAX = 3;
const BACKTEST = { days: 30, seconds: 5 };

type Item = WireRuleFeedback["items"][number];

export async function ruleFeedback(instance: Instance): Promise<WireRuleFeedback> {
  const proposals = proposalsFrom(await instance.outcomes.list(OUTCOMES_MAX));
  const items: Item[] = [];
  let tried = 0;
  for (const { verdicts, ...proposal } of proposals) {
    const item = { ...proposal, verdicts: { ...verdicts } };
    if (proposal.kind === "raise" || tried === BACKTESTS_MAX) items.push(item);
    else {
      tried += 1;
      items.push({ ...item, ...(await tested(instance, proposal.rule)) });
    }
  }
  return { items };
}

async function tested(instance: Instance, id: string): Promise<Pick<Item, "filter" | "backtest">> {
  try {
    const { filter, verdict, covered } = await instance.study.backtest({ id, ...BACKTEST }, NEVER_STOP);
    const backtest = `${verdict} (${covered.events} stored events${covered.complete ? "" : ", not all"})`;
    return { backtest, ...(filter === undefined ? {} : { filter: filter.text }) };
  } catch (error) {
    // Indicators and rules that are gone cannot be tested; the counts stand all the same.
    if (error instanceof AppError) return { backtest: `not tested: ${error.message}` };
    throw error;
  }
}
