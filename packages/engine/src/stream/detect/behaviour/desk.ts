/**
 * The desk all detectors work at: it finds entities, says how rare a value is, and decides what a finding is worth.
 *
 * BD1. Every finding names its basis: `own`, `peer`, `organisation`, or `definition` where no past is needed.
 * BD2. Peers and organisation give severity `low` at most; own history what the definition says.
 * BD3. In the organisation's first week ranked detectors say nothing; their candidates still teach the budget.
 * BD4. The same about the same entity is said once a day; repeats are counted.
 */

import type { Detection } from "@cordon/model/detection";
import type { Sha256 } from "@cordon/model/ids";
import { DAY } from "@cordon/model/time";
import { AlertBudget } from "../../../learning/behaviour/alert-budget.ts";
import {
  addWindow,
  type Expectation,
  expectationOf,
  makeTally,
  type Tally,
} from "../../../learning/behaviour/count-tail.ts";
import { rarityInto } from "../../../learning/behaviour/rarity.ts";
import { countOf, giveBack, makeCounts, placeOf, totalOf, valuesOf } from "../../../learning/behaviour/value-counts.ts";
import type { ValueKey } from "../../../learning/behaviour/value-hash.ts";
import { type DomainModel, judgeDomain } from "../../../learning/domains/domain-model.ts";
import type { Known } from "./branch.ts";
import { DEFINITIONS, type DetectorName, definitionOf } from "./definitions.ts";
import { detectionOf } from "./detection.ts";
import { Entities } from "./entities.ts";
import type { Fact } from "./fact.ts";
import type { Finding } from "./finding.ts";
import { FlowNormality } from "./flow-normality.ts";
import { type EntityKindOf, KnownNames } from "./known-names.ts";
import { isService } from "./names.ts";
import type { Remembered } from "./remembered.ts";
import { addRisk, riskFinding } from "./risk.ts";
import { type Seen, teach } from "./sight.ts";
import { enoughPeers, Society } from "./society.ts";
import { tidy } from "./tidy.ts";
import { makeWindow, newestOf, slide, type Window } from "./window.ts";

export interface BehaviourOptions {
  /** Entities remembered; those not seen for longest leave. */
  readonly entitiesMax: number;
  /** Bytes of those that are packed because they are not in use: the same. */
  readonly bytesMax: number;
  /** Entities in use, kept as objects. */
  readonly liveMax: number;
  /** By chance where an attacker chooses names: `EntityLimits`. */
  readonly seed: number;
  /** By which values are known (VH1): drawn by chance at the first start; what is remembered brings its own. */
  readonly key: ValueKey;
  /** Alerts per entity and day that one ranked detector may show. */
  readonly share: number;
  /** Peer group of an entity, where the owner knows it. */
  readonly peerOf: (key: string) => string | undefined;
  /** Time zone of an entity (`Europe/Berlin`, `utc+5:30`, a country), where the owner knows it. */
  readonly zoneOf?: (key: string) => string | undefined;
  /** Whether the owner knows it as a scanner of hosts and ports. */
  readonly isScanner?: (key: string) => boolean;
  /** Detectors that are switched off. */
  readonly off: readonly string[];
  /** What names look like, where there is a model of generated ones; without it only names that do not exist tell. */
  readonly domains?: DomainModel;
}

export interface NameShape {
  readonly p: number;
  /** What speaks for a generated name, strongest first. */
  readonly why: readonly string[];
}

export interface DeskCounts {
  learning: number;
  newSource: number;
  repeated: number;
  overBudget: number;
  late: number;
  /** Windows that were given up because one entity had too many of them. */
  windowsDropped: number;
  /** Hosts that never rest, beyond those whose silence can be watched. */
  unwatched: number;
}

