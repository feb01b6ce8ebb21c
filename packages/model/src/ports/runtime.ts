/** The world's clock, chance and sleep. The engine gets time and ids from here and from nowhere else. */
import type { Sha256 } from "../ids.ts";
import type { Instant } from "../time.ts";

/** Cancellation without DOM or Node types. `stopped` never goes back to false. */
export interface Stop {
  readonly stopped: boolean;
  /** Runs once when stopped; at once if it already is. Returns the way to unsubscribe. */
  onStop(run: () => void): () => void;
}

export const NEVER_STOP: Stop = { stopped: false, onStop: () => () => {} };

export interface Runtime {
  now(): Instant;
  /** 26 characters, sortable by time (ULID). */
  id(): string;
  /** [0, 1). */
  random(): number;
  sha256(bytes: Uint8Array | string): Sha256;
  /** Resolves early, without error, when `stop` fires. */
  sleep(ms: number, stop: Stop): Promise<void>;
}
