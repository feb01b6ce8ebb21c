/** `cordon rules reload|remove|history|health`, and how `rules add` takes effect. */
import { zReload, zRuleHealthList, zRuleHistory } from "@cordon/model/api/rules";
import { zRuleList } from "@cordon/model/api/system";
import { instant, isoTime } from "@cordon/model/time";
import type { z } from "zod";
import { type Client, configOf, findServer, withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText, type Terminal, table } from "./terminal.ts";

type Reload = z.infer<typeof zReload>;
type Changes = Reload["changes"];

export function reload(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const answer = await ask(client, context.flag("force"));
    if (context.json) context.terminal.json({ kind: "reload", ...answer });
    else print(context.terminal, answer);
    return answer.outcome === "refused" ? EXIT.refused : EXIT.ok;
  });
}

/** Files of rules changed: the running server takes them up now. Nothing to do where none runs. */
export async function takeUp(context: CommandContext): Promise<Reload | undefined> {
  if ((await findServer(configOf(context).data)) === undefined) return undefined;
  return withClient(context, async (client) => {
    const answer = await ask(client, false);
    if (!context.json) print(context.terminal, answer);
    return answer;
  });
}

const ask = async (client: Client, force: boolean): Promise<Reload> =>
  zReload.parse(await client.call("reloadRules", { body: { force } }));

export async function remove(context: CommandContext): Promise<number> {
  const { removeRules } = await import("../wiring/rule-files.ts");
  const gone = removeRules(configOf(context), context.words);
  const answer = await takeUp(context);
  if (context.json)
    context.terminal.json({ kind: "removed", paths: gone, ...(answer === undefined ? {} : { reload: answer }) });
  else for (const path of gone) context.terminal.line(`removed ${safeText(path)}`);
  return answer?.outcome === "refused" ? EXIT.partial : EXIT.ok;
}

function print(terminal: Terminal, answer: Reload): void {
  const { outcome, reason, tests, correlations, nowRejected } = answer;
  if (outcome === "refused") {
    terminal.note(`not exchanged, the rules before go on: ${safeText(reason ?? "")}`);
    for (const failed of tests.failed) terminal.note(`  ${safeText(failed.path)}: ${safeText(failed.reason)}`);
    return;
  }
  if (outcome === "waiting") {
    terminal.line(`waits: ${safeText(reason ?? "")}; cordon rules history shows when it is done`);
    return;
  }
  const what = outcome === "unchanged" ? "the rules are those in force already" : changesText(answer.changes);
  terminal.line(`${what}; ${answer.loaded} loaded, ${answer.rejected} rejected, in ${answer.tookMs} ms`);
  for (const row of nowRejected)
    terminal.note(`rejected now: ${safeText(row.path)}: ${row.code}: ${safeText(row.reason)}`);
  for (const failed of tests.failed) terminal.note(`test failed: ${safeText(failed.path)}: ${safeText(failed.reason)}`);
  if (correlations.restarted.length > 0)
    terminal.note(`windows begin anew: ${correlations.restarted.map(safeText).join(", ")}`);
}

const changesText = ({ added, removed, changed }: Changes): string =>
  `${added.count} added, ${removed.count} removed, ${changed.count} changed`;

const at = (ms: number): string => isoTime(instant(ms)).replace("T", " ").slice(0, 19);

export function history(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const { items } = zRuleHistory.parse(await client.call("listRulesets"));
    if (context.json) for (const item of items) context.terminal.json({ kind: "ruleset", ...item });
    else
      table(context.terminal, items, [
        { head: "RULESET", value: (row) => row.digest.slice(0, 12) },
        { head: "FROM (UTC)", value: (row) => at(row.from) },
        { head: "UNTIL", value: (row) => (row.until === undefined ? "live" : at(row.until)) },
        { head: "RULES", value: (row) => String(row.rules + row.correlations + row.filters), right: true },
        { head: "REJECTED", value: (row) => String(row.rejected), right: true },
        { head: "CHANGES", value: (row) => changesText(row.changes) },
        { head: "BY", value: (row) => row.by, max: 24 },
        { head: "WHICH", value: (row) => whichText(row.changes), max: 100 },
      ]);
    return EXIT.ok;
  });
}

/** What was taken away matters most, then what reads otherwise. */
const whichText = ({ added, removed, changed }: Changes): string =>
  [...removed.ids.map((id) => `-${id}`), ...changed.ids.map((id) => `~${id}`), ...added.ids.map((id) => `+${id}`)]
    .slice(0, 5)
    .join(" ");

export function health(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const query = { flag: context.text("flag"), limit: context.text("limit") };
    if (context.json) {
      const answer = zRuleHealthList.parse(await client.call("listRuleHealth", { query }));
      for (const item of answer.items) context.terminal.json({ kind: "rule-health", ...item });
      return noteRest(context, answer);
    }
    const answer = zRuleList.parse(await client.call("listRules", { query: { ...query, sort: "hits" } }));
    const rows = answer.items.map(({ id, title, hits, health: row }) => ({ ...row, id, title, hits }));
    table(context.terminal, rows, [
      { head: "HITS", value: (row) => String(row.hits), right: true },
      { head: "24 H", value: (row) => String(row.hits24h), right: true },
      { head: "7 D", value: (row) => String(row.hits7d), right: true },
      { head: "LAST HIT (UTC)", value: (row) => (row.lastHitAt === undefined ? "never" : at(row.lastHitAt)) },
      { head: "INCIDENTS", value: (row) => String(row.incidents), right: true },
      { head: "FALSE", value: (row) => percent(row.falseShare), right: true },
      { head: "TIME", value: (row) => percent(row.timeShare), right: true },
      { head: "SUPPRESSED", value: (row) => String(row.suppressed), right: true },
      { head: "FLAGS", value: (row) => [...row.flags, ...(row.muted ? ["muted"] : [])].join(" ") },
      { head: "ID", value: (row) => row.id },
      { head: "TITLE", value: (row) => row.title, max: 80 },
    ]);
    return noteRest(context, answer);
  });
}

function noteRest(
  { terminal }: CommandContext,
  { items, total }: { readonly items: readonly unknown[]; readonly total: number },
): number {
  if (total > items.length) terminal.note(`${items.length} of ${total}; --limit shows more`);
  return EXIT.ok;
}

const percent = (share: number | undefined): string => (share === undefined ? "" : `${Math.round(share * 100)} %`);
