/** What an entity no longer needs: enters at its first event of a day, leaves without ended windows and marks that rest no longer. */
import { DAY } from "@cordon/model/time";
import type { Remembered } from "./remembered.ts";
import { newestOf } from "./window.ts";

const MARKS_MAX = 48;

/** Once a day per entity: windows that ended and marks that no longer matter are dropped. */
export function tidy(about: Remembered, time: number): void {
  for (const name in about.windows) if (time - newestOf(about.windows[name]) > DAY) delete about.windows[name];
  if (Object.keys(about.marks).length <= MARKS_MAX) return;
  for (const [name, at] of Object.entries(about.marks))
    if (at > DAY && time - at > (RESTS_LONG.test(name) ? 90 * DAY : 7 * DAY)) delete about.marks[name];
}

/** Findings whose rest is counted in months: forgotten sooner, they would be said anew. */
const RESTS_LONG = /^(?:beaconing|dns-tunnel|impossible-travel|log-silence)\|/;
