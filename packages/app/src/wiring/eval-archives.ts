/**
 * Archives within a data set: each is read as if it were a folder of its name.
 * Enters: a file. Leaves: its members, listed now and unpacked when asked for.
 *
 * EA1. A damaged or cut archive is refused: figures of a part of a set would look like figures of the set.
 * EA2. One unpacked archive is held at a time; suites read files in their order.
 * EA3. Nothing is written: names of members are shown, never opened.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { zipMembers } from "@cordon/adapters/sources/files/zip";
import { bunzip2 } from "@cordon/engine/file/bunzip2";
import { tarMembers } from "@cordon/engine/file/tar";
import { type DataFile, evalError } from "@cordon/engine/learning/evaluate/suite";

/** An unpacked file; the largest known set (UNSW-NB15, one part) has 170 MB. */
const UNPACKED_MAX = 2 ** 30;
const TAR = /\.(?:tar(?:\.gz|\.bz2)?|tgz|tbz2?)$/i;
const ZIP = /\.zip$/i;
const NPZ = /\.npz$/i;
const PACKED = /\.(?:gz|bz2)$/i;

export interface ArchiveShelf {
  /** `shown`: the path below the data folder. Undefined: no archive. */
  membersOf(name: string, shown: string): Promise<readonly DataFile[]> | undefined;
}

export function makeArchiveShelf(): ArchiveShelf {
  let held: { readonly name: string; readonly members: readonly TarMember[] } | undefined;
  const open = (name: string): readonly TarMember[] => {
    if (held?.name !== name) held = { name, members: untarred(name) };
    return held.members;
  };
  return {
    membersOf(name, shown) {
      if (NPZ.test(name)) return zipped(name, (member) => `${shown}!${member}`);
      if (ZIP.test(name)) return zipped(name, (member) => inFolder(shown.replace(ZIP, ""), member));
      if (!TAR.test(name)) return undefined;
      const folder = shown.replace(TAR, "");
      return Promise.resolve(
        open(name).flatMap((member, at) =>
          isHidden(member.name)
            ? []
            : [
                {
                  path: inFolder(folder, member.name),
                  bytes: async () => open(name)[at]?.bytes() ?? new Uint8Array(0),
                },
              ],
        ),
      );
    },
  };
}

/** `./a/b` of archive `x` is `x/a/b`. */
const inFolder = (folder: string, member: string): string => `${folder}/${member.replace(/^(?:\.?\/)+/, "")}`;
/** As folders leave them out. */
const isHidden = (name: string): boolean => /(?:^|\/)\.[^/]+$/.test(name);

interface TarMember {
  readonly name: string;
  readonly bytes: () => Uint8Array;
}

function untarred(name: string): readonly TarMember[] {
  const { members, whole } = tarMembers(unpacked(name));
  if (!whole)
    throw evalError("eval-data-missing", `${name}: damaged or cut after ${members.length} files`, "fetch it again");
  return members.map((member) => ({ name: member.name, bytes: () => member.bytes(member.size) }));
}

/** Bytes of a file, without its packing where its name says that there is one. */
export function unpacked(name: string): Uint8Array {
  const bytes = readFileSync(name);
  if (/\.(?:bz2|tbz2?)$/i.test(name)) {
    const found = bunzip2(bytes, UNPACKED_MAX);
    if (!found.whole) throw evalError("eval-data-missing", `${name}: not readable as bzip2`, "fetch it again");
    return found.bytes;
  }
  if (!/\.(?:gz|tgz)$/i.test(name)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: UNPACKED_MAX });
  } catch (cause) {
    throw evalError("eval-data-missing", `${name}: not readable as gzip (${(cause as Error).message})`);
  }
}

export const withoutPacking = (shown: string): string => shown.replace(PACKED, "");

async function zipped(name: string, pathOf: (member: string) => string): Promise<readonly DataFile[]> {
  const found: DataFile[] = [];
  for await (const member of zipMembers(name))
    if (!isHidden(member.name)) found.push({ path: pathOf(member.name), bytes: () => memberBytes(name, member.name) });
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
