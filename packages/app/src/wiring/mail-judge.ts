/**
 * The learnt model of mail beside the points: named on the command line, configured, or the shipped one.
 * MJ3. A model that cannot be read or used is refused with its reason, and the points go on without it.
 * MJ4. In a running Cordon a model that was trained again judges from the next mail on; the old one goes on where the new
 *      file cannot be used (followed-model.ts).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeRuntime } from "@cordon/adapters/runtime";
import { contentToMailModels } from "@cordon/engine/learning/model-file/mail-model-file";
import { readModel } from "@cordon/engine/learning/model-file/model-file";
import { type MailJudge, makeMailJudge } from "@cordon/engine/phishing/mail-judge";
import { messageOf } from "@cordon/model/error";
import { isJsonObject } from "@cordon/model/json";
import { type Config, configPath } from "../config.ts";
import { CONTENT } from "./content.ts";
import { type FollowedAbout, type FollowedModel, type FollowedParts, followModel } from "./followed-model.ts";

export const SHIPPED_MAIL = join(CONTENT, "models", "mail.model");
/** What a model's facts say it learnt from: real mails have a probability, made ones a rank. */
export const MADE = "made mails alone";

export type OpenedMailJudge =
  | { readonly kind: "judge"; readonly judge: MailJudge }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "off" };

/** For a command: mails of anybody's, judged one after another. */
export function openMailJudge(config: Config, named?: string): OpenedMailJudge {
  if (named === undefined && !config.learning.mail.enabled) return { kind: "off" };
  const path = named ?? modelPath(config);
  try {
    return { kind: "judge", judge: readJudge(readFileSync(path), config, false).value };
  } catch (error) {
    return { kind: "refused", reason: `${path}: ${messageOf(error)}` };
  }
}

const ABOUT: FollowedAbout = {
  ...{ problem: "mail-model", judged: "mails", fix: "cordon mail train" },
  without: "mails are judged by points alone",
};

/** MJ4; for a server: mails that were reported to it. */
export function followMailJudge(
  config: Config,
  parts: Pick<FollowedParts<MailJudge>, "meters" | "log">,
): FollowedModel<MailJudge> {
  if (!config.learning.mail.enabled) return { current: () => undefined, look: () => undefined };
  const read = (bytes: Uint8Array) => readJudge(bytes, config, true);
  return followModel({ ...parts, path: modelPath(config), about: ABOUT, read });
}

function modelPath(config: Config): string {
  const own = config.learning.mail.model;
  return own === undefined ? SHIPPED_MAIL : configPath(config, own);
}

function readJudge(bytes: Uint8Array, { mail }: Config, reported: boolean) {
  const runtime = makeRuntime();
  const file = readModel(bytes, (content) => runtime.sha256(content));
  const { facts } = file.about;
  const made = isJsonObject(facts) && facts.trainedOn === MADE;
  const own = { domains: mail.ownDomains.map((domain) => domain.toLowerCase()), reported };
  return { id: file.id, value: makeMailJudge({ id: file.id, models: contentToMailModels(file), made }, own) };
}
