/** A generated story, scanned into a data folder of the test's own: real incidents, events and waiting approvals. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cordon } from "./server.ts";

export interface ScannedStory {
  readonly folder: string;
  readonly logs: string;
  readonly data: string;
  /** Every line that `scan --json` printed, parsed. */
  readonly lines: readonly Record<string, unknown>[];
  remove(): void;
}

export async function scanStory(seed: number): Promise<ScannedStory> {
  const folder = mkdtempSync(join(tmpdir(), "cordon-story-"));
  const logs = join(folder, "logs");
  const data = join(folder, "data");
  const made = await cordon(["simulate", "--seed", String(seed), "--out", logs]);
  if (made.code !== 0) throw new Error(`simulate ended with ${made.code}: ${made.err}`);
  const scanned = await cordon(["scan", "--data", data, "--json", logs]);
  if (scanned.code !== 0) throw new Error(`scan ended with ${scanned.code}: ${scanned.err}`);
  return {
    folder,
    logs,
    data,
    lines: jsonLines(scanned.out),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** One JSON object a line; anything else throws and so fails the test that asked. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const value: unknown = JSON.parse(line);
      if (typeof value !== "object" || value === null || Array.isArray(value))
        throw new Error(`not an object: ${line}`);
      return value as Record<string, unknown>;
    });
}
