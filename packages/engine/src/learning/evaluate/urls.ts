/**
 * Suite `urls`: bad addresses (phishing, malware, defacement, spam) against ordinary ones, by their letters alone.
 *
 * US1. Rows of one registrable domain are on one side of a split: what is learnt is not which domains the list holds.
 * US2. Equal addresses are counted once; an address that stands under both labels is left out and counted.
 * US3. No list of bad names and nothing looked up. Calibrated within the training rows.
 */
import { groupFolds, scoreWorded } from "../../mail/mail-model.ts";
import { confusionAt, ratesOf } from "../metrics/confusion.ts";
import { calibrationError, reliabilityBins } from "../metrics/probability.ts";
import { auroc, averagePrecision, tprAtFpr } from "../metrics/ranking.ts";
import { makeRandom } from "../random.ts";
import { domainGroups, trainUrls, URL_ROWS_MAX, wordedUrl } from "../url/url-model.ts";
import { evalError, filesOfPart, type Mistake, type Suite, type SuiteInput, type SuiteOutcome } from "./suite.ts";
import { type LabelledUrl, readUrls, type UrlList } from "./urls-data.ts";

const FOLDS = 5;
const THRESHOLD = 0.5;
const MISTAKES_MAX = 200;
const CLASS_MIN = 10;
/** Rows tested without named parts; drawn by seed, and said so. */
const ROWS_MAX = 100_000;

export const URLS: Suite = {
  name: "urls",
  summary: "bad addresses against ordinary ones, by their letters, on domains never seen",
  data: "csv with a column of addresses and one of labels (PhiUSIIL, malicious_phish, phishing_site_urls, ...), or plain lists per class named benign, phishing, malware, ...; a part is a file or folder; without parts five folds by domain",
  run,
};

async function run(input: SuiteInput): Promise<SuiteOutcome> {
  const of = (parts: readonly string[]) => new Set(parts.flatMap((part) => filesOfPart(input.files, part)));
  const [trained, tested] = [of(input.train), of(input.test)];
  const named = trained.size > 0 && tested.size > 0;
  const list = await readUrls(
    named ? input.files.filter((file) => trained.has(file) || tested.has(file)) : input.files,
  );
  if (list.urls.length === 0)
    throw evalError(
      "eval-data-missing",
      "no addresses with labels in the data",
      "a csv with columns url and label, or lists named benign.txt, phishing.txt",
    );
  return judged(list, { input, trained, tested });
}

/** The suite's default: every row judged by a model that saw none of its domain. */
export const crossedUrls = (list: UrlList, input: Pick<SuiteInput, "seed" | "progress">): SuiteOutcome =>
  judged(list, { input: { ...input, train: [], test: [] }, trained: new Set(), tested: new Set() });

type Run = Pick<SuiteInput, "train" | "test" | "seed" | "progress">;

function judged(
  list: UrlList,
  { input, trained, tested }: Pick<Splitting, "input" | "trained" | "tested">,
): SuiteOutcome {
  const urls = drawn(list.urls, input);
  const groups = domainGroups(urls);
  const scores = new Float64Array(urls.length).fill(Number.NaN);
  const splits = splitsOf({ urls, groups, input, trained, tested });
  for (const [number, { train, test }] of splits.entries()) {
    input.progress(number, splits.length, `split ${number + 1}`);
    const found = judge(urls, { train, test, seed: input.seed });
    test.forEach((at, index) => {
      scores[at] = found[index] ?? Number.NaN;
    });
  }
  return outcomeOf({ list, urls, scores, folds: splits.length });
}

function drawn(urls: readonly LabelledUrl[], input: Run): readonly LabelledUrl[] {
  if (urls.length <= ROWS_MAX || input.train.length > 0 || input.test.length > 0) return urls;
  return [...makeRandom(input.seed).sample(urls.length, ROWS_MAX)].flatMap((at) => urls[at] ?? []);
}

interface Splitting {
  readonly urls: readonly LabelledUrl[];
  readonly groups: Int32Array;
  readonly input: Run;
  readonly trained: ReadonlySet<unknown>;
  readonly tested: ReadonlySet<unknown>;
}

