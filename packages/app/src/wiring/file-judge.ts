/**
 * The learnt model of files beside the points: named on the command line or configured; none ships.
 * FJ3. A model that cannot be read or used is refused with its reason, and the points go on without it.
 * FJ4. In a running Cordon a model that was trained again judges from the next file on; the old one goes on where the new
 *      file cannot be used (followed-model.ts). The thread that examines gets bytes that were read here, and reads no model.
 */
import { readFileSync } from "node:fs";
import { makeRuntime } from "@cordon/adapters/runtime";
import { type FileJudge, makeFileJudge } from "@cordon/engine/file/file-judge";
import { contentToFileModel } from "@cordon/engine/learning/model-file/file-model-file";
import { readModel } from "@cordon/engine/learning/model-file/model-file";
import { messageOf } from "@cordon/model/error";
import { type Config, configPath } from "../config.ts";
import { type FollowedAbout, type FollowedModel, type FollowedParts, followModel } from "./followed-model.ts";

/** Of the configuration. */
export const fileModelPath = (config: Config): string | undefined => {
  const { model } = config.learning.file;
  return model === undefined ? undefined : configPath(config, model);
};

export interface OpenedFileJudge {
  readonly judge?: FileJudge;
  /** Why a model that was asked for is not used. */
  readonly refused?: string;
}

/** For a command. */
export function openFileJudge(path: string | undefined): OpenedFileJudge {
  if (path === undefined) return {};
  try {
    return { judge: readFileJudge(readFileSync(path)).judge };
  } catch (error) {
    return { refused: `learnt model: ${path}: ${messageOf(error)}` };
  }
}

/** Throws where the bytes are no model of files, or not one of this version's marks. */
export function readFileJudge(bytes: Uint8Array): { readonly id: string; readonly judge: FileJudge } {
  const runtime = makeRuntime();
  const file = readModel(bytes, (content) => runtime.sha256(content));
  return { id: file.id, judge: makeFileJudge(file.id, contentToFileModel(file)) };
}

const ABOUT: FollowedAbout = {
  ...{ problem: "file-model", judged: "files", fix: "cordon file train" },
  without: "files are judged by points alone",
};

/** FJ4; bytes that can be used, always the same array until there is a newer one. */
export function followFileModel(
  config: Config,
  parts: Pick<FollowedParts<Uint8Array>, "meters" | "log">,
): FollowedModel<Uint8Array> {
  const path = fileModelPath(config);
  if (path === undefined) return { current: () => undefined, look: () => undefined };
  return followModel({
    ...{ ...parts, path, about: ABOUT },
    read: (bytes) => ({ id: readFileJudge(bytes).id, value: bytes }),
  });
}
