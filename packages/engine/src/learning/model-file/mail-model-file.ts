/**
 * Models of mail as the content of one model file, and back; what is read is checked as if it were hostile.
 * MM1. The usual model lies as a model of words and marks does; beside it, under names of their own, that for mails from
 *      elsewhere and the places where the learnt ones came in. A file without them is one model for all mails.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { MailModels } from "../../mail/mail-model.ts";
import { isPlace, type MailSource } from "../../mail/receivers.ts";
import { refusal } from "../learning-error.ts";
import type { ModelContent } from "./model-file.ts";
import { arraysOf, contentToWorded, wordedToContent } from "./worded-file.ts";

const PREFIX = "elsewhere.";
const PLACES_MAX = 100;

export function mailModelsToContent({ home, elsewhere }: MailModels, facts: JsonObject): ModelContent {
  const usual = wordedToContent(home, facts);
  if (elsewhere === undefined) return usual;
  const { about, arrays } = wordedToContent(elsewhere.model, {});
  const further = Object.entries(arrays).map(([name, array]) => [`${PREFIX}${name}`, array] as const);
  return {
    ...usual,
    about: { ...usual.about, elsewhere: about, source: sourceToJson(elsewhere.source) },
    arrays: { ...usual.arrays, ...Object.fromEntries(further) },
  };
}

export function contentToMailModels(content: ModelContent): MailModels {
  const home = contentToWorded(content);
  const { elsewhere, source } = content.about;
  if (elsewhere === undefined) return { home };
  if (!isJsonObject(elsewhere)) throw malformed("the model for other sources");
  const model = contentToWorded({ kind: content.kind, about: elsewhere, arrays: arraysOf(content, PREFIX) });
  if (model.away === undefined) throw malformed("the curve for other sources");
  return { home, elsewhere: { model, source: sourceFromJson(source) } };
}

const sourceToJson = ({ places, untold }: MailSource): JsonObject => ({ places: [...places], untold });

function sourceFromJson(value: Json | undefined): MailSource {
  const { places, untold } = value !== undefined && isJsonObject(value) ? value : {};
  if (!Array.isArray(places) || places.length > PLACES_MAX || typeof untold !== "boolean")
    throw malformed("its source");
  const known = places.flatMap((place) => (typeof place === "string" && isPlace(place) ? [place] : []));
  if (known.length < places.length) throw malformed("a place");
  return { places: known, untold };
}

const malformed = (what: string) => refusal("model-malformed", `model of mail: ${what} is not as it must be`);
