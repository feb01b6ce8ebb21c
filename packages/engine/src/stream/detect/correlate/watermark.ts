/**
 * Event time of the whole stream, from the event times of its inputs (a file, a peer, a token: each has its own clock).
 *
 * W1. An input's events may come in any order within the lateness; what comes later than that is late.
 * W2. The watermark is that of the slowest input that is awake. An input falls asleep after a while without events, on
 *     the clock of arrival, which is recorded with the events: a replay puts it to sleep at the same place.
 * W3. A time far in the future is a wrong clock: the time of arrival is taken instead, and counted.
 */
import { MINUTE } from "@cordon/model/time";

const ASLEEP_AFTER_MS = MINUTE;
const FUTURE_MAX_MS = 5 * MINUTE;
/** Peers and files come and go; the ones that were silent longest are forgotten. */
const INPUTS_MAX = 10_000;

interface Input {
  newest: number;
  seen: number;
}

export interface WatermarkState {
  readonly arrival: number;
  readonly skewed: number;
  readonly inputs: readonly (readonly [string, number, number])[];
}

export const NO_TIME: WatermarkState = { arrival: Number.NEGATIVE_INFINITY, skewed: 0, inputs: [] };

export class Watermark {
  readonly #latenessMs: number;
  readonly #inputs = new Map<string, Input>();
  #lastName: string | undefined;
  #last: Input = { newest: 0, seen: 0 };
  #arrival = Number.NEGATIVE_INFINITY;
  skewed = 0;

  constructor(latenessMs: number) {
    this.#latenessMs = latenessMs;
  }

  /** The event's time, as correlations take it; undefined when it came too late for them. */
  observe(name: string, time: number, receivedAt: number): number | undefined {
    if (receivedAt > this.#arrival) this.#arrival = receivedAt;
    let at = time;
    if (time > receivedAt + FUTURE_MAX_MS) {
      this.skewed += 1;
      at = receivedAt;
    }
    const input = name === this.#lastName ? this.#last : this.#inputOf(name);
    if (receivedAt > input.seen) input.seen = receivedAt;
    if (at > input.newest) input.newest = at;
    return at < input.newest - this.#latenessMs ? undefined : at;
  }

  #inputOf(name: string): Input {
    let input = this.#inputs.get(name);
    if (input === undefined) {
      input = { newest: Number.NEGATIVE_INFINITY, seen: Number.NEGATIVE_INFINITY };
      if (this.#inputs.size >= INPUTS_MAX) this.#forget();
      this.#inputs.set(name, input);
    }
    this.#lastName = name;
    this.#last = input;
    return input;
  }

  #forget(): void {
    const bySilence = [...this.#inputs].sort(([, a], [, b]) => a.seen - b.seen);
    for (const [name] of bySilence.slice(0, INPUTS_MAX / 10)) this.#inputs.delete(name);
  }

  /** Nothing has come for a while: time goes on by the clock. */
  tick(now: number): void {
    if (now > this.#arrival) this.#arrival = now;
  }

  /** No event at or before this can still come (from inputs that are awake). */
  low(): number {
    const awake = this.#arrival - ASLEEP_AFTER_MS;
    let low = Number.POSITIVE_INFINITY;
    for (const { newest, seen } of this.#inputs.values()) if (seen > awake && newest < low) low = newest;
    return (low === Number.POSITIVE_INFINITY ? awake : low) - this.#latenessMs;
  }

  state(): WatermarkState {
    const inputs = [...this.#inputs].map(([name, { newest, seen }]) => [name, newest, seen] as const);
    return { arrival: this.#arrival, skewed: this.skewed, inputs };
  }

  restore({ arrival, skewed, inputs }: WatermarkState): void {
    this.#arrival = arrival;
    this.skewed = skewed;
    this.#lastName = undefined;
    this.#inputs.clear();
    for (const [name, newest, seen] of inputs) this.#inputs.set(name, { newest, seen });
  }
}
