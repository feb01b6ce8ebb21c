/** What a detector found, before it is known what that is worth. */
import type { Level } from "@cordon/model/rule";
import type { DetectorName } from "./definitions.ts";
import type { Fact } from "./fact.ts";
import type { Remembered } from "./remembered.ts";

export type Basis = "own" | "peer" | "organisation" | "definition";

export interface Finding {
  readonly detector: DetectorName;
  readonly about: Remembered;
  /** The event that completed it. */
  readonly fact: Fact;
  /** Further events behind it, oldest first. */
  readonly evidence?: readonly string[];
  readonly p: number;
  readonly basis: Basis;
  /** How much past stands behind p. */
  readonly n: number;
  /** Fill the sentence, and stand beside it. */
  readonly values: Readonly<Record<string, string | number>>;
  /** What makes a repeat the same thing again. */
  readonly mark: string;
  /** Success after guessing and the like: one level more than the definition. */
  readonly graver?: boolean;
  /** What is known of the entity or the act makes it no more than this, and the sentence says why. */
  readonly known?: { readonly most: Level; readonly because: string };
  /** It is about what did not come: the last event proves it, and only the entity itself is named. */
  readonly absent?: boolean;
  /** How long the same is not said again; a day where nothing is named. */
  readonly restMs?: number;
}
