/** `cordon eval mine`: the same figures on the operator's own closed incidents. */
import { zMine } from "@cordon/model/api/models";
import { withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText, table } from "./terminal.ts";

const OLDER = ["older 70 %"];
const NEWER = ["newer 30 %"];

/** Exit 3 when there is too little to say anything. */
export function run(context: CommandContext): Promise<number> {
  const began = performance.now();
  return withClient(context, async (client) => {
    const mine = zMine.parse(await client.call("evaluateMine"));
    const seconds = Math.round(performance.now() - began) / 1_000;
    const code = mine.refusal === undefined ? EXIT.ok : EXIT.partial;
    const { terminal } = context;
    const notes = mine.refusal === undefined ? mine.notes : [mine.refusal, ...mine.notes];
    if (context.json) {
      for (const mistake of mine.mistakes) terminal.json({ kind: "mistake", ...mistake });
      const { rows, malicious, protocol, intervals, by } = mine;
      terminal.json({
        ...{ suite: "mine", data: "own verdicts", train: OLDER, test: NEWER },
        metrics: { ...mine.metrics, ...(Object.keys(by).length === 0 ? {} : { by }) },
        ...{ intervals, protocol, notes, rows, malicious, seconds },
      });
      return code;
    }
    terminal.line(mine.protocol);
    table(terminal, Object.entries(mine.metrics), [
      { head: "METRIC", value: ([name]) => name },
      { head: "VALUE", value: ([, value]) => String(value), right: true },
      { head: "95 %", value: ([name]) => mine.intervals[name]?.join(" to ") ?? "" },
    ]);
    for (const one of mine.mistakes)
      terminal.line(safeText(`wrong: ${one.truth} taken for ${one.guess} (${one.score.toFixed(2)}): ${one.what}`));
    for (const note of notes) terminal.note(safeText(note));
    return code;
  });
}
