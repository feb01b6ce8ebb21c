/**
 * Mails of another source than those that were learnt. Enters: learnt rows, rows to judge. Leaves: whether their source is
 * another, and probabilities for such.
 *
 * SH1. No label of a judged row is ever read: what is used of them is how they are made, all together.
 * SH2. The source is another where a classifier that sees marks alone tells judged rows from learnt ones.
 * SH3. There the probability is fitted on held-out letters of our own mails, which are of other sources too; how many of the
 *      judged are bad is worked out from the probabilities themselves (Saerens, Latinne, Decaestecker 2002), and a mail is
 *      bad from one third on: a lure that is missed costs twice what a wanted mail does that somebody looks at.
 */
import { domainClassifier } from "../learning/drift/whole-rows.ts";
import { makeRandom } from "../learning/random.ts";
import { type FeatureTable, makeSchema, tableOfRows } from "../learning/table.ts";
import { scoreAway, type WordedModel, type WordedRow } from "./mail-model.ts";
import { MAIL_FEATURES } from "./mail-vector.ts";

/** Fewer rows tell nothing of a source, nor of how many of them are bad. */
const ROWS_MIN = 50;
/** More are not needed to tell two sources apart. */
const ROWS_MAX = 2_000;
/** Parts of one collection come to about .7: years and lists differ a little. */
const OTHER_SOURCE = 0.9;

export function isElsewhere(learnt: readonly WordedRow[], judged: readonly WordedRow[], seed: number): boolean {
  if (judged.length < ROWS_MIN || learnt.length < ROWS_MIN) return false;
  const table = (rows: readonly WordedRow[]): FeatureTable =>
    tableOfRows(
      makeSchema(MAIL_FEATURES),
      makeRandom(seed)
        .shuffle([...rows])
        .slice(0, ROWS_MAX)
        .map(({ values }) => values),
    );
  return domainClassifier(table(learnt), table(judged), seed).auroc >= OTHER_SOURCE;
}

/** From here on a mail of another source is bad (SH3). */
export const AWAY_CUT = 1 / 3;

/** SH3. Probabilities of all mails of one other source. */
export const judgeAway = (model: WordedModel, judged: readonly WordedRow[]): Float64Array =>
  atOwnShare(scoreAway(model, judged));

const ROUNDS_MAX = 200;
const STEP_MIN = 1e-6;
/** The probabilities were fitted on as many bad as good mails. */
const FITTED_SHARE = 0.5;
/** No batch is believed to be of one class alone: one wanted mail among a thousand lures must be seen as such. */
const SHARE_MIN = 0.05;

/** Probabilities at the share of bad ones that they themselves tell of. */
export function atOwnShare(fitted: Float64Array): Float64Array {
  let share = FITTED_SHARE;
  let found = fitted;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    found = fitted.map((p) => shifted(p, share));
    const mean = found.reduce((sum, p) => sum + p, 0) / Math.max(1, found.length);
    const next = Math.min(1 - SHARE_MIN, Math.max(SHARE_MIN, mean));
    if (Math.abs(next - share) < STEP_MIN) break;
    share = next;
  }
  return found;
}

function shifted(p: number, share: number): number {
  const bad = p * (share / FITTED_SHARE);
  return bad / (bad + (1 - p) * ((1 - share) / (1 - FITTED_SHARE)));
}
