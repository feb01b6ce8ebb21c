/** `cordon playbook list|validate|simulate`. */
import { readFileSync } from "node:fs";
import { lintPlaybook } from "@cordon/engine/cases/contain/playbook";
import { zPlaybookList, zSimulation } from "@cordon/model/api/actions";
import { AppError, messageOf } from "@cordon/model/error";
import { withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText, table } from "./terminal.ts";

export function list(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const { items } = zPlaybookList.parse(await client.call("listPlaybooks"));
    if (context.json) for (const item of items) context.terminal.json({ kind: "playbook", ...item });
    else
      table(context.terminal, items, [
        { head: "NAME", value: (row) => row.name },
        { head: "STATE", value: (row) => (row.runnable ? "runnable" : "not runnable") },
        { head: "STEPS", value: (row) => String(row.steps.length), right: true },
        { head: "VARIABLES", value: (row) => row.variables.map((variable) => variable.name).join(" ") },
        { head: "WHAT", value: (row) => row.description, max: 90 },
      ]);
    return EXIT.ok;
  });
}

/** Needs no data folder: it checks files. */
export async function validate(context: CommandContext): Promise<number> {
  let worst: number = EXIT.ok;
  for (const path of context.words) {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch (cause) {
      throw new AppError("usage", `${path}: ${messageOf(cause)}`);
    }
    const lint = lintPlaybook(text, path);
    if (lint.problems.some((problem) => problem.level === "error")) worst = EXIT.partial;
    if (context.json) context.terminal.json({ kind: "lint", path, problems: lint.problems });
    else if (lint.problems.length === 0) context.terminal.line(`${safeText(path)}: valid`);
    else
      for (const problem of lint.problems)
        context.terminal.line(safeText(`${path}: ${problem.level}: ${problem.where}: ${problem.message}`));
  }
  return worst;
}

export function simulate(context: CommandContext): Promise<number> {
  const variables = Object.fromEntries(
    context.texts("var").map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new AppError("usage", `--var "${pair}" must be NAME=VALUE`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
  return withClient(context, async (client) => {
    const answer = zSimulation.parse(
      await client.call("simulatePlaybook", { params: { id: context.words[0] ?? "" }, body: { variables } }),
    );
    if (context.json) context.terminal.json({ kind: "simulation", ...answer });
    else
      for (const step of answer.steps) {
        context.terminal.line(`${safeText(step.name)}: ${safeText(step.outcome)}`);
        for (const effect of step.plan?.effects ?? []) context.terminal.line(`    would run ${safeText(effect)}`);
        if (step.policy !== undefined)
          context.terminal.line(`    policy ${step.policy.outcome}: ${safeText(step.policy.reasons.join("; "))}`);
      }
    return EXIT.ok;
  });
}
