/**
 * Addresses that left -> findings, by a model of the operator's own; without one nothing here runs.
 *
 * CU1. Raised over the model's cut only: `low` from `LOW` on, else `informational`. One address never says more by itself.
 * CU2. Host and path count once per entity in `REST_MS`, whatever their query: what was judged is not judged again.
 * CU3. A registrable domain is said once per entity in `REST_MS`; what follows is counted into the next finding.
 * CU4. A day (of the events' own time) raises at most `DAY_FLOOR` findings or one per hundred entities that fetched something
 *      that day, whichever is more; informational ones get half of it. A model that does not fit this traffic stays that quiet,
 *      and how many more it wanted is said with the next one.
 * CU5. All that is remembered is bounded; what was not used for longest leaves.
 */
import type { Level } from "@cordon/model/rule";
import { DAY } from "@cordon/model/time";
import type { UrlJudge } from "../../../learning/url/url-model.ts";
import { type Bounded, makeBounded } from "./bounded.ts";
import type { SentUrl } from "./sent-urls.ts";

const REST_MS = DAY;
const LOW = 0.95;
const DAY_FLOOR = 4;
const ENTITIES_PER_FINDING = 100;
/** Each snapshot holds them all; who fetches from more places is judged again, which costs time and raises nothing twice. */
const JUDGED_MAX = 20_000;
const CHANCES_MAX = 4_096;
const SAID_MAX = 20_000;
/** Beyond, a day counts no further: two hundred findings are what anyone can read. */
const ENTITIES_MAX = 20_000;
/** Files of a week may come in any order. */
const DAYS_MAX = 8;
const PATH_MAX = 200;

export interface UrlFinding {
  readonly sent: SentUrl;
  readonly p: number;
  readonly level: Level;
  readonly reasons: readonly string[];
  /** Of this entity and domain since it was last said. */
  readonly repeats: number;
  /** Over the cut since the last finding, and not raised (CU4). */
  readonly withheld: number;
}

interface Said {
  at: number;
  repeats: number;
}
interface Day {
  entities: number;
  raised: number;
}
type Kept<T> = readonly (readonly [string, T])[];
export interface UrlState {
  readonly judged: Kept<number>;
  readonly said: Kept<Said>;
  readonly entities: Kept<number>;
  readonly days: Kept<Day>;
  readonly withheld: number;
}

export class Urls {
  #judge: UrlJudge | undefined;
  readonly #judged: Bounded<number> = makeBounded(JUDGED_MAX);
  readonly #said: Bounded<Said> = makeBounded(SAID_MAX);
  readonly #entities: Bounded<number> = makeBounded(ENTITIES_MAX);
  readonly #days: Bounded<Day> = makeBounded(DAYS_MAX);
  /** What everybody fetches is judged once; the same without it, so no snapshot holds it. */
  readonly #chances: Bounded<number> = makeBounded(CHANCES_MAX);
  #withheld = 0;

  constructor(judge: UrlJudge | undefined) {
    this.#judge = judge;
  }

  /** What another model said of an address is forgotten; what was judged within a day is not judged again (CU2). */
  use(judge: UrlJudge | undefined): void {
    if (judge === this.#judge) return;
    this.#judge = judge;
    this.#chances.fill([]);
  }

  see(sent: SentUrl, who: string, time: number): UrlFinding | undefined {
    const judge = this.#judge;
    if (judge === undefined) return undefined;
    const day = this.#dayOf(who, time);
    const { host, path, domain } = sent.parts;
    const key = `${who} ${host}${path.slice(0, PATH_MAX)}`;
    const before = this.#judged.get(key);
    if (before !== undefined && Math.abs(time - before) < REST_MS) return undefined;
    this.#judged.set(key, time);
    const p = this.#chances.get(sent.url) ?? judge.chance(sent.url);
    this.#chances.set(sent.url, p);
    if (p < judge.cut) return undefined;
    const said = this.#said.get(`${who} ${domain}`);
    if (said !== undefined && Math.abs(time - said.at) < REST_MS) {
      said.repeats += 1;
      return undefined;
    }
    const level = p >= LOW ? "low" : "informational";
    if (day.raised >= budgetOf(day, level)) {
      this.#withheld += 1;
      return undefined;
    }
    this.#said.set(`${who} ${domain}`, { at: time, repeats: 0 });
    day.raised += 1;
    const withheld = this.#withheld;
    this.#withheld = 0;
    return { sent, p, level, reasons: judge.reasons(sent.url), repeats: said?.repeats ?? 0, withheld };
  }

  #dayOf(who: string, time: number): Day {
    const number = Math.floor(time / DAY);
    const day = this.#days.get(`${number}`) ?? { entities: 0, raised: 0 };
    this.#days.set(`${number}`, day);
    const key = `${number} ${who}`;
    if (this.#entities.get(key) === undefined) {
      day.entities = Math.min(ENTITIES_MAX, day.entities + 1);
      this.#entities.set(key, number);
    }
    return day;
  }

  state(): UrlState {
    const [judged, said] = [this.#judged.entries(), this.#said.entries()];
    return {
      ...{ judged, said, entities: this.#entities.entries(), days: this.#days.entries() },
      withheld: this.#withheld,
    };
  }

  restore({ judged, said, entities, days, withheld }: UrlState): void {
    this.#withheld = withheld;
    this.#judged.fill(judged);
    this.#said.fill(said.map(([key, one]) => [key, { ...one }] as const));
    this.#entities.fill(entities);
    this.#days.fill(days.map(([key, one]) => [key, { ...one }] as const));
  }
}

/** CU4 */
function budgetOf({ entities }: Day, level: Level): number {
  const all = Math.max(DAY_FLOOR, Math.floor(entities / ENTITIES_PER_FINDING));
  return level === "low" ? all : Math.ceil(all / 2);
}
