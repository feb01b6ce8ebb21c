/** An atom: some element of one field (or some leaf of the event) meets one of these tests. Shared by all rules that ask it. */
import type { Test } from "../rule.ts";

/** Field number of keywords: every leaf of the event. */
export const KEYWORDS = -1;

export interface Atom {
  readonly field: number;
  readonly tests: readonly Test[];
}
