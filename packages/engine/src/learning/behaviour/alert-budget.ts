/**
 * Which of many unusual things are shown: each detector's candidates are ranked by their bits (-log2 p) against its own
 * past, so that on ordinary days it shows at most `share` per entity and day, whatever its p-values are worth.
 *
 * AB1. A candidate is shown when no more than `share` x (entity-days so far) past ones were as unusual; the strongest ever always is.
 * AB2. Each entity counts once per detector and day (or longer, as the caller says), so that one noisy thing cannot raise the
 *      bar for all, nor what goes on for days its own.
 * AB3. What is not shown is counted. Above `CERTAIN` bits the past does not matter.
 * AB4. All detectors that rank share a daily number as well. What nothing of its detector was ever as unusual as is shown all
 *      the same: a day on which much is new must not hide it.
 */
import { DAY } from "@cordon/model/time";

export interface BudgetState {
  readonly day: number;
  readonly exposure: number;
  readonly entities: number;
  readonly shownToday: number;
  readonly past: Readonly<Record<string, readonly number[]>>;
}

export interface Candidate {
  /** -log2 p */
  readonly bits: number;
  /** The entity's first of this detector today. */
  readonly counts: boolean;
  readonly learning: boolean;
  /** How many times the share, and the daily number, this detector may use: those that speak seldom and weigh much. */
  readonly room: number;
}

const BINS = 64;
const PER_BIT = 2;
/** Candidates this unusual (p < 2^-30) are always shown. */
const CERTAIN = 30;
/** What is this unusual (p < 2^-16) is not held back by the daily number. */
const CLEAR = 16;
/** All ranked detectors together on one day: the mean is kept by the ranks, this keeps a bad day bearable. */
const DAILY_MIN = 5;
const DAILY_SHARE = 1 / 40;
const HALF_LIFE_DAYS = 30;

const binOf = (bits: number): number => Math.min(BINS - 1, Math.max(0, Math.floor(bits * PER_BIT)));

export class AlertBudget {
  #day = 0;
  #exposure = 0;
  #entities = 0;
  #shownToday = 0;
  #past = new Map<string, number[]>();
  readonly #share: number;

  /** `share`: alerts per entity and day that one detector may show. */
  constructor(share: number) {
    this.#share = share;
  }

  /** Counts entities that were active on this day; on a new day the past ages. */
  begin(at: number): void {
    const day = Math.floor(at / DAY);
    if (day <= this.#day) return;
    const factor = this.#day === 0 ? 1 : 0.5 ** ((day - this.#day) / HALF_LIFE_DAYS);
    this.#exposure = this.#exposure * factor + this.#entities;
    for (const bins of this.#past.values()) for (let i = 0; i < BINS; i += 1) bins[i] = (bins[i] ?? 0) * factor;
    this.#day = day;
    this.#entities = 0;
    this.#shownToday = 0;
  }

  active(): void {
    this.#entities += 1;
  }

  /** Whether a candidate is shown. */
  judge(detector: string, { bits, counts, learning, room }: Candidate): boolean {
    let bins = this.#past.get(detector);
    if (bins === undefined) {
      bins = new Array<number>(BINS).fill(0);
      this.#past.set(detector, bins);
    }
    const bin = binOf(bits);
    let asUnusual = 0;
    for (let i = bin; i < BINS; i += 1) asUnusual += bins[i] ?? 0;
    if (counts) bins[bin] = (bins[bin] ?? 0) + 1;
    if (learning) return false;
    if (bits >= CERTAIN) return true;
    if (asUnusual > room * this.#share * this.#exposure) return false;
    const outstanding = bits >= CLEAR || asUnusual < 1;
    if (!outstanding && this.#shownToday >= room * this.#daily()) return false;
    this.#shownToday += 1;
    return true;
  }

  /** A candidate turned out to belong to an incident: it is no ordinary day's. */
  takeBack(detector: string, bits: number): void {
    const bins = this.#past.get(detector);
    const bin = binOf(bits);
    if (bins !== undefined) bins[bin] = Math.max(0, (bins[bin] ?? 0) - 1);
  }

  #daily(): number {
    return Math.max(DAILY_MIN, Math.ceil(this.#entities * DAILY_SHARE));
  }

  state(): BudgetState {
    return {
      ...{ day: this.#day, exposure: this.#exposure, entities: this.#entities, shownToday: this.#shownToday },
      past: Object.fromEntries([...this.#past].map(([name, bins]) => [name, [...bins]])),
    };
  }

  restore(state: BudgetState): void {
    this.#day = state.day;
    this.#exposure = state.exposure;
    this.#entities = state.entities;
    this.#shownToday = state.shownToday;
    this.#past = new Map(Object.entries(state.past).map(([name, bins]) => [name, [...bins]]));
  }
}
