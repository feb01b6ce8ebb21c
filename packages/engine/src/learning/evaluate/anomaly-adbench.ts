/**
 * Suite `anomaly-adbench`: do the general scorers rank anomalies of any table on top, with no label and nothing tuned?
 *
 * AD1. `auroc` is of the product's own use: fitted on one half of the normal rows, asked about the other half and all anomalies.
 * AD2. `aurocUnlabelled` is of the benchmark's other use: fitted on 70 % of all rows, anomalies among them, without labels;
 *      asked about the other 30 %.
 * AD3. Labels are read for the split and the figures only. Every set has the same weights, widths and trees; of these
 *      weights two settings were compared on twelve other public sets (docs/evaluation.md), so figures on those are not unseen.
 */

import { auroc, averagePrecision } from "../metrics/ranking.ts";
import { makeRandom } from "../random.ts";
import { type FeatureTable, makeSchema, makeTable, selectRows } from "../table.ts";
import { rowsWhere } from "./network-rows.ts";
import { fitNormality, type Judgement, MIXED_WEIGHTS, type Normality, type Way } from "./normality/normality.ts";
import { readNpy } from "./read-npy.ts";
import {
  type DataFile,
  evalError,
  filesOfPart,
  type Mistake,
  type Suite,
  type SuiteInput,
  type SuiteOutcome,
} from "./suite.ts";

/** Rows that are asked about, a seeded sample of larger sets: the area under the curve moves by less than .005. */
const ASK_ROWS = 10_000;
const FIT_ROWS = 20_000;
/** Seeds of small sets, where one split says little. */
const SEEDS = 3;
const SMALL_ROWS = 5_000;
/** Sets of a folder that holds more than nine: small and middle-sized tables of different kinds. */
const DEFAULT_SETS = "breastw cardio mammography pendigits satellite satimage-2 shuttle thyroid wbc".split(" ");
/** Remembered rows may be anomalies: a lone one is far from its twentieth neighbour all the same. */
const UNLABELLED_NEIGHBOURS = 20;
const MISTAKES_EACH = 2;

export const ANOMALY_ADBENCH: Suite = {
  name: "anomaly-adbench",
  summary: "anomalies among the rows of any table, from normal rows alone (ADBench)",
  data: "<number>_<name>.npz with X and y; a part is a set by name; nine sets where there are more",
  run,
};

interface AnomalySet {
  readonly name: string;
  readonly table: FeatureTable;
  readonly labels: Uint8Array;
}

async function run(input: SuiteInput): Promise<SuiteOutcome> {
  const chosen = setsOf(input);
  const unread: { where: string; reason: string }[] = [];
  const judged: JudgedSet[] = [];
  for (const [at, one] of chosen.entries()) {
    input.progress(at, chosen.length, one.name);
    try {
      judged.push(judgeSet(await readSet(one), input.seed));
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
      unread.push({ where: one.name, reason: cause.message });
    }
  }
  if (judged.length === 0) throw evalError("eval-data-malformed", unread.map(({ reason }) => reason).join("; "));
  const mean = (name: string): number =>
    judged.reduce((sum, { figures }) => sum + (figures[name] ?? 0), 0) / judged.length;
  return {
    train: judged.map(({ name }) => `${name} (half of its normal rows)`),
    test: judged.map(({ name }) => `${name} (the other half, and its anomalies)`),
    protocol:
      "Per set: fitted on a seeded half of the normal rows, asked about the other half and all anomalies; mean of three seeds where a set has at most 5,000 rows, a seeded sample of 10,000 asked rows where it has more. aurocUnlabelled: fitted without labels on 70 % of all rows, asked about the others. No parameter differs between sets.",
    metrics: {
      auroc: mean("auroc"),
      ap: mean("ap"),
      aurocUnlabelled: mean("aurocUnlabelled"),
      aurocWorst: Math.min(...judged.map(({ figures }) => figures.auroc ?? 0)),
      sets: judged.length,
      n: judged.reduce((sum, { figures }) => sum + (figures.n ?? 0), 0),
    },
    by: Object.fromEntries(judged.map(({ name, figures }) => [name, figures])),
    mistakes: judged.flatMap(({ mistakes }) => mistakes),
    notes: [],
    unread,
  };
}

