/** `cordon scan`: the whole path offline over files; incidents, detections and a summary as docs/specs/cli.md says. */
import { statSync } from "node:fs";
import type { Detection } from "@cordon/model/detection";
import { AppError } from "@cordon/model/error";
import type { Incident } from "@cordon/model/incident";
import { levelRank } from "@cordon/model/rule";
import { isoTime } from "@cordon/model/time";
import { configOf } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { incidentLine } from "./incident-line.ts";
import { levelStyle } from "./incident-text.ts";
import { levelOf } from "./level.ts";
import { safeText, type Terminal, table } from "./terminal.ts";

const INCIDENTS_SHOWN = 50;
/** Host names and addresses; anything else would be an entity nobody can find again. */
const HOST = /^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,252}$/u;

export async function run(context: CommandContext): Promise<number> {
  const { terminal } = context;
  for (const path of [...context.words, ...context.texts("intel"), ...context.texts("stix")]) mustExist(path);
  const failOn = levelOf(context, "fail-on");
  const minLevel = levelOf(context, "min-level");
  const host = hostOf(context);
  const began = performance.now();
  const { runScan } = await import("../wiring/scan.ts");
  const result = await runScan({
    config: configOf(context),
    paths: context.words,
    ruleset: {
      paths: context.texts("rules"),
      shipped: !context.flag("no-shipped-rules"),
      ...(minLevel === undefined ? {} : { minLevel }),
    },
    intel: context.texts("intel"),
    stix: context.texts("stix"),
    ...(host === undefined ? {} : { host }),
    keep: context.text("data") !== undefined,
    progress: (text) => terminal.progress(text),
    onDetection(detection) {
      if (context.flag("detections") && context.json) terminal.json(detectionLine(detection));
    },
  });
  const { incidents, summary } = result;
  if (context.flag("detections")) {
    if (!context.json) printDetections(terminal, result.detections);
  } else if (context.json) for (const incident of incidents) terminal.json(incidentLine(incident));
  else printIncidents(terminal, incidents);
  const line = { kind: "summary", ...summary, seconds: Math.round(performance.now() - began) / 1000 };
  if (context.json) terminal.json(line);
  else printSummary(terminal, line);
  if (failOn !== undefined && incidents.some((incident) => levelRank(incident.severity) >= levelRank(failOn)))
    return EXIT.findings;
  return summary.failed.length > 0 ? EXIT.partial : EXIT.ok;
}

function mustExist(path: string): void {
  try {
    statSync(path);
  } catch {
    throw new AppError("usage", `${path}: no such file or folder`);
  }
}

function hostOf(context: CommandContext): string | undefined {
  const host = context.text("host");
  if (host !== undefined && !HOST.test(host))
    throw new AppError("usage", `--host: "${host}" is no host name or address`);
  return host;
}

function detectionLine(detection: Detection): object {
  const { id, title, level, source, author } = detection.rule;
  return {
    kind: "detection",
    rule: { id, title, level, source, ...(author === undefined ? {} : { author }) },
    severity: detection.severity,
    time: isoTime(detection.time),
    file: detection.input,
    record: detection.position,
    eventIds: detection.evidence,
    entities: detection.entities.map(({ kind, role, value }) => ({ kind, role, value })),
  };
}

function printDetections(terminal: Terminal, detections: readonly Detection[]): void {
  table(terminal, detections, [
    { head: "TIME", value: (row) => isoTime(row.time) },
    { head: "LEVEL", value: (row) => row.severity, style: (row) => levelStyle(row.severity) },
    { head: "RULE", value: (row) => row.rule.title, max: 70 },
    { head: "RECORD", value: (row) => String(row.position), right: true },
    { head: "FILE", value: (row) => row.input, max: 90 },
  ]);
}

function printIncidents(terminal: Terminal, incidents: readonly Incident[]): void {
  if (incidents.length === 0) {
    terminal.line("No incidents.");
    return;
  }
  table(terminal, incidents.slice(0, INCIDENTS_SHOWN), [
    {
      head: "PRIO",
      value: (row) => String(Math.round(row.priority)),
      right: true,
      style: (row) => levelStyle(row.severity),
    },
    { head: "SEVERITY", value: (row) => row.severity, style: (row) => levelStyle(row.severity) },
    { head: "VERDICT", value: (row) => row.investigation?.verdict ?? "" },
    { head: "FIRST SEEN", value: (row) => isoTime(row.firstSeen).slice(0, 19) },
    { head: "DET", value: (row) => String(row.detections.length), right: true },
    { head: "TECHNIQUES", value: (row) => row.techniques.slice(0, 3).join(","), max: 32 },
    { head: "TITLE", value: (row) => row.title, max: 90 },
  ]);
  const [worst] = incidents;
  const root = worst?.investigation?.rootCauses[0];
  if (worst !== undefined && root !== undefined)
    terminal.line(
      `\n${terminal.paint("bold", "Most urgent")}: ${safeText(worst.title)}\n  began with ${safeText(root.why)}`,
    );
  if (incidents.length > INCIDENTS_SHOWN)
    terminal.note(`${incidents.length - INCIDENTS_SHOWN} more incidents; --json prints all`);
}

function printSummary(
  terminal: Terminal,
  line: Awaited<ReturnType<typeof import("../wiring/scan.ts").runScan>>["summary"] & { seconds: number },
): void {
  terminal.note(
    `${line.files} files, ${line.records} events (${line.unmapped} not recognised), ${line.rules.loaded} rules (${line.rules.rejected} rejected), ` +
      `${line.detections} detections, ${line.incidents} incidents in ${line.seconds} s`,
  );
  for (const { file, reason } of line.failed) terminal.note(`failed: ${safeText(file)}: ${safeText(reason)}`);
  for (const { file, reason } of line.remarks ?? []) terminal.note(`remark: ${safeText(file)}: ${safeText(reason)}`);
}
