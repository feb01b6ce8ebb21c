/**
 * Data that leaves in slowly growing amounts, each day a little more, so that no single day is unusual.
 *
 * Enters: the megabytes that each ended day sent to places that few others know. Leaves: `slow-drift`.
 * BG1. Levels are medians of days: the last `WEEK` against the first `BASE` of those kept. Fewer than half of them move nothing.
 * BG2. A step is not slow: what rises no further after its largest step is left to other detectors.
 * BG3. Growth counts beyond that of the peers, whose growth is kept in a bounded sample, and never with its own in it.
 * BG4. Who is new finds its level: it must send more than its peers do, and where none are known nothing is said.
 */
import { DAY } from "@cordon/model/time";
import { normalTail } from "../../../learning/behaviour/periodic.ts";
import { medianOf, risingChance, risingOnChance } from "../../../learning/behaviour/trend.ts";
import type { Desk } from "./desk.ts";
import type { Fact } from "./fact.ts";
import type { Remembered } from "./remembered.ts";

/** Calendar days: ten weeks, so that who grows by a sixth a week is seen. */
const DAYS_KEPT = 70;
/** A week, and what it is compared with: days on which something went out. */
const WEEK = 7;
const BASE = 2 * WEEK;
/** Levels are sixteenths of an octave above one megabyte: small whole numbers. */
const STEPS = 16;
const TIMES_MIN = STEPS * Math.log2(2.5);
const MEGABYTES_MIN = 8;
/** What comes after the largest step must rise as surely as this. */
const RISES_ON = 1e-3;
/** From here on it is more than it was. */
const BEGINS = 1.25;
const SETTLED_DAYS = 28;
/** Peers that are kept, `[day, growth, level]` each; two that share a place take turns. */
const PLACES = 64;
const FIELDS = 3;
const PEERS_MIN = 5;
const PEER_DAYS = 14;
/** Peers differ by this much at least: half an octave. */
const SPREAD_MIN = STEPS / 2;

/** Megabytes that make no difference. */
const LITTLE = 0.5;

export interface SentDay {
  readonly day: number;
  readonly megabytes: number;
  readonly fact: Fact;
  readonly desk: Desk;
}

/** Takes in a day that ended; each entity once a day. */
export function noteSentDay(about: Remembered, sent: SentDay): void {
  const { day, megabytes, fact, desk } = sent;
  // Memories from before hold two means under this name, which a single day moves.
  delete about.tallies.drift;
  const kept = keep(about.tallies["sent-days"], day, levelOf(megabytes));
  about.tallies["sent-days"] = kept;
  const levels = kept.slice(1).flatMap((held) => (held === 0 ? [] : [held - 1]));
  if (levels.length < BASE + WEEK) return;
  const base = medianOf(levels.slice(0, BASE));
  const now = medianOf(levels.slice(-WEEK));
  const peers = takeTurn(about, { day, growth: now - base, level: now }, desk.groupOf(about, fact.time));
  if (now - base < TIMES_MIN || megabytesAt(now) < MEGABYTES_MIN || risingOnChance(levels) > RISES_ON) return;
  const young = isNew(about, kept, sent);
  if (peers.length < PEERS_MIN && young) return;
  const usual = peers.length < PEERS_MIN ? 0 : medianOf(peers.map(({ growth }) => growth));
  if (now - base - usual < TIMES_MIN) return;
  const p = Math.max(
    risingChance(levels),
    beyond(now - base, peers, ({ growth }) => growth),
    young ? beyond(now, peers, ({ level }) => level) : 0,
  );
  desk.say({
    ...{ detector: "slow-drift", about, fact, p, basis: "own", n: levels.length, mark: "drift", restMs: 14 * DAY },
    evidence: about.notes["sent-last"] === undefined ? [] : [about.notes["sent-last"]],
    values: {
      host: about.key.slice(about.key.indexOf(":") + 1),
      ...{ was: megabytesAt(base).toFixed(1), megabytes: megabytesAt(now).toFixed(1) },
      since: new Date(beganOn(kept, base) * DAY).toISOString().slice(0, 10),
      times: (megabytesAt(now) / Math.max(megabytesAt(base), 0.1)).toFixed(1),
      peers: peersSentence(peers, usual),
    },
  });
}

const levelOf = (megabytes: number): number => Math.round(STEPS * Math.log2(1 + megabytes));
const megabytesAt = (level: number): number => 2 ** (level / STEPS) - 1;

