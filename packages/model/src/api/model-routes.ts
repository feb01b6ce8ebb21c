/** Rows of the table of the API that are about triage models. */
import * as health from "./model-health.ts";
import * as models from "./models.ts";

export const MODEL_ROUTES = {
  listModels: {
    method: "GET",
    path: "/models",
    summary: "Triage models: which one serves, shadows, and the verdicts there are",
    role: "viewer",
    answer: models.zModelList,
  },
  modelCard: {
    method: "GET",
    path: "/models/{id}/card",
    summary: "Model card: purpose, data, figures, failures, approval",
    role: "viewer",
    answer: models.zModelCard,
  },
  evaluateMine: {
    method: "GET",
    path: "/models/mine",
    summary: "How well the own older verdicts predict the newer ones",
    role: "analyst",
    answer: models.zMine,
  },
  modelHealth: {
    method: "GET",
    path: "/models/health",
    summary: "Drift of the model's inputs, data quality, estimated and true performance",
    role: "viewer",
    answer: health.zModelHealth,
  },
  modelBias: {
    method: "GET",
    path: "/models/bias",
    summary: "Error, alert and closing rates by group, with flags and a report in plain language",
    role: "analyst",
    answer: health.zModelBias,
  },
  trainModel: {
    method: "POST",
    path: "/models/train",
    summary: "Make a new model from the verdicts; it stands in shadow",
    role: "approver",
    answer: models.zModelRecord,
  },
  promoteModel: {
    method: "POST",
    path: "/models/{id}/promote",
    summary: "Let a model serve, when its gates pass",
    role: "admin",
    body: models.zPromoteRequest,
    answer: models.zPromoted,
  },
  rollbackModel: {
    method: "POST",
    path: "/models/rollback",
    summary: "Back to the model that served before, or to the score without one",
    role: "approver",
    answer: models.zPromoted,
  },
  ruleFeedback: {
    method: "GET",
    path: "/rules/feedback",
    summary: "What verdicts say about rules, for review: which to tune, which deserve a higher level",
    role: "analyst",
    answer: models.zRuleFeedback,
  },
} as const;
