/**
 * Members of a zip archive, read one after another; nothing is ever written to disk, so names cannot lead anywhere.
 * In: a path or the archive's bytes. Out: members with a way to open them. Throws AppError `input-damaged` when the
 * directory cannot be read.
 *
 * A1. The checksum of each member is compared when it was read to its end.
 * A2. Members together may not exceed `RATIO_MAX` of inflate.ts times the archive: overlapping members are a bomb too.
 */
import { crc32 } from "node:zlib";
import { AppError, messageOf } from "@cordon/model/error";
import { type Entry, fromBufferPromise, getFileNameLowLevel, openPromise, type ZipFile } from "yauzl";
import { bomb, inflate, isBomb, type OpenBytes } from "../inflate.ts";

/** What a forensic collection of one host may hold; beyond it the archive is hostile. */
const MEMBERS_MAX = 100_000;
const STORED = 0;
const DEFLATED = 8;

export interface ZipMember {
  readonly name: string;
  readonly open: OpenBytes;
}

export async function* zipMembers(archive: string | Buffer): AsyncGenerator<ZipMember> {
  const zip = await openZip(archive);
  const total = { in: zip.fileSize, out: 0 };
  try {
    let count = 0;
    for await (const entry of entriesOf(zip)) {
      count += 1;
      if (count > MEMBERS_MAX) throw new AppError("input-bomb", `more than ${MEMBERS_MAX} members in the archive`);
      const name = nameOf(entry);
      if (!name.endsWith("/")) yield { name, open: () => memberBytes(zip, entry, total) };
    }
  } finally {
    zip.close();
  }
}

async function openZip(archive: string | Buffer): Promise<ZipFile> {
  const options = { autoClose: false, lazyEntries: true, validateEntrySizes: false, decodeStrings: false };
  try {
    return typeof archive === "string"
      ? await openPromise(archive, options)
      : await fromBufferPromise(archive, options);
  } catch (error) {
    throw damaged(error);
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry();
  } catch (error) {
    throw damaged(error);
  }
}

/** Not checked for `..`: the name is shown and hashed, never opened. */
function nameOf(entry: Entry): string {
  return getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
}

async function* memberBytes(
  zip: ZipFile,
  entry: Entry,
  total: { in: number; out: number },
): AsyncGenerator<Uint8Array> {
  if (entry.isEncrypted()) throw new AppError("input-encrypted", "the archive member is encrypted");
  const method = entry.compressionMethod;
  if (method !== STORED && method !== DEFLATED) {
    throw new AppError(
      "input-unsupported",
      `the archive member is compressed by method ${method}, which is not supported`,
    );
  }
  const raw: OpenBytes = () => rawBytes(zip, entry);
  let crc = 0;
  for await (const chunk of method === STORED ? raw() : inflate("deflate-raw", raw)) {
    crc = crc32(chunk, crc);
    total.out += chunk.length;
    if (isBomb(total)) throw bomb(total);
    yield chunk;
  }
  if (crc !== entry.crc32) throw new AppError("input-damaged", "the archive member does not match its checksum");
}

async function* rawBytes(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  try {
    yield* await zip.openReadStreamPromise(entry, entry.compressionMethod === STORED ? {} : { decodeFileData: false });
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError("input-damaged", `the archive is damaged: ${messageOf(error)}`, { cause: error });
}
