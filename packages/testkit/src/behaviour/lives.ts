/**
 * What a year does to a person: joining, leaving, another team, another machine, holidays, long leave, journeys, summer time.
 * Drawn once per seed; `personOn` says who someone is on a day.
 */
import { type Chance, makeChance } from "@cordon/engine/simulate/chance";
import { DAY } from "@cordon/model/time";
import { makePeople } from "./people.ts";
import type { Person } from "./world.ts";

export interface Life {
  readonly person: Person;
  /** Day of another team, and who the person is there. */
  readonly moves?: { readonly day: number; readonly to: Person };
  /** Day of a new machine. */
  readonly machine?: number;
  readonly journeys: readonly NonNullable<Person["journey"]>[];
  readonly zone: keyof typeof ZONES;
}

/** Hours to add to the hours of Berlin's office, and when its clocks go forward and back (2026). */
export const ZONES = {
  berlin: { offset: 0, country: undefined, spring: Date.UTC(2026, 2, 29), autumn: Date.UTC(2026, 9, 25) },
  boston: { offset: 6, country: "US", spring: Date.UTC(2026, 2, 8), autumn: Date.UTC(2026, 10, 1) },
  mumbai: { offset: -4, country: "IN", spring: 0, autumn: 0 },
} as const;

const JOURNEYS = ["ES", "IT", "US", "GB", "CH", "AT", "SE", "JP"] as const;
const VENDORS = ["weather", "printer", "headset", "dictionary", "camera", "player"] as const;

export function livesOf(seed: number, people: number, days: number): readonly Life[] {
  const chance = makeChance(seed ^ 0x2c1b3c6d);
  // Drawn for a short time: what the year brings is drawn here.
  const first = makePeople(chance, people, 30);
  const other = makePeople(chance, people, 30);
  return first.map((person, i) => lifeOf(chance, { person, later: other[i] ?? person, i, days }));
}

interface Drawn {
  readonly person: Person;
  readonly later: Person;
  readonly i: number;
  readonly days: number;
}

function lifeOf(chance: Chance, { person, later, i, days }: Drawn): Life {
  const zone = i % 9 === 4 ? "boston" : i % 14 === 6 ? "mumbai" : "berlin";
  const { offset, country } = ZONES[zone];
  const { journey: _none, ...staying } = person;
  const here: Person = {
    ...staying,
    begins: person.begins + offset,
    ...(country === undefined ? {} : { country, network: zone === "boston" ? "64600" : "64610", exit: EXITS[zone] }),
    joins: chance.next() < 0.2 ? chance.between(5, days - 20) : 0,
    leaves: chance.next() < 0.12 ? chance.between(20, days) : Number.POSITIVE_INFINITY,
    away: awayDays(chance, days),
    ...(chance.next() < 0.12
      ? { calls: [`${chance.pick(VENDORS)}${i}.example`, chance.pick([300, 600, 900, 1_200])] as const }
      : {}),
  };
  const day = chance.between(40, days - 30);
  const team = { programs: later.programs, sites: later.sites, developer: later.developer, admin: later.admin };
  return {
    person: here,
    zone,
    ...(chance.next() < 0.15 ? { moves: { day, to: { ...here, ...team, developer: !here.developer } } } : {}),
    ...(chance.next() < 0.25 ? { machine: chance.between(20, days) } : {}),
    journeys: journeysOf(chance, days),
  };
}

const EXITS: Readonly<Record<keyof typeof ZONES, string>> = {
  berlin: "185.10.20.5",
  boston: "64.20.30.5",
  mumbai: "103.20.30.5",
};

/** Two or three holidays, some single days, sometimes a leave of months. */
function awayDays(chance: Chance, days: number): ReadonlySet<number> {
  const away = new Set<number>();
  const leave = (length: number): void => {
    const from = chance.between(0, days);
    for (let day = from; day < from + length; day += 1) away.add(day);
  };
  for (let i = chance.between(2, 3); i > 0; i -= 1) leave(chance.between(5, 16));
  if (chance.next() < 0.08) leave(chance.between(30, 110));
  for (let day = 0; day < days; day += 1) if (chance.next() < 0.02) away.add(day);
  return away;
}

function journeysOf(chance: Chance, days: number): Life["journeys"] {
  const often = chance.next() < 0.15;
  const count = often ? chance.between(4, 8) : chance.next() < 0.25 ? chance.between(1, 2) : 0;
  return Array.from({ length: count }, () => {
    const from = chance.between(8, days);
    return { from, to: from + chance.between(1, 4), country: chance.pick(JOURNEYS) };
  });
}

/** Who someone is on a day that begins at `midnight`. */
export function personOn(life: Life, day: number, midnight: number): Person {
  const { moves, machine, journeys } = life;
  const now = moves !== undefined && day >= moves.day ? moves.to : life.person;
  const { spring, autumn } = ZONES[life.zone];
  const journey = journeys.find(({ from, to }) => day >= from && day <= to);
  const newer = machine !== undefined && day >= machine;
  return {
    ...now,
    ...(journey === undefined ? {} : { journey }),
    ...(midnight + DAY / 2 >= spring && midnight < autumn ? { begins: now.begins - 1 } : {}),
    ...(newer ? { host: `${now.host}b`, device: `${now.device}b`, ip: now.ip.replace(/^10\.1\./, "10.3.") } : {}),
  };
}
