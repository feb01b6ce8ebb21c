/**
 * What the scan of one value has found. A ref is `atom * 2 + exact`: a hit that is not exact opens the gate, and the atom is
 * then tested for itself.
 */
export interface Hits {
  /** As long as the largest index needs. */
  readonly refs: Int32Array;
  count: number;
}

/** One literal as the searches see it. */
export interface Entry {
  /** Folded. */
  readonly text: string;
  readonly ref: number;
}

export function report(hits: Hits, ref: number): void {
  hits.refs[hits.count] = ref;
  hits.count += 1;
}
