/**
 * What is not an entity's own: peer groups, the organisation, and the clocks of sources.
 *
 * BS1. A source's first week makes no first-seen findings: everything is new then.
 * BS2. A gap of more than two hours, where the source had none, does not age counts and teaches nothing about absence.
 */

import { DAY, HOUR } from "@cordon/model/time";
import { Population, type PopulationState } from "../../../learning/behaviour/population.ts";
import { Lane } from "./lane.ts";

export interface SourceClock {
  readonly first: number;
  last: number;
  /** Time that stood still for it. */
  frozen: number;
  longest: number;
}

export interface SocietyState {
  readonly groups: readonly (readonly [name: string, PopulationState])[];
  readonly clocks: readonly (readonly [source: string, SourceClock])[];
  readonly first: number;
  readonly latest: number;
}

const GAP = 2 * HOUR;
const NEW_SOURCE = 7 * DAY;
const ORGANISATION_LEARNS = 7 * DAY;
const PEER_MEMBERS_MIN = 10;
const PEER_COUNTS_MIN = 500;

export class Society {
  #groups = new Map<string, Population>();
  readonly #lanes = new Map<string, Lane>();
  #clocks = new Map<string, SourceClock>();
  #first = 0;
  #latest = 0;
  /** Of the event that is looked at. */
  #source: string | undefined;
  #clock: SourceClock | undefined;

  get learning(): boolean {
    return this.#latest - this.#first < ORGANISATION_LEARNS;
  }
  get latest(): number {
    return this.#latest;
  }

  /** Time as this source knows it: event time without its gaps. */
  tick(source: string, time: number): number {
    if (this.#first === 0) this.#first = time;
    if (time > this.#latest) this.#latest = time;
    let clock = source === this.#source ? this.#clock : this.#clocks.get(source);
    if (clock === undefined) {
      clock = { first: time, last: time, frozen: 0, longest: 0 };
      this.#clocks.set(source, clock);
    }
    this.#source = source;
    this.#clock = clock;
    const gap = time - clock.last;
    if (gap > 0) {
      const unusual = gap > GAP && gap > 1.5 * clock.longest;
      if (unusual && clock.longest > 0) clock.frozen += gap - GAP;
      if (gap > clock.longest) clock.longest = gap;
      clock.last = time;
    }
    return time - clock.frozen;
  }

  isNew(source: string, time: number): boolean {
    const clock = source === this.#source ? this.#clock : this.#clocks.get(source);
    return clock === undefined || time - clock.first < NEW_SOURCE;
  }

  /** `all` or a peer group, and what is counted there. */
  among(who: string, dimension: string): Population {
    return this.lane(dimension).of(who);
  }

  lane(dimension: string): Lane {
    let found = this.#lanes.get(dimension);
    if (found === undefined) {
      found = new Lane((who) => this.group(`${who}|${dimension}`));
      this.#lanes.set(dimension, found);
    }
    return found;
  }

  /** Values are known by other numbers from here on. */
  rekey(): void {
    this.#lanes.clear();
  }

  group(name: string): Population {
    let found = this.#groups.get(name);
    if (found === undefined) {
      found = new Population();
      this.#groups.set(name, found);
    }
    return found;
  }

  clocks(): ReadonlyMap<string, Readonly<SourceClock>> {
    return this.#clocks;
  }

  state(): SocietyState {
    return {
      groups: [...this.#groups].map(([name, group]) => [name, group.state()] as const),
      clocks: [...this.#clocks].map(([name, clock]) => [name, { ...clock }] as const),
      ...{ first: this.#first, latest: this.#latest },
    };
  }

  restore({ groups, clocks, first, latest }: SocietyState): void {
    this.#groups = new Map();
    this.#lanes.clear();
    for (const [name, state] of groups) this.group(name).restore(state);
    this.#source = undefined;
    this.#clocks = new Map(clocks.map(([name, clock]) => [name, { ...clock }]));
    this.#first = first;
    this.#latest = latest;
  }
}

export const enoughPeers = (peer: Population): boolean => peer.members >= PEER_MEMBERS_MIN && peer.n >= PEER_COUNTS_MIN;
