/** `cordon content train web|domains`: the models that judge requests and names, from generated data and one's own. */
import { writeFileSync } from "node:fs";
import { AppError, messageOf } from "@cordon/model/error";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText } from "./terminal.ts";

/** Rows named on the terminal; all are counted. */
const SHOWN = 10;

export async function train(context: CommandContext): Promise<number> {
  const { terminal, json } = context;
  const [kind = ""] = context.words;
  if (kind !== "web" && kind !== "domains")
    throw new AppError("usage", `"${kind}" is no model`, { fix: "cordon content train web --to FILE" });
  const to = context.text("to");
  if (to === undefined)
    throw new AppError("usage", "--to FILE is missing", { fix: `cordon content train ${kind} --to FILE` });
  const { trainContent } = await import("../wiring/content-way.ts");
  const path = context.text("data");
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