interface SetFiles {
  readonly name: string;
  readonly rows: DataFile;
  readonly labels: DataFile;
}

function setsOf({ files, train, test }: SuiteInput): readonly SetFiles[] {
  const members = files.filter(({ path }) => /\.npz!/i.test(path));
  const parts = [...train, ...test];
  const wanted = parts.length === 0 ? members : parts.flatMap((part) => setFiles(members, part));
  const archives = [...new Set(wanted.map(({ path }) => path.split("!")[0] ?? ""))];
  const sets = archives.flatMap((archive): SetFiles[] => {
    const member = (name: RegExp): DataFile | undefined =>
      members.find(({ path }) => path.startsWith(`${archive}!`) && name.test(path));
    const [rows, labels] = [member(/!X\.npy$/i), member(/!(?:y|labels?)\.npy$/i)];
    return rows === undefined || labels === undefined ? [] : [{ name: nameOf(archive), rows, labels }];
  });
  if (sets.length === 0) throw evalError("eval-data-missing", "no .npz with X and y in the data");
  const usual = sets.filter(({ name }) => DEFAULT_SETS.includes(name.toLowerCase()));
  return parts.length > 0 || sets.length <= 9 || usual.length === 0 ? sets : usual;
}

/** A set by its name, with or without the number that the authors put before it. */
function setFiles(members: readonly DataFile[], part: string): readonly DataFile[] {
  const bare = part.toLowerCase().replace(/\.npz$/, "");
  const found = members.filter(({ path }) => {
    const archive = (path.split("!")[0] ?? "").split("/").at(-1) ?? "";
    return [nameOf(archive).toLowerCase(), archive.toLowerCase().replace(/\.npz$/, "")].includes(bare);
  });
  return found.length > 0 ? found : filesOfPart(members, part);
}

const nameOf = (archive: string): string =>
  (archive.split("/").at(-1) ?? archive).replace(/\.npz$/i, "").replace(/^\d+_/, "");

async function readSet({ name, rows, labels }: SetFiles): Promise<AnomalySet> {
  const x = readNpy(await rows.bytes(), rows.path);
  const y = readNpy(await labels.bytes(), labels.path);
  const count = x.shape[0] ?? 0;
  const dims = x.shape.slice(1).reduce((product, size) => product * size, 1);
  if (count === 0 || y.values.length !== count)
    throw evalError("eval-data-malformed", `${name}: ${count} rows, ${y.values.length} labels`);
  const columns = Array.from({ length: dims }, (_, dim) =>
    Float64Array.from({ length: count }, (_each, row) => finite(x.values[row * dims + dim])),
  );
  const schema = makeSchema(columns.map((_, dim) => `x${dim}`));
  // Some sets mark anomalies by -1, as scikit-learn does.
  const negative = y.values.includes(-1);
  const isAnomaly = (label: number): boolean => (negative ? label < 0 : label > 0);
  return {
    name,
    table: makeTable(schema, columns, count),
    labels: Uint8Array.from(y.values, (one) => Number(isAnomaly(one))),
  };
}

const finite = (value: number | undefined): number => (Number.isFinite(value) ? (value ?? Number.NaN) : Number.NaN);

interface JudgedSet {
  readonly name: string;
  readonly figures: Record<string, number>;
  readonly mistakes: readonly Mistake[];
}

