/**
 * The model that ships: made of our own mails alone (`mail/own-mails`), so that nobody's mail is in it.
 * Enters: how many mails of each class. Leaves: a model of the same kind as one of real mails.
 *
 * MD1. It knows only marks whose meaning does not change with collection or year (a link that pretends, a failed check), each
 *      in its known direction: with words, lengths and habits of writing it would know our own mails by heart and call
 *      every other mail bad (docs/evaluation.md has the figures).
 * MD2. Its numbers are of made mails: they rank, they are no probabilities (mail-judge.ts MO3).
 */
import { type Calibrator, calibratedValue } from "../learning/calibrate/calibrator.ts";
import { fitPlatt } from "../learning/calibrate/platt.ts";
import { makeRandom } from "../learning/random.ts";
import type { TextHashing } from "../learning/text/hash-text.ts";
import { chooseCut } from "../mail/mail-cut.ts";
import { mailFacts } from "../mail/mail-facts.ts";
import { fitWorded, groupFolds, scoreWorded, type WordedModel, type WordedRow } from "../mail/mail-model.ts";
import { DIRECTIONS, MAIL_BUDGET } from "../mail/mail-training.ts";
import { MAIL_FEATURES, mailVector, withoutEnvelope } from "../mail/mail-vector.ts";
import { ownMails } from "../mail/own-mails/own-mails.ts";
import { parseMessage } from "../mail/parse-message.ts";

/** MD1: of the marks with a known direction those that the own mails bear as real ones do; their order is that of the model file. */
const MARKS: readonly string[] = [
  "points",
  "fromRented",
  "replyNoEnding",
  "capitalWithin",
  "picturesLeft",
  "linksShownOther",
  "linksLiteral",
  "linksUser",
  "linksLookAlike",
  "fromLooksLike",
  "nameBears",
  "strangerInHead",
  "addressInName",
  "replyFree",
  "linkEnding",
  "fromEnding",
  "linkBuilder",
  "linkInside",
  "originDynamic",
  "attachedPrograms",
  "attachedPages",
  "attachedDisguised",
  "attachedMacros",
  "attachedEncrypted",
  "mixedWords",
  "styled",
  "invisible",
  "wallet",
  "claimSpf",
  "claimDkim",
  "claimDmarc",
  "claimAligned",
  "signedOwn",
];
/** MD1: none are read, so nothing of a mail's words can weigh. */
const NO_WORDS: TextHashing = { bits: 4, wordGrams: 0, charGramsMin: 1, charGramsMax: 0, charsMax: 1 };
const NOTHING_SAID = { slots: new Int32Array(0), values: new Float64Array(0), cut: false };

export const MADE_SEED = 11;
export const MADE_EACH = 1_000;
/** Every so many-th mail is learnt once more as it would look without the headers of its way. */
const COPY_EACH = 3;
const FOLDS = 4;

interface MadeRow extends WordedRow {
  readonly bad: boolean;
  readonly copy: boolean;
  /** Mails of one letter are in one fold. */
  readonly group: number;
}

export function madeMailModel(each = MADE_EACH): WordedModel {
  const names = MARKS.filter((name) => MAIL_FEATURES.includes(name));
  const rows = madeRows(names, each);
  const folds = groupFolds(
    Int32Array.from(rows, ({ group }) => group),
    FOLDS,
    MADE_SEED,
  );
  const margins = new Float64Array(rows.length);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const tested = [...rows.keys()].filter((at) => folds[at] === fold);
    const found = scoreWorded(
      fit(
        names,
        rows.filter((_, at) => folds[at] !== fold),
      ),
      tested.flatMap((at) => rows[at] ?? []),
    );
    tested.forEach((at, index) => {
      margins[at] = logit(found[index] ?? 0.5);
    });
  }
  const whole = [...rows.keys()].filter((at) => rows[at]?.copy === false);
  const { slope, intercept } = fitPlatt(
    whole.map((at) => margins[at] ?? 0),
    whole.map((at) => Number(rows[at]?.bad)),
  );
  const calibrator: Calibrator = { kind: "platt", verdicts: whole.length, slope, intercept };
  const wanted = whole.filter((at) => rows[at]?.bad === false);
  const cut = chooseCut(
    wanted.map((at) => ({ kind: "made", p: calibratedValue(calibrator, margins[at] ?? 0) ?? 1 })),
    MAIL_BUDGET,
  );
  return { ...fit(names, rows), calibrator, cut };
}

const logit = (p: number): number => Math.log(p / (1 - p));

function madeRows(names: readonly string[], each: number): readonly MadeRow[] {
  const places = names.map((name) => MAIL_FEATURES.indexOf(name));
  const kept = (all: Float64Array): Float64Array => Float64Array.from(places, (place) => all[place] ?? Number.NaN);
  const letters = new Map<string, number>();
  const random = makeRandom(MADE_SEED);
  return ownMails(MADE_SEED, each).flatMap(({ bad, letter, bytes }) => {
    if (!letters.has(letter)) letters.set(letter, letters.size);
    const group = letters.get(letter) ?? 0;
    const all = mailVector(mailFacts(parseMessage(bytes)));
    const row: MadeRow = { bad, group, copy: false, values: kept(all), words: NOTHING_SAID };
    return random.below(COPY_EACH) === 0 ? [row, { ...row, copy: true, values: kept(withoutEnvelope(all)) }] : [row];
  });
}

/** As copies all of them: their words are not learnt, and neither a probability nor a cut is fitted within. */
const fit = (names: readonly string[], rows: readonly MadeRow[]): WordedModel =>
  fitWorded(
    {
      rows,
      labels: Uint8Array.from(rows, ({ bad }) => Number(bad)),
      groups: Int32Array.from(rows, ({ group }) => group),
      uses: rows.map(() => "copy"),
    },
    {
      ...{ names, hashing: NO_WORDS, seed: MADE_SEED },
      monotone: Object.fromEntries(names.map((name) => [name, DIRECTIONS[name] ?? 1])),
    },
  );
