/** Runs work that must be over after a time, without timers of its own: the clock is the Runtime's. */
import type { Runtime, Stop } from "@cordon/model/ports/runtime";

interface Bounds {
  readonly ms: number;
  readonly stop: Stop;
}

/** undefined when the time ran out first; the work is told to stop then, and what it says later is not heard. */
export async function bounded<T>(
  runtime: Runtime,
  { ms, stop }: Bounds,
  work: (stop: Stop) => Promise<T>,
): Promise<T | undefined> {
  const inner = makeInner(stop);
  const timer = makeInner(stop);
  const expiry = runtime.sleep(ms, timer).then(() => undefined);
  try {
    return await Promise.race([work(inner), expiry]);
  } finally {
    inner.fire();
    timer.fire();
  }
}

function makeInner(outer: Stop): Stop & { fire(): void } {
  const listeners = new Set<() => void>();
  let stopped = false;
  const fire = (): void => {
    if (stopped) return;
    stopped = true;
    unsubscribe();
    for (const run of [...listeners]) run();
    listeners.clear();
  };
  let unsubscribe = (): void => {};
  unsubscribe = outer.onStop(fire);
  return {
    get stopped() {
      return stopped;
    },
    onStop(run) {
      if (stopped) {
        run();
        return () => {};
      }
      const listener = (): void => run();
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    fire,
  };
}
