/**
 * How often atoms are met in ordinary events, measured on sample values: the price of an atom as a witness.
 * Only speed depends on it, never an answer.
 */

import type { Atom } from "./atom.ts";
import { KEYWORDS } from "./atom.ts";
import type { FieldIndex } from "./field-index.ts";
import type { Hits } from "./hits.ts";
import type { Literal } from "./literals.ts";
import { ORDINARY } from "./ordinary-values.ts";
import type { Steps } from "./steps.ts";

const BY_FIELD: ReadonlyMap<string, readonly string[]> = new Map(
  ORDINARY.flatMap(({ fields, values }) => fields.map((field) => [field.toLowerCase(), values] as const)),
);
export const ALL_ORDINARY: readonly string[] = [...new Set(ORDINARY.flatMap(({ values }) => values))];

/** What a value that is always met costs; the unit is a literal that is met by chance only. */
const ALWAYS_MET = 100_000;

export interface ProfileInput {
  readonly fields: readonly string[];
  readonly atoms: readonly Atom[];
  readonly literals: readonly (readonly Literal[] | undefined)[];
  readonly indexes: ReadonlyMap<number, FieldIndex>;
}

/** Price of each atom; undefined for atoms without literals. */
export function* pricesOf({ fields, atoms, literals, indexes }: ProfileInput): Steps<readonly (number | undefined)[]> {
  const met = new Float64Array(atoms.length);
  for (const [field, index] of indexes) {
    const own = BY_FIELD.get((fields[field] ?? "").toLowerCase());
    const samples = field === KEYWORDS ? ALL_ORDINARY : (own ?? ALL_ORDINARY);
    for (const [atom, times] of timesMet(index, samples)) met[atom] = times / samples.length;
    yield;
  }
  return literals.map((list, atom) =>
    list === undefined
      ? undefined
      : ALWAYS_MET * (met[atom] ?? 0) + list.reduce((sum, literal) => sum + chanceOf(literal), 0),
  );
}

function timesMet(index: FieldIndex, samples: readonly string[]): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  const hits: Hits = { refs: new Int32Array(index.hitsMax), count: 0 };
  for (const sample of samples) {
    hits.count = 0;
    index.scan(sample, hits);
    for (const atom of new Set(hits.refs.subarray(0, hits.count).map((ref) => ref >> 1))) {
      times.set(atom, (times.get(atom) ?? 0) + 1);
    }
  }
  return times;
}

/** Short literals are met by chance; a whole value hardly ever, a piece of one more easily. */
function chanceOf({ anchor, text }: Literal): number {
  const { length } = text;
  if (anchor === "equals") return length > 6 ? 1 : 20 / (length + 1);
  const place = anchor === "contains" ? 4 : 2;
  return place * (1 + 4_000 / 4 ** Math.min(length, 12));
}
