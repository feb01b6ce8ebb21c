/** Handlers of what was learnt: health, groups, proposals, second reviews, series. */
import { ROUTES } from "@cordon/model/api/routes";
import { AppError } from "@cordon/model/error";
import type { Caller } from "./auth.ts";
import { biasPage } from "./bias-page.ts";
import type { Call, Handler } from "./call.ts";
import { healthPage } from "./health-page.ts";
import { seriesOf } from "./series.ts";

type Name =
  | "modelHealth"
  | "modelBias"
  | "modelHealthReport"
  | "modelBiasReport"
  | "answerFlag"
  | "answerProposal"
  | "listReviews"
  | "giveReview"
  | "waiveReview"
  | "metrics";

export const LEARNING_HANDLERS: Readonly<Record<Name, Handler>> = {
  modelHealth: ({ instance }) => instance.learning.health(),
  modelBias: ({ instance }) => instance.learning.bias(),
  modelHealthReport: async ({ instance }) => healthPage(await instance.learning.health(), await instance.models.list()),
  async modelBiasReport({ instance, query }) {
    const { format } = ROUTES.modelBiasReport.query.parse(query);
    const bias = await instance.learning.bias();
    return format === "markdown" ? bias.markdown : biasPage(bias, instance.config.learning.owner);
  },
  answerFlag: (call) => call.instance.learning.answerFlag(nameOf(call), ROUTES.answerFlag.body.parse(call.body)),
  async answerProposal(call) {
    const { instance, params, body } = call;
    const answer = ROUTES.answerProposal.body.parse(body);
    await instance.learning.answerProposal(nameOf(call), { ...answer, proposal: params.id ?? "" }, (by) =>
      instance.models.train(by),
    );
    return instance.learning.health();
  },
  listReviews: (call) => call.instance.learning.reviews(nameOf(call)),
  giveReview: (call) =>
    call.instance.learning.review(nameOf(call), {
      ...ROUTES.giveReview.body.parse(call.body),
      incident: call.params.id ?? "",
    }),
  async waiveReview(call) {
    await call.instance.learning.waive(nameOf(call), call.params.id ?? "");
    return { ok: true };
  },
  metrics: ({ instance }) => seriesOf(instance),
};

function nameOf({ caller }: Call): Caller["name"] {
  if (caller === undefined) throw new AppError("not-signed-in", "this route needs a caller");
  return caller.name;
}
