/** A text model as the content of a model file, and back; what is read is checked as if it were hostile. */
import type { JsonObject } from "@cordon/model/json";
import { refusal } from "../learning-error.ts";
import type { TextHashing } from "../text/hash-text.ts";
import { makeTextModel, type TextModel } from "../text/text-model.ts";
import type { ModelContent } from "./model-file.ts";

const KIND = "text";

export function textToContent({ parameters, z, n }: TextModel, facts: JsonObject = {}): ModelContent {
  const { hashing, alpha, beta, l1, l2 } = parameters;
  return { kind: KIND, about: { hashing: { ...hashing }, alpha, beta, l1, l2, facts }, arrays: { z, n } };
}

export function contentToText({ kind, about, arrays }: ModelContent): TextModel {
  if (kind !== KIND) throw refusal("model-malformed", `a "${kind}" model where a text model is needed`);
  const hashing = hashingOf(about.hashing);
  const model = makeTextModel({
    hashing,
    alpha: numberOf(about.alpha),
    beta: numberOf(about.beta),
    l1: numberOf(about.l1),
    l2: numberOf(about.l2),
  });
  const { z, n } = arrays;
  const fits = (array: unknown): array is Float64Array =>
    array instanceof Float64Array && array.length === model.z.length && array.every(Number.isFinite);
  if (!fits(z) || !fits(n) || n.some((square) => square < 0))
    throw refusal("model-malformed", "text model: its arrays are not as its hashing says");
  return { ...model, z, n };
}

function hashingOf(value: unknown): TextHashing {
  const all = typeof value === "object" && value !== null ? new Map(Object.entries(value)) : new Map<string, unknown>();
  const wordGrams = all.get("wordGrams");
  if (wordGrams !== 0 && wordGrams !== 1 && wordGrams !== 2)
    throw refusal("model-malformed", `text model: wordGrams is ${JSON.stringify(wordGrams)}`);
  return {
    wordGrams,
    bits: numberOf(all.get("bits")),
    charGramsMin: numberOf(all.get("charGramsMin")),
    charGramsMax: numberOf(all.get("charGramsMax")),
    charsMax: numberOf(all.get("charsMax")),
  };
}

function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  throw refusal("model-malformed", `text model: ${JSON.stringify(value)} where a number must be`);
}