const OWN_EVENTS = 20;
const OWN_DAYS = 3;
/** Days by which an entity teaches its group what counts are usual. */
const TEACHES_GROUP = 5;
/** Names whose shape is kept: what is asked for on an ordinary day. */
const SHAPES_MAX = 20_000;
const NO_NAME: NameShape = { p: 0, why: [] };
/** Windows of one entity: each detector has a few, one per place only where it must. */
const WINDOWS_MAX = 64;

interface PeakMarks {
  readonly day: string;
  readonly peak: string;
}
/** Windows have few names, so their marks are written once. */
const PEAK_MARKS = new Map<string, PeakMarks>();

/** A window of one place alone (`t|example.org`) is compared with nothing, so its peaks are not kept. */
function peakMarks(name: string): PeakMarks | undefined {
  const known = PEAK_MARKS.get(name);
  if (known !== undefined || name.includes("|")) return known;
  const marks = { day: `d|${name}`, peak: `p|${name}` };
  PEAK_MARKS.set(name, marks);
  return marks;
}

export class Desk {
  readonly entities: Entities;
  readonly society = new Society();
  readonly flows = new FlowNormality();
  readonly names: KnownNames;
  /** Position in the journal up to which verdicts were followed. */
  verdictsSeen: number | undefined;
  readonly budget: AlertBudget;
  readonly counts: DeskCounts = {
    ...{ learning: 0, newSource: 0, repeated: 0, overBudget: 0, late: 0, windowsDropped: 0, unwatched: 0 },
  };
  /** Hosts that never rest: whose silence is looked for. */
  readonly restless = new Set<string>();
  readonly #options: BehaviourOptions;
  readonly #hash: (text: string) => Sha256;
  readonly #shapes = new Map<string, NameShape>();
  #said: Detection[] = [];

  constructor(options: BehaviourOptions, hash: (text: string) => Sha256) {
    this.#options = options;
    this.#hash = hash;
    const { entitiesMax: max, bytesMax, liveMax: live, seed } = options;
    this.names = new KnownNames(options.key);
    this.entities = new Entities({ max, bytesMax, live, seed });
    this.budget = new AlertBudget(options.share);
  }

  entity(kind: EntityKindOf, name: string, fact: Fact): Remembered {
    const { time } = fact;
    const found = this.find(kind, name) ?? this.#newcomer(kind, name, time);
    const day = Math.floor(time / DAY);
    found.n += 1;
    if (time > found.last) found.last = time;
    if (day > found.day) {
      found.day = day;
      found.days += 1;
      if (kind === "user" || kind === "host") this.budget.active();
      tidy(found, time);
    }
    return found;
  }

  /** What is known of it, if anything; it is used by that. */
  find(kind: EntityKindOf, name: string): Remembered | undefined {
    return this.entities.findBy(this.names.holdOf(kind, name));
  }

