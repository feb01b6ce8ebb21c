/** What `cordon mail train` and `cordon file train` share: paths, the written file and its card, the figures on the terminal. */
import { renameSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { AppError, messageOf } from "@cordon/model/error";
import type { TrainedModel } from "../wiring/mail-train.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText } from "./terminal.ts";

/** Named on the terminal; all are counted. */
const UNREAD_SHOWN = 10;
const MISTAKES_SHOWN = 10;

export const pathsOf = (context: CommandContext, option: string): readonly string[] =>
  context
    .texts(option)
    .flatMap((text) => text.split(","))
    .map((text) => text.trim())
    .filter((text) => text !== "");

/** Whole or not at all: a killed training leaves what was there. */
export function writeTrained(to: string, { bytes, card }: TrainedModel): void {
  try {
    for (const [path, content] of [
      [to, bytes],
      [`${to}.card.md`, card],
    ] as const) {
      writeFileSync(`${path}.part`, content);
      renameSync(`${path}.part`, path);
    }
  } catch (cause) {
    throw new AppError("unavailable", `${to}: ${messageOf(cause)}`, { cause });
  }
}

export function showTrained(
  context: CommandContext,
  to: string,
  { trained, key }: { trained: TrainedModel; key: string },
): number {
  const { terminal, json } = context;
  const { id, bytes, rows, unread, outcome } = trained;
  if (json) {
    for (const mistake of outcome?.mistakes ?? []) terminal.json({ kind: "mistake", ...mistake });
    for (const item of unread) terminal.json({ kind: "unread", ...item });
    const { metrics = {}, intervals = {}, by = {}, protocol } = outcome ?? {};
    terminal.json({
      kind: "trained",
      file: to,
      id,
      bytes: bytes.length,
      ...rows,
      metrics,
      intervals,
      by,
      protocol,
      unread: unread.length,
    });
    return unread.length > 0 ? EXIT.partial : EXIT.ok;
  }
  const line = (text: string): void => terminal.line(safeText(text));
  line(
    `${to}: ${bytes.length} bytes, ${rows.good} good and ${rows.bad} bad (${rows.copies} equal ones left out), id ${id}`,
  );
  if (outcome !== undefined) showFigures(context, outcome);
  for (const { where, reason } of unread.slice(0, UNREAD_SHOWN))
    terminal.note(safeText(`not read: ${where}: ${reason}`));
  if (unread.length > UNREAD_SHOWN) terminal.note(`${unread.length - UNREAD_SHOWN} more were not read: --json`);
  terminal.note(safeText(`card: ${to}.card.md; to use it: ${key}: ${resolve(to)} in the configuration`));
  return unread.length > 0 ? EXIT.partial : EXIT.ok;
}

function showFigures({ terminal }: CommandContext, outcome: NonNullable<TrainedModel["outcome"]>): void {
  const line = (text: string): void => terminal.line(safeText(text));
  line(outcome.protocol);
  for (const [name, value] of Object.entries(outcome.metrics)) {
    const interval = outcome.intervals?.[name];
    const shown = Number.isNaN(value) ? "not known" : Number.isInteger(value) ? String(value) : value.toFixed(4);
    line(
      `  ${name.padEnd(12)} ${shown}${interval === undefined ? "" : ` (${interval.map((end) => end.toFixed(4)).join(" to ")})`}`,
    );
  }
  for (const { what, truth, guess, score } of outcome.mistakes.slice(0, MISTAKES_SHOWN))
    line(`wrong: ${truth} taken for ${guess} (${score.toFixed(4)}): ${what}`.slice(0, 200));
  const rest = outcome.mistakes.length - MISTAKES_SHOWN;
  if (rest > 0) terminal.note(`${rest} more mistakes: --json`);
}
