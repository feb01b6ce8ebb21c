/** What triage keeps between batches and what one batch does to each incident before it is written. */
import type { Inventory } from "@cordon/model/asset";
import type { Detection } from "@cordon/model/detection";
import { entityKey } from "@cordon/model/entity";
import type { DetectionId, EventId, IncidentId } from "@cordon/model/ids";
import type { Incident, IncidentEntry, IncidentMove } from "@cordon/model/incident";
import type { Journal, Worklist } from "@cordon/model/ports/journal";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { Instant } from "@cordon/model/time";
import type { TriageJudge } from "../../learning/triage/decide.ts";
import type { Around } from "./around.ts";
import type { Desk } from "./desk.ts";
import type { Rarity, VerdictHistory } from "./rarity.ts";
import type { JudgeClosing, ScoreContext } from "./score-context.ts";

export interface TriagePorts {
  readonly journal: Pick<Journal, "read" | "append" | "findByEntities" | "list">;
  readonly worklist: Pick<Worklist, "pending" | "done">;
  readonly runtime: Pick<Runtime, "now" | "sha256">;
  readonly inventory: Pick<Inventory, "find">;
  /** Verdicts per rule: `() => outcomes.byRule()`. */
  readonly history?: () => Promise<VerdictHistory>;
  readonly rarity?: Rarity;
  /** The model that serves now, if one does. */
  readonly judge?: () => TriageJudge | undefined;
  readonly closing?: JudgeClosing;
}

export interface State {
  readonly ports: TriagePorts;
  readonly desk: Desk;
  readonly rarity: Rarity;
  readonly around: Around;
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
  judge: state.ports.judge?.(),
  openNear: (incident) => openNear(state, incident),
  closing: state.ports.closing,
});

/** More would say nothing new. */
const NEAR_MAX = 20;

function openNear({ desk }: State, incident: Incident): number {
  const others = new Set<IncidentId>();
  for (const entity of incident.entities) {
    if (entity.wellKnown === true || (entity.kind !== "host" && entity.kind !== "user")) continue;
    for (const id of desk.holders(entityKey(entity))) {
      if (id !== incident.id) others.add(id);
      if (others.size === NEAR_MAX) return NEAR_MAX;
    }
  }
  return others.size;
}

export const entryOf = (state: State, move: IncidentMove): IncidentEntry => ({
  at: state.ports.runtime.now(),
  by: "triage",
  ...move,
});
