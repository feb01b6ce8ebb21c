/** Severity levels and the reference by which a detection names its rule. */
import type { Sha256 } from "./ids.ts";

export const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;
export type Level = (typeof LEVELS)[number];

/** 0 for informational up to 4 for critical. */
export const levelRank = (level: Level): number => LEVELS.indexOf(level);

export interface RuleRef {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  /** Where it came from: a path below `content/` or the operator's path, as given. */
  readonly source: string;
  /** Hash of the rule's definition: an incident says which version fired. */
  readonly version: Sha256;
  /** Sigma `author`: the Detection Rule License asks that it be shown with every match. */
  readonly author?: string;
  readonly status?: string;
}
