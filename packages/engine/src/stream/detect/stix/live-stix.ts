/**
 * STIX patterns that can be exchanged for others between two batches: feeds bring new ones while events flow.
 *
 * V1. One reference is exchanged: a batch is judged by one set of patterns, whole.
 * V2. What a pattern remembered goes over where it reads the same; a changed one begins anew, one that is gone is forgotten.
 */
import type { Way } from "../join-ways.ts";
import type { StixPatterns } from "./stix-way.ts";

export interface LiveStix {
  readonly way: Way;
  readonly now: () => StixPatterns;
  /** Only between two batches. */
  readonly exchange: (next: StixPatterns) => void;
}

export function makeLiveStix(first: StixPatterns): LiveStix {
  let now = first;
  return {
    way: {
      name: first.way.name,
      detect: (events) => now.way.detect(events),
      tick: (at) => now.way.tick(at),
      finish: () => now.way.finish(),
      get remembers() {
        return now.way.remembers;
      },
      snapshot: () => now.way.snapshot(),
      restore: (snapshot) => now.way.restore(snapshot),
    },
    now: () => now,
    exchange(next) {
      if (!next.way.restore(now.way.snapshot())) throw new Error("stix: a snapshot of ours was not understood");
      now = next;
    },
  };
}
