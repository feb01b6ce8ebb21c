/**
 * Examining files of this machine for commands: hashes out of indicator files, files below paths, checks of rules.
 * Files are read, never run and never sent anywhere. What could not be loaded is said in `remarks`.
 */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { makeYaraShelf } from "@cordon/adapters/yara/yara";
import { readYaraFiles } from "@cordon/adapters/yara/yara-files";
import { BYTES_MAX } from "@cordon/engine/file/examine";
import type { Reputation } from "@cordon/engine/file/verdict";
import { readFeed } from "@cordon/engine/stream/detect/intel/formats/read-feed";
import { messageOf } from "@cordon/model/error";
import type { Config } from "../config.ts";
import { type FileExaminer, type Hashes, makeFileExaminer, type RuleTrouble, rulePathsOf } from "./file-examiner.ts";
import { fileModelPath, openFileJudge } from "./file-judge.ts";

/** A folder with more is a disk, not a sample. */
const FILES_MAX = 100_000;
const LISTED_CONFIDENCE = 75;

export function openFileExaminer(config: Config, intel: readonly string[] = [], named?: string): FileExaminer {
  const listed = listedHashes(intel);
  const { judge, refused } = openFileJudge(named ?? fileModelPath(config));
  const examiner = makeFileExaminer(rulePathsOf(config), {
    reputation: ({ sha256, sha1, md5 }: Hashes) => [sha256, sha1, md5].flatMap((hash) => listed.get(hash) ?? []),
    judge: () => judge,
  });
  return refused === undefined ? examiner : { ...examiner, remarks: () => [...examiner.remarks(), refused] };
}

function listedHashes(files: readonly string[]): ReadonlyMap<string, Reputation> {
  const listed = new Map<string, Reputation>();
  for (const file of files) {
    const facts = { feed: basename(file), confidence: LISTED_CONFIDENCE };
    for (const item of readFeed(readFileSync(file, "utf8"), { facts })) {
      if (item.kind !== "indicator" || item.indicator.kind !== "hash") continue;
      const { feed, confidence, label } = item.indicator.facts;
      listed.set(item.indicator.value.toLowerCase(), { feed, confidence, ...(label === undefined ? {} : { label }) });
    }
  }
  return listed;
}

export interface CheckedRules {
  readonly loaded: readonly string[];
  readonly problems: readonly RuleTrouble[];
}

export function checkYara(paths: readonly string[]): CheckedRules {
  const { sources, unread } = readYaraFiles(paths);
  const shelf = makeYaraShelf();
  const { loaded, rejected } = shelf.compile(sources);
  shelf.close();
  return { loaded, problems: [...unread, ...rejected] };
}

export type ReadFile =
  | { readonly kind: "file"; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: "unread"; readonly path: string; readonly reason: string };

/** Files below the paths, each read when its turn comes. Links and devices are not followed. */
export function* filesBelow(paths: readonly string[]): Generator<ReadFile> {
  let left = FILES_MAX;
  for (const path of paths) {
    let names: readonly string[] = [];
    try {
      names = namesBelow(path);
    } catch (cause) {
      yield { kind: "unread", path, reason: messageOf(cause) };
    }
    for (const name of names) {
      left -= 1;
      if (left < 0) {
        yield { kind: "unread", path: name, reason: `more than ${FILES_MAX} files` };
        return;
      }
      yield readOne(name);
    }
  }
}

function namesBelow(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** One byte more than is examined, so that a longer file is known to be cut. */
function readOne(path: string): ReadFile {
  try {
    const file = openSync(path, "r");
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) return { kind: "unread", path, reason: "not a file" };
      const bytes = new Uint8Array(Math.min(stat.size, BYTES_MAX + 1));
      let at = 0;
      for (let got = 1; got > 0 && at < bytes.length; at += got) got = readSync(file, bytes, at, bytes.length - at, at);
      return { kind: "file", path, bytes: bytes.subarray(0, at) };
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    return { kind: "unread", path, reason: messageOf(cause) };
  }
}
