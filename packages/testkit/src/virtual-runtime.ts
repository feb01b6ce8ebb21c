/**
 * A deterministic world: time moves only by `advance`, ids and chance come from a seed.
 * In: a seed and a start time. Out: a `Runtime` whose runs can be repeated exactly.
 *
 * V1. Two runtimes with the same seed and start give the same ids, chance and order of wake-ups.
 * V2. `advance` wakes sleepers in the order they are due (ties: in the order they went to sleep) and lets each one's
 *     continuation run, so what a sleeper starts within the span is woken within the same `advance`.
 */
import { createHash } from "node:crypto";
import { sha256Of } from "@cordon/model/ids";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import { instant } from "@cordon/model/time";

export interface VirtualRuntime extends Runtime {
  /** Moves time forward, waking whoever is due on the way. */
  advance(ms: number): Promise<void>;
  /** Moves time to the next due sleeper; false when nobody sleeps. */
  step(): Promise<boolean>;
  /** Number of sleepers now. */
  sleepers(): number;
}

interface Sleeper {
  readonly due: number;
  readonly order: number;
  readonly wake: () => void;
}

export function makeVirtualRuntime(
  options: { readonly seed?: number; readonly startMs?: number } = {},
): VirtualRuntime {
  const random = mulberry32(options.seed ?? 1);
  let now = options.startMs ?? Date.UTC(2026, 0, 1);
  let order = 0;
  let made = 0;
  const asleep = new Set<Sleeper>();

  const next = (): Sleeper | undefined => [...asleep].sort((a, b) => a.due - b.due || a.order - b.order)[0];

  const wake = async (sleeper: Sleeper): Promise<void> => {
    now = Math.max(now, sleeper.due);
    asleep.delete(sleeper);
    sleeper.wake();
    await settle();
  };

  return {
    now: () => instant(now),
    id: () => {
      made += 1;
      const chance = Math.floor(random() * 2 ** 32);
      return `${base32(now, 10)}${base32(made, 8)}${base32(chance, 8)}`;
    },
    random,
    sha256: (bytes) => sha256Of(createHash("sha256").update(bytes).digest("hex")),
    sleep: (ms, stop) => sleepUntil(asleep, { due: now + Math.max(0, ms), order: order++ }, stop),
    sleepers: () => asleep.size,
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let first = next(); first !== undefined && first.due <= until; first = next()) await wake(first);
      now = until;
      await settle();
    },
    async step() {
      await settle();
      const first = next();
      if (first === undefined) return false;
      await wake(first);
      return true;
    },
  };
}

function sleepUntil(asleep: Set<Sleeper>, at: { due: number; order: number }, stop: Stop): Promise<void> {
  if (stop.stopped) return Promise.resolve();
  return new Promise((resolve) => {
    let unsubscribe = () => {};
    const sleeper: Sleeper = {
      ...at,
      wake: () => {
        unsubscribe();
        resolve();
      },
    };
    asleep.add(sleeper);
    unsubscribe = stop.onStop(() => {
      asleep.delete(sleeper);
      resolve();
    });
  });
}

/** Promise chains of fakes are short; two turns of the event loop also let `setImmediate` users through. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function base32(value: number, chars: number): string {
  let rest = value;
  let text = "";
  for (let index = 0; index < chars; index++) {
    text = (ALPHABET[rest % 32] ?? "0") + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
