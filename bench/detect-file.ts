/**
 * Detection on a foreign file, measured from outside (docs/performance.md): reads NDJSON once, loads the rules, then
 * judges all lines again and again until the CPU time is used. JSON bytes in, detections out.
 * Loading the rules and building the indexes is not in the clock; parsing each line again in each pass is.
 */
import { readFileSync } from "node:fs";
import type { LineDetector } from "@cordon/engine/stream/detect/lines/line-detector";
import { lineDetectorOf, rulesIn } from "./material.ts";
import { cpuNow } from "./measure.ts";

export interface DetectFileOptions {
  readonly rules: readonly string[];
  readonly events: string;
  readonly routed: boolean;
  readonly cpuSeconds: number;
}

export interface DetectFileResult {
  readonly events: number;
  readonly bytes: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly detections: number;
  readonly rulesLoaded: number;
  readonly rssBytes: number;
}

/** Lines between two looks at the clock. */
const LINES_PER_LOOK = 1_024;
const LINE_FEED = 10;

export function detectFile({ rules, events, routed, cpuSeconds }: DetectFileOptions): DetectFileResult {
  const lines = linesOf(readFileSync(events));
  const set = rulesIn(rules);
  const detector = lineDetectorOf(set, routed ? "on" : "off");
  for (const line of lines) detector.prepare(line);
  const done = loop(lines, detector, cpuSeconds);
  return { ...done, rulesLoaded: set.rules.length, rssBytes: process.memoryUsage.rss() };
}

function loop(lines: readonly Uint8Array[], detector: LineDetector, cpuSeconds: number) {
  const startCpu = cpuNow();
  const startWall = performance.now();
  let [bytes, detections] = [0, 0];
  for (let pass = 0, used = 0; used < cpuSeconds && lines.length > 0; pass += 1) {
    for (let at = 0; at < lines.length && (pass === 0 || used < cpuSeconds); at += LINES_PER_LOOK) {
      for (const line of lines.slice(at, at + LINES_PER_LOOK)) {
        bytes += line.length;
        const found = detector.detect(line).length;
        if (pass === 0) detections += found;
      }
      used = cpuNow() - startCpu;
    }
  }
  return {
    events: detector.stats().events,
    bytes,
    cpuSeconds: cpuNow() - startCpu,
    wallSeconds: (performance.now() - startWall) / 1_000,
    detections,
  };
}

function linesOf(bytes: Buffer): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const feed = bytes.indexOf(LINE_FEED, at);
    const end = feed < 0 ? bytes.length : feed;
    const line = bytes.subarray(at, end);
    if (line.toString("latin1", 0, 64).trim() !== "") lines.push(line);
    at = end + 1;
  }
  return lines;
}
