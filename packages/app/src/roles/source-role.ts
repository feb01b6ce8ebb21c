/**
 * Runs the configured sources and retries for them: connectors never retry by themselves.
 * U1. a full spool or disk slows a source down; it loses nothing that it has acknowledged and is shown as waiting.
 * U2. a source that fails starts again with growing pauses; one that ends is shown as finished.
 */
import { AppError, messageOf } from "@cordon/model/error";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import type { Deliver, InputFailure, Source } from "@cordon/model/ports/source";
import { type Meters, noteFailure, raiseProblem, type SourceMeter, sourceMeter } from "../meters.ts";

const PAUSE_MIN_MS = 250;
const PAUSE_MAX_MS = 30_000;

export interface SourceParts {
  readonly deliver: Deliver;
  readonly runtime: Runtime;
  readonly meters: Meters;
  readonly onFail?: (failure: InputFailure) => void;
}

export async function runSource(source: Source, kind: string, parts: SourceParts, stop: Stop): Promise<void> {
  const meter = sourceMeter(parts.meters, source.name, kind);
  const fail = (failure: InputFailure): void => {
    const where = failure.position === undefined ? failure.input : `${failure.input} record ${failure.position}`;
    noteFailure(meter, where, failure.reason, parts.runtime.now());
    parts.onFail?.(failure);
  };
  for (let pause = PAUSE_MIN_MS; !stop.stopped; pause = Math.min(pause * 2, PAUSE_MAX_MS)) {
    try {
      meter.state = "running";
      meter.detail = "";
      await source.run(patient(parts, meter, stop), fail, stop);
      meter.state = "finished";
      return;
    } catch (error) {
      meter.state = "failed";
      meter.detail = messageOf(error);
      fail({ input: source.name, reason: messageOf(error) });
      if (error instanceof AppError && error.retry === "never") {
        raiseProblem(parts.meters, `source-${source.name}`, `source ${source.name}: ${error.message}`, error.fix);
        return;
      }
      await parts.runtime.sleep(pause, stop);
    }
  }
}

/** Delivers until it is durable: "no room now" is waited for, anything else is the source's to see. */
function patient(parts: SourceParts, meter: SourceMeter, stop: Stop): Deliver {
  return async (batch) => {
    for (let pause = PAUSE_MIN_MS; ; pause = Math.min(pause * 2, PAUSE_MAX_MS)) {
      try {
        await parts.deliver(batch);
        meter.state = "running";
        meter.detail = "";
        meter.accepted += batch.length;
        meter.lastRecordAt = parts.runtime.now();
        parts.meters.problems.delete("intake-waits");
        return;
      } catch (error) {
        if (!(error instanceof AppError) || error.retry !== "later" || stop.stopped) throw error;
        meter.state = "waiting";
        meter.detail = error.message;
        raiseProblem(parts.meters, "intake-waits", error.message, error.fix);
        await parts.runtime.sleep(pause, stop);
      }
    }
  };
}
