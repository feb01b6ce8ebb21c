/** A calibrator within the header of a model file, and back; what is read is checked as if it were hostile. */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { Calibrator } from "../calibrate/calibrator.ts";
import { refusal } from "../learning-error.ts";

export const calibratorToJson = (calibrator: Calibrator): JsonObject =>
  calibrator.kind === "isotonic"
    ? { ...calibrator, scores: [...calibrator.scores], values: [...calibrator.values] }
    : { ...calibrator };

export function calibratorFromJson(value: Json | undefined): Calibrator {
  if (value === undefined || !isJsonObject(value)) throw malformed();
  const { kind, verdicts, reason, slope, intercept } = value;
  if (typeof verdicts !== "number") throw malformed();
  if (kind === "uncalibrated" && typeof reason === "string") return { kind, verdicts, reason };
  if (kind === "platt" && isNumber(slope) && isNumber(intercept)) return { kind, verdicts, slope, intercept };
  const [scores, values] = [numbersOf(value.scores), numbersOf(value.values)];
  const rising = scores.every((score, at) => at === 0 || score >= (scores[at - 1] ?? score));
  const shares = values.every((share) => share >= 0 && share <= 1);
  if (kind !== "isotonic" || scores.length === 0 || scores.length !== values.length || !rising || !shares)
    throw malformed();
  return { kind, verdicts, scores, values };
}

const isNumber = (value: Json | undefined): value is number => typeof value === "number" && Number.isFinite(value);

function numbersOf(value: Json | undefined): readonly number[] {
  if (!Array.isArray(value) || !value.every(isNumber)) throw malformed();
  return value;
}

const malformed = () => refusal("model-malformed", "the calibrator is not as it must be");
