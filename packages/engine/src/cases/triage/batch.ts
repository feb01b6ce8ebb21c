/** What triage keeps between batches and what one batch does to each incident before it is written. */
import type { Inventory } from "@cordon/model/asset";
import type { Detection } from "@cordon/model/detection";
import type { DetectionId, EventId, IncidentId } from "@cordon/model/ids";
import type { IncidentEntry, IncidentMove } from "@cordon/model/incident";
import type { Journal, Worklist } from "@cordon/model/ports/journal";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { Instant } from "@cordon/model/time";
import type { Desk } from "./desk.ts";
import type { Rarity, VerdictHistory } from "./rarity.ts";
import type { ScoreContext } from "./score.ts";

export interface TriagePorts {
  readonly journal: Pick<Journal, "read" | "append" | "findByEntities" | "list">;
  readonly worklist: Pick<Worklist, "pending" | "done">;
  readonly runtime: Pick<Runtime, "now" | "sha256">;
  readonly inventory: Pick<Inventory, "find">;
  /** Verdicts per rule: `() => outcomes.byRule()`. */
  readonly history?: () => Promise<VerdictHistory>;
  readonly rarity?: Rarity;
}

export interface State {
  readonly ports: TriagePorts;
  readonly desk: Desk;
  readonly rarity: Rarity;
  /** Attempts at an id for the incident that a detection opens: above 0 only when two digests collided. */
  readonly salts: Map<DetectionId, number>;
  /** Changed by `relate` since the last batch: told with the next one, so that somebody looks at them. */
  readonly related: Set<IncidentId>;
  history: VerdictHistory;
  historyAt: Instant;
  warm: boolean;
}

export interface Repeated {
  times: number;
  last: Instant;
  evidence: EventId[];
}

export interface Work {
  readonly moves: IncidentMove[];
  readonly detections: Detection[];
  readonly repeats: Map<DetectionId, Repeated>;
}

export interface Batch {
  readonly works: Map<IncidentId, Work>;
  readonly changed: Set<IncidentId>;
  /** Detections whose incident was closed under our hands: decided anew. */
  readonly redo: Detection[];
  opened: number;
  joined: number;
  repeated: number;
  merged: number;
}

export const newBatch = (): Batch => ({
  works: new Map(),
  changed: new Set(),
  redo: [],
  ...{ opened: 0, joined: 0, repeated: 0, merged: 0 },
});

export function workOn(batch: Batch, id: IncidentId): Work {
  const work = batch.works.get(id) ?? { moves: [], detections: [], repeats: new Map() };
  batch.works.set(id, work);
  return work;
}

export const contextOf = (state: State): ScoreContext => ({
  inventory: state.ports.inventory,
  rarity: state.rarity,
  history: state.history,
});

export const entryOf = (state: State, move: IncidentMove): IncidentEntry => ({
  at: state.ports.runtime.now(),
  by: "triage",
  ...move,
});
