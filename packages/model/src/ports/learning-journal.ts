/** Where entries about learning rest, in the order in which they were written. */
import type { LearningEntry } from "../learning-entry.ts";

export interface LearningJournal {
  /** Durable when resolved. */
  append(entry: LearningEntry): Promise<void>;
  /** The newest `limit` of these kinds (all when absent), oldest first. */
  list(limit: number, kinds?: readonly LearningEntry["kind"][]): Promise<readonly LearningEntry[]>;
}
