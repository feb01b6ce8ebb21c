/**
 * A feed in a file. In: path. Out: its text when size or time changed.
 * F1. Bounded: a file over FILE_BYTES_MAX is refused with its size, not read.
 * F2. A large file is handed on in blocks, read when they are asked for: what is in memory does not grow with it.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { AppError, messageOf } from "@cordon/model/error";
import type { FeedSource } from "@cordon/model/ports/intel";
import { instant } from "@cordon/model/time";

/** Formats that are one JSON value are put together again, and a string of Node ends at 512 MiB. */
const FILE_BYTES_MAX = 400 * 1_024 * 1_024;
/** Up to here a text is no burden. */
const WHOLE_BYTES_MAX = 4 * 1_024 * 1_024;
/** About a millisecond of reading: whoever asks does not pause within a block. */
const BLOCK_BYTES = 1_024 * 1_024;

export function makeFileFeed(path: string): FeedSource {
  return {
    place: path,
    async fetch(known) {
      try {
        const { size, mtimeMs } = await stat(path);
        if (size > FILE_BYTES_MAX) throw new Error(`${size} bytes, more than the ${FILE_BYTES_MAX} that are read`);
        const stamp = { size: String(size), mtime: String(mtimeMs) };
        if (known?.size === stamp.size && known?.mtime === stamp.mtime) return { kind: "unchanged" };
        const file = await open(path); // what cannot be opened is said now, not in the middle
        try {
          const text = size > WHOLE_BYTES_MAX ? blocksOf(path) : await file.readFile("utf8");
          return { kind: "text", text, stamp, at: instant(Math.floor(mtimeMs)) };
        } finally {
          await file.close();
        }
      } catch (cause) {
        throw unreadable(path, cause);
      }
    },
  };
}

const unreadable = (path: string, cause: unknown): AppError =>
  new AppError("feed-unreadable", `${path}: ${messageOf(cause)}`, { cause, retry: "later" });

function blocksOf(path: string): Iterable<string> {
  return { [Symbol.iterator]: () => readBlocks(path) };
}

function* readBlocks(path: string): Generator<string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const bytes = new Uint8Array(BLOCK_BYTES);
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    for (let read = readSync(file, bytes); read > 0; read = readSync(file, bytes)) {
      yield decoder.decode(bytes.subarray(0, read), { stream: true });
    }
    yield decoder.decode();
  } catch (cause) {
    throw unreadable(path, cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
