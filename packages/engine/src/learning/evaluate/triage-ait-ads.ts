/**
 * Suite `triage-ait-ads`: does the triage model, trained on other organisations, put an unseen one's attacks on top?
 *
 * TA1. Whole organisations are on one side of a split. Features of an organisation come from its own alerts alone.
 * TA2. The rule's name is no feature: what is learnt is how attacks stand out, so that it holds for rules never seen.
 * TA3. Closing is calibrated on the tenant's own first days, before the attack: a group is closed when its score is no
 *      higher than most scores of those days. Nothing of a tenant's later days is used.
 */

import { instant, isoTime, MINUTE } from "@cordon/model/time";
import { macroRecall } from "../metrics/confusion.ts";
import { quantileOf } from "../metrics/interval.ts";
import { calibrationError, reliabilityBins } from "../metrics/probability.ts";
import { auroc, averagePrecision, operatingPointAtFpr } from "../metrics/ranking.ts";
import { type FeatureTable, makeSchema, tableOfRows } from "../table.ts";
import { type Fitted, fitForest } from "../trees/fit.ts";
import { logistic, predictMargins } from "../trees/forest.ts";
import { CONTEXT_NAMES, makeTriageContext } from "../triage/context.ts";
import { type LabelledGroup, readAlertGroups } from "./alert-groups.ts";
import {
  type DataFile,
  evalError,
  filesOfPart,
  type Mistake,
  type Suite,
  type SuiteInput,
  type SuiteOutcome,
} from "./suite.ts";

const FPR = 0.01;
/** The tenant's first days, in minutes, and the share of their scores below which a group is closed. */
const FIRST_DAYS = 2 * 1_440;
const CLOSE_BELOW = 0.9;
/** Forests of different seeds, averaged: one forest's order of its few best candidates depends on the draw. */
const FORESTS = 3;
const MISTAKES_EACH = 8;

interface Organisation {
  readonly name: string;
  readonly groups: readonly LabelledGroup[];
  readonly rows: readonly Float64Array[];
  readonly unread: SuiteOutcome["unread"];
}

export const TRIAGE_AIT_ADS: Suite = {
  name: "triage-ait-ads",
  summary: "ranking of alerts of an organisation that the model never saw (AIT alert data set, strict labels)",
  data: "<organisation>_alerts.csv(.gz); a part is an organisation; without parts each is left out once",
  run,
};

async function run(input: SuiteInput): Promise<SuiteOutcome> {
  const files = input.files.filter(({ path }) => /_alerts\.csv$/.test(path));
  if (files.length === 0) throw evalError("eval-data-missing", "no <organisation>_alerts.csv in the data");
  const folds = foldsOf(files, input);
  const needed = new Set(folds.flatMap(({ train, test }) => [...train, test]));
  const organisations = new Map<DataFile, Organisation>();
  for (const file of needed) {
    input.progress(organisations.size, needed.size, "reading");
    organisations.set(file, await read(file));
  }
  const at = (file: DataFile): Organisation => organisations.get(file) as Organisation;
  const results = folds.map(({ train, test }, number) => {
    input.progress(number, folds.length, `fold ${at(test).name}`);
    return judge(train.map(at), at(test), input.seed);
  });
  const trained = new Set(folds.flatMap(({ train }) => train.map((file) => at(file).name)));
  return outcomeOf(
    results,
    [...trained].toSorted(),
    [...organisations.values()].flatMap(({ unread }) => unread),
  );
}

interface Fold {
  readonly train: readonly DataFile[];
  readonly test: DataFile;
}

function foldsOf(files: readonly DataFile[], { train, test }: SuiteInput): readonly Fold[] {
  const tested = test.length === 0 ? files : test.flatMap((part) => filesOfPart(files, part));
  const offered = train.length === 0 ? files : train.flatMap((part) => filesOfPart(files, part));
  // Named training parts stay what they are in every fold; otherwise all others are trained on.
  const fixed = train.length === 0 ? offered.filter((file) => test.length === 0 || !tested.includes(file)) : offered;
  return (test.length === 0 && train.length > 0 ? files.filter((file) => !offered.includes(file)) : tested).map(
    (one) => {
      const rest = fixed.filter((file) => file !== one);
      if (rest.length === 0)
        throw evalError("eval-part-unknown", `nothing is left to train on when ${one.path} is tested`);
      return { train: rest, test: one };
    },
  );
}

async function read(file: DataFile): Promise<Organisation> {
  const { groups, unread } = await readAlertGroups(file);
  const context = makeTriageContext();
  const rows: Float64Array[] = [];
  for (let from = 0; from < groups.length; ) {
    const minute = groups[from]?.minute ?? 0;
    let to = from;
    while (to < groups.length && groups[to]?.minute === minute) to += 1;
    rows.push(...context.step(minute, groups.slice(from, to)));
    from = to;
  }
  const name = (file.path.split("/").at(-1) ?? "").replace(/_alerts\.csv$/, "");
  return { name, groups, rows, unread };
}

interface Judged {
  readonly name: string;
  readonly groups: readonly LabelledGroup[];
  readonly labels: Uint8Array;
  readonly scores: Float64Array;
  readonly figures: Readonly<Record<string, number>>;
  readonly phases: Readonly<Record<string, number>>;
}