function splitsOf({ urls, groups, input, trained, tested }: Splitting) {
  const rows = [...urls.keys()];
  if (trained.size === 0 && tested.size === 0) {
    const folds = groupFolds(groups, FOLDS, input.seed);
    return Array.from({ length: FOLDS }, (_, fold) => ({
      train: rows.filter((at) => folds[at] !== fold),
      test: rows.filter((at) => folds[at] === fold),
    }));
  }
  const isTest = (at: number): boolean =>
    tested.size === 0 ? !trained.has(urls[at]?.file) : tested.has(urls[at]?.file);
  const test = rows.filter(isTest);
  const held = new Set(test.map((at) => groups[at]));
  const train = rows.filter(
    (at) => !isTest(at) && (trained.size === 0 || trained.has(urls[at]?.file)) && !held.has(groups[at]),
  );
  return [{ train, test }];
}

interface Judging {
  readonly train: readonly number[];
  readonly test: readonly number[];
  readonly seed: number;
}

/** Rows are hashed when needed: all of them at once would not fit into memory. */
function judge(urls: readonly LabelledUrl[], { train, test, seed }: Judging): Float64Array {
  const rows = train.flatMap((at) => urls[at] ?? []);
  const bad = rows.filter((row) => row.bad).length;
  if (bad < CLASS_MIN || rows.length - bad < CLASS_MIN)
    throw evalError(
      "eval-data-missing",
      `${bad} bad and ${rows.length - bad} good addresses to train on: at least ${CLASS_MIN} of each are needed`,
    );
  const model = trainUrls(rows, seed);
  const scores = new Float64Array(test.length);
  const step = 5_000;
  for (let from = 0; from < test.length; from += step)
    scores.set(
      scoreWorded(
        model,
        test.slice(from, from + step).map((at) => wordedUrl(urls[at]?.url ?? "")),
      ),
      from,
    );
  return scores;
}

function outcomeOf({
  list,
  urls,
  scores,
  folds,
}: {
  list: UrlList;
  urls: readonly LabelledUrl[];
  scores: Float64Array;
  folds: number;
}): SuiteOutcome {
  const at = [...scores.keys()].filter((row) => !Number.isNaN(scores[row]));
  const rows = at.flatMap((row) => urls[row] ?? []);
  const p = Float64Array.from(at, (row) => scores[row] ?? 0);
  const labels = Uint8Array.from(rows, ({ bad }) => Number(bad));
  const kinds = Object.groupBy(rows.keys(), (row) => rows[row]?.kind ?? "");
  const parts = (all: readonly LabelledUrl[]): readonly string[] =>
    [...new Set(all.map(({ file }) => file.path))].toSorted();
  return {
    train: parts(folds === 1 ? urls.filter((_, row) => Number.isNaN(scores[row])) : urls),
    test: parts(rows),
    protocol:
      (folds === 1 ? "Trained on the named parts, tested on the others, " : `${FOLDS} folds, `) +
      "all addresses of a registrable domain on one side. Letters only, without scheme and www (lists differ in them by how they were collected). " +
      `Bad from a calibrated probability of ${THRESHOLD}. At most ${URL_ROWS_MAX} rows are learnt from, at most ${ROWS_MAX} drawn where no parts are named.`,
    metrics: {
      ...ratesOf(confusionAt(labels, p, THRESHOLD)),
      auroc: auroc(labels, p),
      ap: averagePrecision(labels, p),
      tprAtFpr01: tprAtFpr(labels, p, 0.01),
      ece: calibrationError(labels, p),
      n: rows.length,
      bad: labels.reduce((sum, label) => sum + label, 0),
      domains: new Set(rows.map(({ domain }) => domain)).size,
      copies: list.copies,
      contradictions: list.contradictions,
    },
    by: Object.fromEntries(
      Object.entries(kinds).map(([kind, which = []]) => [
        kind,
        { n: which.length, calledBad: which.filter((row) => (p[row] ?? 0) >= THRESHOLD).length / which.length },
      ]),
    ),
    reliability: reliabilityBins(labels, p),
    mistakes: mistakesOf(rows, p),
    notes: list.notes,
    unread: list.unread,
  };
}

function mistakesOf(rows: readonly LabelledUrl[], p: Float64Array): readonly Mistake[] {
  return rows
    .map((row, at) => ({ row, score: p[at] ?? 0 }))
    .filter(({ row, score }) => row.bad !== score >= THRESHOLD)
    .toSorted((a, b) => Math.abs(b.score - THRESHOLD) - Math.abs(a.score - THRESHOLD))
    .slice(0, MISTAKES_MAX)
    .map(({ row, score }) => ({
      what: row.url.slice(0, 300),
      truth: row.kind,
      guess: score >= THRESHOLD ? "bad" : "good",
      score,
    }));
}
