/**
 * Suite `nab`: does the watch over one number find the labelled windows of the Numenta Anomaly Benchmark, early and rarely wrong?
 * NB1. The watch is the product's own, with one level for all series; it sees each value once, in order of time.
 * NB2. `nabBest` takes the level that is best on these very series, as the benchmark itself does; `nab` does not.
 */
import { instant, isoTime } from "@cordon/model/time";
import {
  benchmarkScore,
  PROFILES,
  type Profile,
  probationOf,
  type SeriesScore,
  scoreSeries,
  type Window,
} from "./nab-score.ts";
import { readCsv } from "./read-csv.ts";
import { type DataFile, evalError, type Mistake, type Suite, type SuiteInput, type SuiteOutcome } from "./suite.ts";
import { makeValueWatch, type ValueVerdict } from "./value-watch.ts";

/** An alarm where p is at most this. */
const LEVEL = 1e-5;
/** Four a decade, from 1 % to the least p there is. */
const LEVELS = Array.from({ length: 29 }, (_, at) => 10 ** (-2 - at / 4));
/** One alarm per so many values: what lasts is one finding. */
const QUIET = 200;
const MISTAKES = 40;

export const NAB: Suite = {
  name: "nab",
  summary: "anomalies in series of one number (Numenta Anomaly Benchmark, its three profiles)",
  data: "data/<folder>/<name>.csv with timestamp and value, labels/combined_windows.json; a part is a folder or a series",
  run,
};

interface Series {
  readonly name: string;
  readonly times: readonly number[];
  readonly verdicts: readonly ValueVerdict[];
  readonly values: readonly number[];
  readonly windows: readonly Window[];
}

async function run(input: SuiteInput): Promise<SuiteOutcome> {
  const labels = await labelsOf(input.files);
  const unread: { where: string; reason: string }[] = [];
  const parts = [...input.test, ...input.train];
  const files = input.files.filter(
    // Results of other detectors lie beside the data in the benchmark's own repository.
    ({ path }) => /\.csv$/i.test(path) && !/(?:^|\/)results\//.test(path) && isWanted(path, parts),
  );
  const series: Series[] = [];
  for (const [at, file] of files.entries()) {
    input.progress(at, files.length, file.path);
    const key = Object.keys(labels).find((name) => file.path === name || file.path.endsWith(`/${name}`));
    if (key === undefined) unread.push({ where: file.path, reason: "no labels of this name" });
    else series.push(await watch(file, labels[key] ?? [], unread));
  }
  if (series.length === 0 && parts.length > 0)
    throw evalError(
      "eval-part-unknown",
      `no series of ${parts.join(", ")} in the data`,
      "a folder or a series, by name",
    );
  if (series.length === 0) throw evalError("eval-data-missing", "no series with labels in the data");
  return outcomeOf(series, unread);
}

const isWanted = (path: string, parts: readonly string[]): boolean =>
  parts.length === 0 ||
  parts.some(
    (part) =>
      path.toLowerCase().split(/[/.]/).includes(part.toLowerCase()) ||
      path.toLowerCase().includes(`/${part.toLowerCase()}`),
  );

type Labels = Readonly<Record<string, readonly (readonly [number, number])[]>>;

async function labelsOf(files: readonly DataFile[]): Promise<Labels> {
  const named = (name: string): DataFile | undefined => files.find(({ path }) => path.split("/").at(-1) === name);
  const file = named("combined_windows.json") ?? named("combined_labels.json");
  if (file === undefined)
    throw evalError(
      "eval-data-missing",
      "no combined_windows.json in the data",
      "give the folder that holds data/ and labels/",
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(await file.bytes()));
  } catch (cause) {
    throw evalError("eval-data-malformed", `${file.path}: ${(cause as Error).message}`);
  }
  if (typeof parsed !== "object" || parsed === null)
    throw evalError("eval-data-malformed", `${file.path}: not an object`);
  return Object.fromEntries(Object.entries(parsed).map(([name, windows]) => [name, windowTimes(windows)]));
}

/** A window is a pair of times; a label without window is one time. */
function windowTimes(windows: unknown): readonly (readonly [number, number])[] {
  if (!Array.isArray(windows)) return [];
  return windows.map((window: unknown) => {
    const [from, to] = Array.isArray(window) ? window : [window, window];
    return [timeOf(String(from)), timeOf(String(to))] as const;
  });
}

