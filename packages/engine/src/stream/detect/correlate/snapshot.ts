/**
 * The state of all correlations as JSON text, and back. Origins and entities are written once each, whoever shares them.
 * Lists stand for objects where there are many: a snapshot is written every few seconds.
 */
import type { Entity } from "@cordon/model/entity";
import { eventId } from "@cordon/model/ids";
import { isJsonObject } from "@cordon/model/json";
import type { Entry, Origin } from "./entry.ts";
import type { GroupState } from "./group.ts";
import type { LaneCounts } from "./lane.ts";
import type { WatermarkState } from "./watermark.ts";

/** Raised when the form changes: an older snapshot is not read then. */
const FORM = 1;

export interface LaneSnapshot {
  readonly definition: string;
  readonly counts: Readonly<LaneCounts>;
  readonly groups: readonly GroupState[];
}

export interface Snapshot {
  readonly order: number;
  readonly watermark: WatermarkState;
  readonly lanes: readonly LaneSnapshot[];
}

type SavedOrigin = readonly [readonly string[], number, readonly number[], string, number];
type SavedEntry = readonly [
  number,
  number,
  readonly number[],
  readonly string[],
  Entry["carried"],
  number,
  0 | 1,
  0 | 1,
];
type SavedGroup = readonly [string, readonly string[], number, number | null, 0 | 1, readonly SavedEntry[]];

interface Saved {
  readonly form: number;
  readonly order: number;
  readonly arrival: number | null;
  readonly skewed: number;
  readonly inputs: readonly (readonly [string, number | null, number | null])[];
  readonly entities: readonly Entity[];
  readonly origins: readonly SavedOrigin[];
  readonly lanes: readonly {
    readonly definition: string;
    readonly counts: Readonly<LaneCounts>;
    readonly groups: readonly SavedGroup[];
  }[];
}

export function writeSnapshot({ order, watermark, lanes }: Snapshot): string {
  const entities = numbered<Entity>((entity) => JSON.stringify(entity));
  const origins = new Map<Origin, number>();
  const savedOrigins: SavedOrigin[] = [];
  const numberOf = (origin: Origin): number => {
    const known = origins.get(origin);
    if (known !== undefined) return known;
    const { evidence, events, input, position } = origin;
    origins.set(origin, savedOrigins.length);
    savedOrigins.push([evidence, events, origin.entities.map(entities.numberOf), input, position]);
    return savedOrigins.length - 1;
  };
  const savedLanes = lanes.map(({ definition, counts, groups }) => ({
    definition,
    counts: { ...counts },
    groups: groups.map((group) => writeGroup(group, numberOf)),
  }));
  const saved: Saved = {
    ...{ form: FORM, order, skewed: watermark.skewed, arrival: finite(watermark.arrival) },
    inputs: watermark.inputs.map(([name, newest, seen]) => [name, finite(newest), finite(seen)]),
    ...{ entities: entities.items, origins: savedOrigins, lanes: savedLanes },
  };
  return JSON.stringify(saved);
}

function writeGroup(group: GroupState, numberOf: (origin: Origin) => number): SavedGroup {
  const { key, shown, lost, lastTime, on } = group;
  const entries = group.entries.map((entry): SavedEntry => {
    const { time, order, refs, values, carried, origin } = entry;
    return [time, order, refs, values, carried, numberOf(origin), entry.on ? 1 : 0, entry.told ? 1 : 0];
  });
  return [key, shown, lost, finite(lastTime), on ? 1 : 0, entries];
}

/** JSON has no infinities. */
const finite = (number: number): number | null => (Number.isFinite(number) ? number : null);
const orNever = (number: number | null): number => number ?? Number.NEGATIVE_INFINITY;

function numbered<T>(keyOf: (item: T) => string): { readonly items: T[]; readonly numberOf: (item: T) => number } {
  const items: T[] = [];
  const numbers = new Map<string, number>();
  return {
    items,
    numberOf: (item) => {
      const key = keyOf(item);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, items.length);
      items.push(item);
      return items.length - 1;
    },
  };
}

/** Undefined when it is not of our form. Inside the form it is trusted: only we write it. */
export function readSnapshot(text: string): Snapshot | undefined {
  const saved = parse(text);
  if (saved === undefined) return undefined;
  const origins = saved.origins.map(([evidence, events, entities, input, position]): Origin => {
    const own = entities.flatMap((at) => saved.entities[at] ?? []);
    return { evidence: evidence.map(eventId), events, entities: own, input, position };
  });
  return {
    order: saved.order,
    watermark: {
      arrival: orNever(saved.arrival),
      skewed: saved.skewed,
      inputs: saved.inputs.map(([name, newest, seen]) => [name, orNever(newest), orNever(seen)]),
    },
    lanes: saved.lanes.map(({ definition, counts, groups }) => ({
      definition,
      counts,
      groups: groups.map((group) => readGroup(group, origins)),
    })),
  };
}

function parse(text: string): Saved | undefined {
  try {
    const saved: unknown = JSON.parse(text);
    return isJsonObject(saved) && saved.form === FORM ? (saved as unknown as Saved) : undefined;
  } catch {
    return undefined;
  }
}

function readGroup([key, shown, lost, lastTime, on, entries]: SavedGroup, origins: readonly Origin[]): GroupState {
  return {
    ...{ key, shown, lost, lastTime: orNever(lastTime), on: on === 1 },
    entries: entries.flatMap(([time, order, refs, values, carried, at, wasOn, told]) => {
      const origin = origins[at];
      if (origin === undefined) return [];
      return [{ time, order, refs, values, carried, origin, on: wasOn === 1, told: told === 1 }];
    }),
  };
}
