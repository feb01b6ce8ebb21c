/**
 * The way of knowing `behaviour`: what is unusual for this user, host or principal, without a rule.
 *
 * Enters: events. Leaves: detections `behaviour:<detector>` with the sentence that says what is unusual against which past.
 * B1. The same events in the same batches give the same detections and the same state, also across a restart at any point.
 * B2. State is bounded: entities by number, each by its own limits; who leaves is counted.
 * B3. Windows are in event time. Events later than `LATE` behind teach baselines and are judged by them, but are counted as late.
 * B4. An event that a detector cannot handle costs its own findings only; it is counted.
 */
import { messageOf } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import type { Sha256 } from "@cordon/model/ids";
import { HOUR } from "@cordon/model/time";
import type { FieldView } from "@cordon/model/view";
import type { BudgetState } from "../../../learning/behaviour/alert-budget.ts";
import type { Way } from "../join-ways.ts";
import { onAction } from "./cloud.ts";
import { type BehaviourOptions, Desk, type DeskCounts } from "./desk.ts";
import { onQuery } from "./dns.ts";
import { onFile, onProcess } from "./endpoint.ts";
import type { EntitiesState } from "./entities.ts";
import { type Fact, factOf } from "./fact.ts";
import { forgetFacts } from "./forget.ts";
import { onAttempt } from "./guessing.ts";
import { onFlow } from "./network.ts";
import { onSignIn } from "./sign-in.ts";
import { onHost, SilenceWatch } from "./silence.ts";
import type { SocietyState } from "./society.ts";

export interface BehaviourStats extends DeskCounts {
  readonly entities: number;
  readonly evicted: number;
  readonly failed: number;
  readonly learning: number;
  readonly last?: string;
  /** The organisation's first week: ranked detectors are silent. */
  readonly inLearning: boolean;
}

export interface BehaviourWay extends Way {
  readonly stats: () => BehaviourStats;
  /** Takes the events of a confirmed incident out of the baselines. Returns how many entities lost something. */
  readonly forget: (events: readonly Event[]) => number;
}

export interface BehaviourParts {
  readonly views: ReadonlyMap<string, FieldView>;
  readonly hash: (text: string) => Sha256;
  readonly options?: Partial<BehaviourOptions>;
}

/** A quarter of a million entities at some KiB each stay below a gigabyte. */
const DEFAULTS: BehaviourOptions = { entitiesMax: 250_000, share: 8e-4, peerOf: () => undefined, off: [] };
const LATE = HOUR;
const VERSION = 1;

export function makeBehaviourWay({ views, hash, options }: BehaviourParts): BehaviourWay {
  const settings = { ...DEFAULTS, ...options };
  let desk = new Desk(settings, hash);
  let silence = new SilenceWatch();
  const faults = { failed: 0, last: "" };

  const examine = (event: Event): void => {
    const at = desk.society.tick(event.source, event.time);
    if (event.time < desk.society.latest - LATE) desk.counts.late += 1;
    desk.budget.begin(event.time);
    const fact = factOf(event, views);
    onHost(fact, at, desk);
    HANDLERS[fact.kind](fact, at, desk);
    silence.look(fact, desk);
  };

  const anew = (): void => {
    desk = new Desk(settings, hash);
    silence = new SilenceWatch();
  };

  return {
    name: "behaviour",
    remembers: true,
    detect(events) {
      for (const event of events) {
        try {
          examine(event);
        } catch (error) {
          faults.failed += 1;
          faults.last = messageOf(error);
        }
      }
      return desk.taken();
    },
    tick: () => [],
    finish: () => [],
    forget: (events) =>
      forgetFacts(
        events.map((event) => factOf(event, views)),
        desk,
      ),
    snapshot: () => JSON.stringify(stateOf(desk, silence)),
    restore(text) {
      anew();
      if (text === undefined) return true;
      const state = readState(text);
      if (state === undefined) return false;
      desk.entities.restore(state.entities);
      desk.society.restore(state.society);
      desk.budget.restore(state.budget);
      Object.assign(desk.counts, state.counts);
      silence.lookedAt = state.lookedAt;
      return true;
    },
    stats: () => ({
      ...desk.counts,
      ...{ entities: desk.entities.size, evicted: desk.entities.evicted, failed: faults.failed },
      ...(faults.failed === 0 ? {} : { last: faults.last }),
      inLearning: desk.society.learning,
    }),
  };
}

type Handler = (fact: Fact, at: number, desk: Desk) => void;

const HANDLERS: Readonly<Record<Fact["kind"], Handler>> = {
  "sign-in": (fact, at, desk) => {
    onAttempt(fact, desk);
    onSignIn(fact, at, desk);
  },
  process: onProcess,
  file: onFile,
  flow: onFlow,
  dns: onQuery,
  api: onAction,
  other: () => {},
};

interface State {
  readonly version: number;
  readonly entities: EntitiesState;
  readonly society: SocietyState;
  readonly budget: BudgetState;
  readonly counts: DeskCounts;
  readonly lookedAt: number;
}

const stateOf = (desk: Desk, silence: SilenceWatch): State => ({
  version: VERSION,
  entities: desk.entities.state(),
  society: desk.society.state(),
  budget: desk.budget.state(),
  counts: desk.counts,
  lookedAt: silence.lookedAt,
});

/** A snapshot of this version; undefined for anything else. */
function readState(text: string): State | undefined {
  try {
    const state = JSON.parse(text) as State;
    const whole =
      state.version === VERSION &&
      Array.isArray(state.entities?.young) &&
      Array.isArray(state.entities.old) &&
      Array.isArray(state.society?.groups) &&
      typeof state.budget?.past === "object" &&
      typeof state.lookedAt === "number";
    return whole ? state : undefined;
  } catch {
    return undefined;
  }
}
