/**
 * Tests of correlations: sequences of events that must fire, and sequences that must stay silent.
 *
 * Enters: a rule set and the sidecar's lists. Leaves: one case per sequence.
 * A step is `{ at, raw }` with optional `log`, `shape`, `input`, and `repeat` + `every` for many; `{n}` in a text of a
 * repeated step is its number, so that values can differ.
 */
import type { Event, LogSource } from "@cordon/model/event";
import { eventId, recordId, type Sha256, sha256Of } from "@cordon/model/ids";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { instant } from "@cordon/model/time";
import type { FieldView } from "@cordon/model/view";
import { makeDetector } from "./detect.ts";
import type { RuleSet } from "./sigma/load-rules.ts";

export interface RuleTestCase {
  readonly name: string;
  readonly expected: "match" | "no match";
  readonly ok: boolean;
  readonly got?: string;
  readonly reason?: string;
  /** Of a failed case: the logsource or the leaves on which the answer hangs. */
  readonly why?: readonly string[];
}

export interface SequenceContext {
  readonly set: RuleSet;
  /** Ids of the correlations that are tested. */
  readonly own: ReadonlySet<string>;
  readonly views: ReadonlyMap<string, FieldView>;
  readonly logOf: (value: Json) => LogSource;
  readonly log: Json;
}

const STEPS_MAX = 10_000;
const START = Date.UTC(2026, 0, 5, 9);
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export function runSequences(
  list: Json,
  expected: RuleTestCase["expected"],
  context: SequenceContext,
): readonly RuleTestCase[] {
  if (!Array.isArray(list)) throw new TypeError("`fires` and `silent` are lists");
  return list.map((entry: Json, i): RuleTestCase => {
    if (!isJsonObject(entry) || !Array.isArray(entry.events)) throw new TypeError(`sequence ${i + 1}: no \`events\``);
    const name = typeof entry.name === "string" ? entry.name : `sequence ${i + 1}`;
    const events = entry.events.flatMap((step) => eventsOf(step, context));
    const { seen, hits } = detectionsOf(events, context);
    const wanted = expected === "no match" ? 0 : typeof entry.times === "number" ? entry.times : undefined;
    const ok = wanted === undefined ? seen > 0 : seen === wanted;
    if (ok) return { name, expected, ok };
    const got = `${seen} ${seen === 1 ? "detection" : "detections"}`;
    const times = wanted === undefined || wanted === 0 ? "" : ` of ${wanted}`;
    return { name, expected, ok, got, reason: `got ${got}${times}`, why: whyOf(context, hits, events.length) };
  });
}

/** In order of time, in one stream, to its end. */
function detectionsOf(events: readonly Event[], { set, own, views }: SequenceContext) {
  const options = { correlate: { latenessMs: Number.POSITIVE_INFINITY } };
  const detector = makeDetector({ ...set, options }, views, tag);
  const found = [...detector.detect(events), ...detector.finish()];
  return { seen: found.filter(({ rule }) => own.has(rule.id)).length, hits: detector.stats().hits };
}

/** How often each rule that is counted held: a correlation that counts nothing is a matter of its rules. */
function whyOf({ set, own }: SequenceContext, hits: Readonly<Record<string, number>>, events: number) {
  return set.correlations
    .filter(({ id }) => own.has(id))
    .flatMap(({ parts }) => parts)
    .map(({ written, to }) => `${to.rule.title} (${written}) held ${hits[to.rule.id] ?? 0} times in ${events} events`);
}

/** Ids only have to differ here. */
function tag(text: string): Sha256 {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return sha256Of(sum.toString(16).padStart(8, "0").repeat(8));
}

function eventsOf(step: Json, context: SequenceContext): readonly Event[] {
  if (!isJsonObject(step) || !isJsonObject(step.raw)) throw new TypeError("a step without a `raw` map");
  const { raw, repeat = 1, shape, input } = step;
  if (typeof repeat !== "number" || repeat < 1 || repeat > STEPS_MAX) throw new TypeError("`repeat` is no number");
  const at = durationOf(step.at ?? "0s");
  const every = durationOf(step.every ?? "0s");
  const log = context.logOf(step.log ?? context.log);
  return Array.from({ length: repeat }, (_, n): Event => {
    const record = recordId(`${at}-${n}-${tag(JSON.stringify(step))}`);
    const time = instant(START + at + n * every);
    return {
      ...{
        id: eventId(`${record}-0`),
        time,
        receivedAt: time,
        source: "test",
        log,
        class: 0,
        activity: 0,
        severity: 1,
      },
      shape: typeof shape === "string" ? shape : "test",
      raw: numbered(raw, n),
      entities: [],
      provenance: {
        ...{ record, via: "test", input: typeof input === "string" ? input : "test", position: n },
        ...{ mapping: "test", version: "1", sha256: tag("") },
      },
    };
  });
}

function durationOf(value: Json): number {
  const [, digits, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(typeof value === "string" ? value : "") ?? [];
  const ms = Number(digits) * (UNITS[unit ?? ""] ?? Number.NaN);
  if (Number.isNaN(ms)) throw new TypeError(`\`${String(value)}\` is no time like 90s, 5m or 2h`);
  return ms;
}

function numbered(raw: JsonObject, n: number): JsonObject {
  const replace = (value: Json): Json => {
    if (typeof value === "string") return value.replaceAll("{n}", String(n));
    if (Array.isArray(value)) return value.map(replace);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replace(member)]));
  };
  return Object.fromEntries(Object.entries(raw).map(([key, member]) => [key, replace(member)]));
}
