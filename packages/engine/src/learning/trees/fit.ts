/**
 * Gradient boosting: a forest from a table and its targets.
 * Enters: rows, targets, weights, parameters, and a disjoint table to stop early on. Leaves: the forest, and how its loss went.
 *
 * LG1. The same data, parameters and seed give the same forest, byte for byte.
 * LG2. Early stopping watches the given table only: the caller splits by organisation or time, never this code by rows.
 * LG3. One round at a time (`startFit`), so that a caller may stop between rounds, or breathe.
 */
import { refusal } from "../learning-error.ts";
import { makeRandom, type Random, rowNumbers } from "../random.ts";
import { type FeatureSchema, type FeatureTable, featureIndex, requireSchema } from "../table.ts";
import { assembleForest } from "./assemble.ts";
import { BINS_MAX, type BinnedRows, binTable } from "./bins.ts";
import { orderCodes, withTheirOrders } from "./code-order.ts";
import { addTrees, type Forest, type ObjectiveKind } from "./forest.ts";
import { binnedValues, type GrowRules, type Growth, growTree, type Tree } from "./grow.ts";
import { makeObjective } from "./objective.ts";
import type { Objective, Targets } from "./targets.ts";

export interface ForestParameters {
  readonly objective: ObjectiveKind;
  /** Multiclass only. */
  readonly classes?: number;
  readonly seed: number;
  readonly rounds?: number;
  readonly learningRate?: number;
  readonly leavesMax?: number;
  readonly depthMax?: number;
  readonly minRows?: number;
  readonly minHessian?: number;
  readonly l2?: number;
  readonly rowShare?: number;
  readonly columnShare?: number;
  readonly binsMax?: number;
  /** By name of a numeric feature: 1, the margin never falls as it rises; -1, it never rises. Not for multiclass. */
  readonly monotone?: Readonly<Record<string, 1 | -1>>;
  /** Weight of the rows of each class (binary, multiclass), times their own weight. */
  readonly classWeights?: readonly number[];
}

const DEFAULTS = {
  classes: 2,
  rounds: 100,
  learningRate: 0.1,
  leavesMax: 31,
  depthMax: 32,
  minRows: 20,
  minHessian: 1,
  l2: 1,
  rowShare: 0.8,
  columnShare: 0.8,
  binsMax: BINS_MAX,
  monotone: {},
  classWeights: [],
} satisfies Omit<ForestParameters, "objective" | "seed">;

type Settled = Required<ForestParameters>;

export interface TrainingData extends Targets {
  readonly table: FeatureTable;
}

export interface Validation extends TrainingData {
  /** Rounds without a better loss before training stops. */
  readonly patience: number;
}

export interface Fitted {
  readonly forest: Forest;
  readonly parameters: Settled;
  /** Loss on the validation table after each round; empty without one. */
  readonly validationLosses: readonly number[];
  readonly rounds: number;
}

export function fitForest(data: TrainingData, parameters: ForestParameters, validation?: Validation): Fitted {
  const fit = startFit(data, parameters, validation);
  while (fit.addRound());
  return fit.finish();
}

export interface Fit {
  /** false: all rounds are done, or no better loss came for too long; nothing was added. */
  addRound(): boolean;
  /** The forest so far; with a validation table, cut at its best round. */
  finish(): Fitted;
}

