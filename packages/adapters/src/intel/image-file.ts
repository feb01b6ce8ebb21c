/**
 * The image of the table of indicators, on disk.
 * In: pieces. Out: the newest image and the one before it.
 *
 * I1. A new image is written beside, synced, and renamed: whoever reads sees a whole one. The last good one stays beside it.
 */
import { constants } from "node:fs";
import { access, mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { ImageStore } from "@cordon/model/ports/intel";

const NEWEST = "table.img";
const BEFORE = "table.before.img";

export function makeImageFile(folder: string): ImageStore {
  const pathOf = (name: string): string => join(folder, name);
  return {
    async load() {
      const there = [];
      for (const name of [NEWEST, BEFORE]) {
        if (await exists(pathOf(name)))
          there.push(async () => {
            const bytes = await readFile(pathOf(name));
            // Small files come out of a shared pool, at any offset.
            return bytes.byteOffset === 0 && bytes.buffer instanceof ArrayBuffer
              ? new Uint8Array(bytes.buffer, 0, bytes.length)
              : Uint8Array.from(bytes);
          });
      }
      return there;
    },
    async save(pieces) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const beside = pathOf(`${NEWEST}.new`);
      const file = await open(beside, "w", 0o600);
      try {
        for (const piece of pieces) await file.writeFile(piece);
        await file.sync();
      } finally {
        await file.close();
      }
      if (await exists(pathOf(NEWEST))) await rename(pathOf(NEWEST), pathOf(BEFORE));
      await rename(beside, pathOf(NEWEST));
    },
  };
}

const exists = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