function judgeSet(set: AnomalySet, seed: number): JudgedSet {
  const seeds = set.table.rows <= SMALL_ROWS ? SEEDS : 1;
  const rounds = Array.from({ length: seeds }, (_, at) => normalsOnly(set, seed + at));
  const mixed = Array.from({ length: seeds }, (_, at) => unlabelled(set, seed + at));
  const mean = (of: (round: (typeof rounds)[number]) => number): number =>
    rounds.reduce((sum, round) => sum + of(round), 0) / rounds.length;
  const ways: readonly Way[] = ["nearest", "local", "isolation", "ellipse", "loda", "ecod"];
  return {
    name: set.name,
    figures: {
      auroc: mean(({ labels, scores }) => auroc(labels, scores)),
      ap: mean(({ labels, scores }) => averagePrecision(labels, scores)),
      aurocUnlabelled: mixed.reduce((sum, { labels, scores }) => sum + auroc(labels, scores), 0) / mixed.length,
      ...Object.fromEntries(
        ways.map((way) => [
          way,
          mean(({ labels, judged }) =>
            auroc(
              labels,
              judged.map(({ ways: of }) => -(of[way] ?? 0)),
            ),
          ),
        ]),
      ),
      n: set.table.rows,
      anomalies: set.labels.reduce((sum, label) => sum + label, 0),
    },
    mistakes: rounds[0] === undefined ? [] : mistakesOf(set, rounds[0]),
  };
}

interface Asked {
  readonly normality: Normality;
  readonly rows: Int32Array;
  readonly labels: Uint8Array;
  readonly judged: readonly Judgement[];
  readonly scores: Float64Array;
}

function normalsOnly(set: AnomalySet, seed: number): Asked {
  const random = makeRandom(seed);
  const normal = random.shuffle(rowsWhere(set.table.rows, (row) => set.labels[row] === 0));
  const middle = Math.ceil(normal.length / 2);
  const anomalies = rowsWhere(set.table.rows, (row) => set.labels[row] === 1);
  const asked = random.shuffle(Int32Array.from([...normal.subarray(middle), ...anomalies]));
  const fitted = fitNormality(selectRows(set.table, normal.subarray(0, Math.min(middle, FIT_ROWS))), { seed });
  return ask(set, fitted, asked.subarray(0, ASK_ROWS));
}

function unlabelled(set: AnomalySet, seed: number): Asked {
  const order = makeRandom(seed).shuffle(rowsWhere(set.table.rows, () => true));
  const from = Math.round(order.length * 0.7);
  const fitted = fitNormality(selectRows(set.table, order.subarray(0, Math.min(from, FIT_ROWS))), {
    seed,
    neighbours: UNLABELLED_NEIGHBOURS,
    weights: MIXED_WEIGHTS,
  });
  return ask(set, fitted, order.subarray(from, from + ASK_ROWS));
}

function ask(set: AnomalySet, normality: Normality, rows: Int32Array): Asked {
  const judged = Array.from(rows, (row) => normality.judge(valuesOf(set, row)));
  return {
    normality,
    rows,
    judged,
    labels: Uint8Array.from(rows, (row) => set.labels[row] ?? 0),
    scores: Float64Array.from(judged, ({ surprise }) => surprise),
  };
}

const valuesOf = ({ table }: AnomalySet, row: number): readonly number[] =>
  table.columns.map((column) => column[row] ?? Number.NaN);

/** The least strange anomalies, and the strangest normal rows. */
function mistakesOf(set: AnomalySet, { rows, labels, scores, normality }: Asked): readonly Mistake[] {
  const order = [...scores.keys()].toSorted((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  const missed = order.filter((at) => labels[at] === 1).slice(0, MISTAKES_EACH);
  const falsely = order.filter((at) => labels[at] === 0).slice(-MISTAKES_EACH);
  return [...missed, ...falsely].map((at) => ({
    what: `${set.name} row ${rows[at]}`,
    truth: labels[at] === 1 ? "anomaly" : "normal",
    guess: labels[at] === 1 ? "normal" : "anomaly",
    score: scores[at] ?? 0,
    why: normality
      .explain(valuesOf(set, rows[at] ?? 0), 3)
      .map(({ feature, value, usual }) => `${feature} is ${value}, of the nearest normal row ${usual}`),
  }));
}
