/** `cordon file train`: a model of one's own files beside the points. */
import { AppError } from "@cordon/model/error";
import type { CommandContext } from "./command.ts";
import { pathsOf, showTrained, writeTrained } from "./train.ts";

const OUT = "file.model";

export async function run(context: CommandContext): Promise<number> {
  const good = pathsOf(context, "benign");
  const bad = pathsOf(context, "malicious");
  if (good.length === 0 || bad.length === 0)
    throw new AppError("usage", "benign and malicious files are needed: --benign DIR --malicious DIR", {
      fix: "cordon file train --benign DIR --malicious DIR",
    });
  const { trainFileModel } = await import("../wiring/file-train.ts");
  const trained = trainFileModel({ good, bad }, (what) => context.terminal.progress(`file train: ${what}`));
  const to = context.text("out") ?? OUT;
  writeTrained(to, trained);
  return showTrained(context, to, { trained, key: "learning.file.model" });
}
