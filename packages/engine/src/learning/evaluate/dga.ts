/**
 * Suite `dga`: tells names that programs made up from names that people chose, for families never seen in training.
 *
 * DS1. Without parts, families are held out in turn (five folds, three where there are fewer than ten); usual names are on one side by their registered name.
 * DS2. Names are counted once by registered name; one that stands in both parts is taken from the test.
 * DS3. The model measured is trained on the given training part alone, never the one that ships.
 */
import { type DomainModel, judgeDomain, type LabelledName, trainDomains } from "../domains/domain-model.ts";
import { namePartsOf } from "../domains/name-parts.ts";
import { confusionAt, ratesOf } from "../metrics/confusion.ts";
import { calibrationError, reliabilityBins } from "../metrics/probability.ts";
import { auroc, averagePrecision, operatingPointAtFpr } from "../metrics/ranking.ts";
import { makeRandom } from "../random.ts";
import { readLists } from "./dga-lists.ts";
import { type NameRow, UNNAMED_FAMILY, USUAL_FAMILY } from "./dga-rows.ts";
import { filesOfPart, type Mistake, type Suite, type SuiteInput, type SuiteOutcome } from "./suite.ts";

const FPR = 0.01;
const FOLDS = 3;
/** With so many families each model may know more of them. */
const FOLDS_MANY = 5;
const FAMILIES_MANY = 10;
/** Beyond these, more of the same teaches little and takes long. */
const FAMILY_TRAIN_MAX = 1_000;
const USUAL_TRAIN_MAX = 30_000;
const FAMILY_TEST_MAX = 5_000;
const USUAL_TEST_MAX = 60_000;
const MISTAKES_EACH = 20;

export const DGA: Suite = {
  name: "dga",
  summary: "generated domain names, of families unseen in training",
  data: "lists of names with class or family (domain,dga|legit; dga,family,domain; family<TAB>domain; rank,domain; a file or folder per family); a part is a file, a folder or a family",
  run,
};

interface Fold {
  readonly name: string;
  readonly train: readonly NameRow[];
  readonly test: readonly NameRow[];
}

async function run(input: SuiteInput): Promise<SuiteOutcome> {
  const { rows, unread, notes } = await readLists(input);
  const { folds, how } = foldsOf(rows, input);
  const judged = folds.map((fold, number) => {
    input.progress(number, folds.length, `fold ${fold.name}`);
    return judge(fold, input.seed);
  });
  return outcomeOf(judged, { how, unread, notes });
}

const registeredOf = (name: string): string => namePartsOf(name)?.registered ?? name;

/** The same name always falls on the same side. */
function bucketOf(name: string, buckets: number): number {
  let hash = 7;
  for (let at = 0; at < name.length; at += 1) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) | 0;
  return (hash >>> 0) % buckets;
}

function foldsOf(rows: readonly NameRow[], input: SuiteInput): { folds: readonly Fold[]; how: string } {
  const distinct = [...new Map(rows.map((row) => [`${row.family} ${registeredOf(row.name)}`, row])).values()];
  if (input.train.length > 0 || input.test.length > 0) return partsOf(distinct, input);
  const families = familiesOf(distinct);
  if (families.length < 2) {
    const folds = Array.from({ length: FOLDS }, (_, fold) => ({
      name: `${fold + 1}`,
      train: distinct.filter(({ name }) => bucketOf(registeredOf(name), FOLDS) !== fold),
      test: distinct.filter(({ name }) => bucketOf(registeredOf(name), FOLDS) === fold),
    }));
    return { folds, how: "no families are told: three folds of names by chance, which is optimistic" };
  }
  const mixed = makeRandom(input.seed).shuffle([...families]);
  const count = Math.min(mixed.length >= FAMILIES_MANY ? FOLDS_MANY : FOLDS, mixed.length);
  const foldOf = new Map(mixed.map((family, at) => [family, at % count]));
  const side = ({ name, family, generated }: NameRow): number =>
    generated ? (foldOf.get(family) ?? 0) : bucketOf(registeredOf(name), count);
  const folds = Array.from({ length: count }, (_, fold) => ({
    name: mixed.filter((family) => foldOf.get(family) === fold).join("+"),
    train: distinct.filter((row) => side(row) !== fold),
    test: distinct.filter((row) => side(row) === fold),
  }));
  return { folds, how: `${families.length} families, each held out once in ${count} folds` };
}