/** `[last day, level + 1 of each day up to it]`; 0 is a day on which nothing was seen. */
function keep(before: readonly number[] | undefined, day: number, level: number): number[] {
  const [last = day, ...levels] = before ?? [];
  const missed = before === undefined ? 0 : day - last - 1;
  if (missed >= DAYS_KEPT) return [day, level + 1];
  const all = [...levels, ...new Array<number>(Math.max(0, missed)).fill(0), level + 1].slice(-DAYS_KEPT);
  // What nobody asks for takes no room.
  const first = all.findIndex((held) => held > 0);
  return [day, ...all.slice(first)];
}

export interface TakenDay {
  readonly before: number;
  /** Not there where what is left is lost in what was taken. */
  readonly after?: number;
}

/** Takes megabytes out of a day that ended; undefined where that day is not kept. */
export function takeFromDay(kept: number[] | undefined, day: number, megabytes: number): TakenDay | undefined {
  const place = kept === undefined ? 0 : day - (kept[0] ?? 0) + kept.length - 1;
  const held = kept?.[place] ?? 0;
  if (kept === undefined || place < 1 || held === 0) return undefined;
  const before = megabytesAt(held - 1);
  const after = Math.max(0, before - megabytes);
  // A level is true to half a step: what is left may be all error.
  const error = (2 ** (0.5 / STEPS) - 1) * (1 + before);
  const isLost = after < 2 * error && error > LITTLE;
  kept[place] = isLost ? 0 : levelOf(after) + 1;
  return isLost ? { before } : { before, after };
}

/** Who came after its source was known for a week is new for as long as what it is compared with are its first weeks. */
function isNew({ first }: Remembered, kept: readonly number[], { fact, desk }: SentDay): boolean {
  const source = desk.society.clocks().get(fact.event.source)?.first ?? first;
  const [last = 0, ...held] = kept;
  return first - source >= WEEK * DAY && last - held.length + 1 - Math.floor(first / DAY) < SETTLED_DAYS;
}

/** The last day around which a week was hardly more than it was. */
function beganOn(kept: readonly number[], base: number): number {
  const [last = 0, ...held] = kept;
  const days = held.flatMap((each, i) =>
    each === 0 ? [] : [{ day: last - held.length + 1 + i, megabytes: megabytesAt(each - 1) }],
  );
  const half = (WEEK - 1) / 2;
  for (let i = days.length - 1 - half; i >= half; i -= 1) {
    const around = medianOf(days.slice(i - half, i + half + 1).map(({ megabytes }) => megabytes));
    if (around <= BEGINS * megabytesAt(base)) return days[i]?.day ?? last;
  }
  return days[0]?.day ?? last;
}

interface Peer {
  readonly growth: number;
  readonly level: number;
}

/** Leaves its own growth with the group, and takes that of the others who were heard lately. */
function takeTurn(about: Remembered, { day, growth, level }: Peer & { day: number }, group: Remembered): Peer[] {
  const places = group.tallies["sent-growth"] ?? new Array<number>(PLACES * FIELDS).fill(0);
  group.tallies["sent-growth"] = places;
  const own = placeOf(about.key);
  const peers: Peer[] = [];
  for (let place = 0; place < PLACES; place += 1) {
    const [heard = 0, grew = 0, at = 0] = places.slice(place * FIELDS, (place + 1) * FIELDS);
    if (place !== own && heard > 0 && Math.abs(day - heard) <= PEER_DAYS) peers.push({ growth: grew, level: at });
  }
  for (const [i, value] of [day, growth, level].entries()) places[own * FIELDS + i] = value;
  return peers;
}

/** Any spread will do; who shares a place with another loses one peer. */
function placeOf(key: string): number {
  let sum = 0;
  for (let i = 0; i < key.length; i += 1) sum = (Math.imul(sum, 31) + key.charCodeAt(i)) >>> 0;
  return (Math.imul(sum, 0x9e3779b1) >>> 0) % PLACES;
}

/** Chance of it among the peers; 0 where there are too few to tell. */
function beyond(value: number, peers: readonly Peer[], of: (peer: Peer) => number): number {
  if (peers.length < PEERS_MIN) return 0;
  const values = peers.map(of);
  const middle = medianOf(values);
  const spread = 1.4826 * medianOf(values.map((each) => Math.abs(each - middle)));
  return normalTail((value - middle) / Math.max(SPREAD_MIN, spread));
}

const peersSentence = (peers: readonly Peer[], usual: number): string =>
  peers.length < PEERS_MIN
    ? "too few peers are known to compare it with"
    : `what ${peers.length} peers send became ${(2 ** (usual / STEPS)).toFixed(1)} times as much`;
