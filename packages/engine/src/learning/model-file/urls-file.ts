/**
 * A model of addresses as the content of a model file, and back; what is read is checked as if it were hostile.
 * UF1. It lies as a model of words and marks does, under a kind of its own: a model of mail is none of addresses.
 * UF2. Marks and hashing must be those of this version: others would be answered, and mean nothing.
 */
import type { JsonObject } from "@cordon/model/json";
import type { WordedModel } from "../../mail/mail-model.ts";
import { refusal } from "../learning-error.ts";
import { URL_FEATURES } from "../url/url-features.ts";
import { URL_HASHING } from "../url/url-model.ts";
import type { ModelContent } from "./model-file.ts";
import { contentToWorded, wordedToContent } from "./worded-file.ts";

const KIND = "urls";

export const urlsToContent = (model: WordedModel, facts: JsonObject): ModelContent =>
  wordedToContent(model, facts, KIND);

export function contentToUrls(content: ModelContent): WordedModel {
  const model = contentToWorded(content, KIND);
  const { hashing } = model.words.parameters;
  const same = Object.entries(URL_HASHING).every(([name, value]) =>
    Object.entries(hashing).some(([other, its]) => other === name && its === value),
  );
  if (!same || model.names.length !== URL_FEATURES.length || model.names.some((name, at) => name !== URL_FEATURES[at]))
    throw refusal("schema-differs", "it asks marks or letters that this version does not know: train it again");
  return model;
}
