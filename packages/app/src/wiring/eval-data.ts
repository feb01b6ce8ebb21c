/**
 * A data set's folder or file as evaluation suites read it: gzip and zip (also .npz) are unpacked on the way.
 * Hidden files are left out. Throws `eval-data-missing` when there is nothing.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { zipMembers } from "@cordon/adapters/sources/files/zip";
import { type DataFile, evalError } from "@cordon/engine/learning/evaluate/suite";

/** Public data sets of this kind have tens of thousands of small files; more is a mistaken folder. */
const FILES_MAX = 500_000;
/** An unpacked file; the largest known set (UNSW-NB15, one part) has 170 MB. */
const UNPACKED_MAX = 2 ** 30;

export async function dataFiles(path: string): Promise<readonly DataFile[]> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw evalError("eval-data-missing", `${path}: no such file or folder`);
  const names = stat.isDirectory()
    ? readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
        .map((entry) => join(entry.parentPath, entry.name))
    : [path];
  if (names.length === 0) throw evalError("eval-data-missing", `${path}: no files`);
  if (names.length > FILES_MAX) throw evalError("eval-data-missing", `${path}: more than ${FILES_MAX} files`);
  const files = await Promise.all(
    names.toSorted().map((name) => {
      const shown = stat.isDirectory() ? name.slice(path.replace(/\/+$/, "").length + 1) : basename(name);
      return /\.(?:zip|npz)$/i.test(name) ? members(name, shown) : [plain(name, shown)];
    }),
  );
  return files.flat();
}

function plain(name: string, shown: string): DataFile {
  const packed = /\.gz$/i.test(name);
  return {
    path: shown.replace(/\.gz$/i, "").replaceAll("\\", "/"),
    bytes: async () => {
      const bytes = readFileSync(name);
      if (!packed) return bytes;
      try {
        return gunzipSync(bytes, { maxOutputLength: UNPACKED_MAX });
      } catch (cause) {
        throw evalError("eval-data-missing", `${name}: not readable as gzip (${(cause as Error).message})`);
      }
    },
  };
}

/** Members are listed now and unpacked when asked for. */
async function members(name: string, shown: string): Promise<readonly DataFile[]> {
  const found: DataFile[] = [];
  for await (const member of zipMembers(name))
    found.push({ path: `${shown}!${member.name}`, bytes: () => memberBytes(name, member.name) });
  return found;
}

async function memberBytes(archive: string, wanted: string): Promise<Uint8Array> {
  for await (const member of zipMembers(archive)) {
    if (member.name !== wanted) continue;
    const chunks: Uint8Array[] = [];
    for await (const chunk of member.open()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  throw evalError("eval-data-missing", `${archive}: ${wanted} is gone`);
}