function judge(train: readonly Organisation[], test: Organisation, seed: number): Judged {
  const clear = (one: Organisation) => one.groups.flatMap(({ label }, at) => (label === "ambiguous" ? [] : [at]));
  const chosen = train.flatMap((one) => clear(one).map((at) => ({ row: one.rows[at], label: one.groups[at]?.label })));
  const table = tableOf(chosen.map(({ row }) => row as Float64Array));
  const targets = Float64Array.from(chosen, ({ label }) => Number(label === "malicious"));
  const forests = Array.from({ length: FORESTS }, (_, at) => fit(table, targets, seed + at));

  const kept = clear(test);
  const groups = kept.map((at) => test.groups[at] as LabelledGroup);
  const scores = scoresOf(forests, tableOf(kept.map((at) => test.rows[at] as Float64Array)));
  const labels = Uint8Array.from(groups, ({ label }) => Number(label === "malicious"));
  const point = operatingPointAtFpr(labels, scores, FPR);
  const malicious = groups.flatMap(({ label }, at) => (label === "malicious" ? [at] : []));
  const recall = macroRecall(
    { scores: malicious.map((at) => scores[at] ?? 0), groups: malicious.map((at) => groups[at]?.phase ?? "") },
    point.threshold,
  );
  const figures = {
    ap: averagePrecision(labels, scores),
    auroc: auroc(labels, scores),
    tprAtFpr01: point.tpr,
    macroPhaseRecall: recall.macro,
    ece: calibrationError(labels, scores),
    ...closing(groups, scores),
    n: groups.length,
    malicious: malicious.length,
  };
  return {
    name: test.name,
    groups,
    labels,
    scores,
    figures,
    phases: Object.fromEntries(recall.by.map((one) => [one.group, one.recall])),
  };
}

const tableOf = (rows: readonly Float64Array[]): FeatureTable => tableOfRows(makeSchema(CONTEXT_NAMES), rows);

function fit(table: FeatureTable, targets: Float64Array, seed: number): Fitted {
  return fitForest(
    { table, targets },
    { objective: "binary", seed, rounds: 200, learningRate: 0.05, leavesMax: 15, minRows: 10, columnShare: 0.6 },
  );
}

function scoresOf(forests: readonly Fitted[], table: FeatureTable): Float64Array {
  const margins = forests.map(({ forest }) => predictMargins(forest, table));
  return Float64Array.from({ length: table.rows }, (_, row) =>
    logistic(margins.reduce((sum, one) => sum + (one[row] ?? 0), 0) / margins.length),
  );
}

/** TA3; the days that calibrate are neither closed nor counted. */
function closing(groups: readonly LabelledGroup[], scores: Float64Array): Readonly<Record<string, number>> {
  const began = groups[0]?.minute ?? 0;
  const early = groups.flatMap(({ minute }, at) => (minute < began + FIRST_DAYS ? [scores[at] ?? 0] : []));
  const threshold = quantileOf(Float64Array.from(early).sort(), CLOSE_BELOW);
  const counts = { benign: 0, malicious: 0, benignClosed: 0, maliciousClosed: 0 };
  groups.forEach(({ minute, label }, at) => {
    if (minute < began + FIRST_DAYS || label === "ambiguous") return;
    counts[label] += 1;
    if ((scores[at] ?? 1) <= threshold) counts[`${label}Closed`] += 1;
  });
  return {
    autoClosedBenign: counts.benignClosed / counts.benign,
    autoClosedMalicious: counts.maliciousClosed / counts.malicious,
  };
}

function outcomeOf(results: readonly Judged[], train: readonly string[], unread: SuiteOutcome["unread"]): SuiteOutcome {
  const names = Object.keys(results[0]?.figures ?? {}).filter((name) => name !== "n" && name !== "malicious");
  const mean = (name: string): number => {
    const values = results.map(({ figures }) => figures[name] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const total = (name: string): number => results.reduce((sum, { figures }) => sum + (figures[name] ?? 0), 0);
  const labels = results.flatMap((one) => [...one.labels]);
  const scores = results.flatMap((one) => [...one.scores]);
  return {
    train,
    test: results.map(({ name }) => name),
    protocol:
      "Groups of one rule on one host in one minute; strict labels, ambiguous groups left out. Trained on whole other organisations; mean over the tested ones. " +
      `Closing: below the ${CLOSE_BELOW} quantile of the tenant's scores of its first ${FIRST_DAYS / 1_440} days, counted on the days after.`,
    metrics: {
      ...Object.fromEntries(names.map((name) => [name, mean(name)])),
      apWorst: Math.min(...results.map(({ figures }) => figures.ap ?? Number.NaN)),
      autoClosedMaliciousWorst: Math.max(...results.map(({ figures }) => figures.autoClosedMalicious ?? Number.NaN)),
      n: total("n"),
      malicious: total("malicious"),
    },
    by: {
      ...Object.fromEntries(results.map(({ name, figures }) => [name, figures])),
      ...Object.fromEntries(results.map(({ name, phases }) => [`${name}: recall by phase at 1 % FPR`, phases])),
    },
    reliability: reliabilityBins(labels, scores),
    mistakes: results
      .flatMap(mistakesOf)
      .toSorted((a, b) => Number(a.truth === "benign") - Number(b.truth === "benign")),
    notes: [],
    unread,
  };
}

function mistakesOf({ name, groups, labels, scores }: Judged): readonly Mistake[] {
  const order = [...scores.keys()].toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const line = (at: number): Mistake => {
    const group = groups[at] as LabelledGroup;
    const when = isoTime(instant(group.minute * MINUTE)).slice(0, 16);
    const bad = group.label === "malicious";
    return {
      what: `${name} ${when} ${group.host}: ${group.text} (${group.count})`,
      truth: bad ? `malicious (${group.phase})` : "benign",
      guess: bad ? "benign" : "malicious",
      score: scores[at] ?? 0,
    };
  };
  const falsely = order.filter((at) => labels[at] === 0).slice(0, MISTAKES_EACH);
  const missed = order.filter((at) => labels[at] === 1).slice(-MISTAKES_EACH);
  return [...missed, ...falsely].map(line);
}
