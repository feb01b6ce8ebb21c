/** `cordon rules run`: every line of files against the rules, nothing kept. Shapes: docs/specs/cli.md. */
import { statSync } from "node:fs";
import type { MatchedField } from "@cordon/model/detection";
import { AppError } from "@cordon/model/error";
import { levelRank } from "@cordon/model/rule";
import { isoTime } from "@cordon/model/time";
import type { FoundHit, RuleRunSummary } from "../wiring/rule-run.ts";
import { configOf } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { levelStyle } from "./incident-text.ts";
import { levelOf } from "./level.ts";
import { safeText, type Terminal } from "./terminal.ts";

/** Longest value of a field in a line of text; --json has what the detection has. */
const VALUE_SHOWN_MAX = 80;

export async function run(context: CommandContext): Promise<number> {
  const { terminal, json } = context;
  for (const path of context.words) if (path !== "-") mustExist(path);
  const failOn = levelOf(context, "fail-on");
  const minLevel = levelOf(context, "min-level");
  const began = performance.now();
  let grave = false;
  const { runRules } = await import("../wiring/rule-run.ts");
  const summary = await runRules({
    config: configOf(context),
    paths: context.words,
    ruleset: {
      paths: context.texts("rules"),
      shipped: !context.flag("no-shipped-rules"),
      ...(minLevel === undefined ? {} : { minLevel }),
    },
    routing: context.flag("no-routing") ? "off" : "on",
    progress: (text) => terminal.progress(text),
    onHit(found) {
      const { level } = found.hit.facts.ref;
      if (failOn !== undefined && levelRank(level) >= levelRank(failOn)) grave = true;
      if (json) terminal.json(jsonOf(found));
      else terminal.line(lineOf(found, terminal));
    },
  });
  const seconds = Math.round(performance.now() - began) / 1000;
  if (json) terminal.json({ kind: "summary", ...summary, seconds });
  else printSummary(terminal, summary, seconds);
  if (grave) return EXIT.findings;
  return summary.failed.length > 0 || summary.rules.loaded === 0 ? EXIT.partial : EXIT.ok;
}

function mustExist(path: string): void {
  try {
    statSync(path);
  } catch {
    throw new AppError("usage", `${path}: no such file or folder`);
  }
}

function timeOf({ hit }: FoundHit): string | undefined {
  const time = hit.time();
  return time === undefined ? undefined : isoTime(time);
}

function jsonOf(found: FoundHit): object {
  const { id, title, level, source, author } = found.hit.facts.ref;
  return {
    kind: "detection",
    rule: { id, title, level, source, ...(author === undefined ? {} : { author }) },
    time: timeOf(found) ?? null,
    file: found.file,
    record: found.record,
    matched: found.hit.matched.map(({ selection, field, value }) => ({ selection, field, value })),
  };
}

/** As grep writes: the place first, then what was found there. */
function lineOf(found: FoundHit, terminal: Terminal): string {
  const { id, title, level } = found.hit.facts.ref;
  const style = levelStyle(level);
  const shown = style === undefined ? level : terminal.paint(style, level);
  const fields = found.hit.matched.map(fieldText).join(", ");
  const time = timeOf(found);
  return `${safeText(`${found.file}:${found.record}`)}: ${shown}: ${safeText(title)} [${safeText(id)}]${
    time === undefined ? "" : ` ${time}`
  }${fields === "" ? "" : `  ${fields}`}`;
}

function fieldText({ field, value }: MatchedField): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const cut = text.length > VALUE_SHOWN_MAX ? `${text.slice(0, VALUE_SHOWN_MAX - 1)}…` : text;
  return safeText(field === "" ? `"${cut}"` : `${field}=${cut}`);
}

function printSummary(terminal: Terminal, summary: RuleRunSummary, seconds: number): void {
  const { files, records, events, unmapped, detections, suppressed, rules, failed } = summary;
  const { loaded, rejected, correlations } = rules;
  const filtered = suppressed === 0 ? "" : ` (${suppressed} more taken away by filters)`;
  terminal.note(
    `${files} files, ${records} records, ${events} events (${unmapped} not recognised), ${loaded} rules (${rejected} rejected), ` +
      `${detections} detections${filtered} in ${seconds} s`,
  );
  if (correlations > 0) terminal.note(`${correlations} correlations are not evaluated here: cordon scan does`);
  if (loaded === 0) terminal.note("no rule in what was given");
  for (const { file, reason } of failed) terminal.note(`failed: ${safeText(file)}: ${safeText(reason)}`);
}
