/**
 * Correlations over the matches of one stream.
 *
 * Enters: every event (for the clock), and the base rules each one satisfied. Leaves: detections, per batch.
 * R1. The same batches give the same detections, ids included; a snapshot between two batches changes nothing.
 * R2. Inner correlations are asked first, so that an outer one sees its whole batch in order.
 * R3. Memory is bounded by named limits; what they cost is counted per correlation.
 */
import type { Detection } from "@cordon/model/detection";
import type { Event } from "@cordon/model/event";
import type { Sha256 } from "@cordon/model/ids";
import { MINUTE } from "@cordon/model/time";
import { factsOf, type RuleFacts } from "../sigma/detection.ts";
import type { Subject } from "../sigma/naive.ts";
import type { SigmaRule } from "../sigma/rule.ts";
import { alertOf, arrivalOf } from "./alert.ts";
import { carriedFields } from "./carried.ts";
import type { CorrelationRule, Reference } from "./correlation.ts";
import type { Origin } from "./entry.ts";
import type { Fire } from "./group.ts";
import { type Arrival, Lane, type LaneCounts } from "./lane.ts";
import { eventFields } from "./read-fields.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";
import { NO_TIME, Watermark } from "./watermark.ts";

export interface CorrelateOptions {
  /** How much older than the newest event of its input an event may be. `Infinity` for files that are read once. */
  readonly latenessMs?: number;
  readonly groupsMax?: number;
  readonly entriesPerGroupMax?: number;
  /** Over all correlations: what a snapshot holds. */
  readonly entriesMax?: number;
}

/** Agents and cloud trails deliver minutes late. Alerts do not wait for it; only windows that must be over do. */
const LATENESS_MS = 5 * MINUTE;
const GROUPS_MAX = 100_000;
const ENTRIES_PER_GROUP_MAX = 10_000;
/** About half a kilobyte each while their events' entities live; 40 MB as a snapshot. */
const ENTRIES_MAX = 250_000;

export interface LaneStats extends Readonly<LaneCounts> {
  readonly id: string;
  readonly groups: number;
  readonly entries: number;
}

export interface CorrelateStats {
  readonly skewed: number;
  /** Correlations whose state began anew because their definition changed. */
  readonly restarted: number;
  readonly lanes: readonly LaneStats[];
}

interface Use {
  readonly lane: Lane;
  readonly ref: number;
  readonly reference: Reference;
}

export interface CorrelateParts {
  readonly correlations: readonly CorrelationRule[];
  /** Ids that make no detections of their own. */
  readonly muted: ReadonlySet<string>;
  readonly hash: (text: string) => Sha256;
  readonly options?: CorrelateOptions;
}

export class Correlator {
  readonly #parts: CorrelateParts;
  readonly #lanes: readonly Lane[];
  readonly #uses = new Map<SigmaRule | CorrelationRule, Use[]>();
  readonly #facts = new Map<CorrelationRule, RuleFacts>();
  readonly #watermark: Watermark;
  readonly #entriesMax: number;
  #order = 0;
  #time: number | undefined;
  #restarted = 0;

  constructor(parts: CorrelateParts) {
    const { correlations, options = {} } = parts;
    this.#parts = parts;
    this.#watermark = new Watermark(options.latenessMs ?? LATENESS_MS);
    this.#entriesMax = options.entriesMax ?? ENTRIES_MAX;
    const limits = {
      groupsMax: options.groupsMax ?? GROUPS_MAX,
      entriesPerGroupMax: options.entriesPerGroupMax ?? ENTRIES_PER_GROUP_MAX,
    };
    const carried = carriedFields(correlations);
    this.#lanes = correlations.map((rule) => new Lane(rule, carried.get(rule) ?? [], limits));
    for (const lane of this.#lanes) this.#use(lane);
  }

  /** A rule that a chain names twice comes in once; the chain knows its places. */
  #use(lane: Lane): void {
    const { parts } = lane.rule;
    for (const [ref, reference] of parts.entries()) {
      const { rule } = reference.to;
      if (parts.findIndex(({ to }) => to.rule === rule) < ref) continue;
      const uses = this.#uses.get(rule) ?? [];
      uses.push({ lane, ref, reference });
      this.#uses.set(rule, uses);
    }
    const version = this.#parts.hash(lane.rule.definition);
    this.#facts.set(lane.rule, factsOf(lane.rule, version));
  }