const familiesOf = (rows: readonly NameRow[]): readonly string[] =>
  [...new Set(rows.flatMap(({ family, generated }) => (generated ? [family] : [])))].toSorted();

/** Parts that the caller named: families where they are ones, else files and folders. Usual names are halved where both sides lack their own. */
function partsOf(rows: readonly NameRow[], input: SuiteInput): { folds: readonly Fold[]; how: string } {
  const families = new Set(familiesOf(rows));
  const chosen = (parts: readonly string[]): readonly NameRow[] =>
    parts.flatMap((part) => {
      if (families.has(part.toLowerCase())) return rows.filter(({ family }) => family === part.toLowerCase());
      const paths = new Set(filesOfPart(input.files, part).map(({ path }) => path));
      return rows.filter(({ file }) => paths.has(file));
    });
  const tested = new Set(chosen(input.test));
  const trained = new Set(chosen(input.train));
  const rest = (other: ReadonlySet<NameRow>): NameRow[] => rows.filter((row) => row.generated && !other.has(row));
  const test = tested.size > 0 ? [...tested] : rest(trained);
  const train = trained.size > 0 ? [...trained] : rest(tested);
  const sides = withUsual(
    train,
    test,
    rows.filter(({ generated }) => !generated),
  );
  return {
    folds: [{ name: [...input.test].join("+") || "rest", ...sides }],
    how: "parts as named by the caller",
  };
}

/** Usual names for a side that names none: those that the other side does not hold; where it holds all of them, one half each. */
function withUsual(
  train: readonly NameRow[],
  test: readonly NameRow[],
  usual: readonly NameRow[],
): { readonly train: readonly NameRow[]; readonly test: readonly NameRow[] } {
  const has = (side: readonly NameRow[]): boolean => side.some(({ generated }) => !generated);
  const half = (at: number): NameRow[] => usual.filter(({ name }) => bucketOf(registeredOf(name), 2) === at);
  const made = (side: readonly NameRow[]): NameRow[] => side.filter(({ generated }) => generated);
  if (has(train) && has(test)) return { train, test };
  const other = new Set([...train, ...test]);
  const spare = usual.filter((row) => !other.has(row));
  if (spare.length === 0 || has(train) === has(test))
    return { train: [...made(train), ...half(1)], test: [...made(test), ...half(0)] };
  return has(train) ? { train, test: [...test, ...spare] } : { train: [...train, ...spare], test };
}

function capped(rows: readonly NameRow[], most: { family: number; usual: number }, seed: number): readonly NameRow[] {
  const left = new Map<string, number>();
  return makeRandom(seed)
    .shuffle([...rows])
    .filter(({ family, generated }) => {
      const key = generated ? family : USUAL_FAMILY;
      const cap = generated && family !== UNNAMED_FAMILY ? most.family : most.usual;
      const count = left.get(key) ?? 0;
      left.set(key, count + 1);
      return count < cap;
    });
}

interface Judged {
  readonly fold: string;
  readonly rows: readonly NameRow[];
  readonly trainFamilies: ReadonlySet<string>;
  readonly nTrain: number;
  readonly crossing: number;
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
  readonly model: DomainModel;
}

function judge({ name, train, test }: Fold, seed: number): Judged {
  const trained = capped(train, { family: FAMILY_TRAIN_MAX, usual: USUAL_TRAIN_MAX }, seed);
  const model = trainDomains(trained.map(labelled), { seed });
  const known = new Set(trained.map((row) => registeredOf(row.name)));
  const fresh = test.filter((row) => !known.has(registeredOf(row.name)));
  const rows = capped(fresh, { family: FAMILY_TEST_MAX, usual: USUAL_TEST_MAX }, seed);
  const scores = Float64Array.from(rows, (row) => judgeDomain(model, row.name)?.p ?? 0);
  return {
    ...{ fold: name, rows, scores, model, nTrain: trained.length, crossing: test.length - fresh.length },
    trainFamilies: new Set(familiesOf(trained)),
    labels: Uint8Array.from(rows, ({ generated }) => Number(generated)),
  };
}

const labelled = ({ name, generated, family }: NameRow): LabelledName => ({
  ...{ name, generated },
  ...(family === UNNAMED_FAMILY ? {} : { family }),
});

