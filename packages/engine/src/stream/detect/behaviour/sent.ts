/**
 * Data that leaves: megabytes to outside per day and entity, to places that few others know.
 *
 * BX1. A confirmed incident's bytes are taken out of the day that runs and of the days that ended (the last ten weeks). Levels of
 *      ended days are kept coarsely: where what else went out that day is lost in what the incident sent, the day counts as not seen.
 */
import { DAY } from "@cordon/model/time";
import { amendWindow } from "../../../learning/behaviour/count-tail.ts";
import { normalTail } from "../../../learning/behaviour/periodic.ts";
import type { Desk } from "./desk.ts";
import { noteSentDay, takeFromDay } from "./drift.ts";
import type { Fact } from "./fact.ts";
import * as fields from "./fields.ts";
import { isInside, ownHostOf, SOURCES_MAX } from "./places.ts";
import { nameOf, type Remembered } from "./remembered.ts";

const MEGABYTE = 1_000_000;
const SENT_MIN = 50;
const LATE_DAYS = 7;

export interface Upload {
  readonly about: Remembered;
  readonly fact: Fact;
  readonly desk: Desk;
  readonly destination: string;
}

const quartersOf = (megabytes: number): number => Math.round(Math.log2(1 + megabytes) * 4);

/** `sources`: hosts that go there. */
export function sent({ about, fact, desk, destination }: Upload, sources: number): void {
  const bytes = fact.number(fields.BYTES_OUT);
  if (bytes === undefined || bytes <= 0) return;
  const { marks, tallies } = about;
  const day = Math.floor(fact.time / DAY);
  const running = marks["sent-day"];
  // A long connection is told when it ends, under the time it began: it belongs to the day that runs. An archive does not.
  if (running !== undefined && day < running - LATE_DAYS) return;
  if (running === undefined || day > running) {
    if (running !== undefined) {
      const total = marks["sent-rare"] ?? 0;
      noteSentDay(about, { day: running, megabytes: total, fact, desk });
      desk.close(about, "sent", quartersOf(total), fact.time);
    }
    marks["sent-day"] = day;
    marks["sent-rare"] = 0;
  }
  if (sources > SOURCES_MAX) return;
  const megabytes = bytes / MEGABYTE;
  marks["sent-rare"] = (marks["sent-rare"] ?? 0) + megabytes;
  if (megabytes >= 1) about.notes["sent-last"] = fact.event.id;
  const rare = marks["sent-rare"] ?? 0;
  if (rare < SENT_MIN || megabytes < 0.05) return;
  const expected = desk.expected(about, "sent", fact.time);
  const spread = Math.max(4, expected.mean / Math.sqrt(expected.shape));
  const p = normalTail((Math.log2(1 + rare) * 4 - expected.mean) / spread);
  const own = (tallies.sent?.[0] ?? 0) >= 3;
  desk.say({
    ...{ detector: "exfiltration", about, fact, p, basis: own ? "own" : "peer", n: expected.windows, mark: "sent" },
    values: {
      ...{ host: nameOf(about), megabytes: Math.round(rare), destination, sources: Math.max(1, Math.round(sources)) },
      usual: (2 ** (expected.mean / 4) - 1).toFixed(1),
    },
  });
}

/** Takes the uploads of an incident out again; before its places are forgotten, by which it is known what counted. BX1. */
export function unsend(facts: readonly Fact[], desk: Desk): void {
  const days = new Map<string, { readonly about: Remembered; readonly day: number; megabytes: number }>();
  for (const fact of facts) {
    const { destination, kind } = fact;
    const bytes = kind === "flow" ? (fact.number(fields.BYTES_OUT) ?? 0) : 0;
    if (bytes <= 0 || destination === undefined || isInside(destination)) continue;
    const own = ownHostOf(fact);
    const about = desk.entities.find(own === undefined ? `ip:${fact.source}` : `host:${own}`);
    const value = desk.names.hash(destination);
    if (about === undefined || desk.society.among("all", "destination").holders(value) > SOURCES_MAX) continue;
    if (about.notes["sent-last"] === fact.event.id) delete about.notes["sent-last"];
    const day = Math.floor(fact.time / DAY);
    const sum = days.get(`${day} ${about.key}`) ?? { about, day, megabytes: 0 };
    sum.megabytes += bytes / MEGABYTE;
    days.set(`${day} ${about.key}`, sum);
  }
  for (const { about, day, megabytes } of days.values()) {
    const { marks, tallies } = about;
    const running = marks["sent-day"] ?? day;
    if (day >= running) {
      if (marks["sent-rare"] !== undefined) marks["sent-rare"] = Math.max(0, marks["sent-rare"] - megabytes);
      continue;
    }
    const changed = takeFromDay(tallies["sent-days"], day, megabytes);
    if (changed === undefined || tallies.sent === undefined) continue;
    // A day is closed by what comes after it: about a day later.
    const closed = (day + 1) * DAY;
    const now = changed.after === undefined ? undefined : quartersOf(changed.after);
    amendWindow(tallies.sent, { was: quartersOf(changed.before), now }, closed);
  }
}
