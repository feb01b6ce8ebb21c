/**
 * Entry of the thread in which a server examines files. Hostile bytes may cost it its time or its memory, never the server's.
 * Enters: name and bytes, one at a time. Leaves: the report, or why there is none. It opens nothing but rule files.
 */
import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "@cordon/model/error";
import { z } from "zod";
import { type FileReport, makeFileExaminer } from "./file-examiner.ts";

export interface Asked {
  readonly id: number;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type Told =
  | { readonly kind: "ready"; readonly rules: number; readonly remarks: readonly string[] }
  | { readonly kind: "report"; readonly id: number; readonly report: FileReport }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string };

const { paths, model } = z.object({ paths: z.array(z.string()), model: z.string().optional() }).parse(workerData);
const port = parentPort;
if (port !== null) {
  const tell = (told: Told): void => port.postMessage(told);
  const examiner = makeFileExaminer(paths, model === undefined ? {} : { model });
  const ready = (): void => tell({ kind: "ready", rules: examiner.rules(), remarks: examiner.remarks() });
  ready();
  port.on("message", ({ id, name, bytes }: Asked) => {
    try {
      if (examiner.refresh()) ready();
      tell({ kind: "report", id, report: examiner.examine(name, bytes) });
    } catch (error) {
      tell({ kind: "failed", id, reason: messageOf(error) });
    }
  });
}
