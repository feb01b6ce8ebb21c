/** `cordon rules coverage` and `cordon rules navigator`: techniques, rules and sources, as a table and as a layer. */
import { type WireCoverage, zCoverage } from "@cordon/model/api/coverage";
import { AppError } from "@cordon/model/error";
import { instant, isoTime } from "@cordon/model/time";
import { write } from "../file-faults.ts";
import { withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { readTechniques } from "./rules-check.ts";
import { safeText, type Terminal, table } from "./terminal.ts";

type Technique = WireCoverage["techniques"][number];
type Source = WireCoverage["sources"][number];
type Missing = WireCoverage["missing"][number];

export function coverage(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const list = context.text("attack");
    const found = zCoverage.parse(await client.call("ruleCoverage"));
    const whole = list === undefined ? found : withNames(found, readTechniques(list));
    const wanted = context.text("technique")?.toUpperCase();
    const techniques = whole.techniques.filter(
      ({ id }) => wanted === undefined || id === wanted || id.startsWith(`${wanted}.`),
    );
    if (wanted !== undefined && techniques.length === 0)
      throw new AppError("not-found", `no rule is tagged with technique ${wanted}`, { fix: "cordon rules coverage" });
    if (context.json) printJson(context.terminal, { ...whole, techniques });
    else print(context.terminal, { ...whole, techniques }, wanted !== undefined);
    return EXIT.ok;
  });
}

export function navigator(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const layer = await client.call("ruleNavigator");
    const out = context.text("out");
    if (out === undefined) context.terminal.json(layer);
    else {
      write(out, `${JSON.stringify(layer, undefined, 2)}\n`);
      context.terminal.note(
        `${out}: open it at https://mitre-attack.github.io/attack-navigator/ (Open Existing Layer)`,
      );
    }
    return EXIT.ok;
  });
}

/** Names come with the operator's list of techniques, and with them those that no rule speaks of. */
function withNames(found: WireCoverage, names: ReturnType<typeof readTechniques>): WireCoverage {
  const known = found.techniques.map((row) => ({ ...row, ...names.get(row.id) }));
  const ids = new Set(known.map(({ id }) => id));
  const none = [...names].flatMap(([id, { name, tactics }]): Technique[] =>
    ids.has(id) ? [] : [{ id, name, tactics: [...tactics], state: "none", rules: [] }],
  );
  const techniques = [...known.map((row) => ({ ...row, tactics: [...row.tactics] })), ...none];
  return { ...found, techniques: techniques.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

const countState = (techniques: readonly Technique[], state: Technique["state"]): number =>
  techniques.filter((row) => row.state === state).length;

function summaryOf({ techniques, rules, sources }: WireCoverage) {
  return {
    covered: countState(techniques, "covered"),
    noSource: countState(techniques, "no-source"),
    none: countState(techniques, "none"),
    ...{ rules: rules.total, liveRules: rules.live, untaggedRules: rules.untagged },
    sources: sources.length,
    sourcesWithoutRule: sources.filter((source) => source.rules === 0).length,
  };
}

function printJson(terminal: Terminal, found: WireCoverage): void {
  for (const row of found.techniques) terminal.json({ kind: "technique", ...row });
  for (const row of found.sources) terminal.json({ kind: "source", ...row });
  for (const row of found.missing) terminal.json({ kind: "missing", ...row });
  terminal.json({ kind: "summary", ...summaryOf(found) });
}

const STATE_STYLE = { covered: "green", "no-source": "yellow", none: "dim" } as const;
const STATE_WORD = { covered: "covered", "no-source": "no source", none: "no rule" } as const;

function print(terminal: Terminal, found: WireCoverage, withRules: boolean): void {
  table(terminal, found.techniques, [
    { head: "TECHNIQUE", value: (row) => row.id },
    { head: "STATE", value: (row) => STATE_WORD[row.state], style: (row) => STATE_STYLE[row.state] },
    { head: "LIVE", value: (row) => String(row.rules.filter(({ live }) => live).length), right: true },
    { head: "RULES", value: (row) => String(row.rules.length), right: true },
    { head: "TACTICS", value: (row) => row.tactics.join(", "), max: 50 },
    // Names come with --attack only.
    ...(found.techniques.some(({ name }) => name !== undefined)
      ? [{ head: "NAME", value: (row: Technique) => row.name ?? "", max: 60 }]
      : []),
  ]);
  if (withRules) {
    for (const { id, rules } of found.techniques)
      for (const rule of rules)
        terminal.line(
          `${id}  ${rule.live ? "live     " : "no source"}  ${rule.level.padEnd(13)}  ${safeText(rule.title)}`,
        );
    return;
  }
  terminal.line("");
  terminal.line(terminal.paint("bold", "Sources"));
  table(terminal, found.sources, [
    { head: "SOURCE", value: (row) => row.source, max: 50 },
    { head: "EVENTS", value: (row) => String(row.events), right: true },
    { head: "LAST", value: (row) => (row.lastSeen === undefined ? "" : isoTime(instant(row.lastSeen))) },
    {
      head: "RULES",
      value: (row) => String(row.rules),
      right: true,
      style: (row) => (row.rules === 0 ? "yellow" : undefined),
    },
    { head: "LOG SOURCES", value: logText, max: 80 },
  ]);
  if (found.missing.length > 0) {
    terminal.line("");
    terminal.line(terminal.paint("bold", "Log sources that rules ask for and nothing feeds"));
    table(terminal, found.missing, [
      { head: "RULES", value: (row) => String(row.rules), right: true },
      { head: "LOG SOURCE", value: missingText },
      {
        head: "LEVELS",
        value: ({ levels }) =>
          Object.entries(levels)
            .map(([level, n]) => `${n} ${level}`)
            .join(", "),
      },
    ]);
  }
  const { covered, noSource, none, rules, liveRules, untaggedRules, sourcesWithoutRule } = summaryOf(found);
  terminal.line("");
  terminal.line(
    `${covered} techniques covered, ${noSource} with rules but no source${none > 0 ? `, ${none} without a rule` : ""}; ${liveRules} of ${rules} rules have a live source (${untaggedRules} without technique); ${sourcesWithoutRule} sources without a rule`,
  );
}

const logText = ({ logs }: Source): string =>
  logs
    .map((log) => [log.product, log.service, ...log.categories].filter((part) => part !== undefined).join("/"))
    .join(", ");

const missingText = ({ logsource: { product, service, category } }: Missing): string =>
  [product, service, category].filter((part) => part !== undefined).join("/") || "any";
