/**
 * Labelled paths (folders, archives, mailboxes) -> files under names of their class, with digests of what was read.
 * TS1. The class is what the caller said, whatever a name says; a path that stands on both sides is refused.
 */
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { basename } from "node:path";
import type { DataFile } from "@cordon/engine/learning/evaluate/suite";
import { AppError } from "@cordon/model/error";
import type { JsonObject } from "@cordon/model/json";
import { dataFiles } from "./eval-data.ts";

export interface Labelled {
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

export interface TrainingSources {
  readonly files: readonly DataFile[];
  readonly classOf: (path: string) => "good" | "bad";
  /** Name, class, files and digest of each path; whole once all files were read. */
  lineage(): readonly JsonObject[];
}

interface Source {
  readonly name: string;
  readonly side: "good" | "bad";
  readonly files: readonly DataFile[];
  readonly digests: Map<string, string>;
}

export async function trainingSources({ good, bad }: Labelled): Promise<TrainingSources> {
  const places = [...good, ...bad].map((path) => realOf(path));
  const twice = places.find((place, at) => places.indexOf(place) !== at);
  if (twice !== undefined) throw new AppError("bad-request", `${twice} is named twice`);
  const sources: Source[] = [];
  for (const [side, paths] of [
    ["good", good],
    ["bad", bad],
  ] as const)
    for (const path of paths) sources.push(await sourceOf(path, side, sources.length));
  return {
    files: sources.flatMap(({ files }) => files),
    classOf: (path) => (path.startsWith("bad/") ? "bad" : "good"),
    lineage: () => sources.map(lineageOf),
  };
}

export function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It does not exist: whoever reads it says so.
    return path;
  }
}

async function sourceOf(path: string, side: Source["side"], number: number): Promise<Source> {
  const name = basename(path.replace(/\/+$/, ""));
  const digests = new Map<string, string>();
  const files = (await dataFiles(path)).map((file): DataFile => {
    const shown = `${side}/${number + 1}-${name}/${file.path}`;
    return {
      path: shown,
      bytes: async () => {
        const bytes = await file.bytes();
        digests.set(file.path, createHash("sha256").update(bytes).digest("hex"));
        return bytes;
      },
    };
  });
  return { name, side, files, digests };
}

function lineageOf({ name, side, files, digests }: Source): JsonObject {
  const all = createHash("sha256");
  for (const [path, digest] of [...digests].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    all.update(`${digest}  ${path}\n`);
  return { name, class: side, files: files.length, read: digests.size, sha256: all.digest("hex") };
}

/** Fewer of a class give neither folds nor a probability. */
const CLASS_MIN = 50;

/** Throws `too-few`. `called`: what is counted, as "3 benign and 70 malicious files" wants it. */
export function requireEnough(
  rows: { readonly good: number; readonly bad: number },
  unread: number,
  called: { readonly good: string; readonly bad: string },
): void {
  if (rows.good >= CLASS_MIN && rows.bad >= CLASS_MIN) return;
  throw new AppError(
    "too-few",
    `${rows.good} ${called.good} and ${rows.bad} ${called.bad} (equal ones once, ${unread} not read): at least ${CLASS_MIN} of each are needed`,
  );
}