function figuresOf({ labels, scores }: Pick<Judged, "labels" | "scores">): Readonly<Record<string, number>> {
  const { accuracy, f1, precision, recall } = ratesOf(confusionAt(labels, scores));
  return {
    auroc: auroc(labels, scores),
    tprAtFpr01: operatingPointAtFpr(labels, scores, FPR).tpr,
    ap: averagePrecision(labels, scores),
    ...{ accuracy, f1, precision, recall },
    ece: calibrationError(labels, scores),
  };
}

function outcomeOf(
  all: readonly Judged[],
  { how, unread, notes }: Pick<SuiteOutcome, "unread" | "notes"> & { readonly how: string },
): SuiteOutcome {
  const figures = all.map(figuresOf);
  const mean = (name: string): number =>
    figures.reduce((sum, one) => sum + (one[name] ?? Number.NaN), 0) / figures.length;
  const total = (of: (one: Judged) => number): number => all.reduce((sum, one) => sum + of(one), 0);
  const names = Object.keys(figures[0] ?? {});
  const [labels, scores] = [all.flatMap((one) => [...one.labels]), all.flatMap((one) => [...one.scores])];
  const unseen = all.every(({ rows, trainFamilies }) => rows.every(({ family }) => !trainFamilies.has(family)));
  return {
    train: [...new Set(all.flatMap(({ trainFamilies }) => [...trainFamilies]))].toSorted(),
    test: all.map(({ fold }) => fold),
    protocol:
      `Model trained on the given training part alone, not the shipped one; ${how}; ${unseen ? "no tested family was trained on" : "tested families were trained on too"}. ` +
      `Only the registered name counts. At most ${FAMILY_TRAIN_MAX} names a family and ${USUAL_TRAIN_MAX} usual ones are learnt from, ${FAMILY_TEST_MAX} and ${USUAL_TEST_MAX} tested; mean over folds; ece is over all tested names, each judged by the model of its fold (eceFolds: mean of each fold's own); tprAtFpr01 by family at its fold's threshold.`,
    metrics: {
      ...Object.fromEntries(names.map((name) => [name, mean(name)])),
      ece: calibrationError(labels, scores),
      eceFolds: mean("ece"),
      aurocWorst: Math.min(...figures.map(({ auroc: one }) => one ?? Number.NaN)),
      n: total(({ rows }) => rows.length),
      nTrain: Math.round(total(({ nTrain }) => nTrain) / all.length),
      duplicatesAcrossSplit: total(({ crossing }) => crossing),
    },
    by: Object.assign({}, ...all.map(byFamily)) as NonNullable<SuiteOutcome["by"]>,
    reliability: reliabilityBins(labels, scores),
    mistakes: all.flatMap(mistakesOf),
    notes,
    unread,
  };
}

function byFamily({ rows, labels, scores }: Judged): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const { threshold } = operatingPointAtFpr(labels, scores, FPR);
  return Object.fromEntries(
    familiesOf(rows).map((family) => {
      const own = rows.flatMap((row, at) => (row.family === family || !row.generated ? [at] : []));
      const [truths, guesses] = [own.map((at) => labels[at] ?? 0), own.map((at) => scores[at] ?? 0)];
      const hits = own.filter((at) => labels[at] === 1);
      const found = hits.filter((at) => (scores[at] ?? 0) >= threshold).length;
      const half = hits.filter((at) => (scores[at] ?? 0) >= 0.5).length;
      return [
        family,
        { auroc: auroc(truths, guesses), tprAtFpr01: found / hits.length, recall: half / hits.length, n: hits.length },
      ];
    }),
  );
}

function mistakesOf({ rows, labels, scores, model }: Judged): readonly Mistake[] {
  const order = [...rows.keys()].toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const line = (at: number): Mistake => {
    const { name, generated, family } = rows[at] as NameRow;
    const verdict = judgeDomain(model, name);
    const truth = generated ? `generated (${family})` : "usual";
    const why = [`words: ${verdict?.words.join(" ") || "none"}`, ...(verdict?.why ?? [])];
    return { what: name, truth, guess: generated ? "usual" : "generated", score: scores[at] ?? 0, why };
  };
  const missed = order.filter((at) => labels[at] === 1 && (scores[at] ?? 0) < 0.5).slice(-MISTAKES_EACH);
  const falsely = order.filter((at) => labels[at] === 0 && (scores[at] ?? 0) >= 0.5).slice(0, MISTAKES_EACH);
  return [...missed, ...falsely].map(line);
}