  /** Every event, before its matches. */
  observe(event: Event): void {
    this.#order += 1;
    this.#time = this.#watermark.observe(event.provenance.input, event.time, event.receivedAt);
  }

  isUsed(rule: SigmaRule): boolean {
    return this.#uses.has(rule);
  }

  /** The rules that the event last observed satisfied, of those that are used. */
  take(event: Event, rules: readonly SigmaRule[], subject: Subject): void {
    const time = this.#time;
    const { input, position } = event.provenance;
    const origin: Origin = { evidence: [event.id], events: 1, entities: event.entities, input, position };
    const arrival = { time: time ?? 0, order: this.#order, origin, read: eventFields(subject) };
    for (const rule of rules) {
      for (const { lane, ref, reference } of this.#uses.get(rule) ?? []) {
        if (time === undefined) lane.counts.late += 1;
        else lane.take(ref, reference, arrival);
      }
    }
  }

  /** The end of a batch. */
  advance(): readonly Detection[] {
    return this.#advance(this.#watermark.low());
  }

  /** Nothing has come for a while: windows close by the clock. */
  tick(now: number): readonly Detection[] {
    this.#watermark.tick(now);
    return this.advance();
  }

  /** Nothing will come any more. */
  finish(): readonly Detection[] {
    return this.#advance(Number.POSITIVE_INFINITY);
  }

  #advance(watermark: number): readonly Detection[] {
    const detections: Detection[] = [];
    for (const lane of this.#lanes) {
      for (const fire of lane.advance(watermark)) {
        const detection = this.#tell(lane, fire);
        if (detection !== undefined) detections.push(detection);
      }
    }
    this.#relieve();
    return detections;
  }

  #tell(lane: Lane, fire: Fire): Detection | undefined {
    const { rule, carry } = lane;
    const uses = this.#uses.get(rule) ?? [];
    if (uses.length > 0) {
      const arrival: Arrival = arrivalOf(rule, carry, fire);
      for (const use of uses) use.lane.take(use.ref, use.reference, arrival);
    }
    const facts = this.#facts.get(rule);
    if (facts === undefined || this.#parts.muted.has(rule.id)) return undefined;
    return alertOf(rule, fire, { facts, hash: this.#parts.hash });
  }

  /** Too many entries altogether: first what only serves late events, then the stalest groups of the largest lane. */
  #relieve(): void {
    let entries = this.#lanes.reduce((sum, lane) => sum + lane.entries, 0);
    if (entries <= this.#entriesMax) return;
    for (const lane of this.#lanes) entries -= lane.shrink();
    const wanted = this.#entriesMax * 0.9;
    const bySize = this.#lanes.toSorted((a, b) => b.entries - a.entries);
    for (const lane of bySize) {
      while (entries > wanted && lane.groups > 0 && lane.entries * this.#lanes.length >= entries) {
        entries -= lane.evict(Math.ceil(lane.groups / 10));
      }
    }
  }

  snapshot(): string {
    const lanes = this.#lanes.map((lane) => ({
      definition: this.#facts.get(lane.rule)?.ref.version ?? "",
      counts: lane.counts,
      groups: lane.states(),
    }));
    return writeSnapshot({ order: this.#order, watermark: this.#watermark.state(), lanes });
  }

  /** Nothing is remembered but what the snapshot says. False when it is none of ours: then nothing at all. */
  restore(text: string | undefined): boolean {
    this.#order = 0;
    this.#watermark.restore(NO_TIME);
    for (const lane of this.#lanes) lane.clear();
    const snapshot = text === undefined ? undefined : readSnapshot(text);
    if (snapshot === undefined) return text === undefined;
    this.#order = snapshot.order;
    this.#watermark.restore(snapshot.watermark);
    const byDefinition = new Map(snapshot.lanes.map((lane) => [lane.definition, lane]));
    for (const lane of this.#lanes) {
      const saved = byDefinition.get(this.#facts.get(lane.rule)?.ref.version ?? "");
      if (saved === undefined) {
        this.#restarted += 1;
        continue;
      }
      lane.restore(saved.groups);
      Object.assign(lane.counts, saved.counts);
    }
    return true;
  }

  stats(): CorrelateStats {
    return {
      skewed: this.#watermark.skewed,
      restarted: this.#restarted,
      lanes: this.#lanes.map(({ rule, counts, groups, entries }) => ({ id: rule.id, groups, entries, ...counts })),
    };
  }
}