export function startFit(data: TrainingData, parameters: ForestParameters, validation?: Validation): Fit {
  const settled = settle(parameters, data.table);
  const rows = data.table.rows;
  if (data.targets.length !== rows) throw refusal("labels-malformed", `${rows} rows, ${data.targets.length} targets`);
  const objective = makeObjective(settled.objective, weighted(data, settled.classWeights), settled.classes);
  const binned = orderCodes(binTable(data.table, settled), objective, settled.seed);
  const boosting = startBoosting({ settled, objective, binned, table: data.table });
  const trees: Tree[] = [];
  const { names, kinds } = data.table;
  const about = {
    schema: { names, kinds },
    objective: settled.objective,
    outputs: objective.outputs,
    base: objective.base,
  };
  const watch = validation && startWatch(validation, settled, about);
  return {
    addRound: () => {
      if (trees.length >= settled.rounds * objective.outputs || watch?.isOver() === true) return false;
      const grown = boosting();
      trees.push(...grown);
      watch?.see(assembleForest(about, grown, binned));
      return true;
    },
    finish: () => {
      const rounds = watch?.bestRounds() ?? trees.length / objective.outputs;
      const forest = assembleForest(about, trees.slice(0, rounds * objective.outputs), binned);
      return { forest, parameters: settled, validationLosses: watch?.losses ?? [], rounds };
    },
  };
}

interface Boosting {
  readonly settled: Settled;
  readonly objective: Objective;
  /** By output. */
  readonly binned: readonly BinnedRows[];
  readonly table: FeatureTable;
}

/** Gives a function that grows the trees of one round, one per output. */
function startBoosting({ settled, objective, binned, table }: Boosting): () => Tree[] {
  const { outputs, base } = objective;
  const { rows } = table;
  const random = makeRandom(settled.seed);
  const margins = new Float64Array(rows * outputs);
  // Output by output; margins, which lie row by row, get it when a round is done.
  const added = new Float64Array(rows * outputs);
  for (let at = 0; at < margins.length; at += 1) margins[at] = base[at % outputs] ?? 0;
  const shared: Omit<Growth, "binned"> = {
    rules: growRules(settled, table),
    gradients: new Float64Array(rows),
    hessians: new Float64Array(rows),
    pool: [],
    spare: new Int32Array(rows),
    gathered: { gradients: new Float64Array(rows), hessians: new Float64Array(rows) },
  };
  const everyRow = { inside: rowNumbers(rows), outside: new Int32Array(0) };
  const order = new Int32Array(rows);
  const width = table.names.length;
  return () => {
    const chosen = settled.rowShare >= 1 ? everyRow : sampleRows(random, rows, settled.rowShare);
    const trees = binned.map((from, output) => {
      objective.gradients(margins, output, shared);
      const drawn = random.sample(width, Math.max(1, Math.round(width * settled.columnShare)));
      const features = withTheirOrders(drawn, from);
      order.set(chosen.inside);
      const of = added.subarray(output * rows, (output + 1) * rows);
      const growth: Growth = { ...shared, binned: from };
      const tree = growTree(growth, { order: order.subarray(0, chosen.inside.length), features }, of);
      binnedValues(tree, { binned: from, rows: chosen.outside }, of);
      return tree;
    });
    addRound(margins, added, outputs);
    return trees;
  };
}

const BLOCK_ROWS = 512;

/** Block by block, so that the steps of a row that each output takes stay in the cache. */
function addRound(margins: Float64Array, added: Float64Array, outputs: number): void {
  const rows = margins.length / outputs;
  for (let begin = 0; begin < rows; begin += BLOCK_ROWS) {
    const end = Math.min(rows, begin + BLOCK_ROWS);
    for (let output = 0; output < outputs; output += 1)
      for (let row = begin, to = begin * outputs + output, from = output * rows + begin; row < end; row += 1) {
        margins[to] = (margins[to] ?? 0) + (added[from] ?? 0);
        to += outputs;
        from += 1;
      }
  }
}
/**
 * Selection sampling as in `Random`, but a generator of its own for each draw: its state stays a whole number in a register, and
 * each row is written to both lists, of which only one moves on.
 */
