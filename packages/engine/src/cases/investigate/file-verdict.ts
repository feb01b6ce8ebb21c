/**
 * What Cordon's own examination said of a file. Enters: an event. Leaves: the verdict, or nothing.
 * FV1. Only records that came in as Cordon's own count (FILE_SOURCE): anybody can write the same words into a log.
 */
import type { Event } from "@cordon/model/event";
import { FILE_SOURCE } from "@cordon/model/file-source";

export function fileVerdictIn({ source, provenance, raw }: Event): string | undefined {
  if (source !== "cordon.file" || provenance.via !== FILE_SOURCE) return undefined;
  return typeof raw.verdict === "string" ? raw.verdict : undefined;
}
