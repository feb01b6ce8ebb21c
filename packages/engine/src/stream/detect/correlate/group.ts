/**
 * One group of a correlation: its entries in order of (time, arrival), a window that slides over them, and where its
 * episodes began. Decides at once; `closing-group.ts` decides at the end of a window.
 *
 * G1. Entries that come in order cost O(1), whatever the window holds.
 * G2. An entry that comes late takes its place, and everything after it is judged again as if it had been in time.
 * G3. One alert per episode. An episode ends when the condition is false at an event, or after a quiet span.
 * G4. What is kept besides the window only serves entries that may still come late; it goes when they no longer can.
 */
import type { CorrelationRule } from "./correlation.ts";
import { type Entry, isBefore, mergeEntries } from "./entry.ts";
import { makeTally, type Tally } from "./tally.ts";

/** What became true, with what it rests on. */
export interface Fire {
  readonly key: string;
  readonly shown: readonly string[];
  /** On which it became true. */
  readonly entry: Entry;
  /** Contributing entries, oldest first; the last is the latest of the window. Never empty. */
  readonly entries: readonly Entry[];
  readonly amount: number;
  /** Entries of the window that were pushed out for want of room: counts are at least what is said. */
  readonly lost: number;
}

export interface GroupState {
  readonly key: string;
  readonly shown: readonly string[];
  readonly entries: readonly Entry[];
  readonly lost: number;
  /** Time of the last entry that was ever judged. */
  readonly lastTime: number;
  /** The last verdict. */
  readonly on: boolean;
}

export class Group {
  readonly key: string;
  readonly shown: readonly string[];
  readonly #rule: CorrelationRule;
  #entries: Entry[] = [];
  /** First entry inside the window. */
  #head = 0;
  #tally: Tally;
  #on = false;
  #lost = 0;
  /** First entry to be judged again; -1 when none. */
  #dirty = -1;

  constructor(rule: CorrelationRule, key: string, shown: readonly string[]) {
    this.#rule = rule;
    this.key = key;
    this.shown = shown;
    this.#tally = makeTally(rule);
  }

  get size(): number {
    return this.#entries.length;
  }
  get lastTime(): number {
    return this.#entries.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
  }
  get isDirty(): boolean {
    return this.#dirty >= 0;
  }

  /** In order: judged at once. Late, or the same event again: kept for `settle`. */
  add(entry: Entry): Fire | undefined {
    const last = this.#entries.at(-1);
    if (this.#dirty >= 0 || (last !== undefined && !isBefore(last, entry))) {
      this.#insert(entry);
      return undefined;
    }
    if (last !== undefined && last.time <= entry.time - this.#rule.spanMs) {
      this.#on = false;
      this.#lost = 0;
    }
    this.#entries.push(entry);
    return this.#judge(this.#entries.length - 1);
  }

