/** `cordon rules feedback`: what verdicts say about rules, for review. */
import { zRuleFeedback } from "@cordon/model/api/models";
import { withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText } from "./terminal.ts";

export function run(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const { items } = zRuleFeedback.parse(await client.call("ruleFeedback"));
    const { terminal } = context;
    for (const { kind, ...item } of items) {
      if (context.json) {
        terminal.json({ kind: "proposal", proposal: kind, ...item });
        continue;
      }
      terminal.line(`${terminal.paint("bold", safeText(item.rule))}  ${kind}: ${safeText(item.why)}`);
      if (item.backtest !== undefined) terminal.line(`  ${safeText(item.backtest)}`);
      if (item.filter !== undefined)
        terminal.line(
          item.filter
            .trimEnd()
            .split("\n")
            .map((line) => `    ${safeText(line)}`)
            .join("\n"),
        );
    }
    if (items.length === 0 && !context.json) terminal.note("no rule has enough verdicts that go one way");
    return EXIT.ok;
  });
}
