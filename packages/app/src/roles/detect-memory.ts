/**
 * What detection remembers between batches (windows of correlations), kept over restarts.
 *
 * M1. A snapshot names the last spool batch in it, and is durable before the detect cursor moves there: after a crash the
 *     newest snapshot is taken up, and exactly the batches after it are detected again. Their detections have the same
 *     ids, so nothing is lost and nothing doubled.
 * M2. A snapshot costs time, so it is written now and then; until the next one, the cursor (and the spool) waits.
 * M3. What is too large to be written whole is written as rows of what changed. Rows come first, then the text that names
 *     them, then rows that are no longer named go: whatever is cut short, the text names exactly its own rows.
 * M4. A snapshot that cannot be used is said, never guessed at: detection then begins anew at the cursor.
 */
import type { Detector } from "@cordon/engine/stream/detect/detect";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { SpoolLog, SpoolSeq } from "@cordon/model/ports/spool";
import { SECOND } from "@cordon/model/time";
import { type Meters, raiseProblem } from "../meters.ts";
import { type MemoryRows, makeMemoryRows } from "./memory-rows.ts";

/** A crash costs detecting these seconds again. */
const EVERY_MS = 5 * SECOND;
/** Writing snapshots takes at most about this share of the time. */
const SHARE = 1 / 20;
const KEY = "detect-memory";

export interface DetectMemoryParts {
  readonly detector: Pick<Detector, "remembers" | "snapshot" | "restore" | "stats" | "parts">;
  readonly kv: {
    get(key: string): Promise<string | undefined>;
    set(key: string, value: string): Promise<void>;
    delete(key: string): Promise<void>;
  };
  readonly spool: SpoolLog;
  readonly runtime: Runtime;
  readonly meters: Meters;
}

export interface DetectMemory {
  /** Takes up the newest snapshot; returns the batch up to which all is detected. */
  start(): Promise<SpoolSeq>;
  /** All up to `seq` is detected and durable: remembers it when it is time to, or when `now` is asked for. */
  commit(seq: SpoolSeq, when: "when-due" | "now"): Promise<void>;
}

export function makeDetectMemory({ detector, kv, spool, runtime, meters }: DetectMemoryParts): DetectMemory {
  let dueAt = 0;
  const rows: MemoryRows | undefined =
    detector.parts === undefined ? undefined : makeMemoryRows({ parts: detector.parts, kv, key: KEY });

  /** Why what was saved cannot be taken up. */
  const takeUp = async (snapshot: string): Promise<string | undefined> => {
    if (snapshot === "") {
      detector.restore(undefined);
      return undefined;
    }
    if (rows?.isOwn(snapshot) === true) return rows.resume(snapshot);
    return detector.restore(snapshot) ? undefined : "they are not in a form that this version reads";
  };

  const begin = async (cursor: SpoolSeq): Promise<SpoolSeq> => {
    const text = await kv.get(KEY);
    const saved = text === undefined ? undefined : split(text);
    const { lastSeq } = await spool.stats();
    const fits = saved !== undefined && saved.seq >= cursor && saved.seq <= lastSeq;
    const reason = fits ? await takeUp(saved.snapshot) : "they do not fit the spool";
    if (fits && reason === undefined) return saved.seq;
    detector.restore(undefined);
    if (saved !== undefined && saved.snapshot !== "" && detector.remembers) {
      raiseProblem(
        meters,
        "detect-memory-lost",
        `what detection remembers (windows of correlations, baselines) begins anew: of the saved state (batch ${saved.seq}, spool at batch ${cursor}) ${reason}`,
      );
    }
    return cursor;
  };

  /** Windows that had to forget something may have missed something. */
  const tellEvictions = (): void => {
    const evicted = detector.stats().correlations.lanes.filter((lane) => lane.groupsEvicted + lane.entriesEvicted > 0);
    if (evicted.length === 0) return;
    const [first] = evicted.toSorted((a, b) => b.entriesEvicted - a.entriesEvicted);
    raiseProblem(
      meters,
      "correlation-evicted",
      `${evicted.length} correlations had to forget events for want of room, most of them ${first?.id}: ${first?.entriesEvicted} events, ${first?.groupsEvicted} groups`,
      "group by fewer values, or shorten the timespan",
    );
  };

  return {
    start: async () => begin(await spool.cursor("detect")),
    async commit(seq, when) {
      const startedAt = runtime.now();
      if (detector.remembers && when === "when-due" && startedAt < dueAt) return;
      if (!detector.remembers) await kv.set(KEY, `${seq}\n`);
      else if (rows === undefined) await kv.set(KEY, `${seq}\n${detector.snapshot()}`);
      else await rows.save((head) => kv.set(KEY, `${seq}\n${head}`));
      if (seq > (await spool.cursor("detect"))) await spool.advance("detect", seq);
      tellEvictions();
      dueAt = startedAt + Math.max(EVERY_MS, (runtime.now() - startedAt) / SHARE);
    },
  };
}

function split(text: string): { readonly seq: SpoolSeq; readonly snapshot: string } | undefined {
  const end = text.indexOf("\n");
  const seq = Number(text.slice(0, end));
  return end > 0 && Number.isSafeInteger(seq) ? { seq, snapshot: text.slice(end + 1) } : undefined;
}
