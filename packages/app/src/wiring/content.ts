/** Where the shipped content lies, and reading folders of text files in a stable order. */
import { readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { extname, join } from "node:path";
import { AppError, messageOf } from "@cordon/model/error";

export const CONTENT = join(import.meta.dirname, "..", "..", "..", "..", "content");
export const CONSOLE_DIST = join(import.meta.dirname, "..", "..", "..", "console", "dist");

export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** Files below `path` (or the file itself) with one of the endings, sorted by path. Throws AppError `bad-request`. */
export const readTexts = (path: string, endings: readonly string[]): TextFile[] =>
  listFiles(path, endings).map(readText);

/** The same without their texts; all files where no endings are given. */
export function listFiles(path: string, endings?: readonly string[]): string[] {
  return named(path, () => {
    if (!statSync(path).isDirectory()) return [path];
    return filesBelow(path)
      .filter((file) => endings?.includes(extname(file).toLowerCase()) ?? true)
      .sort();
  });
}

interface Folder {
  readonly path: string;
  readonly real: string;
}

/**
 * Links are followed, as mounted configuration is made of them; a file that several lead to is listed once, by the name nearest to
 * the top. A link that leads nowhere is no file.
 */
function filesBelow(top: string): string[] {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  let folders: Folder[] = [{ path: top, real: realpathSync.native(top) }];
  while (folders.length > 0) {
    const below: Folder[] = [];
    for (const folder of folders.filter(({ real }) => !seen.has(real))) {
      seen.add(folder.real);
      const entries = readdirSync(folder.path, { withFileTypes: true });
      for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const path = join(folder.path, entry.name);
        const to = entry.isSymbolicLink() ? linkedTo(path) : { about: entry, real: join(folder.real, entry.name) };
        if (to?.about.isDirectory() === true) below.push({ path, real: to.real });
        else if (to?.about.isFile() === true && !found.has(to.real)) found.set(to.real, path);
      }
    }
    folders = below;
  }
  return [...found.values()];
}

function linkedTo(path: string): { readonly about: Stats; readonly real: string } | undefined {
  const about = statSync(path, { throwIfNoEntry: false });
  return about === undefined ? undefined : { about, real: realpathSync.native(path) };
}

export const readText = (path: string): TextFile => named(path, () => ({ path, text: readFileSync(path, "utf8") }));

function named<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const gone = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new AppError("bad-request", `${path}: ${gone ? "no such file or folder" : messageOf(cause)}`, { cause });
  }
}