  #judge(at: number): Fire | undefined {
    const entry = this.#entries[at];
    if (entry === undefined) return undefined;
    const since = entry.time - this.#rule.spanMs;
    this.#slide(since);
    this.#tally.add(entry);
    entry.on = this.#tally.holds(since);
    const begins = entry.on && !this.#on;
    this.#on = entry.on;
    if (!entry.on) return undefined;
    entry.told = true;
    return begins ? this.#fire(entry, at) : undefined;
  }

  #slide(since: number): void {
    for (let first = this.#entries[this.#head]; first !== undefined && first.time <= since; ) {
      this.#tally.remove(first);
      this.#head += 1;
      first = this.#entries[this.#head];
    }
  }

  #fire(entry: Entry, at: number): Fire {
    const since = entry.time - this.#rule.spanMs;
    const entries = this.#tally.chain(since) ?? this.#entries.slice(this.#head, at + 1);
    const { key, shown } = this;
    return { key, shown, entry, entries, amount: this.#tally.amount(since), lost: this.#lost };
  }

  #insert(entry: Entry): void {
    let at = this.#entries.length;
    for (let low = 0; low < at; ) {
      const middle = (low + at) >> 1;
      const there = this.#entries[middle];
      if (there !== undefined && isBefore(there, entry)) low = middle + 1;
      else at = middle;
    }
    const there = this.#entries[at];
    if (there?.time === entry.time && there.order === entry.order) this.#entries[at] = mergeEntries(there, entry);
    else this.#entries.splice(at, 0, entry);
    this.#dirty = this.#dirty < 0 ? at : Math.min(this.#dirty, at);
  }

  /** Judges again from the first late entry on. An episode that was told already stays silent. */
  settle(): readonly Fire[] {
    const from = this.#dirty;
    if (from < 0) return [];
    this.#dirty = -1;
    const { spanMs } = this.#rule;
    const since = (this.#entries[from]?.time ?? 0) - spanMs;
    const start = this.#firstAfter(since);
    this.#restart(start, from);
    const fires: Fire[] = [];
    let run: { readonly fire: Fire; told: boolean } | undefined;
    for (let at = from; at < this.#entries.length; at += 1) {
      const entry = this.#entries[at];
      if (entry === undefined) continue;
      if ((this.#entries[at - 1]?.time ?? entry.time) <= entry.time - spanMs) this.#on = false;
      const wasTold = entry.told;
      const fire = this.#judge(at);
      if (!this.#on || fire !== undefined) {
        if (run?.told === false) fires.push(run.fire);
        run = fire === undefined ? undefined : { fire, told: wasTold };
      } else if (run !== undefined && wasTold) run.told = true;
    }
    if (run?.told === false) fires.push(run.fire);
    return fires;
  }

  /** The window as it stood just before entry `before`, beginning the walk at `start`. */
  #restart(start: number, before: number): void {
    this.#tally = makeTally(this.#rule);
    this.#head = start;
    for (let at = start; at < before; at += 1) {
      const entry = this.#entries[at];
      if (entry !== undefined) this.#tally.add(entry);
    }
    this.#on = this.#entries[before - 1]?.on ?? false;
  }

  #firstAfter(time: number): number {
    let low = 0;
    for (let high = this.#entries.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.time ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Lets go of what lies before `time` and outside the window. Amortised: only when that is at least half. */
  trim(time: number): number {
    const half = this.#entries[this.#entries.length >> 1];
    if (half === undefined || half.time > time || this.#dirty >= 0) return 0;
    const cut = Math.min(this.#head, this.#firstAfter(time));
    if (cut * 2 < this.#entries.length) return 0;
    this.#entries.splice(0, cut);
    this.#head -= cut;
    return cut;
  }

  /** Everything outside the window goes, for want of room elsewhere. */
  shrink(): number {
    if (this.#dirty >= 0) return 0;
    const cut = this.#head;
    this.#entries.splice(0, cut);
    this.#head = 0;
    return cut;
  }

  /** Drops the oldest `count`; those inside the window are lost to it, unless the answer needs fewer than stay. */
  drop(count: number, needed: number): { readonly dropped: number; readonly lost: number } {
    if (this.#dirty >= 0) return { dropped: 0, lost: 0 };
    const dropped = Math.min(count, this.#entries.length);
    const enough = this.#entries.length - Math.max(dropped, this.#head) >= needed;
    const lost = enough ? 0 : Math.max(0, dropped - this.#head);
    for (const entry of this.#entries.slice(this.#head, dropped)) this.#tally.remove(entry);
    this.#entries.splice(0, dropped);
    this.#head = Math.max(0, this.#head - dropped);
    this.#lost += lost;
    return { dropped, lost };
  }

  state(): GroupState {
    const { key, shown, lastTime } = this;
    return { key, shown, entries: this.#entries, lost: this.#lost, lastTime, on: this.#on };
  }

  restore(state: GroupState): void {
    this.#entries = [...state.entries];
    this.#lost = state.lost;
    this.#restart(this.#firstAfter(state.lastTime - this.#rule.spanMs), this.#entries.length);
    this.#on = state.on;
  }
}
