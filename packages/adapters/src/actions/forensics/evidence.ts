/**
 * Write-once evidence files named by their content.
 * In: bytes. Out: a file `<sha256>` in the evidence folder, synced; manifests under `captures/<action key>.json`.
 *
 * E1. A file under its own hash is never written over; the same content twice is one file.
 * E2. A manifest is there only when everything it lists is on disk.
 */
import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "@cordon/model/json";

export interface Stored {
  readonly sha256: string;
  readonly bytes: number;
}

export async function storeEvidence(folder: string, content: Uint8Array): Promise<Stored> {
  const sha256 = createHash("sha256").update(content).digest("hex");
  await mkdir(join(folder, "blobs"), { recursive: true, mode: 0o700 });
  const path = join(folder, "blobs", sha256);
  const there = await stat(path).catch(() => undefined);
  if (there?.size !== content.length) await writeSynced(path, content);
  return { sha256, bytes: content.length };
}

const manifestPath = (folder: string, key: string): string => join(folder, "captures", `${key}.json`);

export async function writeManifest(folder: string, key: string, manifest: JsonObject): Promise<void> {
  await mkdir(join(folder, "captures"), { recursive: true, mode: 0o700 });
  await writeSynced(manifestPath(folder, key), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
}

export async function readManifest(folder: string, key: string): Promise<string | undefined> {
  return readFile(manifestPath(folder, key), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

export async function isStored(folder: string, { sha256, bytes }: Stored): Promise<boolean> {
  const content = await readFile(join(folder, "blobs", sha256)).catch(() => undefined);
  return content?.length === bytes && createHash("sha256").update(content).digest("hex") === sha256;
}

async function writeSynced(path: string, content: Uint8Array): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  const file = await open(partial, "w", 0o400);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
  const folder = await open(join(path, ".."), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
