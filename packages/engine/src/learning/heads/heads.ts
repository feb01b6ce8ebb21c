/**
 * Several linear heads over one hashed row: each says its margin for one class.
 * Enters: rows (hashed text and named marks) with a class each. Leaves: frozen weights, margins, and what made them.
 *
 * LH1. Every head is a text model of its own (FTRL), so that the same rows in the same order give the same weights.
 * LH2. A mark (a named finding about a text) is one more bucket of fixed value: what grammar knows and letters do not show.
 * LH3. Frozen weights are whole multiples of `STEP`: a file gives back exactly what was measured.
 */
import { refusal } from "../learning-error.ts";
import { makeRandom, rowNumbers } from "../random.ts";
import { type HashedText, TEXT_HASHING } from "../text/hash-text.ts";
import { murmur3 } from "../text/murmur3.ts";
import { learnText, makeTextModel, type TextModel, textMargin } from "../text/text-model.ts";
import { type GramHashing, gramRow } from "./gram-row.ts";

export interface Heads {
  readonly names: readonly string[];
  readonly hashing: GramHashing;
  /** At slot * names.length + head; the biases stand after the last slot. */
  readonly weights: Float64Array;
}

export interface HeadsParameters {
  readonly hashing: GramHashing;
  readonly epochs: number;
  readonly seed: number;
  readonly alpha: number;
  readonly l1: number;
  readonly l2: number;
}

export const STEP = 2 ** -14;
const MARK_SEED = 71;
/** Beside a text of length 1: one mark weighs about as much as its most telling letters. */
const MARK_VALUE = 0.4;

/** A text and its marks as one row. */
export function rowOf(text: string, marks: Iterable<string>, hashing: GramHashing): HashedText {
  const row = gramRow(text, hashing);
  const found = new Set<number>();
  for (const mark of marks) found.add(markSlot(mark, hashing));
  const slots = [...found];
  if (slots.length === 0) return row;
  const all = new Int32Array(row.slots.length + slots.length);
  all.set(row.slots);
  all.set(slots, row.slots.length);
  const values = new Float64Array(all.length).fill(MARK_VALUE);
  values.set(row.values);
  return { slots: all, values, cut: row.cut };
}

const SLOTS = new Map<number, Map<string, number>>();
/** Marks are from our own short lists; the bound is for marks that carry a number. */
const SLOTS_KEPT = 4_096;

function markSlot(mark: string, { bits }: GramHashing): number {
  let known = SLOTS.get(bits);
  if (known === undefined) {
    known = new Map();
    SLOTS.set(bits, known);
  }
  const slot = known.get(mark) ?? murmur3(mark, MARK_SEED) & (2 ** bits - 1);
  if (known.size < SLOTS_KEPT) known.set(mark, slot);
  return slot;
}

export interface HeadRow {
  readonly row: HashedText;
  /** Heads that say yes; all others say no. */
  readonly yes: readonly number[];
  readonly weight: number;
}

export function trainHeads(
  names: readonly string[],
  rows: readonly HeadRow[],
  parameters: HeadsParameters,
  progress: (epoch: number) => void = () => undefined,
): Heads {
  if (rows.length === 0 || names.length === 0)
    throw refusal("labels-malformed", "no rows, or no classes, to learn from");
  const { hashing, epochs, seed, alpha, l1, l2 } = parameters;
  const models = names.map(() => makeTextModel({ hashing: { ...TEXT_HASHING, bits: hashing.bits }, alpha, l1, l2 }));
  const random = makeRandom(seed);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    progress(epoch);
    for (const at of random.shuffle(rowNumbers(rows.length))) {
      const one = rows[at] as HeadRow;
      for (let head = 0; head < models.length; head += 1)
        learnText(models[head] as TextModel, one.row, one.yes.includes(head) ? 1 : 0, one.weight);
    }
  }
  return frozen(names, hashing, models);
}

const EMPTY: HashedText = { slots: new Int32Array(0), values: new Float64Array(0), cut: false };

function frozen(names: readonly string[], hashing: GramHashing, models: readonly TextModel[]): Heads {
  const size = 2 ** hashing.bits;
  const weights = new Float64Array((size + 1) * names.length);
  const one: HashedText = { slots: new Int32Array(1), values: Float64Array.of(1), cut: false };
  models.forEach((model, head) => {
    const bias = textMargin(model, EMPTY);
    weights[size * names.length + head] = stepped(bias);
    for (let slot = 0; slot < size; slot += 1) {
      if ((model.z[slot] ?? 0) === 0) continue;
      one.slots[0] = slot;
      weights[slot * names.length + head] = stepped(textMargin(model, one) - bias);
    }
  });
  return { names, hashing, weights };
}

const stepped = (weight: number): number => Math.round(weight / STEP) * STEP;

/** The same order with other margins (margin * slope + shift): how a calibration is kept in the weights themselves. LH3 holds. */
export function scaleHeads({ names, hashing, weights }: Heads, slope: number, shift: number): Heads {
  const biases = 2 ** hashing.bits * names.length;
  return {
    names,
    hashing,
    weights: weights.map((weight, at) => stepped(weight * slope + (at >= biases ? shift : 0))),
  };
}

/** One margin per head, written into `into`. */
export function headMargins({ names, hashing, weights }: Heads, row: HashedText, into: Float64Array): Float64Array {
  const heads = names.length;
  const biases = 2 ** hashing.bits * heads;
  for (let head = 0; head < heads; head += 1) into[head] = weights[biases + head] ?? 0;
  for (let at = 0; at < row.slots.length; at += 1) {
    const from = (row.slots[at] ?? 0) * heads;
    const value = row.values[at] ?? 0;
    for (let head = 0; head < heads; head += 1) into[head] = (into[head] ?? 0) + (weights[from + head] ?? 0) * value;
  }
  return into;
}

/** What one bucket of a row adds to one head. */
export const contributionOf = ({ names, weights }: Heads, head: number, slot: number, value: number): number =>
  (weights[slot * names.length + head] ?? 0) * value;

export const markContribution = (heads: Heads, head: number, mark: string): number =>
  contributionOf(heads, head, markSlot(mark, heads.hashing), MARK_VALUE);
