/**
 * The triage model as a value and as a file.
 * Enters: a fitted forest with its calibration and the cases it learnt from. Leaves: bytes with a header; and back.
 *
 * TM1. The file holds all that a decision needs: a decision can be made again from file and row alone.
 * TM2. What is read is checked as if it were hostile; a file of another schema is refused with the first feature that differs.
 */
import { type Sha256, sha256Of } from "@cordon/model/ids";
import { VERDICTS } from "@cordon/model/incident";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { Calibrator } from "../calibrate/calibrator.ts";
import { refusal } from "../learning-error.ts";
import { contentToForest, forestToContent } from "../model-file/forest-file.ts";
import { type Hash, readModel, writeModel } from "../model-file/model-file.ts";
import { requireSchema, schemaText } from "../table.ts";
import type { Forest } from "../trees/forest.ts";
import { type AdviceModels, readAdvice, writeAdvice } from "./advice-model.ts";
import { TRIAGE_SCHEMA } from "./features.ts";
import type { PastCase } from "./similar.ts";

/** Order of the forest's outputs. */
export const CLASSES = VERDICTS;
const KIND = "triage";
/** Past cases kept for likeness: the newest. About 300 bytes each. */
export const CASES_MAX = 2_000;

export interface TriageParts {
  readonly forest: Forest;
  /** Rules by code. */
  readonly rules: readonly string[];
  readonly calibrator: Calibrator;
  /** `split`: calibrated on rows that the forest never saw; `crossed`: on rows left out in turn. Only a split proves a bound. */
  readonly calibratedBy: "split" | "crossed";
  /** Scores and labels of the calibration rows, and their rules: for intervals and for the gate of closing. */
  readonly heldScores: Float64Array;
  readonly heldLabels: Float64Array;
  readonly heldRules: readonly string[];
  /** Median of each feature, in the order of the schema. */
  readonly baselines: Float64Array;
  /** Share of malicious verdicts, weighted. */
  readonly threshold: number;
  readonly cases: readonly PastCase[];
  readonly advice: AdviceModels;
  /** Rules whose verdicts are held back as doubtful: nothing of them is closed. */
  readonly heldBack: readonly string[];
  /** Lineage and figures: for people, not for decisions. */
  readonly facts: JsonObject;
}

export interface TriageModel extends TriageParts {
  readonly id: Sha256;
  readonly schema: string;
}

export const schemaDigest = (hash: (text: Uint8Array) => Sha256): string =>
  hash(new TextEncoder().encode(schemaText(TRIAGE_SCHEMA))).slice(0, 16);

export function writeTriageModel(parts: TriageParts, hash: Hash): { readonly id: Sha256; readonly bytes: Uint8Array } {
  const { forest, heldScores, heldLabels, baselines } = parts;
  const { rules, calibrator, calibratedBy, heldRules, threshold, cases, heldBack, facts } = parts;
  const content = forestToContent(forest, facts);
  const advice = writeAdvice(parts.advice);
  const triage = toJson({ rules, calibrator, calibratedBy, heldRules, threshold, cases, heldBack });
  return writeModel(
    {
      kind: KIND,
      about: { ...content.about, triage, advice: advice.about },
      arrays: { ...content.arrays, ...advice.arrays, heldScores, heldLabels, baselines },
    },
    hash,
  );
}

export function readTriageModel(bytes: Uint8Array, hash: Hash): TriageModel {
  const file = readModel(bytes, hash);
  if (file.kind !== KIND) throw malformed(`a "${file.kind}" model where a triage model is needed`);
  const forest = contentToForest({ ...file, kind: "forest" });
  requireSchema(forest.schema, TRIAGE_SCHEMA);
  if (forest.outputs !== CLASSES.length) throw malformed(`${forest.outputs} outputs`);
  const triage = objectOf(file.about.triage, "triage");
  const { heldScores, heldLabels, baselines } = file.arrays;
  if (!(heldScores instanceof Float64Array && heldLabels instanceof Float64Array && baselines instanceof Float64Array))
    throw malformed("calibration rows");
  const heldRules = textsOf(triage.heldRules, "heldRules");
  if (heldScores.length !== heldLabels.length || heldScores.length !== heldRules.length)
    throw malformed("calibration rows of unlike length");
  const { threshold } = triage;
  if (typeof threshold !== "number" || !(threshold > 0 && threshold < 1)) throw malformed("threshold");
  return {
    ...{ id: file.id, schema: schemaDigest(hash), forest, heldScores, heldLabels, heldRules, baselines, threshold },
    rules: textsOf(triage.rules, "rules"),
    calibrator: calibratorOf(triage.calibrator),
    calibratedBy: triage.calibratedBy === "split" ? "split" : "crossed",
    cases: listOf(triage.cases, "cases").map(caseOf),
    heldBack: textsOf(triage.heldBack, "heldBack"),
    advice: readAdvice(file, file.about.advice, calibratorOf),
    facts: isJsonObject(file.about.facts) ? file.about.facts : {},
  };
}

/** Plain data through JSON: typed arrays become lists. */
const toJson = (value: object): JsonObject =>
  JSON.parse(
    JSON.stringify(value, (_, member: unknown) => (member instanceof Float64Array ? [...member] : member)),
  ) as JsonObject;

function calibratorOf(value: Json | undefined): Calibrator {
  const { kind, verdicts, reason, slope, intercept, scores, values } = objectOf(value, "calibrator");
  if (typeof verdicts !== "number") throw malformed("calibrator");
  if (kind === "uncalibrated") return { kind, verdicts, reason: typeof reason === "string" ? reason : "" };
  if (kind === "platt" && typeof slope === "number" && typeof intercept === "number")
    return { kind, verdicts, slope, intercept };
  if (kind !== "isotonic") throw malformed("calibrator");
  return { kind, verdicts, scores: numbersOf(scores), values: numbersOf(values) };
}

function numbersOf(value: Json | undefined): readonly number[] {
  const list = listOf(value, "calibrator");
  if (!list.every((each): each is number => typeof each === "number")) throw malformed("calibrator");
  return list;
}

function caseOf(value: Json): PastCase {
  const { incident, verdict, rule, facts, severity, responses } = objectOf(value, "cases");
  const known = VERDICTS.find((each) => each === verdict);
  if (typeof incident !== "string" || known === undefined || typeof rule !== "string" || typeof severity !== "string")
    throw malformed("cases");
  return {
    ...{ incident, verdict: known, rule, severity },
    facts: textsOf(facts, "cases"),
    responses: textsOf(responses, "cases"),
  };
}

function objectOf(value: Json | undefined, what: string): JsonObject {
  if (!isJsonObject(value)) throw malformed(what);
  return value;
}

function listOf(value: Json | undefined, what: string): readonly Json[] {
  if (!Array.isArray(value)) throw malformed(what);
  return value;
}

function textsOf(value: Json | undefined, what: string): readonly string[] {
  const list = listOf(value, what);
  if (!list.every((each): each is string => typeof each === "string")) throw malformed(what);
  return list;
}

const malformed = (what: string) => refusal("model-malformed", `triage model: ${what} is not as it must be`);

export const digestOf = (hash: Hash, value: unknown): Sha256 =>
  sha256Of(hash(new TextEncoder().encode(JSON.stringify(value))));
