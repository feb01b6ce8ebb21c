/** The last hour of alert groups, oldest first. */
export interface Near {
  readonly minute: number;
  readonly host: string;
  readonly rule: string;
  readonly count: number;
  readonly surpriseHost: number;
  readonly surpriseAll: number;
  readonly newOnHost: boolean;
  readonly newAnywhere: boolean;
}

/** Minutes. */
export const NEAREST = 3;
export const NEAR = 10;
export const HOUR = 60;

/** 80 rules in each of 60 minutes, and then some: what a host under a scan was seen to raise. */
const WINDOW_MAX = 8_192;

export class Window {
  #items: Near[] = [];
  #from = 0;

  push(near: Near): void {
    this.#items.push(near);
    if (this.#items.length - this.#from > WINDOW_MAX) this.#from += 1;
    this.#compact();
  }

  /** Groups of the last `minutes`, this one included; older ones are forgotten. */
  since(minute: number, minutes: number): readonly Near[] {
    while (this.#from < this.#items.length && (this.#items[this.#from]?.minute ?? 0) <= minute - minutes)
      this.#from += 1;
    this.#compact();
    return this.#from === 0 ? this.#items : this.#items.slice(this.#from);
  }

  isOver(minute: number): boolean {
    return (this.#items.at(-1)?.minute ?? 0) <= minute - HOUR;
  }

  #compact(): void {
    if (this.#from < 64 || this.#from * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#from);
    this.#from = 0;
  }
}

/** Of groups in order of time, those of the last `minutes`. */
export function within(groups: readonly Near[], minute: number, minutes: number): readonly Near[] {
  let from = groups.length;
  while (from > 0 && (groups[from - 1]?.minute ?? 0) > minute - minutes) from -= 1;
  return from === 0 ? groups : groups.slice(from);
}

export const distinctBy = (groups: readonly Near[], key: (near: Near) => string): number =>
  new Set(groups.map(key)).size;
