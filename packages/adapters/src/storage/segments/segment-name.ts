import type { SpoolSeq } from "@cordon/model/ports/spool";

/**
 * Name of a segment: a pure function of its spool range, so that a replay overwrites and never doubles.
 * Partition 0: one process has one. Twelve digits keep the names in order.
 */
export function segmentName(first: SpoolSeq, last: SpoolSeq): string {
  return `p0-${String(first).padStart(12, "0")}-${String(last).padStart(12, "0")}.parquet`;
}
