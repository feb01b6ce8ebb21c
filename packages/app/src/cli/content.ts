/**
 * `cordon content train web|domains|urls|flows`: the models that judge requests and names, from generated data and one's own, and
 * those of addresses and connections, from labelled ones alone.
 */
import { writeFileSync } from "node:fs";
import { AppError, messageOf } from "@cordon/model/error";
import { loadConfig } from "../config.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText } from "./terminal.ts";
import { pathsOf, showTrained, writeTrained } from "./train.ts";

/** Rows named on the terminal; all are counted. */
const SHOWN = 10;

export async function train(context: CommandContext): Promise<number> {
  const { terminal, json } = context;
  const [kind = ""] = context.words;
  if (kind !== "web" && kind !== "domains" && kind !== "urls" && kind !== "flows")
    throw new AppError("usage", `"${kind}" is no model`, { fix: "cordon content train web --to FILE" });
  const to = context.text("to");
  if (to === undefined)
    throw new AppError("usage", "--to FILE is missing", { fix: `cordon content train ${kind} --to FILE` });
  if (kind === "urls") return trainUrls(context, to, pathsOf(context, "data"));
  if (kind === "flows") return trainFlows(context, to, pathsOf(context, "data"));
  const [path, ...more] = context.texts("data");
  if (more.length > 0)
    throw new AppError("usage", `${more.length + 1} paths: ${kind} learns from one file or folder`, {
      fix: `cordon content train ${kind} --data DIR --to FILE`,
    });
  const { trainContent } = await import("../wiring/content-train.ts");
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

const SPLITS = ["source", "file", "time"] as const;

async function trainFlows(context: CommandContext, to: string, paths: readonly string[]): Promise<number> {
  if (paths.length === 0)
    throw new AppError(
      "usage",
      "--data is missing: connections are learnt from labelled ones alone, none come with Cordon",
      {
        fix: "cordon content train flows --data FILE --to FILE (docs/flows.md: Zeek, Suricata, NetFlow, published tables, with a label)",
      },
    );
  const wanted = context.text("split");
  const split = SPLITS.find((way) => way === wanted);
  if (wanted !== undefined && split === undefined)
    throw new AppError("usage", `--split ${wanted}: ${SPLITS.join(", ")} are known`);
  const budget = context.text("budget");
  const share = budget === undefined ? undefined : Number(budget);
  if (share !== undefined && !(share > 0 && share <= 0.1))
    throw new AppError("usage", `--budget ${budget}: a share of benign connections above 0, at most 0.1`);
  const asked = context.text("config");
  const { trainFlowModel } = await import("../wiring/content-flows.ts");
  const trained = await trainFlowModel({
    ...{ config: loadConfig(asked === undefined ? {} : { config: asked }), paths, split, budget: share },
    ...{ column: context.text("label"), labels: pathsOf(context, "labels") },
    progress: (what) => context.terminal.progress(`flows: ${what}`),
  });
  writeTrained(to, trained);
  return showTrained(context, to, { trained, key: "content.flows" });
}
