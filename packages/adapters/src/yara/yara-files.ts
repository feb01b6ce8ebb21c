/** YARA sources below paths: `*.yar`, `*.yara`. A path that cannot be read is named, never passed over. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "@cordon/model/error";
import type { YaraSource } from "./yara.ts";

/** The largest public collections hold some 10,000 files. */
const FILES_MAX = 20_000;

export interface YaraFiles {
  readonly sources: readonly YaraSource[];
  readonly unread: readonly { readonly name: string; readonly reason: string }[];
}

export function readYaraFiles(paths: readonly string[]): YaraFiles {
  const sources: YaraSource[] = [];
  const unread: { name: string; reason: string }[] = [];
  for (const path of paths) {
    try {
      for (const name of namesBelow(path)) {
        if (sources.length >= FILES_MAX) {
          unread.push({ name, reason: `more than ${FILES_MAX} files of rules` });
          break;
        }
        sources.push({ name, text: readFileSync(name, "utf8") });
      }
    } catch (cause) {
      unread.push({ name: path, reason: messageOf(cause) });
    }
  }
  return { sources, unread };
}

/** Names of the files that would be read; a path that cannot be listed has none. */
export function yaraNames(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    try {
      return namesBelow(path).slice(0, FILES_MAX);
    } catch {
      return [];
    }
  });
}

function namesBelow(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.yara?$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
