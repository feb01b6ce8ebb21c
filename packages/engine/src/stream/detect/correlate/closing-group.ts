/**
 * One group of a correlation that can only be judged when its window is over (upper bounds, eq, averages, ranks).
 *
 * C1. The window begins with the group's first event and is as long as the span; the next begins with the first event after it.
 * C2. It is judged when no event can come into it any more: the order in which its events came does not matter.
 * C3. A window without events is never judged: nothing happening is not an event.
 * C4. Of windows that follow each other without a quiet span, only the first that holds makes an alert.
 */
import type { CorrelationRule } from "./correlation.ts";
import { type Entry, isBefore, mergeEntries } from "./entry.ts";
import type { Fire, GroupState } from "./group.ts";
import { makeTally } from "./tally.ts";

export class ClosingGroup {
  readonly key: string;
  readonly shown: readonly string[];
  readonly #rule: CorrelationRule;
  readonly #entries: Entry[] = [];
  #lost = 0;
  #on = false;
  #lastTime = Number.NEGATIVE_INFINITY;

  constructor(rule: CorrelationRule, key: string, shown: readonly string[]) {
    this.#rule = rule;
    this.key = key;
    this.shown = shown;
  }

  get size(): number {
    return this.#entries.length;
  }
  get lastTime(): number {
    return this.#entries.at(-1)?.time ?? this.#lastTime;
  }
  /** When the window that is open now will be over; undefined when none is. */
  get closesAt(): number | undefined {
    const first = this.#entries[0];
    return first === undefined ? undefined : first.time + this.#rule.spanMs;
  }

  /** False when there was no room: the count goes on, the entry does not stay. */
  add(entry: Entry, entriesMax: number): boolean {
    if (this.#entries.length >= entriesMax) {
      this.#lost += 1;
      return false;
    }
    let at = this.#entries.length;
    while (at > 0 && isBefore(entry, this.#entries[at - 1] ?? entry)) at -= 1;
    const before = this.#entries[at - 1];
    if (before?.time === entry.time && before.order === entry.order) {
      this.#entries[at - 1] = mergeEntries(before, entry);
      return false;
    }
    this.#entries.splice(at, 0, entry);
    return true;
  }

  /** Judges every window that is over at `watermark`. */
  close(watermark: number): readonly Fire[] {
    const fires: Fire[] = [];
    for (let end = this.closesAt; end !== undefined && end <= watermark; end = this.closesAt) {
      const over = this.#entries.findIndex(({ time }) => time >= (end ?? 0));
      const window = this.#entries.splice(0, over < 0 ? this.#entries.length : over);
      const fire = this.#judge(window);
      if (fire !== undefined) fires.push(fire);
    }
    return fires;
  }

  #judge(window: readonly Entry[]): Fire | undefined {
    const [first] = window;
    const last = window.at(-1);
    if (first === undefined || last === undefined) return undefined;
    if (this.#lastTime <= first.time - this.#rule.spanMs) this.#on = false;
    const since = first.time - 1;
    const tally = makeTally(this.#rule);
    for (const entry of window) tally.add(entry);
    const holds = tally.holds(since);
    const begins = holds && !this.#on;
    const lost = this.#lost;
    this.#on = holds;
    this.#lastTime = last.time;
    this.#lost = 0;
    if (!begins) return undefined;
    const { key, shown } = this;
    return { key, shown, entry: last, entries: tally.chain(since) ?? window, amount: tally.amount(since), lost };
  }

  state(): GroupState {
    const { key, shown } = this;
    return { key, shown, entries: this.#entries, lost: this.#lost, lastTime: this.#lastTime, on: this.#on };
  }

  restore(state: GroupState): void {
    this.#entries.push(...state.entries);
    this.#lost = state.lost;
    this.#lastTime = state.lastTime;
    this.#on = state.on;
  }
}