  #newcomer(kind: EntityKindOf, name: string, time: number): Remembered {
    const { key } = this.names.holdOf(kind, name);
    const peer = this.#options.peerOf(key) ?? (kind === "user" ? (isService(name) ? "services" : "people") : kind);
    return this.entities.arrive({
      ...{ key, first: time, last: time, n: 0, days: 0, day: 0, peer },
      ...{ counts: {}, tallies: {}, windows: {}, marks: {}, notes: {}, risk: [] },
    });
  }

  /** How rare a value is for an entity; then it is taken into the baselines. The answer is good until the next one of that dimension. */
  see(
    about: Remembered,
    dimension: string,
    seen: { readonly text: string; readonly fact: Fact; readonly at: number },
  ): Seen {
    const { text, fact, at } = seen;
    const lane = this.society.lane(dimension);
    const { organisation } = lane;
    const peer = lane.of(about.peer);
    const known = lane.known(text, this.names.hash);
    const own = about.counts[dimension];
    const { sight } = lane;
    sight.value = known.value;
    sight.own = own;
    sight.peer = peer;
    sight.place = placeOf(own, known.value);
    sight.anywhere = known.anywhere(organisation);
    sight.among = known.among(peer);
    rarityInto(sight);
    const ownPast = own !== undefined && about.n >= OWN_EVENTS && about.days >= OWN_DAYS;
    sight.basis = ownPast ? "own" : enoughPeers(peer) ? "peer" : "organisation";
    sight.n = ownPast ? totalOf(own) : sight.basis === "peer" ? peer.n : organisation.n;
    sight.hushed = this.society.isNew(fact.event.source, fact.time) || organisation.n < OWN_EVENTS;
    if (own === undefined) {
      sight.own = makeCounts(at);
      about.counts[dimension] = sight.own;
      organisation.join();
      peer.join();
    }
    teach(sight, text, at);
    return sight;
  }

  /** What an entity has shown of a dimension, where the words are still known. */
  *knownOf(about: Remembered, dimension: string): Generator<Known> {
    const { organisation } = this.society.lane(dimension);
    for (const [value, count] of valuesOf(about.counts[dimension])) {
      const path = organisation.textOf(value);
      if (path !== undefined) yield { path, count };
    }
  }

  /** By this key from here on: what is taken up was learnt by it. */
  rekey(key: ValueKey | undefined): void {
    this.names.rekey(key);
    this.society.rekey();
  }

  /** Takes a value out again: it belonged to a confirmed incident. */
  unsee(about: Remembered, dimension: string, text: string): void {
    const value = this.names.hash(text);
    const own = about.counts[dimension];
    if (own === undefined) return;
    const held = countOf(own, value) > 0;
    giveBack(own, value);
    const holder = held && countOf(own, value) === 0;
    this.society.among("all", dimension).giveBack(value, holder);
    this.society.among(about.peer, dimension).giveBack(value, holder);
  }

  /** What was a candidate of the entity today was an incident: the budget forgets it. */
  unrank(about: Remembered): void {
    for (const [name, bits] of Object.entries(about.marks)) {
      // Looks at a lane of calls are counted under a like name.
      if (!name.startsWith("b|") || !Object.hasOwn(DEFINITIONS, name.slice(2))) continue;
      this.budget.takeBack(name.slice(2), bits);
      delete about.marks[name];
    }
  }

  window(
    about: Remembered,
    name: string,
    sight: { readonly text: string; readonly fact: Fact; readonly span: number },
  ): Window {
    let window = about.windows[name];
    if (window === undefined) {
      this.#makeRoom(about);
      window = makeWindow();
      about.windows[name] = window;
    }
    slide(window, {
      value: this.names.hash(sight.text),
      time: sight.fact.time,
      id: sight.fact.event.id,
      span: sight.span,
    });
    this.#tallyPeak(about, name, window, sight.fact.time);
    return window;
  }

  /** The window that was used least recently leaves: one entity must not grow without end. */
  #makeRoom({ windows }: Remembered): void {
    const names = Object.keys(windows);
    if (names.length < WINDOWS_MAX) return;
    let oldest = names[0] ?? "";
    for (const name of names) if (newestOf(windows[name]) < newestOf(windows[oldest])) oldest = name;
    delete windows[oldest];
    this.counts.windowsDropped += 1;
  }

  /** Each day's peak of a window is one window of its tally; the day that runs does not judge itself. */
  #tallyPeak(about: Remembered, name: string, window: Window, time: number): void {
    const marks = peakMarks(name);
    if (marks === undefined) return;
    const day = Math.floor(time / DAY);
    const peak = window.values.length;
    const last = about.marks[marks.day];
    if (last === undefined || day > last) {
      if (last !== undefined) this.close(about, name, about.marks[marks.peak] ?? 0, time);
      about.marks[marks.day] = day;
      about.marks[marks.peak] = peak;
    } else if (peak > (about.marks[marks.peak] ?? 0)) about.marks[marks.peak] = peak;
  }

  close(about: Remembered, name: string, x: number, time: number): void {
    let tally = about.tallies[name];
    if (tally === undefined) {
      tally = makeTally(time);
      about.tallies[name] = tally;
    }
    addWindow(tally, x, time);
    // What a group does is told by its members' first days: one that does the same every day must not outweigh all others.
    if ((tally[0] ?? 0) <= TEACHES_GROUP) addWindow(this.#groupTally(about, name, time), x, time);
  }

  expected(about: Remembered, name: string, time: number): Expectation {
    return expectationOf(about.tallies[name], this.#groupTally(about, name, time));
  }

  /** What is remembered of the peers together. */
  groupOf({ peer }: Remembered, time: number): Remembered {
    return this.find("group", peer) ?? this.#newcomer("group", peer, time);
  }

  #groupTally(about: Remembered, name: string, time: number): Tally {
    const group = this.groupOf(about, time);
    const found = group.tallies[name] ?? makeTally(time);
    group.tallies[name] = found;
    return found;
  }

  zoneOf(key: string): string | undefined {
    return this.#options.zoneOf?.(key);
  }

  /** How much a registered name looks generated; most names are asked for again and again. */
  shapeOf(domain: string): NameShape | undefined {
    const model = this.#options.domains;
    if (model === undefined) return undefined;
    const known = this.#shapes.get(domain);
    if (known !== undefined) return known;
    const shape = judgeDomain(model, domain) ?? NO_NAME;
    if (this.#shapes.size >= SHAPES_MAX) this.#shapes.clear();
    this.#shapes.set(domain, { p: shape.p, why: shape.why });
    return shape;
  }

  isScanner(key: string): boolean {
    return this.#options.isScanner?.(key) ?? false;
  }

  isOff(detector: DetectorName): boolean {
    return this.#options.off.includes(detector);
  }

  say(finding: Finding): void {
    const { detector, about, fact, mark } = finding;
    const definition = definitionOf(detector);
    if (this.isOff(detector) || finding.p > definition.alpha) return;
    const key = `${detector}|${mark}`;
    const last = about.marks[key];
    if (last !== undefined && fact.time - last < (finding.restMs ?? DAY)) {
      this.counts.repeated += 1;
      // What goes on for months is said once, not each time its rest ends.
      if (finding.restMs !== undefined && fact.time > last) about.marks[key] = fact.time;
      return;
    }
    // What is known to be harmless takes no one's place, and makes no one a risk.
    const harmless = finding.known?.most === "informational";
    if (!harmless && definition.history === "ranked" && !this.#passes(finding)) return;
    about.marks[key] = fact.time;
    if (harmless) {
      this.#said.push(detectionOf(finding, [], this.#hash));
      return;
    }
    const addends = addRisk(about, finding);
    this.#said.push(detectionOf(finding, addends, this.#hash));
    const risk = riskFinding(finding, addends);
    if (risk !== undefined && fact.time - (about.marks["entity-risk"] ?? 0) >= DAY) {
      about.marks["entity-risk"] = fact.time;
      this.#said.push(detectionOf(risk, addends, this.#hash));
    }
  }

  #passes({ detector, about, fact, p, restMs }: Finding): boolean {
    const day = Math.floor(fact.time / DAY);
    const last = about.marks[`c|${detector}`];
    // What is the same for days is one candidate, as it would be one alert.
    const counts = last === undefined || Math.abs(day - last) * DAY >= Math.max(DAY, restMs ?? 0);
    if (counts) about.marks[`c|${detector}`] = day;
    const { learning } = this.society;
    const bits = -Math.log2(Math.max(p, 1e-12));
    if (counts) about.marks[`b|${detector}`] = bits;
    const shown = this.budget.judge(detector, { bits, counts, learning, room: definitionOf(detector).room });
    if (!shown) this.counts[learning ? "learning" : "overBudget"] += 1;
    return shown;
  }

  /** What was said since the last time. */
  taken(): readonly Detection[] {
    const said = this.#said;
    this.#said = [];
    return said;
  }
}
