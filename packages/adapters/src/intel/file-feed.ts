/**
 * A feed in a file. In: path. Out: its text when size or time changed.
 * F1. Bounded: a file over FILE_BYTES_MAX is refused with its size, not read.
 */
import { readFile, stat } from "node:fs/promises";
import { AppError, messageOf } from "@cordon/model/error";
import type { FeedSource } from "@cordon/model/ports/intel";
import { instant } from "@cordon/model/time";

/** A string of Node ends at 512 MiB; five million names are about 100. */
const FILE_BYTES_MAX = 400 * 1_024 * 1_024;

export function makeFileFeed(path: string): FeedSource {
  return {
    place: path,
    async fetch(known) {
      try {
        const { size, mtimeMs } = await stat(path);
        if (size > FILE_BYTES_MAX) throw new Error(`${size} bytes, more than the ${FILE_BYTES_MAX} that are read`);
        const stamp = { size: String(size), mtime: String(mtimeMs) };
        if (known?.size === stamp.size && known?.mtime === stamp.mtime) return { kind: "unchanged" };
        return { kind: "text", text: await readFile(path, "utf8"), stamp, at: instant(Math.floor(mtimeMs)) };
      } catch (cause) {
        throw new AppError("feed-unreadable", `${path}: ${messageOf(cause)}`, { cause, retry: "later" });
      }
    },
  };
}
