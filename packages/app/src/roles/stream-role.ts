/**
 * Drives the fast river: spool -> stages -> event store and worklist, with two durable cursors.
 * T1. events join the searchable tail before their detections are offered: what is detected can be cited.
 * T2. detections are durable before the detect cursor moves; they carry deterministic ids, so a replay adds nothing. The
 *     cursor moves together with what detection remembers (detect-memory.ts).
 * T3. the store cursor moves only to what is sealed; the spool is trimmed below both.
 * T4. a spool that fills up with what only waits for the seal is sealed early, or intake would stand still until it is due.
 * T5. rules are exchanged between two batches, after all that the old ones judged is remembered: after a crash no batch
 *     that the old rules judged is judged again by the new ones.
 */
import type { Detector } from "@cordon/engine/stream/detect/detect";
import { runBatch, type StreamResult, type StreamStages } from "@cordon/engine/stream/stream";
import type { Detection } from "@cordon/model/detection";
import { messageOf } from "@cordon/model/error";
import { nonEmpty } from "@cordon/model/ids";
import type { EventStore } from "@cordon/model/ports/event-store";
import type { Worklist } from "@cordon/model/ports/journal";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import type { SpoolBatch, SpoolLog, SpoolSeq } from "@cordon/model/ports/spool";
import { type Level, levelRank } from "@cordon/model/rule";
import { SECOND } from "@cordon/model/time";
import { type Meters, noteFailure, noteRemark, raiseProblem, sourceMeter } from "../meters.ts";
import { type DetectMemoryParts, makeDetectMemory } from "./detect-memory.ts";

const READ_RECORDS = 1_024; // about a megabyte: one turn stays short enough for the API on the same thread
const IDLE_MS = 500;
const RETRY_MS = 1_000;
/** Windows that only the clock can close are looked at this often while nothing comes. */
const TICK_MS = 5 * SECOND;
/** Share of the spool's bytes, and of its batches, from which an early seal gives room worth its cost (T4). */
const PRESSURE = 0.5;

export interface StreamParts extends Pick<StreamStages, "normalise"> {
  readonly detector: Pick<Detector, "detect" | "tick" | "finish" | "remembers" | "snapshot" | "restore" | "stats">;
  /** Odd state that survives a restart. */
  readonly kv: DetectMemoryParts["kv"];
  readonly spool: SpoolLog;
  readonly events: EventStore;
  readonly worklist: Worklist;
  readonly runtime: Runtime;
  readonly meters: Meters;
  /** False for throw-away stores: what is left in the tail at the end is searched there, not written. */
  readonly sealAtEnd: boolean;
  /** `drain` is the end of all input: windows that are still open are judged. */
  readonly finishAtEnd: boolean;
  /** Detections below this are counted and tag the event, but open no incident. */
  readonly minLevel: Level;
  /** Called with each batch's result after it is durable; scan collects detections here. */
  readonly onResult?: (result: StreamResult) => void;
  /** Called after each turn, also of an idle stream. */
  readonly beat?: () => Promise<void>;
}

export interface StreamRole {
  /** Until stopped. Trouble of the world is shown and tried again; it never ends the role. */
  run(stop: Stop): Promise<void>;
  /** Until the spool is read to its end and everything is sealed (unless nothing is to be kept). */
  drain(stop: Stop): Promise<void>;
  /** Runs `act` between two batches, when everything judged so far is remembered. At once when nothing streams. */
  between(act: () => Promise<void>): Promise<void>;
  /** Batches that lay in the spool at the start and are still to be judged: what is to happen between two batches waits for them. */
  backlog(): number;
}

