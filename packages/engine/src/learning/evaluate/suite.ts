/**
 * What an evaluation is: a data set in its authors' own files, an honest split, figures with intervals, and the mistakes.
 * Enters: files (already unpacked) and the parts that the caller names. Leaves: `SuiteOutcome`, the same for the same
 * files, parts and seed.
 *
 * EV1. A suite names what it trained on and what it tested on; no row stands on both sides.
 * EV2. A figure that the data cannot give is NaN (printed as null), never left out silently and never guessed.
 * EV3. A file or row that cannot be read is named in `unread`; it is never skipped without a word.
 */
import { AppError } from "@cordon/model/error";
import type { ReliabilityBin } from "../metrics/probability.ts";

export interface DataFile {
  /** Below the data folder, with `/`; without `.gz` or `.bz2`; archives are folders, but `archive.npz!member.npy`. */
  readonly path: string;
  /** Read when asked for, and not kept: data sets are larger than memory should be. */
  readonly bytes: () => Promise<Uint8Array>;
}

export interface SuiteInput {
  /** Where the files lie, for suites that read them through the product's own sources. */
  readonly path: string;
  readonly files: readonly DataFile[];
  /** Parts as the caller named them (organisations, files, folders); empty: the suite's own default split. */
  readonly train: readonly string[];
  readonly test: readonly string[];
  readonly seed: number;
  /** Shares of the work done, for people who wait. */
  readonly progress: (done: number, all: number, what: string) => void;
}

export interface SuiteOutcome {
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** How rows were split and scored, in one or two sentences. */
  readonly protocol: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** 95 % intervals of metrics of the same name. */
  readonly intervals?: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** Per class, set, organisation or phase. */
  readonly by?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly reliability?: readonly ReliabilityBin[];
  /** What it got wrong, worst first: to be read one by one. Texts are from the data and are escaped by whoever shows them. */
  readonly mistakes: readonly Mistake[];
  readonly notes: readonly string[];
  readonly unread: readonly { readonly where: string; readonly reason: string }[];
}

export interface Mistake {
  readonly what: string;
  readonly truth: string;
  readonly guess: string;
  readonly score: number;
  readonly why?: readonly string[];
}

export interface Suite {
  readonly name: string;
  readonly summary: string;
  /** Which files it reads, and what parts are. */
  readonly data: string;
  readonly run: (input: SuiteInput) => Promise<SuiteOutcome>;
}

export type EvaluateErrorCode = "eval-data-missing" | "eval-data-malformed" | "eval-part-unknown";

export const evalError = (code: EvaluateErrorCode, message: string, fix?: string): AppError<EvaluateErrorCode> =>
  new AppError(code, message, fix === undefined ? {} : { fix });

/**
 * The files of one part: by file name without endings, by folder or archive (also without the date before its name), or by
 * the beginning of the name up to `_`, `-` or `.`.
 */
export function filesOfPart(files: readonly DataFile[], part: string): readonly DataFile[] {
  const wanted = part.replace(/\/+$/, "").toLowerCase();
  const folder = wanted.replace(/\.(?:tar(?:\.gz|\.bz2)?|tgz|tbz2?|zip)$/, "");
  const found = files.filter(({ path }) => namesOf(path).some((name) => name === wanted || name === folder));
  if (found.length > 0) return found;
  const known = [...new Set(files.map(({ path }) => namesOf(path)[0] ?? path))].slice(0, 20).join(", ");
  throw evalError("eval-part-unknown", `no file or folder "${part}" in the data`, `there are: ${known}`);
}

function namesOf(path: string): readonly string[] {
  const parts = path.toLowerCase().split(/[/!]/);
  const file = parts.at(-1) ?? "";
  const bare = file.replace(/\.[a-z0-9+]+$/, "");
  const folders = parts.slice(0, -1).map((_, at) => parts.slice(0, at + 1).join("/"));
  const above = parts.slice(0, -1);
  const undated = above.map((name) => name.replace(/^(?:19|20)\d{2}[-_]?\d{2}[-_]?\d{2}[-_]/, ""));
  return [bare, file, path.toLowerCase(), bare.split(/[_.-]/)[0] ?? "", ...folders, ...above, ...undated];
}
