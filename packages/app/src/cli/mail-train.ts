/** `cordon mail train`: a model of one's own mails beside the points; without mails the one that ships. */
import { AppError } from "@cordon/model/error";
import type { CommandContext } from "./command.ts";
import { pathsOf, showTrained, writeTrained } from "./train.ts";

const OUT = "mail.model";

export async function run(context: CommandContext): Promise<number> {
  const { terminal } = context;
  const good = pathsOf(context, "ham");
  const bad = pathsOf(context, "phish");
  if ((good.length === 0) !== (bad.length === 0))
    throw new AppError("usage", "wanted and unwanted mails are needed: --ham DIR --phish DIR", {
      fix: "cordon mail train --ham DIR --phish DIR",
    });
  const { trainMadeMail, trainMail } = await import("../wiring/mail-train.ts");
  const progress = (what: string): void => terminal.progress(`mail train: ${what}`);
  const trained = good.length === 0 ? trainMadeMail(progress) : await trainMail({ good, bad }, progress);
  const to = context.text("out") ?? OUT;
  writeTrained(to, trained);
  return showTrained(context, to, { trained, key: "learning.mail.model" });
}
