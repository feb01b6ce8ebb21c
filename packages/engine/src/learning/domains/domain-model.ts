/**
 * A registered name -> the chance that a program made it up, with what speaks for it.
 * Enters: a DNS name. Leaves: chance, the words found in it, and the shape that decided.
 *
 * DG1. Only the registered label and its suffix count: names below it are the owner's own, and lists of names differ in them.
 * DG2. What is counted of usual names is counted from the training part alone, each name without itself (NL1).
 * DG3. Short labels are never certain: too little was written to tell.
 * DG4. The chance is calibrated on families that the model did not learn from (families held out in turn), because tomorrow's
 *      family is none of those known. Rows without families leave it as learnt.
 */

import { fitPlatt, type Platt } from "../calibrate/platt.ts";
import type { GramHashing } from "../heads/gram-row.ts";
import {
  type HeadRow,
  type Heads,
  type HeadsParameters,
  headMargins,
  markContribution,
  rowOf,
  scaleHeads,
  trainHeads,
} from "../heads/heads.ts";
import { makeRandom } from "../random.ts";
import { logistic } from "../trees/forest.ts";
import { bitsPerLetter, type Cut, countLetters, cutIntoWords, type NameLetters } from "./letters.ts";
import { type NameParts, namePartsOf } from "./name-parts.ts";

export interface DomainModel {
  readonly heads: Heads;
  readonly letters: NameLetters;
}

export interface LabelledName {
  readonly name: string;
  readonly generated: boolean;
  /** Who made it; names without one are learnt from, and not calibrated on. */
  readonly family?: string;
  readonly weight?: number;
}

const HASHING: GramHashing = { bits: 16, min: 1, max: 4, charsMax: 72 };
const PARAMETERS: HeadsParameters = { hashing: HASHING, epochs: 6, seed: 5, alpha: 0.3, l1: 0.3, l2: 1 };
const HEAD = "generated";
/** Parts of families for calibration, and how many families there must be for it to mean something. */
const FOLDS = 3;
const FAMILIES_MIN = 4;
const NO_FOLD = -1;

interface Shape {
  readonly parts: NameParts;
  readonly cut: Cut;
  readonly bits: number;
  readonly marks: readonly string[];
}

const step = (value: number, size: number, most: number): number => Math.min(most, Math.floor(value / size));

function shapeOf(letters: NameLetters, parts: NameParts, own: number): Shape {
  const { label, suffix } = parts;
  const bits = bitsPerLetter(letters, label, own);
  const cut = cutIntoWords(letters, label, own);
  const only = label.replace(/[^a-z]/g, "");
  const size = label.length;
  const length = step(size, 3, 10);
  const odd = step(bits, 0.3, 20);
  const word = step(cut.bits, 0.5, 12);
  const marks = [
    ...[
      `length ${length}`,
      `odd ${odd}`,
      `odd ${odd} length ${length}`,
      `words ${word}`,
      `words ${word} length ${length}`,
    ],
    ...[`odd ${odd} words ${word}`, `count ${Math.min(6, cut.words.length)} length ${length}`],
    `covered ${step(cut.covered, 0.2, 5)} length ${length}`,
    `digits ${step(count(label, /[0-9]/g) / size, 0.15, 6)}`,
    `switches ${Math.min(8, count(label, /[a-z](?=[0-9])|[0-9](?=[a-z])/g))}`,
    `vowels ${only === "" ? "none" : step(count(only, /[aeiouy]/g) / only.length, 0.1, 9)} length ${length}`,
    `consonants ${Math.min(9, longest(label, /[bcdfghjklmnpqrstvwxz]+/g))}`,
    `rare ${step(count(only, /[jqxzkvw]/g) / Math.max(1, only.length), 0.1, 6)}`,
    `different ${step(new Set(label).size / size, 0.1, 10)} length ${length}`,
    `hyphens ${Math.min(4, count(label, /-/g))}`,
    ...(size >= 8 && /^[0-9a-f]+$/.test(label) ? ["hexadecimal"] : []),
    ...(label.startsWith("xn--") ? ["international"] : []),
    `suffix ${suffix.length > 24 ? "long" : suffix}`,
  ];
  return { parts, cut, bits, marks };
}

