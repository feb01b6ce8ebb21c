/**
 * What the triage model advises beside its verdict, as values and as parts of its file: how severe people would call it, and which
 * response would hold.
 * Enters: fitted forests with their calibration and counts. Leaves: JSON and arrays under names of their own; and back.
 *
 * AM1. Too few cases give no forest but a refusal that says how many there were: nothing is advised then, and that is said.
 * AM2. What is read is checked as hostile, like the rest of the file; a file from before this was learnt simply has none.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { LEVELS, type Level } from "@cordon/model/rule";
import type { Calibrator } from "../calibrate/calibrator.ts";
import { refusal } from "../learning-error.ts";
import { contentToForest, forestToContent } from "../model-file/forest-file.ts";
import type { ModelArray, ModelFile } from "../model-file/model-file.ts";
import { makeSchema, requireSchema } from "../table.ts";
import type { Forest } from "../trees/forest.ts";
import { TRIAGE_SCHEMA } from "./features.ts";

export interface Refused {
  readonly kind: "refused";
  readonly reason: string;
}

/** Classes are levels that people set often enough, lowest first. */
export interface SeverityModel {
  readonly kind: "severity";
  readonly forest: Forest;
  readonly levels: readonly Level[];
  /** Margins are divided by it before they become chances. */
  readonly temperature: number;
  /** Severities that people set. */
  readonly cases: number;
}

/** Ranks actions for an incident; `NONE` stands for no containment at all. */
export interface ResponseModel {
  readonly kind: "response";
  readonly forest: Forest;
  readonly actions: readonly ResponseCount[];
  /** From a margin to the chance that it would be in force at the end, or that nothing was needed. */
  readonly calibrator: Calibrator;
  readonly cases: number;
}

export interface ResponseCount {
  readonly action: string;
  /** Incidents in which it was carried out, and in how many of these it stood at the end of a true positive. */
  readonly tried: number;
  readonly held: number;
}

export interface AdviceModels {
  readonly severity: SeverityModel | Refused;
  readonly response: ResponseModel | Refused;
}

export const NONE = "none";
export const NOT_LEARNT: Refused = { kind: "refused", reason: "not learnt by this model" };
export const RESPONSE_SCHEMA = makeSchema([...TRIAGE_SCHEMA.names, "action"], [...TRIAGE_SCHEMA.kinds, "category"]);

export interface AdviceParts {
  readonly about: JsonObject;
  readonly arrays: Readonly<Record<string, ModelArray>>;
}

export function writeAdvice({ severity, response }: AdviceModels): AdviceParts {
  const about: Record<string, Json> = {};
  const arrays: Record<string, ModelArray> = {};
  for (const part of [severity, response]) {
    if (part.kind === "refused") continue;
    const { forest, ...rest } = part;
    const content = forestToContent(forest);
    about[part.kind] = { ...(JSON.parse(JSON.stringify(rest)) as JsonObject), forest: content.about };
    for (const [name, array] of Object.entries(content.arrays)) arrays[`${part.kind}.${name}`] = array;
  }
  for (const [name, part] of Object.entries({ severity, response }))
    if (part.kind === "refused") about[name] = { refused: part.reason };
  return { about, arrays };
}

export function readAdvice(
  file: ModelFile,
  advice: Json | undefined,
  calibratorOf: (value: Json | undefined) => Calibrator,
): AdviceModels {
  if (advice === undefined) return { severity: NOT_LEARNT, response: NOT_LEARNT };
  if (!isJsonObject(advice)) throw malformed("advice");
  const [severity, response] = [objectOf(advice.severity, "severity"), objectOf(advice.response, "response")];
  return {
    severity: refusedIn(severity) ?? severityOf(file, severity),
    response: refusedIn(response) ?? responseOf(file, response, calibratorOf),
  };
}

const refusedIn = ({ refused }: JsonObject): Refused | undefined =>
  typeof refused === "string" ? { kind: "refused", reason: refused } : undefined;

function severityOf(file: ModelFile, about: JsonObject): SeverityModel {
  const forest = forestIn(file, "severity", about);
  requireSchema(forest.schema, TRIAGE_SCHEMA);
  const { temperature, cases } = about;
  const levels = listOf(about.levels).map((each) => {
    const level = LEVELS.find((known) => known === each);
    if (level === undefined) throw malformed("levels");
    return level;
  });
  if (forest.outputs !== levels.length || typeof cases !== "number") throw malformed("levels");
  if (typeof temperature !== "number" || !(temperature > 0)) throw malformed("temperature");
  return { kind: "severity", forest, levels, temperature, cases };
}

function responseOf(
  file: ModelFile,
  about: JsonObject,
  calibratorOf: (value: Json | undefined) => Calibrator,
): ResponseModel {
  const forest = forestIn(file, "response", about);
  requireSchema(forest.schema, RESPONSE_SCHEMA);
  if (forest.outputs !== 1 || typeof about.cases !== "number") throw malformed("response");
  const actions = listOf(about.actions).map((each): ResponseCount => {
    const { action, tried, held } = objectOf(each, "actions");
    if (typeof action !== "string" || typeof tried !== "number" || typeof held !== "number") throw malformed("actions");
    return { action, tried, held };
  });
  return { kind: "response", forest, actions, calibrator: calibratorOf(about.calibrator), cases: about.cases };
}

function forestIn({ id, arrays }: ModelFile, kind: string, about: JsonObject): Forest {
  const prefix = `${kind}.`;
  const own = Object.entries(arrays).flatMap(([name, array]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), array] as const] : [],
  );
  const content = { id, kind: "forest", about: objectOf(about.forest, kind), arrays: Object.fromEntries(own) };
  return contentToForest(content);
}

function objectOf(value: Json | undefined, what: string): JsonObject {
  if (!isJsonObject(value)) throw malformed(what);
  return value;
}

function listOf(value: Json | undefined): readonly Json[] {
  if (!Array.isArray(value)) throw malformed("advice");
  return value;
}

const malformed = (what: string) => refusal("model-malformed", `advice of the triage model: ${what}`);
