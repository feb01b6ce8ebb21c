/**
 * A forest as the content of a model file, and back.
 * LM4. What is read is checked as if it were hostile: every index is inside its array and every child behind its parent, so that a
 *      walk always ends at a leaf.
 */
import type { JsonObject } from "@cordon/model/json";
import { refusal } from "../learning-error.ts";
import { type FeatureKind, type FeatureSchema, makeSchema } from "../table.ts";
import type { Forest, ObjectiveKind } from "../trees/forest.ts";
import type { ModelContent } from "./model-file.ts";

const KIND = "forest";
const OBJECTIVES: readonly ObjectiveKind[] = ["binary", "multiclass", "regression", "ranking"];

/** `facts` travel along under their own name: training window, metrics, lineage. */
export function forestToContent(forest: Forest, facts: JsonObject = {}): ModelContent {
  const { schema, objective, outputs, base, roots, feature, threshold, setStart, sets, missingLeft } = forest;
  const { left, right, value, cover } = forest;
  return {
    kind: KIND,
    about: { objective, outputs, names: schema.names, kinds: schema.kinds, facts },
    arrays: { base, roots, feature, threshold, setStart, sets, missingLeft, left, right, value, cover },
  };
}

export function contentToForest(content: ModelContent): Forest {
  if (content.kind !== KIND) throw malformed(`a "${content.kind}" model where a forest is needed`);
  const { about } = content;
  const objective = OBJECTIVES.find((kind) => kind === about.objective);
  if (objective === undefined) throw malformed(`objective ${JSON.stringify(about.objective)}`);
  const outputs = about.outputs;
  if (typeof outputs !== "number" || !Number.isInteger(outputs) || outputs < 1) throw malformed("outputs");
  const forest: Forest = {
    schema: schemaOf(about),
    objective,
    outputs,
    base: float64(content, "base"),
    roots: int32(content, "roots"),
    feature: int32(content, "feature"),
    threshold: float64(content, "threshold"),
    setStart: int32(content, "setStart"),
    sets: int32(content, "sets"),
    missingLeft: uint8(content, "missingLeft"),
    left: int32(content, "left"),
    right: int32(content, "right"),
    value: float64(content, "value"),
    cover: float64(content, "cover"),
  };
  checkForest(forest);
  return forest;
}

function checkForest(forest: Forest): void {
  const { roots, feature, outputs, base } = forest;
  const nodes = feature.length;
  const perNode = [
    forest.threshold,
    forest.setStart,
    forest.missingLeft,
    forest.left,
    forest.right,
    forest.value,
    forest.cover,
  ];
  if (perNode.some((array) => array.length !== nodes)) throw malformed("arrays of nodes differ in length");
  if (base.length !== outputs || !base.every(Number.isFinite)) throw malformed("base");
  if (roots.length % outputs !== 0) throw malformed(`${roots.length} trees for ${outputs} outputs`);
  if (roots.some((root, at) => root < 0 || root >= nodes || root <= (roots[at - 1] ?? -1))) throw malformed("roots");
  if (!forest.value.every(Number.isFinite) || !forest.cover.every((rows) => rows > 0))
    throw malformed("values or covers");
  for (let node = 0; node < nodes; node += 1)
    if ((feature[node] ?? -1) !== -1 && !isSoundSplit(forest, node)) throw malformed(`node ${node} of ${nodes}`);
}

function isSoundSplit(forest: Forest, node: number): boolean {
  const { feature, left, right, setStart, sets, threshold, schema } = forest;
  const nodes = feature.length;
  const kind = schema.kinds[feature[node] ?? -1];
  const behind = [left[node] ?? 0, right[node] ?? 0].every((child) => child > node && child < nodes);
  if (kind === undefined || !behind) return false;
  const start = setStart[node] ?? -1;
  if (kind === "number") return start === -1 && Number.isFinite(threshold[node]);
  const words = sets[start] ?? -1;
  return start >= 0 && words >= 1 && start + words < sets.length && Number.isNaN(threshold[node]);
}

function schemaOf(about: JsonObject): FeatureSchema {
  const { names, kinds } = about;
  if (!Array.isArray(names) || !Array.isArray(kinds)) throw malformed("names or kinds of features");
  const isKind = (kind: unknown): kind is FeatureKind => kind === "number" || kind === "category";
  const isName = (name: unknown): name is string => typeof name === "string";
  if (!names.every(isName) || !kinds.every(isKind)) throw malformed("names or kinds of features");
  return makeSchema(names, kinds);
}

function float64({ arrays }: ModelContent, name: string): Float64Array {
  const array = arrays[name];
  if (array instanceof Float64Array) return array;
  throw malformed(`array "${name}"`);
}

function int32({ arrays }: ModelContent, name: string): Int32Array {
  const array = arrays[name];
  if (array instanceof Int32Array) return array;
  throw malformed(`array "${name}"`);
}

function uint8({ arrays }: ModelContent, name: string): Uint8Array {
  const array = arrays[name];
  if (array instanceof Uint8Array) return array;
  throw malformed(`array "${name}"`);
}

const malformed = (what: string) => refusal("model-malformed", `forest: ${what} is not as it must be`);
