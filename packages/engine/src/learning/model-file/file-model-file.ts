/** A model of files (forest, calibrator, cut) as the content of a model file, and back; what is read is checked as if it were hostile. */
import type { JsonObject } from "@cordon/model/json";
import type { FileModel } from "../../file/file-judge.ts";
import { refusal } from "../learning-error.ts";
import { calibratorFromJson, calibratorToJson } from "./calibrator-json.ts";
import { contentToForest, forestToContent } from "./forest-file.ts";
import type { ModelContent } from "./model-file.ts";

const KIND = "file";

export function fileModelToContent({ forest, calibrator, cut }: FileModel, facts: JsonObject): ModelContent {
  const { about, arrays } = forestToContent(forest, facts);
  return { kind: KIND, about: { ...about, calibrator: calibratorToJson(calibrator), cut }, arrays };
}

export function contentToFileModel({ kind, about, arrays }: ModelContent): FileModel {
  if (kind !== KIND) throw refusal("model-malformed", `a "${kind}" model where one of files is needed`);
  const { cut } = about;
  if (typeof cut !== "number" || !(cut > 0 && cut <= 1))
    throw refusal("model-malformed", `model of files: cut ${JSON.stringify(cut)}`);
  const forest = contentToForest({ kind: "forest", about, arrays });
  return { forest, calibrator: calibratorFromJson(about.calibrator), cut };
}