/** "2014-04-10 07:15:00", with fractions or without; the benchmark's times name no zone. */
function timeOf(text: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?/.exec(text.trim());
  if (match === null) return Number.NaN;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

async function watch(
  file: DataFile,
  windows: readonly (readonly [number, number])[],
  unread: { where: string; reason: string }[],
): Promise<Series> {
  const { rows } = readCsv(await file.bytes());
  const head = (rows[0] ?? []).map((name) => name.trim().toLowerCase());
  const headed = head.includes("value");
  const [timeAt, valueAt] = headed ? [head.indexOf("timestamp"), head.indexOf("value")] : [0, 1];
  const times: number[] = [];
  const values: number[] = [];
  rows.slice(headed ? 1 : 0).forEach((row, at) => {
    const [time, value] = [timeOf(row[timeAt] ?? ""), Number(row[valueAt] || "x")];
    if (Number.isNaN(time) || !Number.isFinite(value)) {
      unread.push({ where: `${file.path} line ${at + (headed ? 2 : 1)}`, reason: "no time or no value" });
      return;
    }
    times.push(time);
    values.push(value);
  });
  const watcher = makeValueWatch();
  const verdicts = values.map((value, at) => watcher.observe(times[at] ?? 0, value));
  return { name: file.path, times, values, verdicts, windows: windows.map(([from, to]) => rowsOf(times, from, to)) };
}

function rowsOf(times: readonly number[], from: number, to: number): Window {
  const first = times.findIndex((time) => time >= from);
  const last = times.findLastIndex((time) => time <= to);
  return { from: first < 0 ? times.length : first, to: Math.max(first, last) };
}

function alarmsOf({ verdicts }: Series, level: number): readonly number[] {
  const alarms: number[] = [];
  verdicts.forEach(({ p }, row) => {
    if (p <= level && row - (alarms.at(-1) ?? Number.NEGATIVE_INFINITY) > QUIET && row >= probationOf(verdicts.length))
      alarms.push(row);
  });
  return alarms;
}

const scoreAt = (series: readonly Series[], level: number): readonly SeriesScore[] =>
  series.map((one) => scoreSeries({ rows: one.values.length, windows: one.windows, alarms: alarmsOf(one, level) }));

function outcomeOf(series: readonly Series[], unread: SuiteOutcome["unread"]): SuiteOutcome {
  const scores = scoreAt(series, LEVEL);
  const tried = LEVELS.map((level) => ({ level, scores: scoreAt(series, level) }));
  const bestOf = (profile: Profile): { readonly level: number; readonly nab: number } =>
    tried
      .map(({ level, scores: at }) => ({ level, nab: benchmarkScore(at, profile) }))
      .reduce((a, b) => (b.nab > a.nab ? b : a));
  const best = bestOf(PROFILES.standard);
  const folders = [...new Set(series.map(({ name }) => folderOf(name)))].toSorted();
  return {
    train: [],
    test: series.map(({ name }) => name),
    protocol: `Each series is watched from its first value on; what is found in the first 15 % (at most 750 values) does not count. One alarm per ${QUIET} values, where p <= ${LEVEL}. nabBest: at the level that is best on these series (${best.level.toPrecision(2)}), as the benchmark chooses it, in each profile for itself.`,
    metrics: {
      nab: benchmarkScore(scores),
      nabLowFp: benchmarkScore(scores, PROFILES.lowFp),
      nabLowFn: benchmarkScore(scores, PROFILES.lowFn),
      nabBest: best.nab,
      nabBestLowFp: bestOf(PROFILES.lowFp).nab,
      nabBestLowFn: bestOf(PROFILES.lowFn).nab,
      ...windowFigures(scores),
      series: series.length,
      n: total(series, ({ values }) => values.length),
    },
    by: Object.fromEntries(
      folders.map((folder) => {
        const of = scores.filter((_, at) => folderOf(series[at]?.name ?? "") === folder);
        return [folder, { nab: benchmarkScore(of), ...windowFigures(of), series: of.length }];
      }),
    ),
    mistakes: series.flatMap((one, at) => mistakesOf(one, scores[at])).slice(0, MISTAKES),
    notes: [],
    unread,
  };
}

const total = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((sum, one) => sum + of(one), 0);

function windowFigures(scores: readonly SeriesScore[]): Record<string, number> {
  const [found, windows] = [total(scores, (one) => one.found), total(scores, (one) => one.windows)];
  const wrong = total(scores, (one) => one.falseAlarms.length);
  return {
    recall: found / windows,
    precision: found / (found + wrong),
    f1: (2 * found) / (found + wrong + windows),
    windows,
    falseAlarms: wrong,
  };
}

const folderOf = (name: string): string => name.split("/").at(-2) ?? "";

function mistakesOf(series: Series, score: SeriesScore | undefined): readonly Mistake[] {
  const when = (row: number): string => isoTime(instant(series.times[row] ?? 0));
  const lowest = ({ from, to }: Window): number => Math.min(...series.verdicts.slice(from, to + 1).map(({ p }) => p));
  const missed = (score?.missed ?? []).map((window) => ({
    what: `${series.name} ${when(window.from)} to ${when(window.to)}`,
    truth: "anomaly",
    guess: "normal",
    score: lowest(window),
  }));
  const falsely = (score?.falseAlarms ?? []).map((row) => {
    const verdict = series.verdicts[row];
    return {
      what: `${series.name} ${when(row)}`,
      truth: "normal",
      guess: "anomaly",
      score: verdict?.p ?? 1,
      why: [`value ${series.values[row]}, expected about ${verdict?.expected.toPrecision(4)}; ${verdict?.strongest}`],
    };
  });
  return [...missed, ...falsely];
}
