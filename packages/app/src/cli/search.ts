/** `cordon search`: typed search over stored events, the unsealed tail included. */
import { zEventList } from "@cordon/model/api/events";
import { AppError } from "@cordon/model/error";
import { instant, isoTime } from "@cordon/model/time";
import { withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { table } from "./terminal.ts";

const PAGE = 500;
const LIMIT_DEFAULT = 50;

export function run(context: CommandContext): Promise<number> {
  const limit = context.number("limit") ?? LIMIT_DEFAULT;
  const query = {
    q: context.words[0],
    entity: context.texts("entity"),
    field: context.texts("field"),
    source: context.texts("source"),
    class: context.texts("class"),
    from: timeOf(context.text("from"), "from"),
    to: timeOf(context.text("to"), "to"),
    order: context.flag("oldest") ? "oldest" : "newest",
  };
  return withClient(context, async (client) => {
    let left = limit;
    let after: string | undefined;
    let found = 0;
    while (left > 0) {
      const answer = await client.call("listEvents", { query: { ...query, limit: Math.min(left, PAGE), after } });
      const page = zEventList.parse(answer);
      found += page.items.length;
      left -= page.items.length;
      after = page.next;
      if (context.json) for (const event of asSent(answer)) context.terminal.json({ kind: "event", ...event });
      else if (page.items.length > 0)
        table(context.terminal, page.items, [
          { head: "TIME", value: (event) => isoTime(instant(event.time)) },
          { head: "SOURCE", value: (event) => event.shape, max: 34 },
          {
            head: "HOST",
            value: (event) => event.entities.find((entity) => entity.kind === "host")?.value ?? "",
            max: 24,
          },
          { head: "ID", value: (event) => event.id },
          { head: "WHAT", value: (event) => gist(event.entities, event.raw), max: 110 },
        ]);
      if (after === undefined) break;
    }
    if (found === 0) context.terminal.note("no events match");
    return EXIT.ok;
  });
}

/** Checked, but printed as it came: a parser's copy leaves out keys such as `__proto__`, and those are evidence too. */
const asSent = (answer: unknown): readonly object[] => (answer as { readonly items: readonly object[] }).items;

/** The entities in one line, or the start of the raw record when it has none. */
function gist(entities: readonly { kind: string; role: string; value: string }[], raw: object): string {
  const shown = entities
    .filter((entity) => entity.kind !== "host" && entity.kind !== "session")
    .map((entity) => `${entity.role} ${entity.kind}:${entity.value}`);
  return shown.length > 0 ? shown.slice(0, 6).join("  ") : JSON.stringify(raw);
}

function timeOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{10,}$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isFinite(ms)) throw new AppError("usage", `--${option}: "${text}" is not a time, e.g. 2026-11-20T00:00Z`);
  return ms;
}
