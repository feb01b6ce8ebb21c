/** `cordon rules backtest`: what a rule would have done over the stored events, before it goes live. */
import { existsSync, readFileSync } from "node:fs";
import { type WireBacktest, type WireBacktestProgress, zBacktest, zBacktestProgress } from "@cordon/model/api/backtest";
import { AppError } from "@cordon/model/error";
import { instant, isoTime } from "@cordon/model/time";
import { unreadable, write } from "../file-faults.ts";
import { type Client, withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText, type Terminal, table } from "./terminal.ts";

const PROGRESS_MS = 1_000;
const BAR = 40;
const VALUES_SHOWN = 5;
const FIELDS_SHOWN = 8;

export function backtest(context: CommandContext): Promise<number> {
  const [rule = ""] = context.words;
  return withClient(context, async (client) => {
    const text = textOf(rule);
    const [days, seconds] = [context.number("days"), context.number("seconds")];
    const body = { ...(text === undefined ? { id: rule } : { text }), days, seconds };
    const ticking = showProgress(context.terminal, client, seconds);
    const answer = await client
      .call("backtestRule", { body })
      .catch((error: unknown) => {
        throw inFile(error, text === undefined ? undefined : rule);
      })
      .finally(() => clearInterval(ticking));
    const report = zBacktest.parse(answer);
    if (context.json) context.terminal.json({ kind: "backtest", ...report });
    else print(context.terminal, report, client.server);
    const out = context.text("filter");
    if (out !== undefined) saveFilter(context, report, out);
    return EXIT.ok;
  });
}

/** What is wrong with the text of a rule is said with a line: of which file, the server cannot know. */
function inFile(error: unknown, file: string | undefined): unknown {
  if (file === undefined || !(error instanceof AppError) || !error.message.startsWith("line ")) return error;
  return new AppError(error.code, `${file}: ${error.message}`, { cause: error, fix: `cordon rules check ${file}` });
}

/** The server answers once, at the end; how far it is, it is asked beside. */
function showProgress(terminal: Terminal, client: Client, seconds: number | undefined): NodeJS.Timeout {
  let asking = false;
  const ask = async (): Promise<void> => {
    const now = zBacktestProgress.parse(await client.call("backtestProgress"));
    if (now.running) terminal.progress(progressLine(now, seconds));
  };
  return setInterval(() => {
    if (asking) return;
    asking = true;
    // What the backtest itself answers says what is wrong.
    ask()
      .catch(() => undefined)
      .finally(() => {
        asking = false;
      });
  }, PROGRESS_MS);
}

/** `backtest: 125000 of 1000000 events, 31250 a second, 4 s, at most about 20`. */
export function progressLine({ looked, total, seconds }: WireBacktestProgress, secondsMax: number | undefined): string {
  const rate = looked === 0 || seconds === 0 ? "" : `, ${Math.round(looked / seconds)} a second`;
  const bound = secondsMax === undefined ? "" : `, at most about ${secondsMax}`;
  return `backtest: ${looked} of ${total} events${rate}, ${Math.round(seconds)} s${bound}`;
}

function saveFilter(context: CommandContext, { filter }: WireBacktest, out: string): void {
  if (filter === undefined) {
    context.terminal.note(`no filter to propose: ${out} is not written`);
    return;
  }
  write(out, filter.text);
  context.terminal.note(`${out}: look at it, then add it with: cordon rules add ${out}`);
}

function textOf(rule: string): string | undefined {
  const text = fileText(rule);
  if (text?.trim() === "") throw new AppError("usage", `${rule}: the file is empty`);
  return text;
}

function fileText(rule: string): string | undefined {
  try {
    return readFileSync(rule, "utf8");
  } catch (cause) {
    if (existsSync(rule) || /[\\/]|\.ya?ml$/i.test(rule)) throw unreadable(rule, cause);
    return undefined; // an id
  }
}

function print(terminal: Terminal, report: WireBacktest, server: string | undefined): void {
  const { rule, covered, hits, alerts } = report;
  terminal.line(
    `${terminal.paint("bold", safeText(rule.title))} (${safeText(rule.id)}, ${rule.level}${rule.correlation === undefined ? "" : `, ${rule.correlation}`})`,
  );
  terminal.line(safeText(report.verdict));
  terminal.line("");
  const span = covered.from === undefined ? "" : ` from ${at(covered.from)} to ${at(covered.to ?? covered.from)}`;
  const ended =
    covered.stoppedBy === undefined ? "" : `; ended by its bound of ${covered.stoppedBy}, --seconds N for more`;
  terminal.line(`looked at ${covered.events} events${span}, ${covered.inScope} of its log source${ended}`);
  if (covered.failed > 0) terminal.line(`${covered.failed} events could not be judged`);
  terminal.line(`${hits} hits, ${alerts} without repeats; ${report.alertsPerDay} alerts a day`);
  const max = Math.max(1, ...report.perDay.map((day) => day.hits));
  for (const day of report.perDay)
    if (day.hits > 0)
      terminal.line(`  ${day.day} ${String(day.hits).padStart(7)} ${"#".repeat(Math.ceil((day.hits / max) * BAR))}`);
  const quiet = report.perDay.filter((day) => day.hits === 0).length;
  if (quiet > 0 && hits > 0) terminal.line(`  ${quiet} of ${report.perDay.length} days without a hit`);
  counts(terminal, "hosts", report.hosts);
  counts(terminal, "users", report.users);
  for (const { field, matched, distinct, more, values } of report.fields.slice(0, FIELDS_SHOWN))
    counts(
      terminal,
      `${field === "" ? "keyword" : field}${matched ? "" : " (around)"}, ${more ? "over " : ""}${distinct} different`,
      values,
    );
  const { incidents } = report;
  const closed = Object.entries(incidents).filter(([, count]) => count > 0);
  if (closed.length > 0 && hits > 0)
    terminal.line(
      `hits in incidents: ${closed.map(([state, count]) => `${count} ${STATE_WORD[state] ?? state}`).join(", ")}`,
    );
  if (report.examples.length > 0) {
    terminal.line(terminal.paint("bold", "examples"));
    table(terminal, report.examples, [
      { head: "TIME", value: (row) => at(row.time) },
      { head: "HOST", value: (row) => row.host ?? "", max: 30 },
      { head: "USER", value: (row) => row.user ?? "", max: 30 },
      { head: "EVENT", value: (row) => (server === undefined ? row.event : `${server}/events/${row.event}`) },
    ]);
  }
  if (report.filter === undefined) return;
  const { takes, leaves, text } = report.filter;
  terminal.line(
    terminal.paint("bold", `proposed filter: takes ${takes} hits, leaves ${leaves} (--filter FILE saves it)`),
  );
  for (const line of text.trimEnd().split("\n")) terminal.line(`  ${safeText(line)}`);
}

const STATE_WORD: Readonly<Record<string, string>> = {
  truePositive: "closed as true",
  benignPositive: "closed as benign",
  falsePositive: "closed as false",
  other: "closed otherwise",
  open: "not closed",
  none: "in none",
};

function counts(terminal: Terminal, name: string, values: WireBacktest["hosts"]): void {
  if (values.length === 0) return;
  terminal.line(terminal.paint("bold", safeText(name)));
  for (const { value, hits } of values.slice(0, VALUES_SHOWN)) {
    const text = safeText(value);
    terminal.line(`  ${String(hits).padStart(7)}  ${text.length > 100 ? `${text.slice(0, 99)}…` : text}`);
  }
}

const at = (ms: number): string => `${isoTime(instant(ms)).slice(0, 16)}Z`;
