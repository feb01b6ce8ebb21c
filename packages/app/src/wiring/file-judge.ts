/**
 * The learnt model of files beside the points: named on the command line or configured; none ships.
 * FJ3. A model that cannot be read or used is refused with its reason, and the points go on without it.
 */
import { readFileSync } from "node:fs";
import { makeRuntime } from "@cordon/adapters/runtime";
import { type FileJudge, makeFileJudge } from "@cordon/engine/file/file-judge";
import { contentToFileModel } from "@cordon/engine/learning/model-file/file-model-file";
import { readModel } from "@cordon/engine/learning/model-file/model-file";
import { messageOf } from "@cordon/model/error";
import { type Config, configPath } from "../config.ts";

/** As options of whoever examines. */
export const fileModelOf = (config: Config): { readonly model?: string } => {
  const { model } = config.learning.file;
  return model === undefined ? {} : { model: configPath(config, model) };
};

export interface OpenedFileJudge {
  readonly judge?: FileJudge;
  /** Why a model that was asked for is not used. */
  readonly refused?: string;
}

export function openFileJudge(path: string | undefined): OpenedFileJudge {
  if (path === undefined) return {};
  try {
    const runtime = makeRuntime();
    const file = readModel(readFileSync(path), (bytes) => runtime.sha256(bytes));
    return { judge: makeFileJudge(file.id, contentToFileModel(file)) };
  } catch (error) {
    return { refused: `learnt model: ${path}: ${messageOf(error)}` };
  }
}
