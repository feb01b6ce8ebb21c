/**
 * A data set's folder or file as evaluation suites and training read it: what is packed is unpacked on the way, archives
 * (tar, tar.gz, tar.bz2, zip) are folders of their name, members of .npz stay `archive.npz!member.npy`.
 * Hidden files are left out. Throws `eval-data-missing` when there is nothing.
 */
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type DataFile, evalError } from "@cordon/engine/learning/evaluate/suite";
import { makeArchiveShelf, unpacked, withoutPacking } from "./eval-archives.ts";

/** Public data sets of this kind have tens of thousands of small files; more is a mistaken folder. */
const FILES_MAX = 500_000;

export async function dataFiles(path: string): Promise<readonly DataFile[]> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw evalError("eval-data-missing", `${path}: no such file or folder`);
  const names = stat.isDirectory()
    ? readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
        .map((entry) => join(entry.parentPath, entry.name))
    : [path];
  if (names.length === 0) throw evalError("eval-data-missing", `${path}: no files`);
  const files: DataFile[] = [];
  const shelf = makeArchiveShelf();
  for (const name of names.toSorted()) {
    const shown = (stat.isDirectory() ? name.slice(path.replace(/\/+$/, "").length + 1) : basename(name)).replaceAll(
      "\\",
      "/",
    );
    const members = await shelf.membersOf(name, shown);
    for (const file of members ?? [{ path: withoutPacking(shown), bytes: async () => unpacked(name) }])
      files.push(file);
    if (files.length > FILES_MAX) throw evalError("eval-data-missing", `${path}: more than ${FILES_MAX} files`);
  }
  return files;
}
