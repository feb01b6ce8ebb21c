/** `cordon playbook list|validate|simulate`. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { lintPlaybook } from "@cordon/engine/cases/contain/lint";
import { zPlaybookList, zSimulation } from "@cordon/model/api/actions";
import { AppError } from "@cordon/model/error";
import { sha256Of } from "@cordon/model/ids";
import { unreadable } from "../file-faults.ts";
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
    const { findings } = lintPlaybook(read(path), path, { sha256, origin: "import" });
    const valid = !findings.some((finding) => finding.level === "error");
    if (!valid) worst = EXIT.partial;
    if (context.json) context.terminal.json({ kind: "lint", path, valid, findings });
    else if (findings.length === 0) context.terminal.line(`${safeText(path)}: valid`);
    else
      for (const { level, where, text } of findings)
        context.terminal.line(safeText(`${path}: ${level}: ${where === "" ? "" : `${where}: `}${text}`));
  }
  return worst;
}

const sha256 = (text: string) => sha256Of(createHash("sha256").update(text).digest("hex"));

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw unreadable(path, cause);
  }
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
    else {
      for (const step of answer.steps) {
        context.terminal.line(
          `${step.kind} ${safeText(step.title)}${step.actuator === undefined ? "" : ` by ${step.actuator}`}`,
        );
        for (const effect of step.effects) context.terminal.line(`    would run ${safeText(effect)}`);
        for (const entity of step.affected)
          context.terminal.line(`    hits ${safeText(`${entity.kind}:${entity.value}`)}`);
        if (step.policy !== undefined)
          context.terminal.line(`    policy ${step.policy.outcome}: ${safeText(step.policy.reasons.join("; "))}`);
        if (step.problem !== undefined) context.terminal.line(`    problem ${safeText(step.problem)}`);
      }
      context.terminal.line(`ends ${answer.ends}${answer.reason === "" ? "" : `: ${safeText(answer.reason)}`}`);
    }
    return answer.ends === "failed" ? EXIT.partial : EXIT.ok;
  });
}
