/**
 * Suite `mail`: are unwanted mails (spam, phishing) told from wanted ones, and hard ham from spam?
 *
 * MS1. Near-duplicates are on one side of every split; equal mails are counted once.
 * MS2. Folders, hosts of the way, list names, dates and other filters' marks are no features (mail-vector.ts MV1, mail-text.ts MT1).
 * MS3. From which probability a mail is called bad is chosen within the training rows, by a stated budget of false alarms;
 *      so is the calibration. Nothing is fitted on what is tested.
 * MS4. Folder names of training mails are kinds for that budget and nothing else; beside them our own made mails are
 *      learnt (mail-training.ts MT3), which no test contains.
 * MS5. Mails of another source are known by their marks, never by their labels, and judged as such (mail-shift.ts).
 */
import { groupFolds, type MailModels, scoreWorded, type WordedModel } from "../../mail/mail-model.ts";
import { AWAY_CUT, isElsewhere, judgeAway } from "../../mail/mail-shift.ts";
import { fitMail, fitMailAway, MAIL_BUDGET, type MailRow, ownRows, type Reach } from "../../mail/mail-training.ts";
import { sourceOf } from "../../mail/receivers.ts";
import { confusionAt, ratesOf } from "../metrics/confusion.ts";
import { bootstrap } from "../metrics/interval.ts";
import { calibrationError, reliabilityBins } from "../metrics/probability.ts";
import { auroc, averagePrecision } from "../metrics/ranking.ts";
import { type LabelledMail, type MailCollection, readCollection } from "./mail-data.ts";
import { evalError, filesOfPart, type Mistake, type Suite, type SuiteInput, type SuiteOutcome } from "./suite.ts";

const FOLDS = 5;
const MISTAKES_MAX = 200;
const DRAWS = 200;
/** Fewer mails of either class teach nothing. */
const CLASS_MIN = 10;

export const MAIL: Suite = {
  name: "mail",
  summary: "spam and phishing against wanted mail, in folders of mails per class",
  data: "folders named spam*, phish*, ham*, easy-ham*, hard-ham*, legit*, ... of EML or mbox files; also tables (csv), an `index` of labels; a part is a folder or file; without parts five folds",
  run,
};

interface Split {
  readonly train: readonly number[];
  readonly test: readonly number[];
  /** Mails of the training parts that are not learnt: near-copies of them are tested. */
  readonly leftOut: number;
}

async function run(input: SuiteInput): Promise<SuiteOutcome> {
  const of = (parts: readonly string[]) => new Set(parts.flatMap((part) => filesOfPart(input.files, part)));
  const trainFiles = of(input.train);
  const testFiles = of(input.test);
  const all =
    input.train.length > 0 && input.test.length > 0
      ? input.files.filter(
          (file) =>
            trainFiles.has(file) || testFiles.has(file) || /(?:^|\/)(?:index|labels?)(?:\.txt)?$/i.test(file.path),
        )
      : input.files;
  const mails = await readCollection(all, (done, count) => input.progress(done, count, "reading mails"));
  if (mails.mails.length === 0)
    throw evalError(
      "eval-data-missing",
      `no mails with a class that their folders or files tell (${mails.unread.length} unread)`,
      "name folders spam, phishing, ham, hard-ham, legit",
    );
  return measured(mails, splitsOf(mails, input, { trainFiles, testFiles }), input);
}

type Run = Pick<SuiteInput, "seed" | "progress">;

/** Folds over a whole collection: what a model made of all of it is worth on mails that it has not seen. */
export const crossedMail = (mails: MailCollection, run: Run): SuiteOutcome =>
  measured(mails, foldsOf(mails, run.seed), run);

/** The models of a whole collection: for mails that come in where its wanted ones did, and for all others (mail-reach.ts). */
export function wholeMail(mails: MailCollection, { seed, progress }: Run): MailModels {
  const rows = [...mails.mails.keys()];
  const whole = { train: rows, test: [], leftOut: 0 };
  const fitFor = (reach: Reach): WordedModel => fit(mails, whole, { own: ownRows(rows.length, reach), seed, reach });
  progress(0, 2, "the whole");
  const home = fitFor("home");
  progress(1, 2, "the whole, for other sources");
  const source = sourceOf(mails.mails.filter(({ bad }) => !bad).map(({ receivers }) => receivers));
  return { home, elsewhere: { model: fitFor("away"), source } };
}

