/** `cordon rules add|list`. */
import { zRuleList } from "@cordon/model/api/system";
import { configOf, withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { takeUp } from "./rules-reload.ts";
import { safeText, table } from "./terminal.ts";

export async function add(context: CommandContext): Promise<number> {
  const config = configOf(context);
  const { addRules } = await import("../wiring/rule-files.ts");
  const result = addRules(config, context.words);
  for (const item of result.rejected) {
    if (context.json) context.terminal.json({ kind: "rejected", ...item });
    else
      context.terminal.note(
        `rejected ${safeText(item.path)}${item.line === undefined ? "" : `:${item.line}`}: ${item.code}: ${safeText(item.reason)}`,
      );
  }
  const taken = await takeUp(context);
  if (context.json)
    context.terminal.json({
      kind: "summary",
      added: result.added,
      accepted: result.accepted,
      rejected: result.rejected.length,
      ...(taken === undefined ? {} : { reload: taken }),
    });
  else
    context.terminal.line(
      `${result.added} files added, ${result.accepted} rules accepted, ${result.rejected.length} rejected`,
    );
  return result.rejected.length > 0 || taken?.outcome === "refused" ? EXIT.partial : EXIT.ok;
}

export function list(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const rejected = context.flag("rejected");
    const query = {
      q: context.text("text"),
      hits: String(context.flag("hits")),
      rejected: String(rejected),
      limit: context.text("limit"),
    };
    const answer = zRuleList.parse(await client.call("listRules", { query }));
    if (rejected) {
      if (context.json) for (const item of answer.rejected) context.terminal.json({ kind: "rejected", ...item });
      else if (answer.rejected.length === 0) context.terminal.note("no rule was rejected");
      else
        table(context.terminal, answer.rejected, [
          { head: "CODE", value: (row) => row.code },
          { head: "WHERE", value: whereOf },
          { head: "REASON", value: (row) => row.reason, max: 120 },
        ]);
      return EXIT.ok;
    }
    if (context.json) for (const rule of answer.items) context.terminal.json({ kind: "rule", ...rule });
    else
      table(context.terminal, answer.items, [
        { head: "HITS", value: (row) => String(row.hits), right: true },
        { head: "LEVEL", value: (row) => row.level },
        { head: "ID", value: (row) => row.id },
        { head: "TITLE", value: (row) => row.title, max: 80 },
        { head: "MUTED BY", value: (row) => row.mutedBy?.join(" ") ?? "", max: 75 },
        { head: "SOURCE", value: (row) => row.source, max: 60 },
      ]);
    if (answer.total > answer.items.length)
      context.terminal.note(`${answer.items.length} of ${answer.total}; --limit shows more`);
    return EXIT.ok;
  });
}

const WHERE_MAX = 80;

/** The end of a path says which file it is, and behind it stands the line. */
function whereOf({ path, line }: { readonly path: string; readonly line?: number | undefined }): string {
  const whole = line === undefined ? path : `${path}:${line}`;
  return whole.length > WHERE_MAX ? `…${whole.slice(1 - WHERE_MAX)}` : whole;
}
