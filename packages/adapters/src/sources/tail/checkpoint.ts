/**
 * How far a followed file has been read, so that a restart goes on there.
 * In: a store of small texts by key (the state database, or a file). Out: marks per followed path.
 */
import { hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

export interface CheckpointStore {
  get(key: string): Promise<string | undefined>;
  /** Durable when resolved. */
  set(key: string, value: string): Promise<void>;
}

export interface FileMark {
  readonly inode: string;
  /** Of the first line, up to `HEAD_BYTES`: the same inode may come back as another file. Empty until there is a line. */
  readonly fingerprint: string;
  readonly fingerprintBytes: number;
  /** Which file under this path it is: grows with each rotation and truncation. */
  readonly generation: number;
  /** Start of the first line that is not yet durable. */
  readonly offset: number;
  /** Number of that line. */
  readonly line: number;
  /** Names of columns and their like that lines before it told (line-header.ts). */
  readonly header?: Readonly<Record<string, string>>;
}

const HEAD_BYTES = 1024;
const NEWLINE = 10;

/** Current file last; before it those that were rotated away and are still being read. */
export async function loadMarks(store: CheckpointStore, key: string): Promise<readonly FileMark[]> {
  const text = await store.get(key);
  if (text === undefined) return [];
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value.filter(isMark) : [];
}

export async function saveMarks(store: CheckpointStore, key: string, marks: readonly FileMark[]): Promise<void> {
  await store.set(key, JSON.stringify(marks));
}

function isMark(value: unknown): value is FileMark {
  if (typeof value !== "object" || value === null) return false;
  const mark = value as Partial<Record<keyof FileMark, unknown>>;
  const numbers = [mark.fingerprintBytes, mark.generation, mark.offset, mark.line];
  const header = mark.header === undefined || (typeof mark.header === "object" && mark.header !== null);
  return (
    header &&
    typeof mark.inode === "string" &&
    typeof mark.fingerprint === "string" &&
    numbers.every(Number.isSafeInteger)
  );
}

/** Identity of a file by its first line; undefined while there is none. */
export async function fingerprintOf(
  file: FileHandle,
  bytesKnown?: number,
): Promise<{ readonly fingerprint: string; readonly fingerprintBytes: number } | undefined> {
  const head = Buffer.alloc(bytesKnown ?? HEAD_BYTES);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  const newline = head.subarray(0, bytesRead).indexOf(NEWLINE);
  const length = bytesKnown ?? (newline >= 0 ? newline + 1 : HEAD_BYTES);
  if (length > bytesRead) return undefined;
  return { fingerprint: hash("sha256", head.subarray(0, length), "hex"), fingerprintBytes: length };
}
