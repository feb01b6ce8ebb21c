/**
 * The learnt model of mail beside the points: named on the command line, configured, or the shipped one.
 * MJ3. A model that cannot be read or used is refused with its reason, and the points go on without it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeRuntime } from "@cordon/adapters/runtime";
import { readModel } from "@cordon/engine/learning/model-file/model-file";
import { contentToWorded } from "@cordon/engine/learning/model-file/worded-file";
import { type MailJudge, makeMailJudge } from "@cordon/engine/phishing/mail-judge";
import { messageOf } from "@cordon/model/error";
import { isJsonObject } from "@cordon/model/json";
import { type Config, configPath } from "../config.ts";
import { CONTENT } from "./content.ts";

export const SHIPPED_MAIL = join(CONTENT, "models", "mail.model");
/** What a model's facts say it learnt from: real mails have a probability, made ones a rank. */
export const MADE = "made mails alone";

export type OpenedMailJudge =
  | { readonly kind: "judge"; readonly judge: MailJudge }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "off" };

export function openMailJudge(config: Config, named?: string): OpenedMailJudge {
  const { enabled, model: own } = config.learning.mail;
  if (named === undefined && !enabled) return { kind: "off" };
  const path = named ?? (own === undefined ? SHIPPED_MAIL : configPath(config, own));
  try {
    const runtime = makeRuntime();
    const file = readModel(readFileSync(path), (bytes) => runtime.sha256(bytes));
    const { facts } = file.about;
    const made = isJsonObject(facts) && facts.trainedOn === MADE;
    return { kind: "judge", judge: makeMailJudge({ id: file.id, model: contentToWorded(file), made }) };
  } catch (error) {
    return { kind: "refused", reason: `${path}: ${messageOf(error)}` };
  }
}
