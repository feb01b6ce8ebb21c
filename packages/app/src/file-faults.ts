/** Why a file cannot be read or written, in plain words. */
import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AppError, messageOf } from "@cordon/model/error";

const READING: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "is a folder, a file is needed",
  ENOTDIR: "no such file",
  EACCES: "may not be read",
  EPERM: "may not be read",
};

const codeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";

export const readingFault = (cause: unknown): string => READING[codeOf(cause)] ?? messageOf(cause);

/** A word of the command line named it: a fault of usage. */
export function unreadable(path: string, cause: unknown): AppError<"usage"> {
  return new AppError("usage", `${path}: ${readingFault(cause)}`, { cause });
}

export function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new AppError("unavailable", `${file}: ${WRITING[codeOf(cause)]?.(file) ?? messageOf(cause)}`, { cause });
  }
}

const WRITING: Readonly<Record<string, (file: string) => string>> = {
  ENOENT: (file) => `there is no folder ${dirname(file)}`,
  ENOTDIR: (file) => `${dirname(file)} is no folder`,
  EISDIR: () => "is a folder, a file is needed",
  EACCES: () => "may not be written",
  EPERM: () => "may not be written",
  EROFS: () => "lies on a medium that cannot be written",
  ENOSPC: () => "the disk is full",
};