export function makeStreamRole(parts: StreamParts): StreamRole {
  const { detector } = parts;
  const stages: StreamStages = { normalise: parts.normalise, detect: detector.detect };
  const memory = makeDetectMemory(parts);
  const floor = levelRank(parts.minLevel);
  let position: SpoolSeq | undefined;
  let detected = 0;
  let stored = 0;
  let tickedAt = 0;
  let replayedTo: SpoolSeq = 0;
  let streaming = false;
  const waiting: (() => Promise<void>)[] = [];

  const start = async (): Promise<SpoolSeq> => {
    replayedTo = (await parts.spool.stats()).lastSeq;
    detected = await memory.start();
    stored = await parts.spool.cursor("store");
    parts.meters.detectedSeq = detected;
    return Math.min(detected, stored);
  };

  const exchange = async (): Promise<void> => {
    // What lay in the spool at the start may have been judged before: the same rules judge it again.
    if (waiting.length === 0 || (position ?? 0) < replayedTo) return;
    if (position !== undefined) await memory.commit(detected, "now");
    for (const act of waiting.splice(0)) await act();
  };

  /** While this runs, acts wait for their turn; whatever is left when it ends has its turn then. */
  const stream = async (work: () => Promise<void>): Promise<void> => {
    streaming = true;
    try {
      await work();
    } finally {
      streaming = false;
      for (const act of waiting.splice(0)) await act();
    }
  };

  const sealWanted = async (): Promise<boolean> => {
    if (parts.events.sealDue()) return true;
    const { bytes, bytesMax, lastSeq } = await parts.spool.stats();
    const unsealed = (position ?? stored) - stored;
    return unsealed > 0 && bytes > bytesMax * PRESSURE && unsealed >= (lastSeq - stored) * PRESSURE;
  };

  /** One read; false when there was nothing to read. */
  const turn = async (): Promise<boolean> => {
    position ??= await start();
    await exchange();
    const batches = await parts.spool.read(position, READ_RECORDS);
    for (const batch of batches) await one(batch);
    const last = batches.at(-1);
    if (last === undefined) return false;
    if (last.seq > detected) {
      detected = last.seq;
      parts.meters.detectedSeq = detected;
      await memory.commit(detected, "when-due");
    }
    position = last.seq;
    if (await sealWanted()) await seal();
    return true;
  };

  const one = async (batch: SpoolBatch): Promise<void> => {
    const result = runBatch(stages, batch, batch.seq > detected);
    await parts.events.append(batch.seq, result.events);
    await offer(result.detections);
    count(parts.meters, batch, result, parts.runtime);
    parts.onResult?.(result);
  };

  const offer = async (detections: readonly Detection[]): Promise<void> => {
    const found = nonEmpty(detections.filter((detection) => levelRank(detection.severity) >= floor));
    if (found !== undefined) await parts.worklist.offer(found);
  };

  /** Detections that no batch brought: windows that are over. */
  const conclude = async (detections: readonly Detection[]): Promise<void> => {
    if (detections.length === 0) return;
    await offer(detections);
    countDetections(parts.meters, detections);
    parts.onResult?.({ seq: detected, events: [], detections, problems: [], remarks: [] });
  };

  const rest = async (): Promise<void> => {
    if (await sealWanted()) await seal();
    if (detected > (await parts.spool.cursor("detect"))) await memory.commit(detected, "when-due");
    const now = parts.runtime.now();
    if (detector.remembers && now >= tickedAt + TICK_MS) {
      tickedAt = now;
      await conclude(detector.tick(now));
    }
    await parts.spool.waitFor(position ?? 0, IDLE_MS);
  };

  const seal = async (): Promise<void> => {
    stored = await parts.events.seal();
    await parts.spool.advance("store", stored);
    await memory.commit(detected, "now"); // the spool keeps what either cursor still needs
    await parts.spool.trim();
  };

  const run = async (stop: Stop): Promise<void> => {
    while (!stop.stopped) {
      try {
        const more = await turn();
        await parts.beat?.();
        if (more) await parts.runtime.sleep(0, stop);
        else await rest();
        parts.meters.problems.delete("stream-stopped");
      } catch (error) {
        raiseProblem(parts.meters, "stream-stopped", `detection waits: ${messageOf(error)}`, "cordon doctor");
        position = undefined; // read again from the durable cursors
        await parts.runtime.sleep(RETRY_MS, stop);
      }
    }
    // Not remembered at the end is detected again at the next start.
    if (position !== undefined) await memory.commit(detected, "now").catch(() => undefined);
  };

  const drain = async (stop: Stop): Promise<void> => {
    while (!stop.stopped && (await turn())) await parts.runtime.sleep(0, stop);
    if (parts.finishAtEnd && !stop.stopped) await conclude(detector.finish());
    await memory.commit(detected, "now");
    if (parts.sealAtEnd) await seal();
    await parts.beat?.();
  };

  return {
    run: (stop) => stream(() => run(stop)),
    drain: (stop) => stream(() => drain(stop)),
    between(act) {
      if (!streaming) return act();
      return new Promise((resolve, reject) => waiting.push(() => act().then(resolve, reject)));
    },
    backlog: () => (streaming ? Math.max(0, replayedTo - (position ?? 0)) : 0),
  };
}

function count(meters: Meters, batch: SpoolBatch, result: StreamResult, runtime: Runtime): void {
  meters.records += batch.records.length;
  meters.events += result.events.length;
  for (const event of result.events)
    if (event.source === "unknown" || event.source.startsWith("generic.")) meters.unmapped += 1;
  countDetections(meters, result.detections);
  for (const problem of result.problems) {
    meters.decodeProblems += 1;
    const where = `${problem.input} record ${problem.position}${problem.offset === undefined ? "" : ` offset ${problem.offset}`}`;
    noteFailure(sourceMeter(meters, problem.source, ""), where, problem.reason, runtime.now());
  }
  for (const { source, input, position, reason } of result.remarks) {
    const meter = meters.sources.get(source);
    // Of what streams in without end, a remark is nobody's to mend.
    if (meter?.kind === "files") noteRemark(meters, meter, input, `record ${position}: ${reason}`);
  }
}

function countDetections(meters: Meters, detections: readonly Detection[]): void {
  meters.detections += detections.length;
  for (const { rule } of detections) meters.ruleHits.set(rule.id, (meters.ruleHits.get(rule.id) ?? 0) + 1);
}
