/**
 * What every statistic says of every column of a pair of tables.
 * Enters: a pair of text columns. Leaves: figures per column, the share of drifted ones, and lines to read.
 * DC3. Columns of dates and of identifiers (nearly all values different, no numbers) are named and left out: they differ by nature.
 */
import type { Pair } from "../drift/bins.ts";
import { type JudgedColumn, judgeWindow, type WindowColumn } from "../drift/judge-window.ts";
import { dataQuality } from "../drift/quality.ts";
import { columnDrift, STATISTIC_NAMES } from "../drift/statistics.ts";
import { domainClassifier, reconstructionError, textClassifier } from "../drift/whole-rows.ts";
import { type FeatureTable, makeCategoryCodes, makeTable } from "../table.ts";
import type { TextPair } from "./drift-pairs.ts";
import { isMissing, isNumeric } from "./read-columns.ts";

/** Share of known values that must be numbers. */
const NUMBERS_SHARE = 0.95;
const IDENTIFIER_SHARE = 0.5;
const CATEGORIES_MAX = 1_000;
const TEXT_WORDS = 3;
/** A permutation or an exact lattice over more rows takes minutes and says no more. */
const ROWS_FOR_ALL = 20_000;
const ROWS_FOR_CLASSIFIER = 5_000;
/** Numbers with more values are not counted value by value. */
const CATEGORY_VALUES = 20;
const COUNTING: ReadonlySet<string> = new Set(["chisquare", "g_test", "z", "TVD", "fisher_exact"]);

interface Typed {
  readonly numbers: readonly (WindowColumn & { readonly current: Float64Array })[];
  readonly texts: readonly {
    readonly name: string;
    readonly reference: readonly string[];
    readonly current: readonly string[];
  }[];
  readonly left: readonly string[];
}

export interface PairFigures {
  readonly by: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly columns: readonly JudgedColumn[];
  readonly lines: readonly string[];
  readonly share: number;
  readonly drifted: boolean;
}

export function figuresOf(pair: TextPair, seed: number): PairFigures {
  const typed = typedOf(pair);
  const reference = typed.numbers.map(({ name, kind, values }) => ({ name, kind, values }));
  const current = typed.numbers.map(({ name, kind, current: values }) => ({ name, kind, values }));
  const judged = judgeWindow(reference, current, { seed });
  const by: Record<string, Record<string, number>> = {};
  for (const [at, column] of judged.columns.entries()) {
    const { drifted, value, p, q, effect, alarm } = column;
    const all = {
      kind: reference[at]?.kind ?? "number",
      reference: reference[at]?.values,
      current: current[at]?.values,
    };
    by[column.name] = {
      ...{ drifted: Number(drifted), value, p, q, effect, alarm: Number(alarm) },
      ...everyStatistic({ ...all, reference: known(all.reference), current: known(all.current) }, seed),
    };
  }
  for (const text of typed.texts) {
    const { auroc, limit, drifted } = textClassifier(cut(text.reference), cut(text.current), seed);
    by[text.name] = { drifted: Number(drifted), value: auroc, textClassifier: auroc, limit };
  }
  const quality = dataQuality(reference, current);
  return {
    ...{ by: { ...by, ...wholeRows(reference, current, seed) }, columns: judged.columns },
    ...{ share: judged.share, drifted: judged.drifted },
    lines: [
      ...judged.columns.map(lineOf),
      ...quality.map(({ column, said }) => `quality: ${column} ${said}`),
      ...typed.left.map((name) => `left out: ${name}`),
    ],
  };
}

const known = (values: Float64Array | undefined): Float64Array =>
  (values ?? new Float64Array(0)).filter((value) => !Number.isNaN(value));

function everyStatistic(pair: Pair, seed: number): Readonly<Record<string, number>> {
  const figures: Record<string, number> = {};
  const values = new Set([...pair.reference, ...pair.current]).size;
  for (const statistic of STATISTIC_NAMES) {
    if (pair.kind === "number" && values > CATEGORY_VALUES && COUNTING.has(statistic)) continue;
    const rows = pair.reference.length + pair.current.length;
    if ((statistic === "TVD" || statistic === "ks") && rows > ROWS_FOR_ALL * (statistic === "ks" ? 50 : 1)) continue;
    if (statistic === "fisher_exact" && values !== 2) continue;
    const found = columnDrift(pair, { statistic, seed });
    if (found.statistic !== statistic || Number.isNaN(found.value)) continue;
    figures[statistic] = found.value;
    if (!Number.isNaN(found.p)) figures[`${statistic}.p`] = found.p;
  }
  return figures;
}

