/**
 * Why a model of words and marks judged as it did. Enters: a model, the marks and the text of one row. Leaves: the strongest
 * reasons, with weights.
 *
 * WR1. Weights add up in the model's own measure (log-odds): of marks by TreeSHAP, the mean over the forests; words by the mark
 *      that holds their margin.
 * WR2. Words of the row are quoted, cut, defanged and free of control signs: they are shown and steer nothing.
 */
import { explainText } from "../learning/text/text-model.ts";
import { type Explainer, makeExplainer } from "../learning/trees/explain.ts";
import { defang } from "./examine.ts";
import type { WordedModel } from "./mail-model.ts";

export interface WordedReason {
  /** Above 0 speaks for bad. */
  readonly weight: number;
  /** The mark; undefined: the words. */
  readonly name: string | undefined;
  readonly value: number;
  /** Strings of the text that weighed most in this direction, fit to be shown. */
  readonly strings: readonly string[];
}

export type WordedReasons = (values: Float64Array, text: string) => readonly WordedReason[];

const WORDS_MARGIN = "wordsMargin";
const REASONS_MAX = 6;
/** Log-odds; less is no reason that anyone would name. */
const WEIGHT_MIN = 0.05;
const WORDS_MAX = 4;
const WORD_CHARS_MAX = 24;

export function makeWordedReasons(model: WordedModel): WordedReasons {
  const explainers: readonly Explainer[] = model.forests.map(makeExplainer);
  const asked = model.forests[0]?.schema.names ?? [];
  return (values, text) => {
    const told = explainText(model.words, text, { limit: 8 * WORDS_MAX });
    const row = Float64Array.from(
      asked,
      (name, at) => values[at] ?? (name === WORDS_MARGIN ? told.margin : Number.NaN),
    );
    const sums = new Float64Array(row.length);
    for (const explainer of explainers)
      explainer.explain(row).forEach((weight, at) => {
        sums[at] = (sums[at] ?? 0) + weight / explainers.length;
      });
    const order = [...sums.keys()].toSorted((a, b) => Math.abs(sums[b] ?? 0) - Math.abs(sums[a] ?? 0));
    return order.slice(0, REASONS_MAX).flatMap((at) => {
      const weight = sums[at] ?? 0;
      if (Math.abs(weight) < WEIGHT_MIN) return [];
      const name = model.names[at];
      const strings = name === undefined ? quotable(told.contributions, weight) : [];
      return [{ weight, name, value: values[at] ?? Number.NaN, strings }];
    });
  };
}

function quotable(
  contributions: readonly { readonly contribution: number; readonly strings: readonly string[] }[],
  weight: number,
): readonly string[] {
  const words = contributions
    .filter(({ contribution }) => Math.sign(contribution) === Math.sign(weight))
    .flatMap(({ strings }) => strings.slice(0, 1))
    .map(harmless)
    .filter((word) => /[\p{L}\p{N}]{3}/u.test(word));
  return [...new Set(words)].slice(0, WORDS_MAX);
}

/** WR2: no control, bidi or zero-width signs, no quotation marks, nothing that a program makes a link of. */
const harmless = (text: string): string =>
  defang(
    text
      .replace(/[\p{C}\p{Zl}\p{Zp}"\\]/gu, " ")
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, WORD_CHARS_MAX),
  );
