/** Counters and remarks of this process: what the status page and `doctor` show. Bounded; never a log of events. */
import type { Instant } from "@cordon/model/time";

const FAILURES_MAX = 50; // per source: enough to see a pattern, small enough for a page
const REMARKED_MAX = 1_000; // per source: files whose names are kept to count each once
const PROBLEMS_MAX = 100;

export interface SourceMeter {
  readonly name: string;
  readonly kind: string;
  state: "running" | "finished" | "waiting" | "failed";
  detail: string;
  accepted: number;
  duplicates: number;
  lastRecordAt?: Instant;
  readonly failures: { input: string; reason: string; at: Instant }[];
  failed: number;
  /** Inputs with something odd about them, of which nothing was lost: the first remark of each. */
  readonly remarked: Map<string, string>;
  remarks: number;
}

export interface Meters {
  readonly startedAt: Instant;
  readonly sources: Map<string, SourceMeter>;
  records: number;
  events: number;
  unmapped: number;
  decodeProblems: number;
  detections: number;
  detectedSeq: number;
  /** Current troubles by code; a trouble that ended is removed. */
  readonly problems: Map<string, { readonly message: string; readonly fix?: string }>;
  readonly ruleHits: Map<string, number>;
}

export function makeMeters(startedAt: Instant): Meters {
  return {
    startedAt,
    sources: new Map(),
    records: 0,
    events: 0,
    unmapped: 0,
    decodeProblems: 0,
    detections: 0,
    detectedSeq: 0,
    problems: new Map(),
    ruleHits: new Map(),
  };
}

export function sourceMeter(meters: Meters, name: string, kind: string): SourceMeter {
  const known = meters.sources.get(name);
  if (known !== undefined) return known;
  const made: SourceMeter = {
    name,
    kind,
    state: "running",
    detail: "",
    accepted: 0,
    duplicates: 0,
    failures: [],
    failed: 0,
    remarked: new Map(),
    remarks: 0,
  };
  meters.sources.set(name, made);
  return made;
}

export function noteFailure(meter: SourceMeter, input: string, reason: string, at: Instant): void {
  meter.failed += 1;
  meter.failures.push({ input, reason, at });
  if (meter.failures.length > FAILURES_MAX) meter.failures.shift();
}

/** What is odd about a file stands among the problems, as `cordon scan` tells it: first file, first remark, how many more. */
export function noteRemark(meters: Meters, meter: SourceMeter, input: string, reason: string): void {
  meter.remarks += 1;
  if (!meter.remarked.has(input) && meter.remarked.size < REMARKED_MAX) meter.remarked.set(input, reason);
  const [first] = meter.remarked;
  if (first === undefined) return;
  const more =
    meter.remarks === 1
      ? ""
      : `; ${meter.remarks} remarks in ${meter.remarked.size === 1 ? "1 file" : `${meter.remarked.size} files`}`;
  raiseProblem(meters, `remarks-${meter.name}`, `source ${meter.name}: ${first[0]}: ${first[1]}${more}`);
}

export function raiseProblem(meters: Meters, code: string, message: string, fix?: string): void {
  if (meters.problems.size >= PROBLEMS_MAX && !meters.problems.has(code)) return;
  meters.problems.set(code, fix === undefined ? { message } : { message, fix });
}
