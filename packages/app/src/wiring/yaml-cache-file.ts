/**
 * The cache of parsed rule files, kept between runs: beside the compiled modules, or, where the program may not write there,
 * below the data folder.
 *
 * Y1. It can only cost time: what is damaged, foreign or unwritable counts as none (`NODE_DEBUG=cordon` says so).
 * Y2. Written beside and renamed: a reader sees the old file or the new one. One file per set of places, the newest few are kept.
 */
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { debuglog } from "node:util";
import { makeYamlCache, type YamlCache } from "@cordon/engine/stream/detect/sigma/yaml-cache";
import { messageOf } from "@cordon/model/error";

const debug = debuglog("cordon");

/** Fewer files are read as fast as the cache is. */
const FILES_MIN = 100;
/** Sets of rules that are kept (each some 5 MB). */
const SETS_MAX = 4;
/** A larger file is none of ours. */
const BYTES_MAX = 256 * 1_024 * 1_024;
const MODULES = join(import.meta.dirname, "..", "..", "..", "..", "node_modules");
const PREFIX = "rules-";

export interface YamlCacheFile extends Pick<YamlCache, "read" | "stats"> {
  /** Writes what was read, if anything was new. */
  readonly save: () => void;
}

/** Undefined where a cache would not pay. */
export function openYamlCache(
  data: string,
  places: readonly { readonly path: string }[],
  modules = MODULES,
): YamlCacheFile | undefined {
  if (places.length < FILES_MIN) return undefined;
  // A folder that is not there is not made for a cache.
  const root = mayWrite(modules) ? modules : data;
  const folder = root === modules ? join(modules, ".cache", "cordon") : join(data, "cache");
  const path = join(folder, `${PREFIX}${sha256(places.map((place) => place.path).join("\n")).slice(0, 16)}.json`);
  const saved = readSaved(path);
  const cache = makeYamlCache(sha256, saved);
  return {
    read: cache.read,
    stats: cache.stats,
    save: () => {
      const { hits, misses, kept } = cache.stats();
      debug("rule cache %s: %d files known, %d read anew", path, hits, misses);
      if (kept > 0 && mayWrite(root)) write(folder, path, cache.serialise());
    },
  };
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function readSaved(path: string): string {
  try {
    return statSync(path).size > BYTES_MAX ? "" : readFileSync(path, "utf8");
  } catch (error) {
    debug("rule cache %s: not read (%s)", path, messageOf(error));
    return "";
  }
}

function write(folder: string, path: string, text: string): void {
  const beside = `${path}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(beside, text, { mode: 0o600 });
    renameSync(beside, path);
    prune(folder);
  } catch (error) {
    debug("rule cache %s: not written (%s)", path, messageOf(error));
    rmSync(beside, { force: true });
  }
}

function prune(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => ({ path: join(folder, name), written: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.written - a.written);
  for (const { path } of files.slice(SETS_MAX)) rmSync(path, { force: true });
}
