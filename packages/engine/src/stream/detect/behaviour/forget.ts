/** A confirmed incident is no one's usual: what its events taught is taken out again. */
import { DAY, HOUR } from "@cordon/model/time";
import { getDomain } from "tldts";
import { giveHourBack } from "../../../learning/behaviour/hour-of-week.ts";
import { VALUE_PER_DAY } from "../../../learning/behaviour/value-counts.ts";
import { offsetAt } from "../../../learning/behaviour/zones.ts";
import { verbOf } from "./cloud.ts";
import { DEFINITIONS } from "./definitions.ts";
import type { Desk } from "./desk.ts";
import { actionOf, type Fact } from "./fact.ts";
import * as fields from "./fields.ts";
import { zoneOf } from "./hours.ts";
import { pairOf, partsOf } from "./names.ts";
import { unsend } from "./sent.ts";
import { familyOf } from "./sign-in.ts";
import { without } from "./window.ts";

/** Returns how many entities lost something. */
export function forgetFacts(facts: readonly Fact[], desk: Desk): number {
  const gone = new Set<string>(facts.map(({ event }) => event.id));
  const touched = new Set<string>();
  const taken = new Map<string, number>();
  unsend(facts, desk);
  for (const fact of facts) {
    for (const [key, dimension, text] of taughtBy(fact)) {
      const about = desk.entities.find(key);
      if (about === undefined || text === undefined) continue;
      touched.add(key);
      // A day taught no more than this of one value, so no more is taken out.
      const once = `${Math.floor(fact.time / DAY)} ${dimension} ${key} ${text}`;
      const times = (taken.get(once) ?? 0) + 1;
      taken.set(once, times);
      if (times <= VALUE_PER_DAY) desk.unsee(about, dimension, text);
    }
    forgetHour(fact, desk, taken);
  }
  const from = Math.min(...facts.map(({ time }) => time));
  const to = Math.max(...facts.map(({ time }) => time));
  for (const key of touched) {
    const about = desk.entities.find(key);
    if (about === undefined) continue;
    desk.unrank(about);
    for (const [name, window] of Object.entries(about.windows)) {
      without(window, gone);
      // The peak of the day that runs may be the incident's: it begins anew.
      const day = about.marks[`d|${name}`];
      if (day !== undefined && day >= Math.floor(from / DAY) && day <= Math.floor(to / DAY))
        about.marks[`p|${name}`] = window.values.length;
    }
    unsay(about.marks, from, to);
    unscan(about.marks, from, to);
  }
  return touched.size;
}

/** What was said of the incident rests no longer: the same again is said again. */
function unsay(marks: Record<string, number>, from: number, to: number): void {
  for (const [name, at] of Object.entries(marks)) {
    const bar = name.indexOf("|");
    if (bar > 0 && Object.hasOwn(DEFINITIONS, name.slice(0, bar)) && at >= from && at <= to) delete marks[name];
  }
}

/** Who scanned in an incident does not scan as its work. */
function unscan(marks: Record<string, number>, from: number, to: number): void {
  const last = marks["scan-day"];
  if (last === undefined || last < Math.floor(from / DAY) || last > Math.floor(to / DAY)) return;
  for (const name of ["scan-day", "scan-days", "scan-first"]) delete marks[name];
}

function forgetHour(fact: Fact, desk: Desk, taken: Map<string, number>): void {
  if (fact.kind !== "sign-in" || fact.failed || fact.user === undefined) return;
  const about = desk.entities.find(`user:${fact.user}`);
  const hours = about?.tallies.hours;
  const once = `${Math.floor(fact.time / HOUR)} hour ${fact.user}`;
  if (about === undefined || hours === undefined || taken.has(once)) return;
  taken.set(once, 1);
  giveHourBack(hours, fact.time + offsetAt(zoneOf(about, desk), fact.time));
}

type Taught = readonly [key: string, dimension: string, text: string | undefined];

/** The same values under the same names as the detectors took them. */
function taughtBy(fact: Fact): readonly Taught[] {
  const user = `user:${fact.user}`;
  const host = `host:${fact.host}`;
  switch (fact.kind) {
    case "sign-in":
      if (fact.failed) return [];
      return [
        [user, "country", fact.text(fields.COUNTRY)],
        [user, "network", fact.text(fields.ASN)],
        [user, "device", fact.text(fields.DEVICE)],
        [user, "agent", fact.agent === undefined ? undefined : familyOf(fact.agent)],
        [user, "host", fact.host],
      ];
    case "process": {
      const { program, parent } = fact;
      const pair =
        parent === undefined || program === undefined ? undefined : pairOf(partsOf(parent).name, partsOf(program).name);
      return [
        [host, "program", program],
        [host, "folder", program === undefined ? undefined : partsOf(program).folder],
        [host, "starter", parent === undefined ? undefined : partsOf(parent).name],
        [host, "parent", pair],
      ];
    }
    case "api":
      return actionTaught(user, actionOf(fact));
    case "flow":
      return [
        [`ip:${fact.source}`, "destination", fact.destination],
        [host, "destination", fact.destination],
      ];
    case "dns": {
      const query = fact.text(fields.QUERY);
      const domain = query === undefined ? undefined : (getDomain(query) ?? undefined);
      return [
        [`ip:${fact.source}`, "domain", domain],
        [host, "domain", domain],
      ];
    }
    case "file":
    case "other":
      return [];
  }
}

function actionTaught(user: string, action: string | undefined): readonly Taught[] {
  if (action === undefined) return [];
  return [
    [user, "action", action.slice(0, 80)],
    [user, "verb", verbOf(action)],
  ];
}
