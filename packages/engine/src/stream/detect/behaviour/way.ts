/**
 * The way of knowing `behaviour`: what is unusual for this user, host or principal, without a rule.
 *
 * Enters: events. Leaves: detections `behaviour:<detector>` with the sentence that says what is unusual against which past.
 * B1. The same events in the same batches give the same detections and the same state, also across a restart at any point.
 * B2. State is bounded: entities by number and bytes, each by its own limits; who leaves is counted.
 * B3. Windows are in event time. Events later than `LATE` behind teach baselines and are judged by them, but are counted as late.
 * B4. An event that a detector cannot handle costs its own findings only; it is counted.
 */
import { messageOf } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import type { Sha256 } from "@cordon/model/ids";
import { HOUR } from "@cordon/model/time";
import type { FieldView } from "@cordon/model/view";
import type { BudgetState } from "../../../learning/behaviour/alert-budget.ts";
import { recordsOf, rowsOf } from "../../../learning/behaviour/rows.ts";
import type { ValueKey } from "../../../learning/behaviour/value-hash.ts";
import type { Resuming, Way } from "../join-ways.ts";
import { onAction } from "./cloud.ts";
import { type BehaviourOptions, Desk, type DeskCounts } from "./desk.ts";
import { onQuery } from "./dns.ts";
import { onProcess } from "./endpoint.ts";
import type { EntityCounts } from "./entities.ts";
import { type Fact, factOf } from "./fact.ts";
import { onFile } from "./files.ts";
import type { FlowNormalityState } from "./flow-normality.ts";
import { forgetFacts } from "./forget.ts";
import { onAttempt } from "./guessing.ts";
import { onFlow } from "./network.ts";
import { onSignIn } from "./sign-in.ts";
import { onHost, SilenceWatch } from "./silence.ts";
import type { SocietyState } from "./society.ts";

export interface BehaviourStats extends DeskCounts, EntityCounts {
  readonly failed: number;
  readonly learning: number;
  readonly last?: string;
  /** The organisation's first week: ranked detectors are silent. */
  readonly inLearning: boolean;
}

export interface BehaviourWay extends Way {
  readonly stats: () => BehaviourStats;
  /** Entities of a partition that goes elsewhere, as rows; they are forgotten here. */
  readonly give: (moves: (key: string) => boolean) => readonly string[];
  /** Takes up what another one gave. Returns why it cannot; then nothing was taken. */
  readonly accept: (rows: readonly string[]) => string | undefined;
  /** Takes the events of a confirmed incident out of the baselines. Returns how many entities lost something. */
  readonly forget: (events: readonly Event[]) => number;
  /** Up to where verdicts were followed, as it was told; part of what is remembered, so that a restart goes on from there. */
  readonly verdicts: { readonly seen: () => number | undefined; readonly saw: (position: number) => void };
}

export interface BehaviourParts {
  readonly views: ReadonlyMap<string, FieldView>;
  readonly hash: (text: string) => Sha256;
  readonly options?: Partial<BehaviourOptions>;
}