function measured(mails: MailCollection, splits: readonly Split[], input: Run): SuiteOutcome {
  const scores = new Float64Array(mails.mails.length).fill(Number.NaN);
  const cuts = new Float64Array(mails.mails.length);
  const own = { home: [] as MailRow[], away: [] as MailRow[] };
  const ownFor = (reach: Reach): readonly MailRow[] => {
    if (own[reach].length === 0)
      own[reach].push(...ownRows(Math.max(...splits.map(({ train }) => train.length)), reach));
    return own[reach];
  };
  let away = 0;
  for (const [number, split] of splits.entries()) {
    input.progress(number, splits.length, `split ${number + 1}`);
    const rowsAt = (which: readonly number[]) => which.map((at) => mails.mails[at] as LabelledMail);
    const judged = rowsAt(split.test);
    const elsewhere = isElsewhere(rowsAt(split.train), judged, input.seed);
    if (elsewhere) away += 1;
    const reach = elsewhere ? "away" : "home";
    const model = fit(mails, split, { own: ownFor(reach), seed: input.seed, reach });
    const found = elsewhere ? judgeAway(model, judged) : scoreWorded(model, judged);
    split.test.forEach((at, index) => {
      scores[at] = found[index] ?? Number.NaN;
      cuts[at] = elsewhere ? AWAY_CUT : model.cut;
    });
  }
  const ownCount = Math.max(own.home.length, own.away.length);
  return outcomeOf(mails, { scores, cuts, splits, ownCount, seed: input.seed, away });
}

function splitsOf(
  mails: MailCollection,
  input: SuiteInput,
  of: { trainFiles: ReadonlySet<unknown>; testFiles: ReadonlySet<unknown> },
): readonly Split[] {
  if (input.train.length === 0 && input.test.length === 0) return foldsOf(mails, input.seed);
  const rows = [...mails.mails.keys()];
  const isTest = (at: number): boolean =>
    input.test.length === 0 ? !of.trainFiles.has(mails.mails[at]?.file) : of.testFiles.has(mails.mails[at]?.file);
  const test = rows.filter(isTest);
  if (test.length === 0)
    throw evalError(
      "eval-data-missing",
      `no mails to test on (${mails.copies} were left out because equal ones were read before them)`,
      "name test parts that hold other mails than the training parts",
    );
  const held = new Set(test.map((at) => mails.groups[at]));
  const named = rows.filter(
    (at) => !isTest(at) && (input.train.length === 0 || of.trainFiles.has(mails.mails[at]?.file)),
  );
  const train = named.filter((at) => !held.has(mails.groups[at]));
  return [{ train, test, leftOut: named.length - train.length }];
}

function foldsOf({ mails, groups }: MailCollection, seed: number): readonly Split[] {
  const rows = [...mails.keys()];
  const folds = groupFolds(groups, FOLDS, seed);
  return Array.from({ length: FOLDS }, (_, fold) => ({
    train: rows.filter((at) => folds[at] !== fold),
    test: rows.filter((at) => folds[at] === fold),
    leftOut: 0,
  }));
}

function fit(
  mails: MailCollection,
  { train, leftOut }: Split,
  { own, seed, reach = "home" }: { own: readonly MailRow[]; seed: number; reach?: Reach },
): WordedModel {
  const rows = train.map((at): MailRow => {
    const mail = mails.mails[at] as LabelledMail;
    return { ...mail, group: mails.groups[at] ?? at, kind: mail.folder };
  });
  const bad = rows.filter((row) => row.bad).length;
  if (bad < CLASS_MIN || rows.length - bad < CLASS_MIN) {
    const copies = leftOut === 0 ? "" : ` (${leftOut} more are not learnt from: near-copies of them are tested)`;
    throw evalError(
      "eval-data-missing",
      `${bad} bad and ${rows.length - bad} good mails to train on${copies}: at least ${CLASS_MIN} of each are needed`,
      leftOut === 0
        ? "name parts of both classes: --train ham,spam"
        : "the parts hold the same mails: name others, or none at all, which makes folds with near-copies on one side",
    );
  }
  return reach === "home" ? fitMail(rows, own, seed) : fitMailAway(rows, own, seed);
}

interface Scored {
  readonly scores: Float64Array;
  /** For each mail the cut of the model that judged it. */
  readonly cuts: Float64Array;
  readonly splits: readonly Split[];
  readonly ownCount: number;
  readonly seed: number;
  /** Splits whose test was seen to be of another source. */
  readonly away: number;
}

