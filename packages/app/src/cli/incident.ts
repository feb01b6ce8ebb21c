/** `cordon incident list|show|close|report`. */
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { zIncident, zIncidentList } from "@cordon/model/api/incidents";
import { AppError } from "@cordon/model/error";
import { VERDICTS } from "@cordon/model/incident";
import { LEVELS, type Level } from "@cordon/model/rule";
import { instant, isoTime } from "@cordon/model/time";
import { withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { incidentLine } from "./incident-line.ts";
import { levelStyle, printIncident } from "./incident-text.ts";
import { safeText, table } from "./terminal.ts";

export function list(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const query = {
      status: context.text("status"),
      minPriority: context.text("min-priority"),
      q: context.text("text"),
      limit: context.text("limit"),
    };
    const page = zIncidentList.parse(await client.call("listIncidents", { query }));
    if (context.json) {
      for (const item of page.items) context.terminal.json({ kind: "incident", ...item });
      return EXIT.ok;
    }
    if (page.items.length === 0) {
      context.terminal.note(
        "No incidents. Feed logs with `cordon scan PATH`, a source in the configuration, or try `cordon up --demo`.",
      );
      return EXIT.ok;
    }
    table(context.terminal, page.items, [
      {
        head: "PRIO",
        value: (row) => String(Math.round(row.priority)),
        right: true,
        style: (row) => levelStyle(row.severity),
      },
      { head: "ID", value: (row) => row.id },
      { head: "STATUS", value: (row) => (row.approvalsWaiting > 0 ? `waiting (${row.approvalsWaiting})` : row.status) },
      { head: "LAST SEEN", value: (row) => isoTime(instant(row.lastSeen)).slice(0, 19) },
      { head: "HOSTS", value: (row) => row.hosts.join(","), max: 24 },
      { head: "TITLE", value: (row) => row.title, max: 90 },
    ]);
    if (page.total > page.items.length)
      context.terminal.note(`${page.items.length} of ${page.total}; --limit shows more`);
    return EXIT.ok;
  });
}

export function show(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const answer = await client.call("getIncident", { params: { id: context.words[0] ?? "" } });
    if (context.json) context.terminal.json({ kind: "incident", ...(answer as object) });
    else printIncident(context.terminal, zIncident.parse(answer));
    return EXIT.ok;
  });
}

/** Verdict and note come as options, or are asked for at a terminal: a case is not closed without them. */
export async function close(context: CommandContext): Promise<number> {
  const id = context.words[0] ?? "";
  const verdict = verdictOf(context.text("verdict") ?? (await ask(`Verdict (${VERDICTS.join(", ")}): `)));
  const note = context.text("note") ?? (await ask("Note, what was it: "));
  if (verdict === undefined || note === undefined || note.trim() === "")
    throw new AppError("usage", `closing needs --verdict (${VERDICTS.join(", ")}) and --note`, {
      fix: `cordon incident close ${id} --verdict true-positive --note "what it was"`,
    });
  const severity = levelOf(context.text("severity"));
  const body = { verdict, note, ...(severity === undefined ? {} : { severity }) };
  return withClient(context, async (client) => {
    const answer = await client.call("closeIncident", { params: { id }, body });
    if (context.json) context.terminal.json(incidentLine(zIncident.parse(answer)));
    else context.terminal.line(`${safeText(id)} closed as ${verdict}`);
    return EXIT.ok;
  });
}

function levelOf(text: string | undefined): Level | undefined {
  const level = LEVELS.find((each) => each === text?.trim());
  if (text !== undefined && level === undefined)
    throw new AppError("usage", `--severity: "${text}" is none of ${LEVELS.join(", ")}`);
  return level;
}

const verdictOf = (text: string | undefined) => VERDICTS.find((each) => each === text?.trim());

/** Undefined when nobody sits at a terminal to answer. */
async function ask(question: string): Promise<string | undefined> {
  if (process.stdin.isTTY !== true) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

export function report(context: CommandContext): Promise<number> {
  const format = context.text("format") ?? "markdown";
  if (format !== "markdown" && format !== "html")
    throw new AppError("usage", `--format: "${format}" is not markdown or html`);
  return withClient(context, async (client) => {
    const text = await client.text("getReport", { params: { id: context.words[0] ?? "" }, query: { format } });
    const file = context.text("output");
    if (file !== undefined) {
      writeFileSync(file, text);
      context.terminal.note(`written to ${file}`);
    } else if (context.json) context.terminal.json({ kind: "report", incident: context.words[0], format, text });
    else context.terminal.line(text.trimEnd().split("\n").map(safeText).join("\n"));
    return EXIT.ok;
  });
}
