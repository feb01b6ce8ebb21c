/** `cordon intel feeds|list|add|lookup|reload|retro`. */
import { zIntelList, zIntelLookup, zIntelStatus, zRetroAnswer } from "@cordon/model/api/intel";
import { instant, isoTime } from "@cordon/model/time";
import type { z } from "zod";
import { type Client, configOf, findServer, withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText, table } from "./terminal.ts";

type Status = z.infer<typeof zIntelStatus>;

export function feeds(context: CommandContext): Promise<number> {
  return withClient(context, async (client) =>
    printStatus(context, zIntelStatus.parse(await client.call("intelStatus"))),
  );
}

export function reload(context: CommandContext): Promise<number> {
  // Feeds may be read before the first start.
  return withClient(context, (client) => reloadAndPrint(context, client), { begins: true });
}

async function reloadAndPrint(context: CommandContext, client: Client): Promise<number> {
  return printStatus(context, zIntelStatus.parse(await client.call("reloadIntel")));
}

/** One line per feed, then the summary; a failed feed makes the command partial. */
function printStatus({ json, terminal }: CommandContext, status: Status): number {
  const { feeds: rows, version, indicators, bytes, patterns, counts } = status;
  if (json) for (const feed of rows) terminal.json({ kind: "feed", ...feed });
  else
    table(terminal, rows, [
      { head: "STATE", value: (row) => row.state },
      { head: "FEED", value: (row) => row.name, max: 40 },
      { head: "ROWS", value: (row) => String(row.rows), right: true },
      { head: "PATTERNS", value: (row) => String(row.patterns), right: true },
      { head: "BAD", value: (row) => String(row.bad), right: true },
      {
        head: "CHANGED",
        value: (row) => (row.changedAt === undefined ? "" : isoTime(instant(row.changedAt)).slice(0, 16)),
      },
      { head: "FROM", value: (row) => row.error ?? row.place, max: 100 },
    ]);
  if (json) terminal.json({ kind: "summary", version, indicators, bytes, patterns, counts });
  else {
    for (const feed of rows)
      for (const { line, reason } of feed.badRows) terminal.note(`${feed.name} line ${line}: ${safeText(reason)}`);
    terminal.note(
      `${indicators} indicators, ${patterns} patterns, ${counts.hits} hits of ${counts.lookups} look-ups since the start`,
    );
  }
  return rows.some((feed) => feed.state === "failed") ? EXIT.partial : EXIT.ok;
}

export function list(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const query = { feed: context.text("feed"), kind: context.text("kind"), limit: context.text("limit") };
    const answer = zIntelList.parse(await client.call("listIndicators", { query }));
    if (context.json)
      for (const item of answer.items) context.terminal.json({ ...item, kind: "indicator", of: item.kind });
    else
      table(context.terminal, answer.items, [
        { head: "KIND", value: (row) => row.kind },
        { head: "VALUE", value: (row) => (row.below ? `${row.value} (and below)` : row.value), max: 90 },
        { head: "CONF", value: (row) => String(row.confidence), right: true },
        { head: "FEED", value: (row) => row.feed, max: 30 },
        {
          head: "UNTIL",
          value: (row) => (row.validUntil === undefined ? "" : isoTime(instant(row.validUntil)).slice(0, 10)),
        },
        { head: "LABEL", value: (row) => row.label ?? "", max: 40 },
      ]);
    if (answer.next !== undefined) context.terminal.note("there are more; --limit shows them, up to 1000");
    return EXIT.ok;
  });
}

/** Exit 1 when the value is known to be bad, as for findings. */
export function lookup(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const [value = ""] = context.words;
    const answer = zIntelLookup.parse(await client.call("intelLookup", { query: { value } }));
    const { terminal } = context;
    if (context.json) terminal.json({ kind: "lookup", ...answer });
    else if (answer.asked === undefined) terminal.line(safeText(answer.reason ?? "nothing that can be looked up"));
    else if (answer.hits.length === 0) terminal.line(`${answer.asked.kind} ${safeText(answer.asked.value)}: not known`);
    else
      table(terminal, answer.hits, [
        {
          head: "COUNTS",
          value: (row) => (row.warning === undefined ? row.standing : `warning list ${row.warning}`),
          max: 40,
        },
        { head: "INDICATOR", value: (row) => `${row.kind} ${row.value}`, max: 80 },
        { head: "NOW", value: (row) => String(row.confidenceNow), right: true },
        { head: "FEED", value: (row) => row.feed, max: 30 },
        { head: "LABEL", value: (row) => row.label ?? "", max: 40 },
      ]);
    const counts = answer.hits.some((hit) => hit.standing === "counts" && hit.warning === undefined);
    return counts ? EXIT.findings : EXIT.ok;
  });
}

export async function add(context: CommandContext): Promise<number> {
  const config = configOf(context);
  const { addIntel } = await import("../wiring/intel-feeds.ts");
  const added = addIntel(config, context.words);
  for (const { path, indicators, patterns, bad } of added) {
    if (context.json) context.terminal.json({ kind: "added", path, indicators, patterns, bad: bad.length });
    else
      context.terminal.line(
        `${safeText(path)}: ${indicators} indicators, ${patterns} patterns, ${bad.length} bad rows`,
      );
    for (const row of bad.slice(0, BAD_SHOWN)) context.terminal.note(`line ${row.line}: ${safeText(row.reason)}`);
  }
  const running = await findServer(config.data);
  if (running === undefined) context.terminal.note("the next start takes them up");
  else await withClient(context, (client) => client.call("reloadIntel"));
  return added.some(({ bad }) => bad.length > 0) ? EXIT.partial : EXIT.ok;
}

const BAD_SHOWN = 20;

export function retro(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const days = context.number("days");
    const answer = zRetroAnswer.parse(await client.call("retroIntel", { body: days === undefined ? {} : { days } }));
    if (context.json) context.terminal.json({ kind: "retro", ...answer });
    else
      context.terminal.line(
        `${answer.events} events looked at${answer.complete ? "" : " (there are more)"}, ${answer.detections} detections, ${answer.fresh} of them new`,
      );
    return EXIT.ok;
  });
}
