/** `cordon model health|bias`. */
import { writeFile } from "node:fs/promises";
import { zModelBias, zModelHealth } from "@cordon/model/api/model-health";
import { withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText, table } from "./terminal.ts";

const ROWS_SHOWN = 15;

export function health(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const answer = zModelHealth.parse(await client.call("modelHealth"));
    const { terminal } = context;
    if (context.json) {
      terminal.json({ kind: "health", ...answer });
      return EXIT.ok;
    }
    terminal.line(`${answer.verdict}: ${safeText(answer.said)}`);
    if (answer.advice !== "none") terminal.line(`advice: ${answer.advice}`);
    const shown = answer.drift.slice(0, ROWS_SHOWN);
    if (shown.length > 0)
      table(terminal, shown, [
        { head: "FEATURE", value: (row) => row.words, max: 60 },
        { head: "STATISTIC", value: (row) => row.statistic },
        { head: "VALUE", value: (row) => short(row.value), right: true },
        { head: "Q", value: (row) => short(row.q), right: true },
        { head: "MOVED", value: (row) => short(row.effect), right: true },
        { head: "", value: (row) => (row.lasting ? "ALARM" : row.alarm ? "once" : "") },
      ]);
    for (const { column, said } of answer.quality) terminal.note(safeText(`data: ${column} ${said}`));
    const { performance } = answer;
    if (performance !== undefined)
      terminal.line(
        `F1 estimated ${short(performance.estimated.f1)} (${short(performance.low.f1)} to ${short(performance.high.f1)}), true ${short(performance.truth.f1)}: ${performance.trust}`,
      );
    return EXIT.ok;
  });
}

export function bias(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const answer = zModelBias.parse(await client.call("modelBias"));
    const file = context.text("report");
    if (file !== undefined) await writeFile(file, answer.markdown);
    if (context.json) context.terminal.json({ kind: "bias", rows: answer.rows, flags: answer.flags });
    else if (file === undefined) context.terminal.line(answer.markdown.split("\n").map(safeText).join("\n"));
    else context.terminal.note(`${answer.flags.length} flags; written to ${file}`);
    return EXIT.ok;
  });
}

const short = (value: number | null): string => (value === null ? "-" : String(Number(value.toPrecision(3))));
