/**
 * The examiner of files with its YARA rules: used by commands in their own process and by the worker of a server.
 * Enters: name and bytes. Leaves: what the engine says of them, with hashes of the file and of every member that was opened.
 *
 * FE1. Files are read, never run and never sent anywhere.
 * FE2. Rules are compiled once and again only when a rule file changed (path, size or time); what is wrong with which rule
 *      is said in `remarks`. A file that cannot be read any more takes its rules with it and is named.
 */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { makeYaraShelf, type YaraRules, type YaraShelf } from "@cordon/adapters/yara/yara";
import { readYaraFiles, yaraNames } from "@cordon/adapters/yara/yara-files";
import { type Examined, examineFile } from "@cordon/engine/file/examine";
import {
  type FileJudge,
  type FileModelOpinion,
  fileOpinionWords,
  raisedFileVerdict,
} from "@cordon/engine/file/file-judge";
import type { FileVerdict, Reputation } from "@cordon/engine/file/verdict";
import { type Config, configPath } from "../config.ts";
import { CONTENT } from "./content.ts";

/** Members beyond are examined, too; only their hashes are not listed. */
const HASHES_MAX = 500;
const REASONS_TOLD = 3;

export interface Hashes {
  readonly sha256: string;
  readonly sha1: string;
  readonly md5: string;
}

export interface FileReport extends Examined {
  readonly sha256: string;
  /** A learnt model's, where there is one; the verdict is of points and model together. */
  readonly opinion?: FileModelOpinion;
  /** Of the file itself first, then of what was opened inside. */
  readonly hashes: readonly Hashes[];
}

export interface FileExaminer {
  rules(): number;
  remarks(): readonly string[];
  /** FE2; true when the rules are others now. */
  refresh(): boolean;
  examine(name: string, bytes: Uint8Array): FileReport;
  close(): void;
}

export type ReputationOf = (hashes: Hashes) => readonly Reputation[];

/** Where rules come from, as the configuration says. */
export const rulePathsOf = (config: Config): readonly string[] => [
  ...(config.yara.shipped ? [join(CONTENT, "yara")] : []),
  ...config.yara.paths.map((path) => configPath(config, path)),
];

export interface Beside {
  readonly reputation?: ReputationOf;
  /** A learnt model, where there is one now. */
  readonly judge?: () => FileJudge | undefined;
}

export function makeFileExaminer(
  paths: readonly string[],
  { reputation = () => [], judge: judgeNow }: Beside = {},
): FileExaminer {
  const shelf = makeYaraShelf();
  let stamp = stampOf(paths);
  let current = compileRules(shelf, paths);
  return {
    rules: () => current.rules.loaded.length,
    remarks: () => current.remarks,
    refresh() {
      const now = stampOf(paths);
      if (now === stamp) return false;
      stamp = now;
      current = compileRules(shelf, paths);
      return true;
    },
    examine(name, bytes) {
      const hashes: Hashes[] = [];
      const cut: string[] = [];
      const points = examineFile(name, bytes, {
        now: Date.now(),
        rules: (own) => {
          const scan = current.rules.scan(own);
          cut.push(...scan.cut);
          return scan.hits;
        },
        reputation: (own) => {
          const all = hashesOf(own);
          if (hashes.length < HASHES_MAX) hashes.push(all);
          return reputation(all);
        },
      });
      // Members are asked for while their archive is read, the archive itself after them.
      const own = hashesOf(bytes);
      const inner = hashes.filter(({ sha256 }) => sha256 !== own.sha256);
      const judge = judgeNow?.();
      const seen = judge === undefined ? points : withOpinion(points, judge(points));
      return { ...seen, limits: [...seen.limits, ...new Set(cut)], sha256: own.sha256, hashes: [own, ...inner] };
    },
    close: () => shelf.close(),
  };
}

const withOpinion = (points: Examined, opinion: FileModelOpinion) => ({
  ...points,
  opinion,
  verdict: verdictOfBoth(points.verdict, opinion),
});

/** The reason that raised a verdict stands first; it has no points, they stay what they are. */
export function verdictOfBoth({ verdict, score, reasons }: FileVerdict, opinion: FileModelOpinion): FileVerdict {
  // Reasons for what it came to; those against it stand in `opinion`.
  const why = opinion.because.filter(({ weight }) => weight > 0 === opinion.over).slice(0, REASONS_TOLD);
  const told = [fileOpinionWords(opinion), ...why.map(({ words }) => words)].join("; ");
  const raised = raisedFileVerdict(verdict, opinion);
  const own = { text: told, points: 0 };
  return { verdict: raised, score, reasons: raised === verdict ? [...reasons, own] : [own, ...reasons] };
}

function hashesOf(bytes: Uint8Array): Hashes {
  const hex = (kind: string): string => createHash(kind).update(bytes).digest("hex");
  return { sha256: hex("sha256"), sha1: hex("sha1"), md5: hex("md5") };
}

function compileRules(shelf: YaraShelf, paths: readonly string[]): { rules: YaraRules; remarks: readonly string[] } {
  const { sources, unread } = readYaraFiles(paths);
  const rules = shelf.compile(sources);
  return { rules, remarks: [...unread.map(remarkOf), ...rules.rejected.map(remarkOf)] };
}

export interface RuleTrouble {
  readonly name: string;
  readonly rule?: string;
  readonly reason: string;
}

export const remarkOf = ({ name, rule, reason }: RuleTrouble): string =>
  `${name}: ${rule === undefined ? "" : `rule ${rule}: `}${reason}`;

/** Changes when a rule file comes, goes or is written. */
function stampOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const name of yaraNames(paths)) {
    const stat = statSync(name, { throwIfNoEntry: false });
    hash.update(`${name.length}:${name}:${stat?.size}:${stat?.mtimeMs};`);
  }
  return hash.digest("hex");
}
