/** Time. Everything inside is milliseconds since 1970 in UTC; text appears only at the edges. */
import type { Brand } from "./ids.ts";

export type Instant = Brand<number, "Instant">;

export const instant = (ms: number): Instant => ms as Instant;

/** ISO 8601 in UTC with milliseconds, e.g. `2026-11-21T20:24:00.000Z`. */
export function isoTime(at: Instant): string {
  return new Date(at).toISOString();
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
