/**
 * Times of published tables that are no times elsewhere: `14/02/2018 08:31:01`, `7/7/2017 3:30 PM`. Only what came before a flow is
 * asked of them, so the day stands first and a missing half of the day is none: minutes and order count.
 */
import type { Json, JsonObject } from "@cordon/model/json";

const FORM = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})[ T](\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?(?:\s*([AP])M)?$/i;
const NAMES = ["Timestamp", "timestamp", "StartTime", "Stime"];

/** Milliseconds; undefined where the row says none. */
export function tableTime(raw: JsonObject): number | undefined {
  for (const name of NAMES) {
    const found = timeOf(raw[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function timeOf(value: Json | undefined): number | undefined {
  const parts = typeof value === "string" ? FORM.exec(value.trim()) : null;
  if (parts === null) return undefined;
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const half = parts[7]?.toUpperCase();
  const hours = half === undefined ? hour : (hour % 12) + (half === "P" ? 12 : 0);
  if (hours > 23 || minute > 59 || second > 59) return undefined;
  return Date.UTC(year, month - 1, day, hours, minute, second);
}
