/** A company over days, with or without attacks: events in order of time, and the truth about them. */
import { type Chance, makeChance } from "@cordon/engine/simulate/chance";
import type { Event } from "@cordon/model/event";
import { DAY, HOUR } from "@cordon/model/time";
import { type Company, writeDay } from "./benign.ts";
import { makePeople } from "./people.ts";
import type { Scene } from "./scene.ts";
import { identityScenes } from "./scenes-identity.ts";
import { networkScenes } from "./scenes-network.ts";
import { Pen, type Person } from "./world.ts";

export interface Attack {
  /** The detector that it is staged for. */
  readonly name: string;
  readonly amplitude: number;
  /** Its events begin their ids with this. */
  readonly tag: string;
  readonly at: number;
  /** Silence has no events: then the host tells. */
  readonly host?: string;
}

export interface Story {
  readonly events: readonly Event[];
  readonly attacks: readonly Attack[];
  readonly entities: number;
  readonly days: number;
}

export interface Plan {
  readonly seed: number;
  readonly people: number;
  readonly days: number;
  readonly attacks: boolean;
}

const SCENES = { ...identityScenes, ...networkScenes };
export const SCENE_NAMES: readonly string[] = Object.keys(SCENES);
const START = Date.UTC(2026, 0, 5);
const SERVERS = 20;
/** Attacks need accounts of the cloud. */
const CLOUD: ReadonlySet<string> = new Set(["privilege-change", "new-credential", "rare-action", "cloud-enumeration"]);

export function play(plan: Plan): Story {
  const { days } = plan;
  const pen = new Pen(plan.seed);
  const chance = makeChance(plan.seed ^ 0x5bd1e995);
  const people = makePeople(chance, plan.people, days);
  const servers = Array.from({ length: SERVERS }, (_, i) => `srv${String(i).padStart(3, "0")}`);
  const company: Company = { people, start: START, days, servers, holidays: holidaysOf(chance, days) };
  for (let day = 0; day < days; day += 1) writeDay(pen, company, day);
  const silent: { host: string; from: number; to: number }[] = [];
  const attacks = plan.attacks ? stage(pen, company, { chance, silent }) : [];
  const kept = pen.events.filter((event) => !silent.some((gap) => isSilent(event, gap)));
  kept.sort((a, b) => a.time - b.time);
  return { events: kept, attacks, entities: 2 * people.length + servers.length, days };
}

function holidaysOf(chance: Chance, days: number): ReadonlySet<number> {
  const free = new Set<number>();
  for (let day = 0; day < days; day += 1) if (chance.next() < 0.03) free.add(day);
  return free;
}

const isSilent = (
  event: Event,
  { host, from, to }: { readonly host: string; readonly from: number; readonly to: number },
): boolean =>
  event.time >= from && event.time < to && event.entities.some(({ kind, value }) => kind === "host" && value === host);

interface Staging {
  readonly chance: Chance;
  readonly silent: { host: string; from: number; to: number }[];
}

/** Each attack on a day and a person of its own, in the last third. */
function stage(pen: Pen, company: Company, { chance, silent }: Staging): readonly Attack[] {
  const { people, days, start } = company;
  const midnightOf = (day: number): number => start + day * DAY;
  const attacks: Attack[] = [];
  const struck = new Set<Person>();
  const first = Math.max(16, days - 12);
  const staying = people.filter((person) => person.joins === 0 && person.leaves > days);
  for (const [number, [name, write]] of Object.entries(SCENES).entries()) {
    for (let amplitude = 0; amplitude < 3; amplitude += 1) {
      const day = first + ((number * 3 + amplitude * 4) % (days - first - 1));
      const free = staying.filter((each) => !struck.has(each));
      const person = victimOf(free, { name, number: number * 3 + amplitude, day });
      if (struck.size < staying.length - 12) struck.add(person);
      const tag = `x${attacks.length}`;
      const noon = midnightOf(day) + 11 * HOUR + Math.floor(chance.next() * HOUR);
      pen.scene = tag;
      const before = silent.length;
      write({
        ...{ pen, person, people: staying, amplitude, day, lastDay: days, noon, midnightOf },
        silence: (host, from, to) => silent.push({ host, from, to }),
      } satisfies Scene);
      const gap = silent[before];
      const begun = pen.events.find(({ id }) => id.startsWith(`${tag}-`))?.time ?? noon;
      attacks.push({
        name,
        amplitude,
        tag,
        at: name === "dormant-account" ? noon : begun,
        ...(gap === undefined ? {} : { host: gap.host }),
      });
    }
  }
  pen.scene = "";
  return attacks;
}

function victimOf(
  people: readonly Person[],
  { name, number, day }: { readonly name: string; readonly number: number; readonly day: number },
): Person {
  const fit = people.filter((person) => !person.away.has(day) && (!CLOUD.has(name) || person.developer));
  const pool = fit.length === 0 ? people : fit;
  const [fallback] = people;
  const found = pool[number % pool.length] ?? fallback;
  if (found === undefined) throw new Error("a company needs people");
  return found;
}
