/**
 * The image of the table of indicators, on disk: `table-N.img`, the highest number is the newest.
 * In: rows and pieces. Out: the newest image and the one before it; of both the rows are read where they lie.
 *
 * Length of all rows (8 bytes), rows, image.
 * I1. A new image is written beside, synced, and renamed: whoever reads sees a whole one. The last good one stays beside it.
 * I2. A file never changes after its rename; one that two newer ones replaced is removed.
 */
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ImageDraft, ImageStore, KeptImage } from "@cordon/model/ports/intel";

const NAME = /^table-(\d{1,15})\.img$/;
const KEPT = 2;
const HEAD = 8;

export function makeImageFile(folder: string): ImageStore {
  return {
    load: async () => (await numbersIn(folder)).slice(0, KEPT).map((number) => keptAt(pathOf(folder, number))),
    begin: () => beginDraft(folder),
  };
}

const pathOf = (folder: string, number: number): string => join(folder, `table-${number}.img`);

/** Highest first. */
async function numbersIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

async function beginDraft(folder: string): Promise<ImageDraft> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const beside = join(folder, "table.new");
  const file = await open(beside, "w", 0o600);
  let rows = 0;
  await writeAll(file, new Uint8Array(HEAD), 0);
  return {
    async append(piece) {
      await writeAll(file, piece, HEAD + rows);
      rows += piece.length;
    },
    async commit(image) {
      try {
        let at = HEAD + rows;
        for (const piece of image) {
          await writeAll(file, piece, at);
          at += piece.length;
        }
        const head = new Uint8Array(HEAD);
        new DataView(head.buffer).setBigUint64(0, BigInt(rows));
        await writeAll(file, head, 0);
        await file.sync();
      } finally {
        await file.close();
      }
      const [newest = 0, ...older] = await numbersIn(folder);
      const path = pathOf(folder, newest + 1);
      await rename(beside, path);
      for (const number of older) await rm(pathOf(folder, number), { force: true });
      return keptAt(path);
    },
    async abandon() {
      await file.close();
      await rm(beside, { force: true });
    },
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

function keptAt(path: string): KeptImage {
  return {
    async image() {
      const file = await open(path, "r");
      try {
        const head = await readExactly(file, 0, HEAD);
        const start = HEAD + Number(new DataView(head.buffer).getBigUint64(0));
        const { size } = await file.stat();
        return await readExactly(file, start, Math.max(0, size - start));
      } finally {
        await file.close();
      }
    },
    async rows(offset, bytes) {
      const file = await open(path, "r");
      try {
        return await readExactly(file, HEAD + offset, bytes);
      } finally {
        await file.close();
      }
    },
  };
}

async function readExactly(file: FileHandle, at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) throw new Error("the image is cut");
    done += bytesRead;
  }
  return bytes;
}
