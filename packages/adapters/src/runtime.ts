/**
 * The real clock, chance and sleep.
 * In: nothing. Out: a `Runtime` for wiring, and `makeStop` for everything that must be able to end early.
 *
 * R1. `id()` is a ULID: ids made later by this process sort later, also within one millisecond and when the clock steps back.
 * R2. `sleep` resolves, never rejects; it resolves at once when `stop` has fired, and leaves no timer or listener behind.
 * R3. A Stop runs each listener once, in order; one that throws does not keep the others from running.
 */
import { hash, randomBytes } from "node:crypto";
import { type Sha256, sha256Of } from "@cordon/model/ids";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import { instant } from "@cordon/model/time";

/** Crockford base 32: no I, L, O, U. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_CHARS = 10;
const CHANCE_CHARS = 16;
/** setTimeout holds its delay in 31 bits: a longer one would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export function makeRuntime(): Runtime {
  return {
    now: () => instant(Date.now()),
    id: makeUlid(() => Date.now()),
    random: () => Math.random(),
    sha256,
    sleep,
  };
}

/** Unlike `AbortController` it never throws into its listeners and needs no DOM type. */
export function makeStop(): Stop & { stop(): void } {
  const listeners = new Set<() => void>();
  let stopped = false;
  return {
    get stopped() {
      return stopped;
    },
    onStop(run) {
      if (stopped) {
        run();
        return () => {};
      }
      // A wrapper per call: the same function may subscribe twice.
      const listener = () => run();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    stop() {
      if (stopped) return;
      stopped = true;
      const pending = [...listeners];
      listeners.clear();
      const thrown: unknown[] = [];
      for (const listener of pending) {
        try {
          listener();
        } catch (error) {
          thrown.push(error);
        }
      }
      if (thrown.length > 0) throw new AggregateError(thrown, "a stop listener threw");
    },
  };
}

function sha256(bytes: Uint8Array | string): Sha256 {
  return sha256Of(hash("sha256", bytes, "hex"));
}

async function sleep(ms: number, stop: Stop): Promise<void> {
  let left = Math.max(0, ms);
  do {
    const part = Math.min(left, TIMER_MS_MAX);
    await sleepOnce(part, stop);
    left -= part;
  } while (left > 0 && !stop.stopped);
}

function sleepOnce(ms: number, stop: Stop): Promise<void> {
  if (stop.stopped) return Promise.resolve();
  return new Promise((resolve) => {
    let unsubscribe = () => {};
    const timer = setTimeout(() => {
      unsubscribe();
      resolve();
    }, ms);
    unsubscribe = stop.onStop(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Monotonic ULIDs (R1): within one millisecond the chance part counts up. */
export function makeUlid(nowMs: () => number): () => string {
  let lastMs = -1;
  const chance = new Uint8Array(CHANCE_CHARS);
  return () => {
    const ms = nowMs();
    if (ms > lastMs) {
      lastMs = ms;
      randomBytes(CHANCE_CHARS).forEach((byte, index) => {
        chance[index] = byte & 31;
      });
      // Room to count up: the top digit starts in the lower half.
      chance[0] = (chance[0] ?? 0) & 15;
    } else {
      increment(chance);
    }
    return timeText(lastMs) + Array.from(chance, (digit) => ALPHABET[digit]).join("");
  };
}

function increment(digits: Uint8Array): void {
  for (let index = digits.length - 1; index >= 0; index--) {
    const digit = digits[index] ?? 0;
    if (digit < 31) {
      digits[index] = digit + 1;
      return;
    }
    digits[index] = 0;
  }
}

function timeText(ms: number): string {
  let rest = ms;
  let text = "";
  for (let index = 0; index < TIME_CHARS; index++) {
    text = (ALPHABET[rest % 32] ?? "0") + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