function wholeRows(reference: readonly WindowColumn[], current: readonly WindowColumn[], seed: number) {
  const table = (columns: readonly WindowColumn[]): FeatureTable =>
    makeTable(
      { names: columns.map(({ name }) => name), kinds: columns.map(({ kind }) => kind) },
      columns.map(({ values }) => values.slice(0, ROWS_FOR_CLASSIFIER)),
    );
  const [a, b] = [table(reference), table(current)];
  if (a.columns.length < 2 || Math.min(a.rows, b.rows) < 50) return {};
  const told = domainClassifier(a, b, seed);
  const rebuilt = reconstructionError(a, b, seed);
  return {
    "(rows) domain classifier": { drifted: Number(told.drifted), auroc: told.auroc, limit: told.limit },
    "(rows) reconstruction": { drifted: Number(rebuilt.drifted), ratio: rebuilt.ratio, p: rebuilt.p },
  };
}

function typedOf({ reference, current }: TextPair): Typed {
  const typed = {
    numbers: [] as Typed["numbers"][number][],
    texts: [] as Typed["texts"][number][],
    left: [] as string[],
  };
  for (const [at, name] of reference.names.entries()) {
    const other = current.names.indexOf(name);
    if (other < 0) {
      typed.left.push(`${name} (only in the reference)`);
      continue;
    }
    const pair = { name, reference: reference.columns[at] ?? [], current: current.columns[other] ?? [] };
    const kind = kindOf(pair.reference, pair.current);
    if (kind === "number") typed.numbers.push(numbersOf(pair));
    else if (kind === "category") typed.numbers.push(categoryOf(pair));
    else if (kind === "text") typed.texts.push(pair);
    else typed.left.push(`${name} (${kind})`);
  }
  for (const name of current.names)
    if (!reference.names.includes(name)) typed.left.push(`${name} (only in the window)`);
  return typed;
}

function kindOf(reference: readonly string[], current: readonly string[]) {
  const values = [...reference, ...current].filter((text) => !isMissing(text));
  if (values.length === 0) return "empty";
  if (values.filter(isNumeric).length >= NUMBERS_SHARE * values.length) return "number";
  if (values.slice(0, 100).every((text) => /^\d{2,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$/.test(text))) return "dates";
  const different = new Set(values).size;
  if (different <= Math.max(20, Math.min(CATEGORIES_MAX, IDENTIFIER_SHARE * values.length))) return "category";
  const words =
    values.slice(0, 200).reduce((sum, text) => sum + text.split(/\s+/).length, 0) / Math.min(200, values.length);
  return words >= TEXT_WORDS ? "text" : "identifiers";
}

type TextColumn = Typed["texts"][number];

const numbersOf = ({ name, reference, current }: TextColumn) => {
  const read = (texts: readonly string[]): Float64Array =>
    Float64Array.from(texts, (text) => (isNumeric(text) ? Number(text) : Number.NaN));
  return { name, kind: "number" as const, values: read(reference), current: read(current) };
};

const categoryOf = ({ name, reference, current }: TextColumn) => {
  const codes = makeCategoryCodes([...reference, ...current].filter((text) => !isMissing(text)));
  const read = (texts: readonly string[]): Float64Array => Float64Array.from(texts, (text) => codes.codeOf(text));
  return { name, kind: "category" as const, values: read(reference), current: read(current) };
};

const cut = (texts: readonly string[]): readonly string[] => texts.slice(0, ROWS_FOR_CLASSIFIER);

const lineOf = ({ name, statistic, value, p, limit, drifted, q, effect, alarm }: JudgedColumn): string => {
  const said = Number.isNaN(p) ? `${short(value)}, limit ${limit}` : `${short(value)}, p ${short(p)}, limit ${limit}`;
  return `${name}: ${statistic} ${said}${drifted ? ", drifted" : ""}; q ${short(q)}, rows moved ${short(effect)}${alarm ? ", ALARM" : ""}`;
};

const short = (value: number): string => (Number.isNaN(value) ? "-" : String(Number(value.toPrecision(4))));
