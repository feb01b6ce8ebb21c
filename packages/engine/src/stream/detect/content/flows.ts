/**
 * Finished flows -> findings, by a model of the operator's own; without one nothing here runs.
 *
 * CF1. Raised over the model's cut only, by how many flows of one source and family were within a day: the first `informational`,
 *      `low` from the third on, `medium` from the twentieth; one model never says more by itself. A flow beyond what the model
 *      learnt is `informational`, with what lies beyond.
 * CF2. Of a source and family (of denial of service: its destination, whose sources are many) each level is said once in
 *      `REST_MS`; what follows is counted into the next.
 * CF3. A day (of the events' own time) raises of each family and level at most `FAMILY_FLOOR` findings or one per hundred sources
 *      that had flows that day, whichever is more; of all families at a level `FAMILIES` times as many, of one source at most
 *      `SOURCE_MAX`. A loud attack takes no other's room. How many more were wanted is said with the next one.
 * CF4. What came before a flow is counted as in training (flow-window.ts), over restarts, and while nothing is raised.
 * CF5. Of `SHARE_OF` flows it is known how many lay beyond what was learnt: where most do, the model does not know this network.
 * CF6. All that is remembered is bounded; what was not used for longest leaves.
 */
import type { Event } from "@cordon/model/event";
import type { Level } from "@cordon/model/rule";
import { DAY } from "@cordon/model/time";
import type { AttackFamily } from "../../../learning/flow/attack-class.ts";
import { readFlow, type WholeFlow } from "../../../learning/flow/flow.ts";
import type { FlowJudge } from "../../../learning/flow/flow-model.ts";
import { flowVector } from "../../../learning/flow/flow-vector.ts";
import { type FlowWindowState, makeFlowWindow } from "../../../learning/flow/flow-window.ts";
import { type Bounded, makeBounded } from "./bounded.ts";

const REST_MS = DAY;
const STEPS = [
  [1, "informational"],
  [3, "low"],
  [20, "medium"],
] as const;
const FAMILY_FLOOR = 2;
const FAMILIES = 5;
const SOURCES_PER_FINDING = 100;
/** A host that does everything a model knows is one incident, not ten. */
const SOURCE_MAX = 6;
const SAID_MAX = 10_000;
/** Beyond, a day counts no further: two hundred findings are what anyone can read. */
const SOURCES_MAX = 20_000;
/** Files of a week may come in any order. */
const DAYS_MAX = 8;
const SHARE_OF = 2_000;
const NETWORK_ACTIVITY = 4001;

export interface FlowFinding {
  readonly flow: WholeFlow;
  readonly p: number;
  readonly calibrated: boolean;
  readonly level: Level;
  readonly family: AttackFamily;
  readonly reasons: readonly string[];
  readonly beyond: string | undefined;
  /** Of this source and family over the cut since it was last said. */
  readonly repeats: number;
  /** Over the cut since the last finding, and not raised (CF3). */
  readonly withheld: number;
  readonly model: string;
}

interface Said {
  /** Of the first flow. */
  at: number;
  flows: number;
  /** Since one was said. */
  repeats: number;
  /** Of STEPS, how many were said. */
  steps: number;
}
interface Day {
  sources: number;
  /** By level, of each family and of all. */
  readonly raised: Record<string, number>;
}
/** CF5 */
export interface Beyond {
  readonly flows: number;
  readonly beyond: number;
  readonly last: string;
}
type Kept<T> = readonly (readonly [string, T])[];
export interface FlowState {
  readonly window: FlowWindowState;
  readonly said: Kept<Said>;
  readonly sources: Kept<number>;
  readonly days: Kept<Day>;
  readonly withheld: number;
  readonly share: Beyond;
}

export class Flows {
  #judge: FlowJudge | undefined;
  #window = makeFlowWindow();
  readonly #said: Bounded<Said> = makeBounded(SAID_MAX);
  /** By day and source: findings raised. */
  readonly #sources: Bounded<number> = makeBounded(SOURCES_MAX);
  readonly #days: Bounded<Day> = makeBounded(DAYS_MAX);
  #withheld = 0;
  #share: Beyond = { flows: 0, beyond: 0, last: "" };

  constructor(judge: FlowJudge | undefined) {
    this.#judge = judge;
  }

