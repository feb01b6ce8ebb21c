/** What operators ask about rules beyond the list: a backtest, and a rule that is not loaded yet. */
import { ROUTES } from "@cordon/model/api/routes";
import { AppError } from "@cordon/model/error";
import { eventId } from "@cordon/model/ids";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import type { Instance } from "../instance.ts";

/** Ends by its own bounds of events and time. */
export const backtestRule = (instance: Instance, body: unknown): Promise<unknown> =>
  instance.study.backtest(ROUTES.backtestRule.body.parse(body), NEVER_STOP);

export async function tryRule(instance: Instance, body: unknown): Promise<unknown> {
  const { event: id, text } = ROUTES.tryRule.body.parse(body);
  const [event] = await instance.events.get([eventId(id)]);
  if (event === undefined) throw new AppError("not-found", `no event ${id}`, { fix: "cordon search" });
  return instance.study.tryRule(text, event);
}
