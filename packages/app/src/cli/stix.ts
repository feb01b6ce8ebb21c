/** `cordon stix check|match`: patterns looked at and tried without a server. */
import type { Detection } from "@cordon/model/detection";
import type { Event } from "@cordon/model/event";
import { isoTime } from "@cordon/model/time";
import { configOf } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText } from "./terminal.ts";

export async function check(context: CommandContext): Promise<number> {
  const { terminal, json } = context;
  const { checkPatterns } = await import("../wiring/stix.ts");
  let patterns = 0;
  let invalid = 0;
  for (const path of context.words) {
    const found = checkPatterns(path);
    if (found.length === 0) terminal.note(`${path}: no pattern in it`);
    for (const { id, pattern, valid, remarks, error } of found) {
      patterns += 1;
      if (!valid) invalid += 1;
      if (json) terminal.json({ kind: "pattern", path, id, pattern, valid, remarks, ...(error && { error }) });
      else if (error !== undefined) terminal.line(safeText(`${path}: ${id}: ${error.code}: ${error.reason}`));
      else for (const remark of remarks) terminal.line(safeText(`${path}: ${id}: remark: ${remark}`));
    }
  }
  if (json) terminal.json({ kind: "summary", patterns, valid: patterns - invalid, invalid });
  else terminal.line(`${patterns} patterns: ${patterns - invalid} valid, ${invalid} invalid`);
  return invalid > 0 || patterns === 0 ? EXIT.partial : EXIT.ok;
}

export async function match(context: CommandContext): Promise<number> {
  const { terminal, json } = context;
  const [pattern = "", file = ""] = context.words;
  const { matchPatterns } = await import("../wiring/stix.ts");
  const { detections, events, problems, patterns, cut } = await matchPatterns(configOf(context), pattern, file);
  const byId = new Map(events.map((event) => [event.id as string, event]));
  for (const { id, code, reason } of patterns.rejected) {
    if (json) terminal.json({ kind: "rejected", id, code, reason });
    else terminal.note(safeText(`rejected ${id}: ${code}: ${reason}`));
  }
  for (const detection of detections) {
    const row = rowOf(detection, byId);
    if (json) terminal.json({ kind: "match", ...row });
    else {
      terminal.line(
        `${row.time}  ${safeText(row.title)}  records ${row.evidence.map(({ record }) => record).join(", ")}`,
      );
      for (const { selection, field, value } of row.matched)
        terminal.line(safeText(`  ${selection} ${field} = ${JSON.stringify(value)}`));
    }
  }
  for (const problem of problems) terminal.note(safeText(problem));
  if (cut) terminal.note(`only the first ${events.length} events were asked; cordon scan --stix takes any number`);
  const summary = { patterns: patterns.accepted.length, rejected: patterns.rejected.length, events: events.length };
  if (json) terminal.json({ kind: "summary", ...summary, matches: detections.length, problems: problems.length });
  else terminal.line(`${detections.length} matches of ${summary.patterns} patterns in ${summary.events} events`);
  if (summary.patterns + summary.rejected === 0) terminal.note(`${pattern}: no pattern in it`);
  return patterns.rejected.length + problems.length > 0 || summary.patterns === 0 ? EXIT.partial : EXIT.ok;
}

function rowOf({ id, rule, time, evidence, matched }: Detection, events: ReadonlyMap<string, Event>) {
  return {
    ...{ id, pattern: rule.id, title: rule.title, time: isoTime(time) },
    evidence: evidence.map((event) => {
      const provenance = events.get(event)?.provenance;
      return { event, file: provenance?.input ?? "", record: provenance?.position ?? 0 };
    }),
    matched: matched.map(({ selection, field, value }) => ({ selection, field, value })),
  };
}
