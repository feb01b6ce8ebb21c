/** The same process starts in the layouts in which they travel, as JSON text: what shippers do to one and the same event. */
import type { JsonObject } from "@cordon/model/json";
import { processEvents } from "./process-events.ts";

const SYSTEM = new Set(["EventID", "Channel", "Provider_Name", "Computer"]);

export type Layout = keyof typeof LAYOUTS;

const LAYOUTS = {
  flat: (event: JsonObject): JsonObject => event,
  nested: (event: JsonObject): JsonObject => ({
    Event: {
      System: {
        Provider: { "#attributes": { Name: event.Provider_Name ?? "" } },
        EventID: event.EventID ?? 0,
        Level: 4,
        TimeCreated: { "#attributes": { SystemTime: isoOf(event) } },
        Channel: event.Channel ?? "",
        Computer: event.Computer ?? "",
      },
      EventData: dataOf(event),
    },
  }),
  winlogbeat: (event: JsonObject): JsonObject => ({
    "@timestamp": isoOf(event),
    host: { name: event.Computer ?? "" },
    event: { code: "1", provider: event.Provider_Name ?? "" },
    winlog: {
      channel: event.Channel ?? "",
      provider_name: event.Provider_Name ?? "",
      event_id: "1",
      computer_name: event.Computer ?? "",
      event_data: dataOf(event),
    },
  }),
} as const;

const isoOf = ({ UtcTime }: JsonObject): string => `${String(UtcTime).replace(" ", "T")}Z`;

const dataOf = (event: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(event).filter(([key]) => !SYSTEM.has(key)));

export const linesOf = (layout: Layout, count: number): readonly string[] =>
  processEvents(count).map((event) => JSON.stringify(LAYOUTS[layout](event)));

export const meanBytes = (lines: readonly string[]): number =>
  Math.round(lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / Math.max(1, lines.length));
