/**
 * Windows events as Snare's agents and NXLog's `to_syslog_snare` write them: fields between tabs, the rendered text at the end ->
 * a flat Windows event. Relays write a tab as `#011`.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { withWindowsData } from "./windows-shipped.ts";

/** After the mark: how serious, log, counter, time, number, source, user, kind of id, type, computer, category, data, text. */
const NAMES =
  "Criticality Channel SnareCounter EventTime EventID SourceName UserName SIDType EventType Computer Category Data Message".split(
    " ",
  );
const MARK = "MSWinEventLog";

export function parseSnare(text: string): JsonObject | undefined {
  if (!text.startsWith(MARK)) return undefined;
  const parts = (text.includes("\t") ? text : text.replaceAll("#011", "\t")).split("\t");
  if (parts.length < NAMES.length || !/^\d{1,5}$/.test(parts[5] ?? "")) return undefined;
  const values = parts.slice(1, NAMES.length);
  const message = parts.slice(NAMES.length);
  // Behind the text a counter may stand.
  if (message.length > 1 && /^\d{0,20}$/.test(message.at(-1)?.trim() ?? "")) message.pop();
  const raw: Record<string, Json> = {};
  for (const [i, value] of [...values, message.join("\t")].entries()) {
    const name = NAMES[i];
    if (name !== undefined && value !== "" && value !== "N/A") raw[name] = name === "EventID" ? Number(value) : value;
  }
  return withWindowsData(raw) ?? raw;
}
