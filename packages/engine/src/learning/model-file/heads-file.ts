/** Linear heads, and the letters of usual names, as contents of model files, and back; what is read is checked as if it were hostile. */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { DomainModel } from "../domains/domain-model.ts";
import { FOUR, LETTERS_ORDER, type NameLetters } from "../domains/letters.ts";
import type { GramHashing } from "../heads/gram-row.ts";
import { type Heads, STEP } from "../heads/heads.ts";
import { refusal } from "../learning-error.ts";
import type { ModelArray, ModelContent } from "./model-file.ts";

const WEB = "web-payloads";
const DOMAINS = "generated-names";
const BITS_MAX = 22;

/** LH3: weights are whole steps, so that a file holds them as whole numbers; most are 0 and are left out. */
function headsArrays({ weights }: Heads): { places: Int32Array; steps: Int32Array } {
  const places = Int32Array.from([...weights.keys()].filter((at) => weights[at] !== 0));
  return { places, steps: Int32Array.from(places, (at) => Math.round((weights[at] ?? 0) / STEP)) };
}

export function webToContent(heads: Heads, facts: JsonObject): ModelContent {
  return {
    kind: WEB,
    about: { names: [...heads.names], hashing: { ...heads.hashing }, facts },
    arrays: headsArrays(heads),
  };
}

export function contentToWeb(content: ModelContent): Heads {
  return headsOf(content, WEB);
}

export function domainsToContent({ heads, letters }: DomainModel, facts: JsonObject): ModelContent {
  const runs = Int32Array.from([...letters.runs.keys()].filter((at) => letters.runs[at] !== 0));
  const words = [...letters.words];
  return {
    kind: DOMAINS,
    about: {
      names: [...heads.names],
      hashing: { ...heads.hashing },
      facts,
      countedNames: letters.names,
      order: LETTERS_ORDER,
    },
    arrays: {
      ...headsArrays(heads),
      runs,
      runCounts: Int32Array.from(runs, (at) => letters.runs[at] ?? 0),
      words: Uint8Array.from(words.map(([word]) => word).join(" "), (char) => char.charCodeAt(0)),
      wordCounts: Int32Array.from(words, ([, count]) => count),
    },
  };
}

export function contentToDomains(content: ModelContent): DomainModel {
  const heads = headsOf(content, DOMAINS);
  const { runs, runCounts, words, wordCounts } = content.arrays;
  const counted = numberOf(content.about.countedNames);
  if (
    content.about.order !== LETTERS_ORDER ||
    !isWhole(runs) ||
    !isWhole(runCounts) ||
    !isWhole(wordCounts) ||
    !(words instanceof Uint8Array)
  )
    throw refusal("model-malformed", "names: counts of letters and words are missing");
  const all = new Int32Array(FOUR);
  runs.forEach((run, at) => {
    const count = runCounts[at] ?? -1;
    if (run < 0 || run >= FOUR || count < 0)
      throw refusal("model-malformed", `names: run ${run} counted ${count} times`);
    all[run] = count;
  });
  let text = "";
  for (const code of words) text += String.fromCharCode(code);
  const list = text === "" ? [] : text.split(" ");
  if (list.length !== wordCounts.length)
    throw refusal("model-malformed", `names: ${list.length} words, ${wordCounts.length} counts`);
  const letters: NameLetters = {
    runs: all,
    names: counted,
    words: new Map(list.map((word, at) => [word, wordCounts[at] ?? 0])),
  };
  return { heads, letters };
}

const isWhole = (array: ModelArray | undefined): array is Int32Array => array instanceof Int32Array;

function headsOf({ kind, about, arrays }: ModelContent, wanted: string): Heads {
  if (kind !== wanted) throw refusal("model-malformed", `a "${kind}" model where "${wanted}" is needed`);
  const names = Array.isArray(about.names)
    ? about.names.filter((name): name is string => typeof name === "string")
    : [];
  const hashing = hashingOf(about.hashing);
  const { places, steps } = arrays;
  if (names.length === 0 || !isWhole(places) || !isWhole(steps) || places.length !== steps.length)
    throw refusal("model-malformed", `${wanted}: names or weights are missing`);
  const weights = new Float64Array((2 ** hashing.bits + 1) * names.length);
  places.forEach((place, at) => {
    if (place < 0 || place >= weights.length)
      throw refusal("model-malformed", `${wanted}: a weight at ${place} of ${weights.length}`);
    weights[place] = (steps[at] ?? 0) * STEP;
  });
  return { names, hashing, weights };
}

function hashingOf(value: Json | undefined): GramHashing {
  const all: JsonObject = isJsonObject(value) ? value : {};
  const [bits, min, max, charsMax] = [all.bits, all.min, all.max, all.charsMax].map(numberOf);
  if (
    bits === undefined ||
    min === undefined ||
    max === undefined ||
    charsMax === undefined ||
    bits > BITS_MAX ||
    min > max ||
    max > 8
  )
    throw refusal("model-malformed", `hashing of grams: ${JSON.stringify(value)}`);
  return { bits, min, max, charsMax };
}

function numberOf(value: Json | undefined): number {
  if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
  throw refusal("model-malformed", `${JSON.stringify(value)} where a whole number above 0 must be`);
}
