/**
 * Rules over files, nothing kept. Enters: files and rules. Leaves: each detection as it is found, and a summary.
 *
 * RR1. Memory does not grow with the files: frames are judged as they are read, and what a source would cut is cut and named.
 * RR2. What rules hold in a line is what `cordon scan` makes detections of (line-detector.ts); correlations, parts of scripts in
 *      several events and ways of knowing beside rules need more than one line and are left to it.
 * RR3. What could not be read is named by file, and counted.
 */
import { makeRuntime, makeStop } from "@cordon/adapters/runtime";
import { type Framed, readFrames } from "@cordon/adapters/sources/files/frames";
import { type LineHit, type LineStats, makeLineDetector } from "@cordon/engine/stream/detect/lines/line-detector";
import { makeSubjects } from "@cordon/engine/stream/normalise/subjects";
import { makeTapedSubjects } from "@cordon/engine/stream/normalise/taped-subjects";
import { makeTape } from "@cordon/engine/stream/tape/json-tape";
import { AppError } from "@cordon/model/error";
import { type Level, levelRank } from "@cordon/model/rule";
import type { Config } from "../config.ts";
import { readMappings } from "./mapping-files.ts";
import { type RuleChoice, readRules } from "./rule-files.ts";

export interface RuleRunRequest {
  readonly config: Config;
  /** Files and folders; `-` is standard input. */
  readonly paths: readonly string[];
  readonly ruleset: RuleChoice & { readonly minLevel?: Level };
  readonly routing: "on" | "off";
  readonly progress: (text: string) => void;
  readonly onHit: (found: FoundHit) => void;
}

export interface FoundHit {
  readonly file: string;
  /** Number of the line, or of the record where a file has no lines. */
  readonly record: number;
  readonly hit: LineHit;
}

export interface RuleRunSummary {
  readonly files: number;
  /** Lines, or records where a file has no lines. */
  readonly records: number;
  readonly events: number;
  readonly unmapped: number;
  readonly detections: number;
  readonly suppressed: number;
  /** `correlations`: not evaluated here. */
  readonly rules: { readonly loaded: number; readonly rejected: number; readonly correlations: number };
  readonly failed: readonly { readonly file: string; readonly reason: string }[];
}

/** Reasons kept per file: the first say what is wrong, thousands would say it again. */
const REASONS_PER_FILE = 20;
/** Lines between two words of progress. */
const PROGRESS_LINES = 10_000;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export async function runRules(request: RuleRunRequest): Promise<RuleRunSummary> {
  const runtime = makeRuntime();
  const mappings = readMappings(request.config);
  const set = readRules(request.config, request.ruleset);
  const { minLevel } = request.ruleset;
  const rules = set.rules.filter(({ level }) => minLevel === undefined || levelRank(level) >= levelRank(minLevel));
  const faults = makeFaults();
  let [files, records, place] = [0, 0, { file: "", record: 0 }];
  const tape = makeTape();
  const detector = makeLineDetector({
    ...{ rules, filtersOf: set.filtersOf, routing: request.routing },
    subjectsOf: makeSubjects(mappings),
    taped: tape && { tape, subjectOf: makeTapedSubjects(mappings) },
    hash: (text) => runtime.sha256(text),
    onFault: (reason) => faults.add(place.file, `record ${place.record}: ${reason}`),
  });
  const receivedAt = runtime.now();
  const take = ({ input, frame, meta }: Framed): void => {
    const { bytes, format, position } = frame;
    place = { file: input, record: position };
    if (meta?.cut !== undefined) faults.add(input, `record ${position}: ${meta.cut}`);
    for (const hit of detector.detect(bytes, { format, position, receivedAt, ...(meta && { meta }) }))
      request.onHit({ file: input, record: hit.position ?? position, hit });
    records += 1;
    if (records % PROGRESS_LINES === 0) request.progress(progressOf(detector.stats(), input));
  };
  await interruptible((stop) =>
    readFrames({
      ...{ paths: request.paths, stdin: () => process.stdin, take, stop },
      onFile() {
        files += 1;
      },
      fail: ({ input, reason }) => faults.add(input, reason),
    }),
  );
  const { events, unmapped, hits, suppressed, differed } = detector.stats();
  if (differed.count > 0)
    faults.add("(cordon)", `${differed.count} events judged differently by two ways: ${differed.last}`);
  return {
    ...{ files, records, events, unmapped, detections: hits, suppressed },
    rules: { loaded: rules.length, rejected: set.rejected.length, correlations: set.correlations.length },
    failed: faults.told(),
  };
}

const progressOf = ({ lines, hits }: LineStats, file: string): string => `${lines} lines, ${hits} detections: ${file}`;

/** Ends with `interrupted` when the operator says so. */
async function interruptible(work: (stop: ReturnType<typeof makeStop>) => Promise<void>): Promise<void> {
  const stop = makeStop();
  const interrupted = (): void => stop.stop();
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    await work(stop);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupted);
  }
  if (stop.stopped) throw new AppError("interrupted", "interrupted");
}

function makeFaults() {
  const byFile = new Map<string, { readonly reasons: string[]; more: number }>();
  return {
    add(file: string, reason: string): void {
      const known = byFile.get(file) ?? { reasons: [], more: 0 };
      byFile.set(file, known);
      if (known.reasons.length < REASONS_PER_FILE) known.reasons.push(reason);
      else known.more += 1;
    },
    told: () =>
      [...byFile].map(([file, { reasons, more }]) => ({
        file,
        reason: [...reasons, ...(more === 0 ? [] : [`and ${more} more`])].join("; "),
      })),
  };
}
