/** Events and patterns for tests: records that are STIX themselves, so that a row shows what is asked and what is there. */
import type { Event } from "@cordon/model/event";
import { eventId, recordId, type Sha256, sha256Of } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { instant } from "@cordon/model/time";
import { makeStixPatterns, type StixOptions, type StixPatterns } from "./stix-way.ts";

/** Stands in for SHA-256: different texts, different hex. */
export function testHash(text: string): Sha256 {
  const lanes = [0x811c9dc5, 0x01000193, 0x2545f491, 0x5bd1e995];
  for (let i = 0; i < text.length; i += 1) {
    for (const [at, lane] of lanes.entries()) lanes[at] = Math.imul(lane ^ (text.charCodeAt(i) + at), 0x01000193);
  }
  return sha256Of(lanes.map((lane) => (lane >>> 0).toString(16).padStart(16, "0")).join(""));
}

export const BASE = Date.UTC(2026, 10, 21, 20);

export function eventOf(raw: JsonObject, second: number, number: number): Event {
  const time = instant(BASE + second * 1_000);
  return {
    id: eventId(`${String(number).padStart(32, "0")}-0`),
    ...{ time, receivedAt: time, source: "test", shape: "test", log: { categories: [] } },
    ...{ class: 0, activity: 0, severity: 0, raw, entities: [] },
    provenance: {
      ...{ record: recordId(String(number)), via: "test", input: "test", position: number, mapping: "test" },
      ...{ version: "1", sha256: sha256Of("00") },
    },
  };
}

export const observed = (...objects: readonly JsonObject[]): JsonObject => ({
  type: "observed-data",
  objects: Object.fromEntries(objects.map((object, i) => [String(i), object])),
});

/** Never late by default: rows give their events in any order. */
export function patternsOf(
  patterns: readonly string[],
  options: StixOptions = { latenessMs: Number.POSITIVE_INFINITY },
): StixPatterns {
  const indicators = patterns.map((pattern, i) => ({
    ...{ id: `indicator--${i}`, pattern, types: [], phases: [], techniques: [], source: "test" },
  }));
  return makeStixPatterns(indicators, { views: new Map(), hash: testHash, options });
}

/** Evidence of each detection, as numbers of events. */
export function firedOn(patterns: StixPatterns, events: readonly Event[]): readonly (readonly number[])[] {
  return patterns.way.detect(events).map(({ evidence }) => evidence.map((id) => Number(id.slice(0, 32))));
}