/** A million entities stay below a gigabyte: those in use take some KiB each, the others some hundred bytes. */
const DEFAULTS: BehaviourOptions = {
  ...{ entitiesMax: 1_000_000, bytesMax: 640 * 1_024 * 1_024, liveMax: 16_384, seed: 0 },
  ...{ key: [0, 0], share: 8e-4, peerOf: () => undefined, off: [] },
};
const LATE = HOUR;
const VERSION = 2;

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

  const resume = (head: Head | undefined): Resuming => {
    anew();
    let rows = 0;
    let fault = head === undefined ? "the head is none of this version" : undefined;
    /** After a fault nothing is tried: all begins anew, so that nothing is half taken up. */
    const attempt = (step: () => void): void => {
      if (fault !== undefined) return;
      try {
        step();
      } catch (error) {
        fault = messageOf(error);
        anew();
      }
    };
    return {
      take: (row) =>
        attempt(() => {
          for (const record of recordsOf([row], rows)) desk.entities.restoreOne(record);
          rows += 1;
        }),
      end: () => {
        attempt(() => head !== undefined && takeHead(head));
        return fault;
      },
    };
  };

  const takeHead = (head: Head): void => {
    desk.entities.restored(head.entities);
    desk.society.restore(head.society);
    desk.budget.restore(head.budget);
    Object.assign(desk.counts, head.counts);
    for (const key of head.restless) desk.restless.add(key);
    silence.lookedAt = head.lookedAt;
    desk.flows.restore(head.flows);
    desk.rekey(head.key);
    desk.verdictsSeen = head.verdictsSeen;
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
    verdicts: {
      seen: () => desk.verdictsSeen,
      saw: (position) => {
        desk.verdictsSeen = position;
      },
    },
    snapshot: () => {
      const whole: Whole = { head: headOf(desk, silence), rows: [...rowsOf(desk.entities.records())] };
      return JSON.stringify(whole);
    },
    restore(text) {
      const whole = text === undefined ? undefined : readWhole(text);
      const resuming = resume(whole?.head);
      for (const row of whole?.rows ?? []) resuming.take(row);
      return resuming.end() === undefined || text === undefined;
    },
    rows: {
      changes(anew) {
        const { fresh, records } = desk.entities.changes(anew);
        return { fresh, head: JSON.stringify(headOf(desk, silence)), rows: rowsOf(records) };
      },
      resume: (head) => resume(readHead(head)),
    },
    give: (moves) => [keyRow(desk), ...rowsOf(desk.entities.give(moves))],
    accept(rows) {
      try {
        const [key = "", ...given] = rows;
        if (key !== keyRow(desk)) {
          if (desk.entities.size > 0) return "what is given is known by another key than what is here";
          desk.rekey(keyIn(key));
        }
        desk.entities.accept([...recordsOf(given)]);
        return undefined;
      } catch (error) {
        return messageOf(error);
      }
    },
    stats: () => ({
      ...desk.counts,
      ...desk.entities.counts(),
      failed: faults.failed,
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

interface Head {
  readonly version: number;
  readonly entities: { readonly size: number; readonly evicted: number };
  readonly society: SocietyState;
  readonly budget: BudgetState;
  readonly counts: DeskCounts;
  readonly restless: readonly string[];
  readonly lookedAt: number;
  readonly flows?: FlowNormalityState;
  /** By which values are known; missing in memories from before there was one. */
  readonly key?: ValueKey;
  readonly verdictsSeen?: number;
}

interface Whole {
  readonly head: Head;
  readonly rows: readonly string[];
}

const headOf = (desk: Desk, silence: SilenceWatch): Head => ({
  ...{ version: VERSION, entities: { size: desk.entities.size, evicted: desk.entities.counts().evicted } },
  ...{ society: desk.society.state(), budget: desk.budget.state(), counts: desk.counts },
  ...{ restless: [...desk.restless], lookedAt: silence.lookedAt, flows: desk.flows.state() },
  ...(desk.names.key === undefined ? {} : { key: desk.names.key }),
  ...(desk.verdictsSeen === undefined ? {} : { verdictsSeen: desk.verdictsSeen }),
});

/** Values mean something only to who knows them by the same key. */
const keyRow = ({ names }: Desk): string => JSON.stringify({ key: names.key ?? null });

function keyIn(row: string): ValueKey | undefined {
  const { key } = JSON.parse(row) as { readonly key: ValueKey | null };
  return key ?? undefined;
}

/** A head of this version; undefined for anything else. */
function readHead(text: string): Head | undefined {
  try {
    const head = JSON.parse(text) as Head;
    return isHead(head) ? head : undefined;
  } catch {
    return undefined;
  }
}

const isHead = (head: Head | undefined): boolean =>
  head?.version === VERSION &&
  typeof head.entities?.size === "number" &&
  Array.isArray(head.society?.groups) &&
  typeof head.budget?.past === "object" &&
  Array.isArray(head.restless) &&
  (head.key === undefined || (Array.isArray(head.key) && head.key.length === 2 && head.key.every(Number.isInteger))) &&
  typeof head.lookedAt === "number";

function readWhole(text: string): Whole | undefined {
  try {
    const whole = JSON.parse(text) as Whole;
    return isHead(whole.head) && Array.isArray(whole.rows) ? whole : undefined;
  } catch {
    return undefined;
  }
}