function sampleRows(random: Random, rows: number, share: number): { inside: Int32Array; outside: Int32Array } {
  const wanted = Math.max(1, Math.round(rows * share));
  // One place more than is needed: the row that the other list takes is written there, too.
  const inside = new Int32Array(wanted + 1);
  const outside = new Int32Array(rows - wanted + 1);
  let state = random.below(2 ** 31);
  let taken = 0;
  for (let row = 0; row < rows; row += 1) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) | 0;
    const drawn = ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    inside[taken] = row;
    outside[row - taken] = row;
    taken += (rows - row) * drawn < wanted - taken ? 1 : 0;
  }
  return { inside: inside.subarray(0, wanted), outside: outside.subarray(0, rows - wanted) };
}

function startWatch(validation: Validation, settled: Settled, about: Pick<Forest, "schema" | "outputs" | "base">) {
  const { table, patience } = validation;
  requireSchema(table, about.schema);
  if (validation.targets.length !== table.rows)
    throw refusal("labels-malformed", `validation: ${table.rows} rows, ${validation.targets.length} targets`);
  const objective = makeObjective(settled.objective, weighted(validation, settled.classWeights), settled.classes);
  const margins = Float64Array.from(
    { length: table.rows * about.outputs },
    (_, at) => about.base[at % about.outputs] ?? 0,
  );
  const losses: number[] = [];
  const bestRounds = (): number => losses.indexOf(Math.min(...losses)) + 1;
  return {
    losses,
    bestRounds,
    isOver: () => losses.length - bestRounds() >= patience,
    see: (grown: Forest) => {
      addTrees(grown, table, margins);
      losses.push(objective.loss(margins));
    },
  };
}

function weighted(data: Targets, classWeights: readonly number[]): Targets {
  if (classWeights.length === 0) return data;
  const weights = Float64Array.from(
    data.targets,
    (target, at) => (data.weights?.[at] ?? 1) * (classWeights[target] ?? 1),
  );
  return { ...data, weights };
}

function settle(parameters: ForestParameters, schema: FeatureSchema): Settled {
  const all: Settled = { ...DEFAULTS, ...parameters };
  const share = (value: number): boolean => value > 0 && value <= 1;
  const whole = (value: number, least: number, most: number): boolean =>
    Number.isInteger(value) && value >= least && value <= most;
  const rules: readonly [string, boolean][] = [
    ["rounds: whole number from 1 to 10,000", whole(all.rounds, 1, 10_000)],
    ["leavesMax: whole number from 2 to 4,096", whole(all.leavesMax, 2, 4_096)],
    ["depthMax: whole number from 1 to 64", whole(all.depthMax, 1, 64)],
    ["binsMax: whole number from 2 to 255", whole(all.binsMax, 2, BINS_MAX)],
    ["minRows: whole number from 1", whole(all.minRows, 1, 2 ** 31)],
    ["classes: whole number from 2 to 1,000", whole(all.classes, 2, 1_000)],
    ["learningRate: above 0, at most 1", share(all.learningRate)],
    ["rowShare and columnShare: above 0, at most 1", share(all.rowShare) && share(all.columnShare)],
    ["l2 and minHessian: not negative", all.l2 >= 0 && all.minHessian >= 0],
    ["monotone: not with several outputs", all.objective !== "multiclass" || Object.keys(all.monotone).length === 0],
    ["at least one feature", schema.names.length > 0],
  ];
  const broken = rules.find(([, holds]) => !holds);
  if (broken !== undefined) throw refusal("parameters-malformed", `parameters of a forest: ${broken[0]}`);
  return all;
}

function growRules(settled: Settled, schema: FeatureSchema): GrowRules {
  const monotone = new Int8Array(schema.names.length);
  for (const [name, direction] of Object.entries(settled.monotone)) {
    const at = featureIndex(schema, name);
    if (schema.kinds[at] !== "number")
      throw refusal("parameters-malformed", `monotone: "${name}" is a category, which has no order`);
    monotone[at] = direction;
  }
  const { minRows, minHessian, l2, leavesMax, depthMax, learningRate } = settled;
  return { minRows, minHessian, l2, leavesMax, depthMax, learningRate, monotone };
}
