/**
 * A model of flows (forests, calibrator, cut, what was learnt) as the content of a model file, and back; what is read is checked as
 * if it were hostile. FL4. It must ask the numbers of this version, in their order: others would be answered, and mean nothing.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { FlowModel, LearntRange } from "../flow/flow-model.ts";
import { FLOW_MODEL_SCHEMA, OWN_NUMBERS } from "../flow/flow-vector.ts";
import { refusal } from "../learning-error.ts";
import { schemaText } from "../table.ts";
import type { Forest } from "../trees/forest.ts";
import { calibratorFromJson, calibratorToJson } from "./calibrator-json.ts";
import { contentToForest, forestToContent } from "./forest-file.ts";
import type { ModelArray, ModelContent } from "./model-file.ts";

const KIND = "flows";
const OF_KINDS = "kinds.";

export function flowsToContent(model: FlowModel, facts: JsonObject): ModelContent {
  const { forest, calibrator, cut, kinds, families, ranges, protocols } = model;
  const { about, arrays } = forestToContent(forest, facts);
  const second = kinds === undefined ? undefined : forestToContent(kinds);
  return {
    kind: KIND,
    about: {
      ...about,
      ...{ calibrator: calibratorToJson(calibrator), cut, families: [...families], protocols: [...protocols] },
      ranges: ranges.map(({ low, high, always }) => (low <= high ? { low, high, always } : { always })),
      ...(second === undefined ? {} : { second: second.about }),
    },
    arrays: { ...arrays, ...prefixed(second?.arrays ?? {}) },
  };
}

const prefixed = (arrays: Readonly<Record<string, ModelArray>>): Record<string, ModelArray> =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${OF_KINDS}${name}`, array]));

export function contentToFlows({ kind, about, arrays }: ModelContent): FlowModel {
  if (kind !== KIND) throw malformed(`a "${kind}" model where one of flows is needed`);
  const { cut, families, ranges, protocols } = about;
  if (typeof cut !== "number" || !Number.isFinite(cut)) throw malformed("cut");
  if (!Array.isArray(families) || !families.every((name) => typeof name === "string")) throw malformed("families");
  if (!Array.isArray(protocols) || !protocols.every((code) => typeof code === "number")) throw malformed("protocols");
  if (!Array.isArray(ranges) || ranges.length !== OWN_NUMBERS) throw malformed("ranges");
  const forest = checked(contentToForest({ kind: "forest", about, arrays }), "binary", 1);
  return {
    ...{ forest, cut, families, protocols, calibrator: calibratorFromJson(about.calibrator) },
    ...{ kinds: kindsOf(about.second, arrays, families.length), ranges: ranges.map(rangeOf) },
  };
}

function kindsOf(about: Json | undefined, arrays: ModelContent["arrays"], families: number): Forest | undefined {
  if (about === undefined) return undefined;
  if (!isJsonObject(about)) throw malformed("second");
  const own = Object.entries(arrays).flatMap(([name, array]) =>
    name.startsWith(OF_KINDS) ? [[name.slice(OF_KINDS.length), array] as const] : [],
  );
  const forest = contentToForest({ kind: "forest", about, arrays: Object.fromEntries(own) });
  return checked(forest, "multiclass", families);
}

function checked(forest: Forest, objective: Forest["objective"], outputs: number): Forest {
  if (schemaText(forest.schema) !== schemaText(FLOW_MODEL_SCHEMA))
    throw refusal("schema-differs", "it asks numbers that this version does not know: train it again");
  if (forest.objective !== objective || forest.outputs !== outputs)
    throw malformed("its forest answers another question");
  return forest;
}

function rangeOf(value: Json): LearntRange {
  const { low, high, always } = isJsonObject(value) ? value : {};
  if (typeof always !== "boolean") throw malformed("ranges");
  if (typeof low === "number" && typeof high === "number" && low <= high) return { low, high, always };
  if (low !== undefined || high !== undefined) throw malformed("ranges");
  return { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY, always };
}

const malformed = (what: string) => refusal("model-malformed", `model of flows: ${what} is not as it must be`);
