/** What the patterns remember as JSON text, and back. A text of another form is refused whole. */
import { isJsonObject } from "@cordon/model/json";
import { NO_TIME, type WatermarkState } from "../correlate/watermark.ts";
import type { StixItem } from "./stix-detection.ts";

/** Raised when the form changes. */
const FORM = 1;

interface SavedLane {
  readonly id: string;
  /** Of the pattern: a changed one begins anew. */
  readonly version: string;
  readonly evicted: number;
  readonly items: readonly StixItem[];
}

interface StixSnapshot {
  readonly order: number;
  readonly watermark: WatermarkState;
  readonly lanes: readonly SavedLane[];
}

/** JSON has no infinities. */
export function writeStixSnapshot(snapshot: StixSnapshot): string {
  return JSON.stringify({ form: FORM, ...snapshot });
}

export function readStixSnapshot(text: string | undefined): StixSnapshot | undefined {
  if (text === undefined) return { order: 0, watermark: NO_TIME, lanes: [] };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(parsed) || parsed.form !== FORM || typeof parsed.order !== "number") return undefined;
  const { watermark, lanes } = parsed;
  if (!isJsonObject(watermark) || !Array.isArray(watermark.inputs) || !Array.isArray(lanes)) return undefined;
  if (!lanes.every((lane) => isJsonObject(lane) && Array.isArray(lane.items) && typeof lane.evicted === "number")) {
    return undefined;
  }
  const saved = parsed as unknown as StixSnapshot;
  const past = (time: number | null): number => time ?? Number.NEGATIVE_INFINITY;
  const inputs = saved.watermark.inputs.map(([name, newest, seen]) => [name, past(newest), past(seen)] as const);
  return { ...saved, watermark: { ...saved.watermark, arrival: past(saved.watermark.arrival), inputs } };
}