function outcomeOf(mails: MailCollection, { scores, cuts, splits, ownCount, seed, away }: Scored): SuiteOutcome {
  const tested = [...scores.keys()].filter((at) => !Number.isNaN(scores[at]));
  const rows = tested.map((at) => mails.mails[at] as LabelledMail);
  const p = Float64Array.from(tested, (at) => scores[at] ?? 0);
  const labels = Uint8Array.from(rows, ({ bad }) => Number(bad));
  const called = Uint8Array.from(tested, (at) => Number((scores[at] ?? 0) >= (cuts[at] ?? 1)));
  const figuresOf = (chosen: ArrayLike<number>) => figures(rows, labels, called, chosen);
  const clusters = tested.map((at) => mails.groups[at] ?? at);
  const interval = (name: "f1" | "recall" | "precision" | "fprHardHam"): readonly [number, number] => {
    const found = bootstrap(rows.length, (chosen) => figuresOf(chosen)[name], { seed, draws: DRAWS, clusters });
    return [found.low, found.high];
  };
  const { called: _, ...whole } = figuresOf(rows.map((_row, at) => at));
  const folders = (which: readonly number[]): readonly string[] =>
    [...new Set(which.map((at) => mails.mails[at]?.folder ?? ""))].toSorted();
  const byFolder = Object.groupBy(rows.keys(), (at) => rows[at]?.folder ?? "");
  return {
    train: folders(splits.flatMap(({ train }) => train)),
    test: folders(tested),
    protocol:
      (splits.length === 1
        ? "Trained on the named parts, tested on the others. "
        : `${FOLDS} folds, each mail tested once. `) +
      `Mails with the same words, sender's and links' domains once (${mails.copies} copies left out), near-duplicates on one side (they leave the training part where parts are named). Words, marks of making, links, domains of sender and links; no folder, host of the way, list, date or filter's mark. ` +
      `${ownCount} mails of our own are learnt beside. ` +
      `The cut is the lowest probability at which ${100 * MAIL_BUDGET.all} % of the training's wanted mails, and ${100 * MAIL_BUDGET.eachKind} % of those of any one folder, are called bad in its own held-out folds; intervals by groups of near-duplicates.`,
    metrics: {
      ...whole,
      auroc: auroc(labels, p),
      ap: averagePrecision(labels, p),
      ece: calibrationError(labels, p),
      n: rows.length,
      bad: labels.reduce((sum, label) => sum + label, 0),
      cut: tested.reduce((sum, at) => sum + (cuts[at] ?? 0), 0) / Math.max(1, tested.length),
      copies: mails.copies,
    },
    intervals: {
      f1: interval("f1"),
      precision: interval("precision"),
      recall: interval("recall"),
      fprHardHam: interval("fprHardHam"),
    },
    by: Object.fromEntries(
      Object.entries(byFolder).map(([folder, at = []]) => [folder, { n: at.length, calledBad: figuresOf(at).called }]),
    ),
    reliability: reliabilityBins(labels, p),
    mistakes: mistakesOf(rows, p, called),
    notes: [
      ...splits.flatMap(({ leftOut }) =>
        leftOut === 0
          ? []
          : [`${leftOut} mails of the training parts were not learnt from: near-copies of them are tested`],
      ),
      ...(away === 0
        ? []
        : [
            `the tested mails are of another source (told by their marks, without their labels) in ${away} of ${splits.length} splits: probability fitted on held-out mails of our own, share of bad mails worked out from the probabilities, bad from one third on (a missed lure costs twice a false alarm)`,
          ]),
    ],
    unread: mails.unread,
  };
}

function figures(rows: readonly LabelledMail[], labels: Uint8Array, called: Uint8Array, chosen: ArrayLike<number>) {
  const at = Array.from(chosen);
  const rates = ratesOf(
    confusionAt(
      at.map((row) => labels[row] ?? 0),
      at.map((row) => called[row] ?? 0),
      1,
    ),
  );
  const share = (of: readonly number[]): number => of.filter((row) => called[row] === 1).length / of.length;
  return { ...rates, fprHardHam: share(at.filter((row) => rows[row]?.hardHam === true)), called: share(at) };
}

function mistakesOf(rows: readonly LabelledMail[], p: Float64Array, called: Uint8Array): readonly Mistake[] {
  return rows
    .map((row, at) => ({ row, score: p[at] ?? 0, called: called[at] === 1 }))
    .filter((one) => one.row.bad !== one.called)
    .toSorted((a, b) => Math.abs(b.score - 0.5) - Math.abs(a.score - 0.5))
    .slice(0, MISTAKES_MAX)
    .map(({ row, score }) => ({
      what: `${row.where}: ${row.from}: ${row.subject}`.slice(0, 300),
      truth: row.bad ? "bad" : row.hardHam ? "good (hard ham)" : "good",
      guess: row.bad ? "good" : "bad",
      score,
    }));
}
