/** Events of a file without a store: read and understood as `cordon scan` would, then thrown away. */
import { existsSync } from "node:fs";
import { makeRuntime, makeStop } from "@cordon/adapters/runtime";
import { makeFilesSource } from "@cordon/adapters/sources/files/files";
import { makeNormaliser } from "@cordon/engine/stream/normalise/normalise";
import { AppError } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import type { Mappings } from "./mapping-files.ts";

export interface ReadEvents {
  readonly events: readonly Event[];
  /** What could not be read or understood, with its place. */
  readonly problems: readonly string[];
  /** More events than are held. */
  readonly cut: boolean;
}

/** Enough for a sample; more belongs into `cordon scan` and a backtest. */
const EVENTS_MAX = 100_000;
const PROBLEMS_MAX = 100;

export async function readEvents(path: string, { mappings }: Mappings): Promise<ReadEvents> {
  if (!existsSync(path)) throw new AppError("bad-request", `${path}: no such file or folder`);
  const runtime = makeRuntime();
  const normalise = makeNormaliser({ mappings, sha256: (text) => runtime.sha256(text) });
  const events: Event[] = [];
  const problems: string[] = [];
  const stop = makeStop();
  const note = (text: string): void => void (problems.length < PROBLEMS_MAX && problems.push(text));
  await makeFilesSource({ name: "files", paths: [path] }, { runtime }).run(
    async (batch) => {
      for (const record of batch) {
        const found = normalise(record);
        for (const { reason } of found.problems) note(`${record.input}: record ${record.position}: ${reason}`);
        events.push(...found.events.slice(0, EVENTS_MAX - events.length));
        if (events.length >= EVENTS_MAX) stop.stop();
      }
    },
    ({ input, position, reason }) => note(`${input}${position === undefined ? "" : `: record ${position}`}: ${reason}`),
    stop,
  );
  if (events.length === 0) {
    // A problem names the file itself.
    const [problem = `${path}: nothing in it`] = problems;
    throw new AppError(
      "bad-request",
      problem.startsWith(path) ? `no event in ${problem}` : `${path}: no event: ${problem}`,
    );
  }
  return { events, problems, cut: stop.stopped };
}
