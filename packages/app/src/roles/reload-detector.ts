/**
 * A detector whose rules can be exchanged for others between two batches.
 *
 * L1. One reference is exchanged: a batch is judged by one set of rules, whole.
 * L2. What the rules before remembered goes over by their own snapshot: windows of correlations whose definition is the
 *     same go on, the others begin anew. Other ways of knowing are not touched.
 */
import type { Detector } from "@cordon/engine/stream/detect/detect";

export interface LiveDetector extends Detector {
  /** Only between two batches. */
  readonly exchange: (next: Detector) => void;
  readonly current: () => Detector;
}

export function makeLiveDetector(first: Detector): LiveDetector {
  let now = first;
  return {
    detect: (events) => now.detect(events),
    tick: (at) => now.tick(at),
    finish: () => now.finish(),
    get remembers() {
      return now.remembers;
    },
    snapshot: () => now.snapshot(),
    restore: (snapshot) => now.restore(snapshot),
    stats: () => now.stats(),
    logSources: () => now.logSources(),
    prepare: (log) => now.prepare(log),
    matchers: () => now.matchers(),
    exchange(next) {
      if (now.remembers && !next.restore(now.snapshot())) throw new Error("a snapshot of ours was not understood");
      now = next;
    },
    current: () => now,
  };
}
