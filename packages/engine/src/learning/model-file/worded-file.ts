/**
 * A model of words and marks (mail, addresses) as the content of a model file, and back; what is read is checked as if it were hostile.
 * WF1. Of the words only buckets that weigh something are kept, with what they were learnt from: the same scores, to the bit.
 * WF2. The forests ask the marks that the file names, in this order, and then what the words say; anything else is refused.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { WordedModel } from "../../mail/mail-model.ts";
import { refusal } from "../learning-error.ts";
import { type TextModel, textMargin } from "../text/text-model.ts";
import { calibratorFromJson, calibratorToJson } from "./calibrator-json.ts";
import { contentToForest, forestToContent } from "./forest-file.ts";
import type { ModelArray, ModelContent } from "./model-file.ts";
import { contentToText, textToContent } from "./text-file.ts";

const MAIL = "mail";
const FORESTS_MAX = 16;
/** What the words say of a mail, as numbers behind its marks. */
const OF_WORDS_MAX = 4;

export function wordedToContent(model: WordedModel, facts: JsonObject, kind = MAIL): ModelContent {
  const { names, words, forests, calibrator, away, cut } = model;
  const text = textToContent(words);
  const places = Int32Array.from(weighing(words));
  const arrays: Record<string, ModelArray> = {
    wordPlaces: places,
    wordZ: Float64Array.from(places, (at) => words.z[at] ?? 0),
    wordN: Float64Array.from(places, (at) => words.n[at] ?? 0),
  };
  const heads = forests.map((forest, at) => {
    const content = forestToContent(forest);
    for (const [name, array] of Object.entries(content.arrays)) arrays[`forest${at}.${name}`] = array;
    return content.about;
  });
  return {
    kind,
    about: {
      names: [...names],
      words: text.about,
      forests: heads,
      calibrator: calibratorToJson(calibrator),
      cut,
      facts,
      ...(away === undefined ? {} : { away: calibratorToJson(away) }),
    },
    arrays,
  };
}

/** Buckets with a weight, and the bias at the end. */
function weighing(words: TextModel): readonly number[] {
  const bias = words.z.length - 1;
  const margin = (slot: number): number =>
    textMargin(words, { slots: Int32Array.of(slot), values: Float64Array.of(1), cut: false });
  const nothing = textMargin(words, { slots: new Int32Array(0), values: new Float64Array(0), cut: false });
  return [...words.z.keys()].filter((at) => at === bias || (words.z[at] !== 0 && margin(at) !== nothing));
}

export function contentToWorded(content: ModelContent, kind = MAIL): WordedModel {
  if (content.kind !== kind) throw refusal("model-malformed", `a "${content.kind}" model where "${kind}" is needed`);
  const { names, words, forests, away, cut } = content.about;
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string") || names.length === 0)
    throw malformed("names of marks");
  if (!Array.isArray(forests) || forests.length === 0 || forests.length > FORESTS_MAX) throw malformed("forests");
  if (typeof cut !== "number" || !(cut > 0 && cut <= 1)) throw malformed(`cut ${JSON.stringify(cut)}`);
  return {
    names,
    words: wordsOf(content, words),
    forests: forests.map((about, at) => {
      const forest = contentToForest({
        kind: "forest",
        about: objectOf(about),
        arrays: arraysOf(content, `forest${at}.`),
      });
      const asked = forest.schema.names;
      const further = asked.length - names.length;
      if (further < 1 || further > OF_WORDS_MAX || names.some((name, place) => asked[place] !== name))
        throw malformed(`forest ${at} asks other marks than the file names`);
      if (forest.objective !== "binary" || forest.outputs !== 1)
        throw malformed(`forest ${at} answers another question`);
      return forest;
    }),
    calibrator: calibratorFromJson(content.about.calibrator),
    ...(away === undefined ? {} : { away: calibratorFromJson(away) }),
    cut,
  };
}

function wordsOf({ arrays }: ModelContent, about: Json | undefined): TextModel {
  const { wordPlaces, wordZ, wordN } = arrays;
  if (!(wordPlaces instanceof Int32Array) || !(wordZ instanceof Float64Array) || !(wordN instanceof Float64Array))
    throw malformed("words");
  // The bits stand behind a check of their own before anything of that size is made.
  const bits = objectOf(objectOf(about).hashing).bits;
  if (typeof bits !== "number" || !Number.isInteger(bits) || bits < 4 || bits > 24)
    throw malformed("bits of the hashing");
  const size = 2 ** bits + 1;
  const z = new Float64Array(size);
  const n = new Float64Array(size);
  if (wordZ.length !== wordPlaces.length || wordN.length !== wordPlaces.length) throw malformed("words");
  wordPlaces.forEach((place, at) => {
    if (place < 0 || place >= size) throw malformed(`bucket ${place} of ${size}`);
    z[place] = wordZ[at] ?? 0;
    n[place] = wordN[at] ?? 0;
  });
  return contentToText({ kind: "text", about: objectOf(about), arrays: { z, n } });
}

export function arraysOf({ arrays }: ModelContent, prefix: string): Record<string, ModelArray> {
  return Object.fromEntries(
    Object.entries(arrays).flatMap(([name, array]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), array] as const] : [],
    ),
  );
}

const objectOf = (value: Json | undefined): JsonObject => {
  if (value === undefined || !isJsonObject(value)) throw malformed("the header");
  return value;
};

const malformed = (what: string) =>
  refusal("model-malformed", `model of words and marks: ${what} is not as it must be`);
