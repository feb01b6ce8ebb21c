/**
 * Log silence: a host that never rests has said nothing for long. Asked as event time moves on, so that the same events give
 * the same answer; where everything is silent there is no event time, and the health of sources tells.
 *
 * BL1. Silence is counted in hours in which the host is usually heard: a quiet weekend or night is none.
 * BL2. A gap of the whole source teaches nothing, and when many hosts fall silent at once it is the line, not a host.
 * BL3. One silence is said once. A host that is silent for two weeks has gone.
 */
import { DAY, HOUR } from "@cordon/model/time";
import { hear, makePresence, missedBetween, restlessHours } from "../../../learning/behaviour/presence.ts";
import type { Desk } from "./desk.ts";
import type { Fact } from "./fact.ts";
import type { Remembered } from "./remembered.ts";

const KNOWN_DAYS = 7;
/** Heard in this share of days in at least so many hours of a working day: a host that never rests. */
const RESTLESS_SHARE = 0.85;
const RESTLESS_HOURS = 20;
/** Expected hours without a sign: at least so many, and so many times the most that was ever missed. */
const MISSED_MIN = 3;
const TIMES = 2.5;
/** Hosts that miss more than this now and then are none to miss. */
const MISSED_USUAL_MAX = 6;
const GONE = 14 * DAY;
const LOOK_EVERY = HOUR;
/** When this share of hosts that never rest is silent at once, it is the line, not a host. */
const MANY = 0.2;
const MANY_MIN = 4;
const HALF_LIFE = 45 * DAY;
/** Hosts looked at each hour. */
const WATCHED_MAX = 100_000;

/** Keeps in which hours a host is heard, and the most it missed. `at`: time without the gaps of its source. */
export function onHost(fact: Fact, at: number, desk: Desk): void {
  const { host, time } = fact;
  if (host === undefined) return;
  const before = desk.find("host", host);
  if (before === undefined) {
    desk.entity("host", host, fact);
    return;
  }
  const { marks, notes } = before;
  const heard = marks.heard ?? before.last;
  if (time <= heard) return;
  const last = Math.floor(heard / HOUR);
  const now = Math.floor(time / HOUR);
  if (now > last)
    hearHour(before, { last, now, stood: time - heard - (at - (marks["heard-at"] ?? at - (time - heard))) }, desk);
  marks.heard = time;
  marks["heard-at"] = at;
  notes.heard = fact.event.id;
}

interface Hours {
  readonly last: number;
  readonly now: number;
  /** How much of the time in between stood still, because the whole source was silent. */
  readonly stood: number;
}

function hearHour(about: Remembered, { last, now, stood }: Hours, desk: Desk): void {
  const { marks, notes } = about;
  const presence = notes.presence ?? makePresence();
  const from = stood > HOUR ? now - 1 : last;
  const missed = missedBetween(presence, from, now);
  marks["longest-missed"] = Math.max(
    (marks["longest-missed"] ?? 0) * 2 ** (-((now - last) * HOUR) / HALF_LIFE),
    missed,
  );
  notes.presence = hear(presence, from, now, 1 + Math.floor((now * HOUR - about.first) / DAY));
  if (desk.restless.has(about.key) || !isRestless(about)) return;
  if (desk.restless.size < WATCHED_MAX) desk.restless.add(about.key);
  else desk.counts.unwatched += 1;
}

export class SilenceWatch {
  lookedAt = 0;

  look(fact: Fact, desk: Desk): void {
    const now = desk.society.latest;
    if (now - this.lookedAt < LOOK_EVERY) return;
    this.lookedAt = now;
    const silent: { readonly about: Remembered; readonly missed: number }[] = [];
    let restless = 0;
    for (const key of desk.restless) {
      const about = desk.entities.peek(key);
      const { heard = about?.last ?? 0, "longest-missed": most = 0 } = about?.marks ?? {};
      if (about === undefined || now - heard > GONE || !isRestless(about)) {
        desk.restless.delete(key);
        continue;
      }
      restless += 1;
      if (now - heard < MISSED_MIN * HOUR) continue;
      const missed = missedBetween(about.notes.presence ?? "", Math.floor(heard / HOUR), Math.floor(now / HOUR));
      if (missed >= Math.max(MISSED_MIN, TIMES * most)) silent.push({ about, missed });
    }
    if (silent.length >= MANY_MIN && silent.length > MANY * restless) return;
    for (const { about, missed } of silent) say(desk.entities.find(about.key) ?? about, { fact, desk, now, missed });
  }
}

function isRestless({ key, first, last, marks, notes }: Remembered): boolean {
  if (!key.startsWith("host:") || notes.presence === undefined) return false;
  if ((marks.heard ?? last) - first < KNOWN_DAYS * DAY || (marks["longest-missed"] ?? 0) > MISSED_USUAL_MAX)
    return false;
  return restlessHours(notes.presence, RESTLESS_SHARE) >= RESTLESS_HOURS;
}

interface Silence {
  readonly fact: Fact;
  readonly desk: Desk;
  readonly now: number;
  readonly missed: number;
}

function say(about: Remembered, { fact, desk, now, missed }: Silence): void {
  const { heard = about.last, "longest-missed": most = 0 } = about.marks;
  desk.say({
    ...{ detector: "log-silence", about, fact, basis: "own", n: about.n, mark: `${heard}`, restMs: 60 * DAY },
    ...{ absent: true, evidence: about.notes.heard === undefined ? [] : [about.notes.heard] },
    p: 2 ** ((-2 * missed) / Math.max(1, most)),
    values: {
      ...{ who: about.key.slice(5), hours: ((now - heard) / HOUR).toFixed(1), missed: missed.toFixed(1) },
      ...{ longest: most.toFixed(1), days: Math.round((heard - about.first) / DAY) },
    },
  });
}
