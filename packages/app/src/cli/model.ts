/** `cordon model list|show|train|promote|rollback|card`. */
import { zModelCard, zModelList, zModelRecord, zPromoted } from "@cordon/model/api/models";
import { isJsonObject } from "@cordon/model/json";
import { instant, isoTime } from "@cordon/model/time";
import { withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText, table } from "./terminal.ts";

export function list(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const { items, serving, why, verdicts } = zModelList.parse(await client.call("listModels"));
    const { terminal } = context;
    if (context.json) {
      for (const item of items) terminal.json({ kind: "model", ...item });
      terminal.json({ kind: "summary", ...(serving === undefined ? {} : { serving }), why, verdicts });
      return EXIT.ok;
    }
    table(terminal, items, [
      { head: "STATUS", value: (row) => row.status },
      { head: "MODEL", value: (row) => row.id.slice(0, 12) },
      { head: "MADE", value: (row) => isoTime(instant(row.createdAt)).slice(0, 16) },
      { head: "VERDICTS", value: (row) => String(row.verdicts), right: true },
      { head: "AP", value: (row) => figureOf(row.facts, "ap"), right: true },
      { head: "WITHOUT", value: (row) => figureOf(row.facts, "apWithoutModel"), right: true },
      { head: "APPROVED BY", value: (row) => row.approvedBy ?? "", max: 30 },
    ]);
    const back = Object.entries({ ...verdicts.heldBack, ...verdicts.skipped }).map(([reason, n]) => `${n} ${reason}`);
    terminal.note(`${why}. ${verdicts.usable} of ${verdicts.needed} verdicts may be learnt from`);
    for (const line of back) terminal.note(`not learnt from: ${line}`);
    return EXIT.ok;
  });
}

function figureOf(facts: Readonly<Record<string, unknown>>, name: string): string {
  const metrics = isJsonObject(facts.figures) ? facts.figures.metrics : undefined;
  const figure = isJsonObject(metrics) ? metrics[name] : undefined;
  const value = isJsonObject(figure) ? figure.value : undefined;
  return typeof value === "number" ? value.toFixed(3) : "-";
}

export function train(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const made = zModelRecord.parse(await client.call("trainModel"));
    if (context.json) context.terminal.json({ kind: "model", ...made });
    else {
      context.terminal.line(
        `model ${made.id.slice(0, 12)} learnt from ${made.verdicts} verdicts and stands in ${made.status}`,
      );
      context.terminal.note(
        `next: cordon model card ${made.id.slice(0, 12)}, then cordon model promote ${made.id.slice(0, 12)}`,
      );
    }
    return EXIT.ok;
  });
}

export function promote(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const despite = context.text("despite");
    const body = despite === undefined ? {} : { despite };
    return printChange(context, await client.call("promoteModel", { params: { id: context.words[0] ?? "" }, body }));
  });
}

export function rollback(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => printChange(context, await client.call("rollbackModel")));
}

function printChange({ json, terminal }: CommandContext, answer: unknown): number {
  const { said, gates, model } = zPromoted.parse(answer);
  if (json) terminal.json({ kind: "change", said, gates, ...(model === undefined ? {} : { model: model.id }) });
  else {
    for (const gate of gates) terminal.line(safeText(`${gate.passed ? "ok  " : "NO  "} ${gate.gate}: ${gate.said}`));
    terminal.line(safeText(said));
  }
  return EXIT.ok;
}

export function show(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const wanted = context.words[0] ?? "";
    const { items } = zModelList.parse(await client.call("listModels"));
    const found = items.find(({ id }) => id.startsWith(wanted));
    // The card's route knows how to refuse an id that nobody has.
    if (found === undefined || !context.json) return card(context);
    context.terminal.json({ kind: "model", ...found });
    return EXIT.ok;
  });
}

export function card(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const answer = zModelCard.parse(await client.call("modelCard", { params: { id: context.words[0] ?? "" } }));
    if (context.json) context.terminal.json({ kind: "card", ...answer });
    else context.terminal.line(answer.markdown.split("\n").map(safeText).join("\n"));
    return EXIT.ok;
  });
}
