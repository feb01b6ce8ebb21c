/** What is remembered of a pair, a host or a rule since the beginning: counts only, so a pair costs some hundred bytes. */
const DAY_MINUTES = 1_440;
/** Pairs of a large organisation; about 100 MB. */
const KEYS_MAX = 500_000;
/** Forgetting is done by the batch: one walk over the keys serves many new ones. */
const FORGET_SHARE = 0.1;

export interface Seen {
  readonly groups: number;
  readonly alerts: number;
  readonly most: number;
  readonly days: number;
  readonly last: number | undefined;
  readonly hoursKnown: () => number;
  readonly knowsHour: (minute: number) => boolean;
}

class Trace implements Seen {
  groups = 0;
  alerts = 0;
  most = 0;
  days = 0;
  last: number | undefined;
  #hours = 0;

  learn(minute: number, count: number): void {
    if (this.last === undefined || dayOf(this.last) !== dayOf(minute)) this.days += 1;
    this.groups += 1;
    this.alerts += count;
    this.most = Math.max(this.most, count);
    this.last = minute;
    this.#hours |= 1 << hourOf(minute);
  }

  hoursKnown(): number {
    let known = 0;
    for (let bits = this.#hours; bits !== 0; bits &= bits - 1) known += 1;
    return known;
  }

  knowsHour(minute: number): boolean {
    return (this.#hours & (1 << hourOf(minute))) !== 0;
  }
}

const NOTHING = new Trace();
/** Calendar day in UTC. */
export const dayOf = (minute: number): number => Math.floor(minute / DAY_MINUTES);
const hourOf = (minute: number): number => Math.floor(minute / 60) % 24;

/** Keys in the order of their last sight: a map keeps the order of insertion, and what is seen again is inserted again. */
export class Memory {
  readonly #traces = new Map<string, Trace>();
  forgotten = 0;

  get(key: string): Seen {
    return this.#traces.get(key) ?? NOTHING;
  }

  learn(key: string, minute: number, count: number): void {
    const trace = this.#traces.get(key) ?? new Trace();
    this.#traces.delete(key);
    this.#traces.set(key, trace);
    trace.learn(minute, count);
    if (this.#traces.size > KEYS_MAX) this.#forget();
  }

  #forget(): void {
    let left = Math.ceil(KEYS_MAX * FORGET_SHARE);
    for (const key of this.#traces.keys()) {
      if (left === 0) break;
      this.#traces.delete(key);
      this.forgotten += 1;
      left -= 1;
    }
  }
}

export const log1p = (value: number): number => Math.log1p(Math.max(0, value));
