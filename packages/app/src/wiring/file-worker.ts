/**
 * Entry of the thread in which a server examines files. Hostile bytes may cost it its time or its memory, never the server's.
 * Enters: name and bytes, one at a time, with the bytes of a learnt model where it is another one. Leaves: the report, or
 * why there is none. It opens nothing but rule files.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { FileJudge } from "@cordon/engine/file/file-judge";
import { messageOf } from "@cordon/model/error";
import { z } from "zod";
import { type FileReport, makeFileExaminer } from "./file-examiner.ts";
import { readFileJudge } from "./file-judge.ts";

export interface Asked {
  readonly id: number;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Judges this file and those after it. */
  readonly model?: Uint8Array;
}

export type Told =
  | { readonly kind: "ready"; readonly rules: number; readonly remarks: readonly string[] }
  | { readonly kind: "report"; readonly id: number; readonly report: FileReport }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string };

const { paths } = z.object({ paths: z.array(z.string()) }).parse(workerData);
const port = parentPort;
if (port !== null) {
  const tell = (told: Told): void => port.postMessage(told);
  let judge: FileJudge | undefined;
  const examiner = makeFileExaminer(paths, { judge: () => judge });
  const ready = (): void => tell({ kind: "ready", rules: examiner.rules(), remarks: examiner.remarks() });
  ready();
  port.on("message", ({ id, name, bytes, model }: Asked) => {
    try {
      if (model !== undefined) judge = readFileJudge(model).judge;
      if (examiner.refresh()) ready();
      tell({ kind: "report", id, report: examiner.examine(name, bytes) });
    } catch (error) {
      tell({ kind: "failed", id, reason: messageOf(error) });
    }
  });
}
