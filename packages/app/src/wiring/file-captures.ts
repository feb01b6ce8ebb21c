/**
 * Files that were captured on hosts are examined, and the verdict becomes evidence of their incident.
 * Enters: manifests of captures in the evidence folder, as they appear. Leaves: one examination per captured file.
 *
 * FW1. A manifest is done when the verdicts on all of its files stand in the stream; then its name is remembered. After a
 *      crash it is examined again: the same event may be there twice, never missing.
 * FW2. A manifest that cannot be read, and a file that cannot be examined, are problems on the status page, named; they are
 *      tried TRIES times, not for ever.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "@cordon/model/error";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import { SECOND } from "@cordon/model/time";
import { z } from "zod";
import type { FileDesk } from "../instance.ts";
import { type Meters, raiseProblem } from "../meters.ts";

const LOOK_MS = 5 * SECOND;
const TRIES = 3;
/** Names remembered; older captures were examined long ago. */
const NAMES_MAX = 20_000;
const DONE = "captures-examined";
const MANIFEST_BYTES_MAX = 4 * 2 ** 20;

const zManifest = z.object({
  host: z.string(),
  incident: z.string().optional(),
  items: z.array(
    z.object({
      path: z.string().optional(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
    }),
  ),
});

export interface CaptureParts {
  readonly evidenceDir: string;
  readonly desk: Pick<FileDesk, "examine">;
  readonly runtime: Runtime;
  readonly meters: Meters;
  readonly kv: { get(key: string): Promise<string | undefined>; set(key: string, value: string): Promise<void> };
}

export async function watchCaptures(parts: CaptureParts, stop: Stop): Promise<void> {
  const tries = new Map<string, number>();
  const known = z.array(z.string()).safeParse(JSON.parse((await parts.kv.get(DONE)) ?? "[]"));
  const done = new Set(known.success ? known.data : []);
  while (!stop.stopped) {
    for (const name of manifestsIn(parts.evidenceDir)) {
      if (done.has(name) || stop.stopped) continue;
      const problem = await examineCapture(parts, name);
      const tried = (tries.get(name) ?? 0) + 1;
      tries.set(name, tried);
      if (problem !== undefined)
        raiseProblem(parts.meters, "captures", `capture ${name.slice(0, 20)}: ${problem}`, "cordon file examine PATH");
      if (problem !== undefined && tried < TRIES) continue;
      done.add(name);
      await parts.kv.set(DONE, JSON.stringify([...done].slice(-NAMES_MAX)));
    }
    await parts.runtime.sleep(LOOK_MS, stop);
  }
}

function manifestsIn(folder: string): readonly string[] {
  try {
    return readdirSync(join(folder, "captures")).filter((name) => name.endsWith(".json"));
  } catch {
    return []; // nothing was captured yet
  }
}

/** undefined when all went well. */
async function examineCapture({ evidenceDir, desk }: CaptureParts, name: string): Promise<string | undefined> {
  try {
    const text = readFileSync(join(evidenceDir, "captures", name));
    if (text.length > MANIFEST_BYTES_MAX) return `a manifest of ${text.length} bytes`;
    const { host, incident, items } = zManifest.parse(JSON.parse(text.toString("utf8")));
    for (const { path, sha256 } of items) {
      if (path === undefined || sha256 === undefined) continue;
      const bytes = readFileSync(join(evidenceDir, "blobs", sha256));
      if (createHash("sha256").update(bytes).digest("hex") !== sha256) return `the copy of ${path} was altered`;
      await desk.examine({
        ...{ name: path.slice(path.lastIndexOf("/") + 1), bytes, from: "capture", host, path, record: true },
        ...(incident === undefined ? {} : { incident }),
      });
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
