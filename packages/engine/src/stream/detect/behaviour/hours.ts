/** When someone signs in: hours of the week by the clock of where they live, smoothed, backed by their peers. */

import {
  addHour,
  type HourCounts,
  makeHours,
  nearOf,
  slotOf,
  takeHour,
  usualShare,
} from "../../../learning/behaviour/hour-of-week.ts";
import { topOf } from "../../../learning/behaviour/value-counts.ts";
import { offsetAt } from "../../../learning/behaviour/zones.ts";
import { definitionOf } from "./definitions.ts";
import type { Desk } from "./desk.ts";
import type { Fact } from "./fact.ts";
import type { Remembered } from "./remembered.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const COUNTS_MIN = 20;
const DAYS_MIN = 7;
/** An unusual hour makes a new place or device at most so many times stranger: they are not wholly independent. */
const ODDITY_MIN = 0.01;

export interface Hour {
  readonly p: number;
  /** Counts behind it, and how many were near. */
  readonly n: number;
  readonly near: number;
  readonly local: number;
  readonly zone: string;
}

export const USUAL_HOUR: Hour = { p: 1, n: 0, near: 0, local: 0, zone: "" };

/** How usual the hour is; then it is counted. The same hour again is judged as before. */
export function hourOf(about: Remembered, fact: Fact, desk: Desk): Hour {
  const zone = zoneOf(about, desk);
  const local = fact.time + offsetAt(zone, fact.time);
  const own: HourCounts = about.tallies.hours ?? makeHours();
  about.tallies.hours = own;
  const group = desk.entity("group", about.peer, fact);
  const peers: HourCounts = group.tallies.hours ?? makeHours();
  group.tallies.hours = peers;
  const n = own[0] ?? 0;
  const p = n >= COUNTS_MIN && about.days >= DAYS_MIN ? usualShare(own, peers, { local, days: about.days }) : 1;
  // Told only when it is said.
  const near = p <= definitionOf("off-hours").alpha ? nearOf(own, local) : 0;
  if (takeHour(own, local)) addHour(peers, local);
  return { p, n, near, local, zone: zone ?? "UTC" };
}

/** The inventory's word, else the zone of the country it mostly signs in from, else of the country most accounts do. */
export function zoneOf(about: Remembered, desk: Desk): string | undefined {
  const stated = desk.zoneOf(about.key);
  if (stated !== undefined) return stated;
  const countries = desk.society.among("all", "country");
  const [own] = topOf(about.counts.country, 1);
  return own === undefined ? countries.commonest() : countries.textOf(own);
}

export const oddityOf = ({ p }: Hour): number =>
  p <= definitionOf("off-hours").alpha ? Math.max(ODDITY_MIN, p / definitionOf("off-hours").alpha) : 1;

export function sayIfOffHours(
  about: Remembered,
  fact: Fact,
  { desk, hour }: { readonly desk: Desk; readonly hour: Hour },
): void {
  const { p, n, near, local, zone } = hour;
  if (p > definitionOf("off-hours").alpha) return;
  const slot = slotOf(local);
  desk.say({
    ...{ detector: "off-hours", about, fact, p, basis: "own", n, mark: DAYS[Math.floor(slot / 24)] ?? "" },
    values: {
      ...{ user: fact.user ?? "", day: DAYS[Math.floor(slot / 24)] ?? "", hour: slot % 24, zone },
      ...{ n: Math.round(n), near: Math.round(near) },
    },
  });
}
