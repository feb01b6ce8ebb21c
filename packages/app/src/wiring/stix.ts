/** STIX patterns from the operator's files: read, compiled, and asked about files of events. */
import { makeRuntime } from "@cordon/adapters/runtime";
import { type Equalities, equalitiesOf } from "@cordon/engine/stream/detect/intel/said-once";
import { compilePattern } from "@cordon/engine/stream/detect/stix/compile-pattern";
import { type LiveStix, makeLiveStix } from "@cordon/engine/stream/detect/stix/live-stix";
import { PatternError } from "@cordon/engine/stream/detect/stix/pattern";
import { readIndicators, type StixIndicator } from "@cordon/engine/stream/detect/stix/read-indicators";
import {
  makeStixPatterns,
  type StixParts as PatternParts,
  prepareStix,
  type StixPatterns,
} from "@cordon/engine/stream/detect/stix/stix-way";
import type { Detection } from "@cordon/model/detection";
import { AppError, messageOf } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import { NEVER_STOP, type Runtime } from "@cordon/model/ports/runtime";
import type { FieldView } from "@cordon/model/view";
import { type Config, configPath } from "../config.ts";
import { type Meters, raiseProblem } from "../meters.ts";
import { readTexts, type TextFile } from "./content.ts";
import { readEvents } from "./event-files.ts";
import { readMappings } from "./mapping-files.ts";

export interface StixParts {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly views: ReadonlyMap<string, FieldView>;
  readonly meters: Meters;
  /** Further files, for this run. */
  readonly files: readonly string[];
  /** Indicators of feeds that no list can hold. */
  readonly more: readonly StixIndicator[];
  /** Old logs are searched with new knowledge: then events from before `valid_from` count, and none is too late. */
  readonly input: "files-once" | "live";
}

const ENDINGS = [".json", ".stix", ".stix2"];
/** Reasons shown on the status page; all are counted. */
const SHOWN = 3;

export interface OpenedStix extends Pick<LiveStix, "way" | "now"> {
  /** What the patterns of files say that a list of indicators could say, too. */
  readonly equalities: Equalities;
  /** Feeds give these now instead: prepared beside those in force, in slices, and exchanged between two batches. */
  follow(more: readonly StixIndicator[]): Promise<void>;
}

export function openStix({ config, runtime, views, meters, files, more, input }: StixParts): OpenedStix {
  const configured = config.intel.stixPatterns.map((path) => configPath(config, path));
  const read = [...configured, ...files].flatMap((path) => readTexts(path, ENDINGS)).flatMap(indicatorsIn);
  const parts: PatternParts = {
    views,
    hash: (text) => runtime.sha256(text),
    options: input === "live" ? {} : { latenessMs: Number.POSITIVE_INFINITY, beforeValid: "counts" },
  };
  const live = makeLiveStix(makeStixPatterns([...read, ...more], parts));
  tellRejected(meters, live.now());
  let inForce = JSON.stringify(more);
  return {
    ...{ way: live.way, now: live.now, equalities: equalitiesOf(read) },
    async follow(next) {
      const text = JSON.stringify(next);
      if (text === inForce) return;
      live.exchange(await inSlices(prepareStix([...read, ...next], parts, live.now()), runtime));
      inForce = text;
      tellRejected(meters, live.now());
    },
  };
}

async function inSlices<T>(steps: Generator<void, T>, runtime: Runtime): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await runtime.sleep(0, NEVER_STOP);
  }
}

function tellRejected(meters: Meters, { rejected }: StixPatterns): void {
  if (rejected.length === 0) return void meters.problems.delete("stix-patterns");
  const shown = rejected.slice(0, SHOWN).map(({ source, id, reason }) => `${source}: ${id}: ${reason}`);
  const message = `${rejected.length} STIX indicators are not used: ${shown.join("; ")}`;
  raiseProblem(meters, "stix-patterns", message, "cordon stix check FILE");
}

/** A bundle, a list or an object of STIX; otherwise one pattern a line, `#` for remarks. */
export function indicatorsIn({ path, text }: TextFile): readonly StixIndicator[] {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (!trimmed.startsWith("{") && !/^\[\s*(?:\{|\])/.test(trimmed)) return linesOf(trimmed, path);
  try {
    return readIndicators(JSON.parse(trimmed), path);
  } catch (cause) {
    throw new AppError("bad-request", `${path}: ${messageOf(cause)}`, { cause });
  }
}

function linesOf(text: string, path: string): readonly StixIndicator[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    const pattern = line.trim();
    return pattern === "" || pattern.startsWith("#") ? [] : [plainIndicator(pattern, `${path}:${i + 1}`, path)];
  });
}

const plainIndicator = (pattern: string, id: string, source: string): StixIndicator => ({
  ...{ id, pattern, source, types: [], phases: [], techniques: [] },
});

export interface CheckedPattern {
  readonly id: string;
  readonly pattern: string;
  readonly valid: boolean;
  readonly remarks: readonly string[];
  readonly error?: { readonly code: string; readonly reason: string; readonly line?: number; readonly column?: number };
}

/** Every pattern of a file: whether it can be run, and if not, why and where. */
export function checkPatterns(path: string): readonly CheckedPattern[] {
  return readTexts(path, ENDINGS).flatMap(indicatorsIn).map(checkOne);
}

function checkOne({ id, pattern, patternType = "stix" }: StixIndicator): CheckedPattern {
  const row = { id, pattern, valid: false, remarks: [] };
  if (patternType !== "stix") {
    return { ...row, error: { code: "pattern-type", reason: `pattern_type ${patternType} is not stix` } };
  }
  try {
    return { ...row, valid: true, remarks: compilePattern(pattern).pattern.remarks };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return { ...row, error: { code: error.code, reason: error.message, ...error.at } };
  }
}

export interface StixMatches {
  readonly detections: readonly Detection[];
  readonly events: readonly Event[];
  readonly problems: readonly string[];
  readonly patterns: StixPatterns;
  readonly cut: boolean;
}

/** A pattern, or the patterns of a file, over the events of a file. Validity in time does not count here. */
export async function matchPatterns(config: Config, asked: string, events: string): Promise<StixMatches> {
  const runtime = makeRuntime();
  const mappings = readMappings(config);
  const indicators = /^\s*[[(]/.test(asked)
    ? [plainIndicator(asked, "pattern", "command line")]
    : readTexts(asked, ENDINGS).flatMap(indicatorsIn);
  const patterns = makeStixPatterns(indicators.map(always), {
    views: mappings.views,
    hash: (text) => runtime.sha256(text),
    options: { latenessMs: Number.POSITIVE_INFINITY },
  });
  const read = await readEvents(events, mappings);
  return { ...read, patterns, detections: patterns.way.detect(read.events) };
}

function always({ validFrom: _from, validUntil: _until, ...indicator }: StixIndicator): StixIndicator {
  return indicator;
}
