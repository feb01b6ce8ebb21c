/**
 * `cordon content train web|domains|urls`: the models that judge requests and names, from generated data and one's own, and the
 * one of addresses, from labelled addresses alone.
 */
import { writeFileSync } from "node:fs";
import { AppError, messageOf } from "@cordon/model/error";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText } from "./terminal.ts";
import { pathsOf, showTrained, writeTrained } from "./train.ts";

/** Rows named on the terminal; all are counted. */
const SHOWN = 10;

export async function train(context: CommandContext): Promise<number> {
  const { terminal, json } = context;
  const [kind = ""] = context.words;
  if (kind !== "web" && kind !== "domains" && kind !== "urls")
    throw new AppError("usage", `"${kind}" is no model`, { fix: "cordon content train web --to FILE" });
  const to = context.text("to");
  if (to === undefined)
    throw new AppError("usage", "--to FILE is missing", { fix: `cordon content train ${kind} --to FILE` });
  if (kind === "urls") return trainUrls(context, to, pathsOf(context, "data"));
  const [path, ...more] = context.texts("data");
  if (more.length > 0)
    throw new AppError("usage", `${more.length + 1} paths: ${kind} learns from one file or folder`, {
      fix: `cordon content train ${kind} --data DIR --to FILE`,
    });
  const { trainContent } = await import("../wiring/content-way.ts");
  const { bytes, id, rows, own, unread } = await trainContent(kind, {
    ...(path === undefined ? {} : { path }),
    progress: (what) => terminal.progress(`${kind}: ${what}`),
  });
  try {
    writeFileSync(to, bytes);
  } catch (cause) {
    throw new AppError("unavailable", `${to}: ${messageOf(cause)}`, { cause });
  }
  if (json)
    terminal.json({
      kind: "trained",
      model: kind,
      file: to,
      id,
      rows,
      own,
      bytes: bytes.length,
      unread: unread.length,
    });
  else {
    terminal.line(safeText(`${to}: ${bytes.length} bytes, ${rows} rows (${own} own), id ${id}`));
    for (const { where, reason } of unread.slice(0, SHOWN)) terminal.note(safeText(`not read: ${where}: ${reason}`));
    if (unread.length > SHOWN) terminal.note(`${unread.length - SHOWN} further rows were not read`);
    terminal.note(`to use it: content.${kind} in the configuration`);
  }
  return unread.length > 0 ? EXIT.partial : EXIT.ok;
}

async function trainUrls(context: CommandContext, to: string, paths: readonly string[]): Promise<number> {
  if (paths.length === 0)
    throw new AppError(
      "usage",
      "--data is missing: addresses are learnt from labelled ones alone, none come with Cordon",
      {
        fix: "cordon content train urls --data FILE --to FILE (a table with columns url and label, or lists named benign, phishing)",
      },
    );
  const { trainUrlModel } = await import("../wiring/content-urls.ts");
  const progress = (what: string): void => context.terminal.progress(`urls: ${what}`);
  const trained = await trainUrlModel(paths, progress);
  writeTrained(to, trained);
  return showTrained(context, to, { trained, key: "content.urls" });
}
