/** What the benches work on: rules, mappings and events. Shared data is used where it lies beside the repository. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LineDetector, makeLineDetector } from "@cordon/engine/stream/detect/lines/line-detector";
import type { RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import { decodeEvtxChunk } from "@cordon/engine/stream/normalise/decode/evtx/evtx";
import type { CompiledMappings } from "@cordon/engine/stream/normalise/mapping";
import { makeSubjects } from "@cordon/engine/stream/normalise/subjects";
import { makeTapedSubjects } from "@cordon/engine/stream/normalise/taped-subjects";
import { makeTape } from "@cordon/engine/stream/tape/json-tape";
import { recordId, sha256Of } from "@cordon/model/ids";
import type { RawRecord } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import { type Config, loadConfig } from "../packages/app/src/config.ts";
import { readMappings } from "../packages/app/src/wiring/mapping-files.ts";
import { readRules } from "../packages/app/src/wiring/rule-files.ts";

const DATA = join(import.meta.dirname, "..", "..", "shared", "data");
const FILE_HEADER_BYTES = 4_096;
const SLOT_BYTES = 65_536;

export const compiledMappings = (): CompiledMappings => readMappings(benchConfig());

/** Defaults only: neither the environment nor a data folder of this machine changes what is measured. */
export const benchConfig = (data = join(tmpdir(), "cordon-bench-no-such-folder")): Config => loadConfig({ data }, {});

/** The public corpus where it is there, else the shipped rules. */
export const rulePaths = (): readonly string[] => [join(DATA, "sigma")].filter(existsSync);

export function rulesIn(paths: readonly string[] = rulePaths()): RuleSet {
  return readRules(benchConfig(), { shipped: paths.length === 0, paths });
}

/** The version of a rule is a hash over its text: the same for every event, so not part of what is measured. */
const NO_VERSION = sha256Of("0".repeat(64));

export function lineDetectorOf(set: Pick<RuleSet, "rules">, routing: "on" | "off"): LineDetector {
  const mappings = compiledMappings();
  const tape = makeTape();
  return makeLineDetector({
    ...set,
    subjectsOf: makeSubjects(mappings),
    taped: tape && { tape, subjectOf: makeTapedSubjects(mappings) },
    routing,
    hash: () => NO_VERSION,
  });
}

/** 64 KiB slots of every EVTX file; none when the data is not there. */
export function evtxSlots(): readonly Uint8Array[] {
  const folder = join(DATA, "evtx");
  const slots: Uint8Array[] = [];
  for (const name of existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : []) {
    if (!name.endsWith(".evtx")) continue;
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    for (let at = FILE_HEADER_BYTES; at < bytes.length; at += SLOT_BYTES) {
      const slot = bytes.subarray(at, at + SLOT_BYTES);
      if (slot.some((byte) => byte !== 0)) slots.push(slot);
    }
  }
  return slots;
}

/** Real Windows events as JSON text: every third one, so that a file with one kind of event does not fill the list. */
export function realLines(limit: number): readonly string[] {
  const lines: string[] = [];
  for (const slot of evtxSlots())
    for (const [index, { event }] of decodeEvtxChunk(slot).records.entries())
      if (index % 3 === 0) lines.push(JSON.stringify(event));
  const step = Math.max(1, Math.floor(lines.length / limit));
  return lines.filter((_, index) => index % step === 0).slice(0, limit);
}

export function jsonRecord(bytes: Uint8Array, index: number): RawRecord {
  return {
    id: recordId(index.toString(16).padStart(32, "0")),
    source: "bench",
    input: "bench",
    format: "json",
    position: index,
    receivedAt: instant(1_790_000_000_000),
    body: new Untrusted(bytes),
  };
}
