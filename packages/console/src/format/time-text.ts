/** Times and spans as text. Pure: the caller brings `now` and, for local time, the offset. */
export type Zone = "utc" | "local";

const two = (n: number): string => String(n).padStart(2, "0");

/** `2026-11-21 20:45:03 Z`, or with the offset of this machine at that moment: `2026-11-21 21:45:03 +01:00`. */
export function absoluteTime(at: number, zone: Zone, offsetMinutes = -new Date(at).getTimezoneOffset()): string {
  if (!isTime(at)) return "no time";
  const iso = new Date(zone === "utc" ? at : at + offsetMinutes * 60_000).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} ${zone === "utc" ? "Z" : offsetText(offsetMinutes)}`;
}

/** With milliseconds and `T`, as a machine would write it; always UTC. */
export function isoTime(at: number): string {
  return isTime(at) ? new Date(at).toISOString() : "no time";
}

function offsetText(minutes: number): string {
  const abs = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(abs / 60))}:${two(abs % 60)}`;
}

function isTime(at: number): boolean {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** Two leading units: `3d 4h`, `12m 5s`, `0s`. */
export function spanText(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 1_000) * 1_000);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) parts.push(`${n}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? "0s" : parts.join(" ");
}

/** One unit and its direction: `4m ago`, `in 2h`, `now`. */
export function relativeTime(at: number, now: number): string {
  const ms = now - at;
  if (Math.abs(ms) < 5_000) return "now";
  const text = spanText(Math.abs(ms)).split(" ")[0] ?? "";
  return ms > 0 ? `${text} ago` : `in ${text}`;
}

/** Value of an `<input type="datetime-local">`, read and written in UTC. */
export function toInputTime(at: number | undefined): string {
  return at === undefined || !isTime(at) ? "" : new Date(at).toISOString().slice(0, 19);
}

export function fromInputTime(text: string): number | undefined {
  const at = Date.parse(`${text}Z`);
  return Number.isNaN(at) ? undefined : at;
}
