/**
 * Parse + normalise: process starts of about 1 kB in three layouts, on one thread.
 * The hash over canonical raw and all entity work are part of it.
 */
import { hash } from "node:crypto";
import { makeNormaliser } from "@cordon/engine/stream/normalise/normalise";
import { sha256Of } from "@cordon/model/ids";
import { linesOf, meanBytes } from "./layouts.ts";
import { compiledMappings, jsonRecord } from "./material.ts";
import { type Effort, type Figure, figure, ratesOf } from "./measure.ts";

const RECORDS = 5_000;

export function benchNormalise(effort: Effort): readonly Figure[] {
  const toEvents = makeNormaliser({
    mappings: compiledMappings().mappings,
    sha256: (text) => sha256Of(hash("sha256", text)),
  });
  return (["flat", "nested", "winlogbeat"] as const).map((layout) => {
    const encoder = new TextEncoder();
    const lines = linesOf(layout, RECORDS);
    const records = lines.map((line, i) => jsonRecord(encoder.encode(line), i));
    const rates = ratesOf(records, effort, (record) => {
      if (toEvents(record).events.length !== 1) throw new Error("bench: an event was lost");
    });
    return figure(`parse + normalise, ${layout}`, rates, {
      unit: "events/CPU-s",
      note: `${meanBytes(lines)} bytes each`,
    });
  });
}
