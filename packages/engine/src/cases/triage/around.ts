/**
 * What surrounded each detection the minute it came: the causal context of the triage model, kept per incident.
 * Enters: detections in the order in which triage takes them. Leaves: per detection the named values of its context.
 *
 * AR1. Nothing later enters: a detection is judged by what had come before and by its own minute. What comes late counts with the
 *      minute at which it came.
 * AR2. An incident keeps of its detections' contexts the highest value of each feature (of some the lowest): more of the same
 *      cannot wash out what stood out.
 */
import type { Detection } from "@cordon/model/detection";
import type { DetectionId } from "@cordon/model/ids";
import { MINUTE } from "@cordon/model/time";
import { type AlertGroup, CONTEXT_NAMES, makeTriageContext } from "../../learning/triage/context.ts";
import { LOWEST, ROW_NAMES } from "../../learning/triage/features.ts";

export type Values = Readonly<Record<string, number>>;

export interface Around {
  /** One batch, oldest first. */
  learn(detections: readonly Pick<Detection, "id" | "time" | "rule" | "entities">[]): void;
  /** Context of a detection of the last batch. */
  of(id: DetectionId): Values | undefined;
}

/** Features that an incident's row takes over; the others are said better by the incident itself. */
const TAKEN: ReadonlySet<string> = new Set(ROW_NAMES.filter((name) => CONTEXT_NAMES.includes(name)));

export function makeAround(): Around {
  const context = makeTriageContext();
  const known = new Map<DetectionId, Values>();
  let last = Number.NEGATIVE_INFINITY;
  return {
    of: (id) => known.get(id),
    learn(detections) {
      known.clear();
      const minutes = new Map<number, Map<string, Group>>();
      for (const detection of detections) {
        const minute = Math.max(last, Math.floor(detection.time / MINUTE));
        const groups = minutes.get(minute) ?? new Map<string, Group>();
        minutes.set(minute, groups);
        const host = hostOf(detection);
        const key = `${host}\n${detection.rule.id}`;
        const group = groups.get(key) ?? { host, rule: detection.rule.id, ids: [] };
        group.ids.push(detection.id);
        groups.set(key, group);
      }
      for (const [minute, groups] of [...minutes].sort((a, b) => a[0] - b[0])) {
        const all = [...groups.values()];
        const rows = context.step(minute, all.map(alertsOf));
        for (const [at, group] of all.entries()) {
          const values = named(rows[at] ?? new Float64Array(0));
          for (const id of group.ids) known.set(id, values);
        }
        last = minute;
      }
    },
  };
}

interface Group {
  readonly host: string;
  readonly rule: string;
  readonly ids: DetectionId[];
}

const alertsOf = ({ host, rule, ids }: Group): AlertGroup => ({ host, rule, count: ids.length, variants: 1 });

/** Where it happened: the host, else the account, else whatever is named first. */
function hostOf({ entities }: Pick<Detection, "entities">): string {
  const own = entities.filter((entity) => entity.wellKnown !== true);
  const found =
    own.find(({ kind, role }) => kind === "host" && role === "device") ??
    own.find(({ kind }) => kind === "host") ??
    own.find(({ kind }) => kind === "user") ??
    own[0];
  return found === undefined ? "" : `${found.kind}:${found.value}`;
}

function named(row: Float64Array): Values {
  const values: Record<string, number> = {};
  for (const [at, name] of CONTEXT_NAMES.entries()) {
    const value = row[at] ?? Number.NaN;
    if (TAKEN.has(name) && Number.isFinite(value)) values[name] = rounded(value);
  }
  return values;
}

/** AR2. */
export function joined(all: readonly (Values | undefined)[]): Values {
  const values: Record<string, number> = {};
  for (const each of all)
    for (const [name, value] of Object.entries(each ?? {})) {
      if (!TAKEN.has(name)) continue;
      const held = values[name];
      const pick = LOWEST.has(name) ? Math.min : Math.max;
      values[name] = held === undefined ? value : pick(held, value);
    }
  return values;
}

/** Rows are stored: four digits behind the point are more than any border of a tree needs. */
export const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
