/** `cordon rules explain`: why a rule matches an event, or what would have to be different. With files it needs no server. */
import { zEventDetail } from "@cordon/model/api/events";
import { zExplanation } from "@cordon/model/api/explanation";
import { AppError } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import type { CorrelatedFile, ExplainedFile } from "../wiring/rule-check-explain.ts";
import { configOf, withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { explanationLines } from "./rules-explain-text.ts";
import { safeText } from "./terminal.ts";

export async function explain(context: CommandContext): Promise<number> {
  const [rule = "", wanted = ""] = context.words;
  const { eventOfFile, explainOffline, isFile } = await import("../wiring/rule-check-explain.ts");
  const record = context.number("record");
  if (isFile(wanted)) {
    const config = configOf(context);
    const { event, all, problems } = await eventOfFile(config, wanted, record);
    for (const problem of problems) context.terminal.note(problem);
    // A file that is not what its name says is read as text: that explains most rules that "never see" it.
    for (const remark of event.provenance.remarks ?? [])
      context.terminal.note(`record ${event.provenance.position}: ${remark}`);
    if (record === undefined && all.length > 1)
      context.terminal.note(
        `${all.length} events in ${wanted}: this is record ${event.provenance.position}; --record N for another`,
      );
    const found = explainOffline(config, rule, { event, ...(record === undefined ? { all } : {}) });
    const code = show(context, event, found);
    for (const one of found.correlated) showCorrelated(context, one);
    return code;
  }
  if (/[\\/]|\.(?:json|ndjson|jsonl|evtx|csv|log|txt|gz)$/i.test(wanted))
    throw new AppError("usage", `${wanted}: no such event file`);
  return withClient(context, async (client) => {
    const { event } = zEventDetail.parse(await client.call("getEvent", { params: { id: wanted } }));
    if (isFile(rule))
      return show(
        context,
        event as unknown as Event,
        explainOffline(client.config, rule, { event: event as unknown as Event }),
      );
    const answer = zExplanation.parse(
      await client.call("explainRule", { params: { id: rule }, query: { event: wanted } }),
    );
    const explained = [{ id: rule, title: rule, path: "", explanation: answer }];
    return show(context, event as unknown as Event, { rejected: [], explained });
  });
}

function show(context: CommandContext, event: Event, { rejected, explained }: ExplainedFile): number {
  const { terminal, json } = context;
  for (const row of rejected) {
    if (json) terminal.json({ kind: "rejected", ...row });
    else
      terminal.line(
        `${terminal.paint("red", "rejected")} ${safeText(row.path)}:${row.line ?? 0}: ${row.code}: ${safeText(row.reason)}`,
      );
  }
  if (!json) {
    const { product = "", service = "", categories } = event.log;
    const log = [product, service, ...categories].filter((part) => part !== "").join(" / ");
    const { input, position } = event.provenance;
    terminal.line(
      `${terminal.paint("bold", "event")} ${safeText(input)} record ${position}: ${safeText(event.shape)} (${log === "" ? "no log source" : safeText(log)})`,
    );
  }
  for (const one of explained) {
    if (json)
      terminal.json({
        kind: "explanation",
        rule: one.id,
        title: one.title,
        event: event.id,
        ...withoutKind(one.explanation),
      });
    else {
      terminal.line(
        `${terminal.paint("bold", "rule")}  ${safeText(one.title)}${one.title === one.id ? "" : ` (${safeText(one.id)})`}`,
      );
      for (const line of explanationLines(terminal, one.explanation)) terminal.line(line);
    }
  }
  return rejected.length > 0 ? EXIT.partial : EXIT.ok;
}

function showCorrelated(
  { terminal, json }: CommandContext,
  { id, events, parts, fires, groups }: CorrelatedFile,
): void {
  if (json) {
    terminal.json({ kind: "correlated", rule: id, events, parts, fires, groups });
    return;
  }
  const held = parts.map((part) => `"${safeText(part.title)}" holds for ${part.held}`).join(", ");
  const where = groups.map(({ name, values }) => `${safeText(name)} = ${values.map(safeText).join(", ")}`).join("; ");
  terminal.line(
    `over all ${events} events of the file: ${held}; the correlation (${safeText(id)}) fires ${fires} times${where === "" ? "" : `: ${where}`}`,
  );
}

/** A correlation's own `kind` says what it is; the line's says that it is an explanation. */
function withoutKind(explanation: ExplainedFile["explained"][number]["explanation"]): object {
  if (!("kind" in explanation)) return explanation;
  const { kind: what, ...rest } = explanation;
  return { what, ...rest };
}
