/** Commands for triage models, as rows of the list of commands. */
import type { Command } from "./command.ts";

export const MODEL_COMMANDS: readonly Command[] = [
  {
    name: "model list",
    summary: "Triage models: which one serves, which stand in shadow, and how many verdicts there are",
    usage: "[--json]",
    examples: ["cordon model list"],
    load: async () => ({ run: (await import("./model.ts")).list }),
  },
  {
    name: "model show",
    summary: "One model: its card, or with --json its record",
    usage: "ID [--json]",
    positionals: [1, 1],
    examples: ["cordon model show 3f9a12 --json"],
    load: async () => ({ run: (await import("./model.ts")).show }),
  },
  {
    name: "model card",
    summary: "The model card: purpose, data, figures, calibration, failures, approval",
    usage: "ID [--json]",
    positionals: [1, 1],
    examples: ["cordon model card 3f9a12 > card.md"],
    load: async () => ({ run: (await import("./model.ts")).card }),
  },
  {
    name: "model train",
    summary: "Make a triage model from the verdicts on closed incidents; it stands in shadow",
    usage: "[--json]",
    examples: ["cordon model train"],
    load: async () => ({ run: (await import("./model.ts")).train }),
  },
  {
    name: "model promote",
    summary: "Let a model serve when its gates pass",
    usage: "ID [--despite REASON] [--json]",
    options: { despite: { type: "string" } },
    positionals: [1, 1],
    examples: ["cordon model promote 3f9a12"],
    load: async () => ({ run: (await import("./model.ts")).promote }),
  },
  {
    name: "model rollback",
    summary: "Back to the model that served before, byte for byte, or to the score without one",
    usage: "[--json]",
    examples: ["cordon model rollback"],
    load: async () => ({ run: (await import("./model.ts")).rollback }),
  },
  {
    name: "rules feedback",
    summary: "What verdicts say about rules: which to tune, with a filter to review, and which deserve a higher level",
    usage: "[--json]",
    examples: ["cordon rules feedback"],
    load: () => import("./rules-feedback.ts"),
  },
];