const count = (text: string, shape: RegExp): number => text.match(shape)?.length ?? 0;
const longest = (text: string, shape: RegExp): number =>
  (text.match(shape) ?? []).reduce((most, run) => Math.max(most, run.length), 0);

interface KnownName extends LabelledName {
  readonly parts: NameParts;
}

export function trainDomains(
  rows: readonly LabelledName[],
  parameters: Partial<HeadsParameters> = {},
  progress?: (epoch: number) => void,
): DomainModel {
  const known = rows.flatMap((row): KnownName[] => {
    const parts = namePartsOf(row.name);
    return parts === undefined ? [] : [{ ...row, parts }];
  });
  const all = { ...PARAMETERS, ...parameters };
  const { heads, letters } = learn(known, all, progress);
  const platt = calibrated(known, all);
  return { heads: platt === undefined ? heads : scaleHeads(heads, -platt.slope, -platt.intercept), letters };
}

function learn(
  known: readonly KnownName[],
  all: HeadsParameters,
  progress?: (epoch: number) => void,
): { readonly heads: Heads; readonly letters: NameLetters } {
  const usual = known.filter(({ generated }) => !generated);
  const letters = countLetters([...new Set(usual.map(({ parts }) => parts.label))]);
  const learnt: HeadRow[] = known.map(({ parts, generated, weight = 1 }) => {
    const { marks } = shapeOf(letters, parts, generated ? 0 : 1);
    return { row: rowOf(`^${parts.label}$`, marks, all.hashing), yes: generated ? [0] : [], weight };
  });
  return { heads: trainHeads([HEAD], learnt, all, progress), letters };
}

/** Each part of the families is asked of what learnt the other parts; usual names are parted by chance. DG4. */
function calibrated(known: readonly KnownName[], all: HeadsParameters): Platt | undefined {
  const families = [...new Set(known.flatMap(({ generated, family }) => (generated && family ? [family] : [])))];
  if (families.length < FAMILIES_MIN) return undefined;
  const random = makeRandom(all.seed);
  const foldOf = new Map(random.shuffle(families.toSorted()).map((family, at) => [family, at % FOLDS]));
  const folds = known.map(({ generated, family }) =>
    generated ? (foldOf.get(family ?? "") ?? NO_FOLD) : random.below(FOLDS),
  );
  const margins: number[] = [];
  const labels: number[] = [];
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const { heads, letters } = learn(
      known.filter((_, at) => folds[at] !== fold),
      all,
    );
    known.forEach((one, at) => {
      if (folds[at] !== fold) return;
      margins.push(marginOf(heads, shapeOf(letters, one.parts, 0)));
      labels.push(Number(one.generated));
    });
  }
  const platt = fitPlatt(margins, labels);
  return platt.slope < 0 ? platt : undefined;
}

const marginOf = (heads: Heads, { parts, marks }: Pick<Shape, "parts" | "marks">): number =>
  headMargins(heads, rowOf(`^${parts.label}$`, marks, heads.hashing), new Float64Array(1))[0] ?? 0;

export interface DomainVerdict {
  readonly p: number;
  readonly label: string;
  readonly registered: string;
  readonly words: readonly string[];
  /** Bits per letter; see `bitsPerLetter`. */
  readonly bits: number;
  /** What spoke for a generated name, strongest first. */
  readonly why: readonly string[];
}

const WHY_MAX = 3;

export function judgeDomain({ heads, letters }: DomainModel, name: string): DomainVerdict | undefined {
  const parts = namePartsOf(name);
  if (parts === undefined) return undefined;
  const shape = shapeOf(letters, parts, 0);
  const { marks, cut, bits } = shape;
  const why = marks
    .map((mark) => ({ mark, by: markContribution(heads, 0, mark) }))
    .filter(({ by }) => by > 0)
    .toSorted((a, b) => b.by - a.by)
    .slice(0, WHY_MAX)
    .map(({ mark }) => mark);
  return {
    p: logistic(marginOf(heads, shape)),
    label: parts.label,
    registered: parts.registered,
    words: cut.words,
    bits,
    why,
  };
}
