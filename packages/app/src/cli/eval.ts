/** `cordon eval SUITE --data DIR`: measures what learns on public or own data, and says what it got wrong. */
import { writeFileSync } from "node:fs";
import type { Suite, SuiteOutcome } from "@cordon/engine/learning/evaluate/suite";
import { AppError, messageOf } from "@cordon/model/error";
import { type CommandContext, EXIT } from "./command.ts";
import { evalPage } from "./eval-page.ts";
import { safeText, table } from "./terminal.ts";

const MISTAKES_SHOWN = 10;

export async function run(context: CommandContext): Promise<number> {
  const { terminal } = context;
  if (context.words[0] === "mine") return (await import("./eval-mine.ts")).run(context);
  const { allSuites } = await import("../wiring/eval-suites.ts");
  const [name = "list"] = context.words;
  const suites = allSuites();
  if (name === "list") return list(context, suites);
  const suite = suites.find((each) => each.name === name);
  if (suite === undefined)
    throw new AppError("usage", `no evaluation is called "${name}"`, { fix: "cordon eval list" });
  const data = context.text("data");
  if (data === undefined)
    throw new AppError("usage", `--data DIR is missing: ${suite.name} reads ${suite.data}`, {
      fix: `cordon eval ${suite.name} --data DIR`,
    });
  const { dataFiles } = await import("../wiring/eval-data.ts");
  const began = performance.now();
  const outcome = await suite.run({
    path: data,
    files: await dataFiles(data),
    train: listOf(context, "train"),
    test: listOf(context, "test"),
    seed: context.number("seed") ?? 1,
    progress: (done, all, what) => terminal.progress(`${suite.name}: ${what} ${done}/${all}`),
  });
  const seconds = Math.round(performance.now() - began) / 1_000;
  const report = context.text("report");
  if (report !== undefined) writeReport(report, evalPage(suite, outcome, { data, seconds }));
  if (context.json) printJson(context, suite, outcome, { data, seconds });
  else print(context, suite, outcome, seconds);
  // Data sets come with lists, licences and broken rows: what was not read is named, and the figures hold all the same.
  return EXIT.ok;
}

function listOf(context: CommandContext, option: string): readonly string[] {
  return context
    .texts(option)
    .flatMap((text) => text.split(","))
    .map((text) => text.trim())
    .filter((text) => text !== "");
}

function writeReport(path: string, page: string): void {
  try {
    writeFileSync(path, page);
  } catch (cause) {
    throw new AppError("unavailable", `${path}: ${messageOf(cause)}`, { cause });
  }
}

function list(context: CommandContext, suites: readonly Suite[]): number {
  if (context.json)
    for (const { name, summary, data } of suites) context.terminal.json({ kind: "suite", name, summary, data });
  else
    table(context.terminal, suites, [
      { head: "SUITE", value: (row) => row.name },
      { head: "WHAT", value: (row) => row.summary, max: 90 },
      { head: "DATA", value: (row) => row.data, max: 110 },
    ]);
  return EXIT.ok;
}

/** The last line is the contract of docs/specs/cli.md; the lines before it are what was wrong and what could not be read. */
function printJson(
  { terminal }: CommandContext,
  suite: Suite,
  outcome: SuiteOutcome,
  run: { readonly data: string; readonly seconds: number },
): void {
  for (const mistake of outcome.mistakes) terminal.json({ kind: "mistake", ...mistake });
  for (const item of outcome.unread) terminal.json({ kind: "unread", ...item });
  const { train, test, protocol, intervals = {}, by = {}, notes } = outcome;
  terminal.json({
    ...{ suite: suite.name, data: run.data, train, test },
    metrics: { ...outcome.metrics, ...(Object.keys(by).length === 0 ? {} : { by }) },
    ...{ intervals, protocol, notes, unread: outcome.unread.length, seconds: run.seconds },
  });
}

function print({ terminal }: CommandContext, suite: Suite, outcome: SuiteOutcome, seconds: number): void {
  terminal.line(terminal.paint("bold", `${suite.name}: ${suite.summary}`));
  terminal.line(safeText(outcome.protocol));
  terminal.line(safeText(`train: ${outcome.train.join(", ") || "-"}; test: ${outcome.test.join(", ") || "-"}`));
  terminal.line("");
  table(terminal, Object.entries(outcome.metrics), [
    { head: "METRIC", value: ([name]) => name },
    { head: "VALUE", value: ([, value]) => shown(value), right: true },
    { head: "95 %", value: ([name]) => outcome.intervals?.[name]?.map(shown).join(" to ") ?? "" },
  ]);
  for (const [group, values] of Object.entries(outcome.by ?? {}))
    terminal.line(
      safeText(
        `${group}: ${Object.entries(values)
          .map(([name, value]) => `${name} ${shown(value)}`)
          .join(", ")}`,
      ),
    );
  if (outcome.mistakes.length > 0) terminal.line("");
  for (const one of outcome.mistakes.slice(0, MISTAKES_SHOWN))
    terminal.line(
      safeText(`wrong: ${one.truth} taken for ${one.guess} (${shown(one.score)}): ${one.what}`).slice(0, 200),
    );
  const rest = outcome.mistakes.length - MISTAKES_SHOWN;
  if (rest > 0) terminal.note(`${rest} more mistakes: --json or --report FILE.html`);
  for (const note of outcome.notes) terminal.line(safeText(note));
  for (const item of outcome.unread) terminal.note(`not read: ${item.where}: ${item.reason}`);
  terminal.note(`${seconds} s`);
}

function shown(value: number): string {
  if (Number.isNaN(value)) return "-";
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}
