/**
 * Logistic regression over hashed text, learnt one row at a time (FTRL-proximal, McMahan 2013).
 * Enters: hashed texts with labels. Leaves: a margin per text, and which buckets made it.
 *
 * LT7. The same rows in the same order give the same weights.
 * LT8. Sum of contributions + bias = margin.
 * LT9. L1 keeps the weight of what was seen too little at exactly 0.
 */
import { refusal } from "../learning-error.ts";
import { logistic } from "../trees/forest.ts";
import {
  type HashedText,
  hashText,
  requireHashing,
  stringsInSlots,
  TEXT_HASHING,
  type TextHashing,
} from "./hash-text.ts";

export interface TextParameters {
  readonly hashing: TextHashing;
  readonly alpha: number;
  readonly beta: number;
  readonly l1: number;
  readonly l2: number;
}

const TEXT_PARAMETERS: TextParameters = { hashing: TEXT_HASHING, alpha: 0.1, beta: 1, l1: 1, l2: 1 };

/** Changed in place while learning. The last entry of both arrays is the bias, which no penalty holds. */
export interface TextModel {
  readonly parameters: TextParameters;
  readonly z: Float64Array;
  readonly n: Float64Array;
}

export function makeTextModel(parameters: Partial<TextParameters> = {}): TextModel {
  const all = { ...TEXT_PARAMETERS, ...parameters };
  requireHashing(all.hashing);
  if (!(all.alpha > 0 && all.beta >= 0 && all.l1 >= 0 && all.l2 >= 0))
    throw refusal(
      "parameters-malformed",
      `text model: alpha ${all.alpha}, beta ${all.beta}, l1 ${all.l1}, l2 ${all.l2}`,
    );
  const size = 2 ** all.hashing.bits + 1;
  return { parameters: all, z: new Float64Array(size), n: new Float64Array(size) };
}

export function textMargin(model: TextModel, row: HashedText): number {
  let margin = biasOf(model);
  for (let at = 0; at < row.slots.length; at += 1)
    margin += weightOf(model, row.slots[at] ?? 0) * (row.values[at] ?? 0);
  return margin;
}

/** One row; `label` 0 or 1. */
export function learnText(model: TextModel, row: HashedText, label: number, weight = 1): void {
  if ((label !== 0 && label !== 1) || !(weight >= 0))
    throw refusal("labels-malformed", `label ${label} of weight ${weight}`);
  const error = weight * (logistic(textMargin(model, row)) - label);
  for (let at = 0; at < row.slots.length; at += 1) {
    const slot = row.slots[at] ?? 0;
    pull(model, slot, { gradient: error * (row.values[at] ?? 0), weight: weightOf(model, slot) });
  }
  pull(model, model.z.length - 1, { gradient: error, weight: biasOf(model) });
}

function pull({ parameters, z, n }: TextModel, slot: number, by: { gradient: number; weight: number }): void {
  const before = n[slot] ?? 0;
  const after = before + by.gradient * by.gradient;
  const rate = (Math.sqrt(after) - Math.sqrt(before)) / parameters.alpha;
  z[slot] = (z[slot] ?? 0) + by.gradient - rate * by.weight;
  n[slot] = after;
}

function weightOf({ parameters, z, n }: TextModel, slot: number): number {
  const pulled = z[slot] ?? 0;
  const { alpha, beta, l1, l2 } = parameters;
  if (Math.abs(pulled) <= l1) return 0;
  return -(pulled - Math.sign(pulled) * l1) / ((beta + Math.sqrt(n[slot] ?? 0)) / alpha + l2);
}

function biasOf({ parameters, z, n }: TextModel): number {
  const last = z.length - 1;
  return -(z[last] ?? 0) / ((parameters.beta + Math.sqrt(n[last] ?? 0)) / parameters.alpha);
}

export interface TextContribution {
  readonly slot: number;
  readonly contribution: number;
  /** Strings of this very text, most frequent first. Raw: whoever shows them escapes them. */
  readonly strings: readonly string[];
  /** Strings of the training that share the bucket, where they are known. Raw too. */
  readonly collisions: readonly string[];
}

/** Shown per bucket: more say nothing. */
const STRINGS_MAX = 3;

/** The buckets that moved the margin most, either way. */
export function explainText(
  model: TextModel,
  text: string,
  options: { readonly limit: number; readonly names?: BucketNames },
): { readonly bias: number; readonly margin: number; readonly contributions: readonly TextContribution[] } {
  const { hashing } = model.parameters;
  const row = hashText(text, hashing);
  const all = Array.from(row.slots, (slot, at) => ({
    slot,
    contribution: weightOf(model, slot) * (row.values[at] ?? 0),
  }));
  const top = all
    .filter(({ contribution }) => contribution !== 0)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || a.slot - b.slot)
    .slice(0, options.limit);
  const strings = stringsInSlots(text, new Set(top.map(({ slot }) => slot)), hashing);
  const contributions = top.map((each) => {
    const here = mostFrequent(strings.get(each.slot));
    const known = options.names?.of(each.slot) ?? [];
    return { ...each, strings: here, collisions: known.filter((name) => !here.includes(name)) };
  });
  return { bias: biasOf(model), margin: textMargin(model, row), contributions };
}

/** Buckets with the greatest weights, either way. */
export function topBuckets(model: TextModel, count: number): readonly number[] {
  return Array.from({ length: model.z.length - 1 }, (_, slot) => slot)
    .filter((slot) => weightOf(model, slot) !== 0)
    .sort((a, b) => Math.abs(weightOf(model, b)) - Math.abs(weightOf(model, a)) || a - b)
    .slice(0, count);
}

export interface BucketNames {
  see(text: string): void;
  /** Most frequent first. */
  of(slot: number): readonly string[];
}

/** Strings kept per bucket while counting; the rarest leave. */
const COUNTED_MAX = 32;

/** What the given buckets stand for, from texts shown to it after training. */
export function makeBucketNames(slots: readonly number[], hashing: TextHashing = TEXT_HASHING): BucketNames {
  const wanted = new Set(slots);
  const counts = new Map<number, Map<string, number>>();
  return {
    see: (text) => {
      for (const [slot, strings] of stringsInSlots(text, wanted, hashing)) {
        const known = counts.get(slot) ?? new Map<string, number>();
        for (const [name, count] of strings) known.set(name, (known.get(name) ?? 0) + count);
        counts.set(slot, known.size <= COUNTED_MAX ? known : new Map(ranked(known).slice(0, COUNTED_MAX)));
      }
    },
    of: (slot) => mostFrequent(counts.get(slot)),
  };
}

const ranked = (counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));

const mostFrequent = (counts: ReadonlyMap<string, number> | undefined): string[] =>
  ranked(counts ?? new Map())
    .slice(0, STRINGS_MAX)
    .map(([name]) => name);
