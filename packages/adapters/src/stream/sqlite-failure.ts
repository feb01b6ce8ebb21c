/**
 * What a failure of SQLite means for whoever waits for the write.
 * In: anything thrown by node:sqlite. Out: an AppError with a closed code, or the same thing when it is not SQLite's.
 */
import { AppError, messageOf } from "@cordon/model/error";

export type DataCode = "disk-full" | "data-locked" | "data-read-only" | "data-damaged" | "disk-failed";

/** Primary result codes (sqlite.org/rescode.html); the low byte of an extended code. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

export function dataFailure(error: unknown, what: string): unknown {
  if (error instanceof AppError) return error;
  const code = primaryCode(error);
  if (code === undefined) return fileFailure(error, what);
  const because = `${what}: ${messageOf(error)}`;
  switch (code) {
    case FULL:
      return new AppError<DataCode>("disk-full", because, {
        retry: "later",
        cause: error,
        fix: "free space on the disk that holds the data folder; nothing that was acknowledged is lost",
      });
    case BUSY:
    case LOCKED:
      return new AppError<DataCode>("data-locked", because, {
        retry: "later",
        cause: error,
        fix: "another process uses this data folder: stop it, or choose another folder with --data",
      });
    case READONLY:
      return new AppError<DataCode>("data-read-only", because, {
        retry: "later",
        cause: error,
        fix: "make the data folder writable for the user that runs Cordon",
      });
    case CORRUPT:
    case NOTADB:
      return new AppError<DataCode>("data-damaged", because, {
        cause: error,
        fix: "restore the data folder from a backup, or move the damaged file away to start an empty one",
      });
    case CANTOPEN:
    case IOERR:
      return new AppError<DataCode>("disk-failed", because, {
        retry: "later",
        cause: error,
        fix: "check that the data folder exists and that its disk is healthy",
      });
    default:
      return error;
  }
}

/** What mkdir and open say (EACCES, EROFS, ENOTDIR, ENOSPC): the world again, so a code and a fix. */
function fileFailure(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  return new AppError<DataCode>("disk-failed", `${what}: ${error.message}`, {
    retry: "later",
    cause: error,
    fix: "choose a folder that exists or can be made, and that the user running Cordon may write",
  });
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}