  /** What came before stays counted; what the former did not know is forgotten. */
  use(judge: FlowJudge | undefined): void {
    if (judge?.id === this.#judge?.id) return;
    this.#judge = judge;
    this.#share = { flows: 0, beyond: 0, last: "" };
  }

  get share(): Beyond {
    return this.#share;
  }

  see(event: Event, who: string): FlowFinding | undefined {
    const judge = this.#judge;
    if (judge === undefined || event.class !== NETWORK_ACTIVITY) return undefined;
    const flow = readFlow(event);
    if (flow === undefined) return undefined;
    const { time } = event;
    const key = `${Math.floor(time / DAY)} ${who}`;
    const day = this.#dayOf(key, time);
    const row = flowVector(flow, this.#window);
    const { p, calibrated, over, beyond } = judge.verdict(row);
    this.#count(beyond);
    if (!over) return undefined;
    const family = judge.family(row);
    const same = `${family.name === "dos" ? flow.destination : who} ${family.name}`;
    const said = this.#saidOf(same, time);
    const step = stepOf(said, beyond);
    if (step === undefined) return undefined;
    const [, level] = step;
    const raised = this.#sources.get(key) ?? 0;
    const slots = [`${family.name} ${level}`, level];
    if (raised >= SOURCE_MAX || !hasRoom(day, slots)) {
      this.#withheld += 1;
      return undefined;
    }
    this.#sources.set(key, raised + 1);
    for (const slot of slots) day.raised[slot] = (day.raised[slot] ?? 0) + 1;
    const { repeats } = said;
    said.steps = STEPS.indexOf(step) + 1;
    said.repeats = 0;
    const withheld = this.#withheld;
    this.#withheld = 0;
    const reasons = judge.reasons(row);
    const { id: model } = judge;
    return {
      ...{ flow, p, calibrated, level, family, reasons, beyond, withheld, model },
      repeats,
    };
  }

  /** CF2: with this flow in it. */
  #saidOf(key: string, time: number): Said {
    let said = this.#said.get(key);
    if (said === undefined || Math.abs(time - said.at) >= REST_MS)
      said = { at: time, flows: 0, repeats: said?.repeats ?? 0, steps: 0 };
    else said.repeats += 1;
    said.flows += 1;
    this.#said.set(key, said);
    return said;
  }

  #count(beyond: string | undefined): void {
    const { flows, beyond: before, last } = this.#share;
    // Halved when full: what is new counts, and nothing grows.
    const half = flows >= SHARE_OF ? 2 : 1;
    this.#share = {
      flows: Math.floor(flows / half) + 1,
      beyond: Math.floor(before / half) + Number(beyond !== undefined),
      last: beyond ?? last,
    };
  }

  #dayOf(key: string, time: number): Day {
    const number = `${Math.floor(time / DAY)}`;
    const day = this.#days.get(number) ?? { sources: 0, raised: {} };
    this.#days.set(number, day);
    if (this.#sources.get(key) === undefined) {
      day.sources = Math.min(SOURCES_MAX, day.sources + 1);
      this.#sources.set(key, 0);
    }
    return day;
  }

  state(): FlowState {
    return {
      ...{ window: this.#window.state(), said: this.#said.entries(), sources: this.#sources.entries() },
      ...{ days: this.#days.entries(), withheld: this.#withheld, share: this.#share },
    };
  }

  restore({ window, said, sources, days, withheld, share }: FlowState): void {
    this.#window = makeFlowWindow(window);
    this.#said.fill(said.map(([key, one]) => [key, { ...one }] as const));
    this.#sources.fill(sources);
    this.#days.fill(days.map(([key, { sources: known, raised }]) => [key, { sources: known, raised: { ...raised } }]));
    this.#withheld = withheld;
    this.#share = share;
  }
}

/** CF1: the highest step that is reached and was not said. */
function stepOf({ flows, steps }: Said, beyond: string | undefined): (typeof STEPS)[number] | undefined {
  const most = beyond === undefined ? STEPS.length : 1;
  return STEPS.findLast(([least], at) => at < most && at >= steps && flows >= least);
}

/** CF3 */
function hasRoom({ sources, raised }: Day, [own = "", all = ""]: readonly string[]): boolean {
  const each = Math.max(FAMILY_FLOOR, Math.floor(sources / SOURCES_PER_FINDING));
  return (raised[own] ?? 0) < each && (raised[all] ?? 0) < FAMILIES * each;
}
