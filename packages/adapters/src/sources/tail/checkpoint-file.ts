/**
 * Checkpoints in one small JSON file, for who has no database at hand.
 * In: a path. Out: a `CheckpointStore` whose `set` resolves after fsync and rename: a crash leaves the old file or the new.
 */
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError, messageOf } from "@cordon/model/error";
import type { CheckpointStore } from "./checkpoint.ts";

export async function openCheckpointFile(path: string): Promise<CheckpointStore> {
  const values = await load(path);
  // One write after another: two renames at a time could put the older one last.
  let writing: Promise<void> = Promise.resolve();
  return {
    get: async (key) => values.get(key),
    set(key, value) {
      values.set(key, value);
      writing = writing.catch(() => {}).then(() => store(path, values));
      return writing;
    },
  };
}

async function load(path: string): Promise<Map<string, string>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof value !== "object" || value === null) throw new Error("not an object");
    return new Map(Object.entries(value).flatMap(([key, text]) => (typeof text === "string" ? [[key, text]] : [])));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Map();
    throw new AppError("data-damaged", `checkpoint file ${path}: ${messageOf(error)}`, {
      cause: error,
      fix: "move the file away: followed files are read again from their start, and records already known count once",
    });
  }
}

async function store(path: string, values: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.new`, "w");
  try {
    await file.writeFile(`${JSON.stringify(Object.fromEntries(values))}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
