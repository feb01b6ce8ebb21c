/** Where the shipped content lies, and reading folders of text files in a stable order. */
import { readdirSync, readFileSync, statSync } from "node:fs";
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

/** The same without their texts. */
export function listFiles(path: string, endings: readonly string[]): string[] {
  return named(path, () => {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && endings.includes(extname(entry.name).toLowerCase()))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  });
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
