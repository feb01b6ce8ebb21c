/**
 * Log silence: a source or a host that never rests has said nothing for long. Asked as event time moves on, so that the
 * same events give the same answer; where everything is silent there is no event time, and the health of sources tells.
 */
import { DAY, HOUR } from "@cordon/model/time";
import type { Desk } from "./desk.ts";
import type { Remembered } from "./entities.ts";
import type { Fact } from "./fact.ts";

const KNOWN_DAYS = 7;
const REST_MAX_HOURS = 3;
const SILENT_HOURS = 4;
const TIMES = 4;
const LOOK_EVERY = HOUR;
/** When this share of hosts that never rest is silent at once, it is the line, not a host. */
const MANY = 0.2;
const MANY_MIN = 4;

/** Keeps the longest pause of a host, halved in 30 days. */
export function onHost(fact: Fact, desk: Desk): void {
  const { host, time } = fact;
  if (host === undefined) return;
  const before = desk.entities.find(`host:${host}`);
  if (before === undefined) {
    desk.entity("host", host, fact);
    return;
  }
  const heard = before.marks.heard ?? before.last;
  if (time <= heard) return;
  const gap = time - heard;
  const longest = (before.marks["longest-gap"] ?? 0) * 2 ** (-gap / (30 * DAY));
  before.marks["longest-gap"] = Math.max(longest, gap);
  before.marks.heard = time;
  before.notes.heard = fact.event.id;
}

export class SilenceWatch {
  lookedAt = 0;

  look(fact: Fact, desk: Desk): void {
    const now = desk.society.latest;
    if (now - this.lookedAt < LOOK_EVERY) return;
    this.lookedAt = now;
    const restless: Remembered[] = [];
    const silent: Remembered[] = [];
    for (const entity of desk.entities.all()) {
      if (!entity.key.startsWith("host:")) continue;
      const { heard = entity.last, "longest-gap": longest = 0 } = entity.marks;
      if (heard - entity.first < KNOWN_DAYS * DAY || longest > REST_MAX_HOURS * HOUR) continue;
      restless.push(entity);
      if (now - heard >= Math.max(SILENT_HOURS * HOUR, TIMES * longest)) silent.push(entity);
    }
    if (silent.length >= MANY_MIN && silent.length > MANY * restless.length) return;
    for (const about of silent) say(about, { fact, desk, now });
  }
}

function say(
  about: Remembered,
  { fact, desk, now }: { readonly fact: Fact; readonly desk: Desk; readonly now: number },
): void {
  const { heard = about.last, "longest-gap": longest = 0 } = about.marks;
  desk.say({
    ...{ detector: "log-silence", about, fact, basis: "own", n: about.n, mark: "silent", restMs: 7 * DAY },
    ...{ absent: true, evidence: about.notes.heard === undefined ? [] : [about.notes.heard] },
    p: 2 ** (-(now - heard) / Math.max(longest, HOUR / 2)),
    values: {
      ...{ who: about.key.slice(5), hours: ((now - heard) / HOUR).toFixed(1), longest: (longest / HOUR).toFixed(1) },
      days: Math.round((heard - about.first) / DAY),
    },
  });
}
