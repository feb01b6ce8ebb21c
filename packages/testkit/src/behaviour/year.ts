/**
 * A year of ordinary days of a company, day after day: nothing in it is an attack.
 *
 * Besides what each day has (benign.ts) and each person lives through (lives.ts): public holidays and a closed week at the
 * year's end, roll-outs of programs in waves, a new browser, a move of offices, new sources, collectors that fail, servers
 * that come and go, another scanner, another place for backups, long evenings at the end of a quarter, files moved in bulk.
 */
import { type Chance, makeChance } from "@cordon/engine/simulate/chance";
import type { Event } from "@cordon/model/event";
import { DAY, HOUR, MINUTE } from "@cordon/model/time";
import { addressOf, type Company, writeDay } from "./benign.ts";
import { type Life, livesOf, personOn } from "./lives.ts";
import { wordOf } from "./people.ts";
import { call, cloudSignIn, fileChange, flow, Pen, type Person } from "./world.ts";

export interface YearPlan {
  readonly seed: number;
  readonly people: number;
  readonly days: number;
}

export interface YearDay {
  readonly day: number;
  readonly events: readonly Event[];
  /** Persons, their machines, and servers of this day. */
  readonly entities: number;
  /** Machines and servers alone. */
  readonly machines: number;
}

/** What is staged on a day besides the ordinary. */
export type Staging = (pen: Pen, people: readonly Person[], day: number) => void;

export const START = Date.UTC(2026, 0, 5);
const SERVERS = 10;
const ROLL_OUTS = 8;
const WAVE_DAYS = 5;

interface Happenings {
  readonly holidays: ReadonlySet<number>;
  readonly rollOuts: readonly { readonly day: number; readonly program: string; readonly share: number }[];
  readonly browser: number;
  readonly office: number;
  readonly okta: number;
  readonly gcp: number;
  readonly backups: number;
  readonly serverComes: number;
  readonly serverGoes: number;
  /** Hours for which a collector brought nothing. */
  readonly outages: readonly { readonly source: string; readonly from: number; readonly to: number }[];
}

export const yearOf = (plan: YearPlan): Generator<YearDay> => makeYear(plan, () => {});

export function* makeYear(plan: YearPlan, stage: Staging): Generator<YearDay> {
  const pen = new Pen(plan.seed);
  const chance = makeChance(plan.seed ^ 0x5bd1e995);
  const lives = livesOf(plan.seed, plan.people, plan.days);
  const happens = happeningsOf(chance, plan.days);
  for (let day = 0; day <= plan.days; day += 1) {
    const midnight = START + day * DAY;
    const servers = serversOn(happens, day);
    const people = lives.map((life, i) => changed(personOn(life, day, midnight), { happens, day, i, life }));
    const company: Company = { people, start: START, days: plan.days, servers, holidays: happens.holidays };
    if (day < plan.days) {
      writeDay(pen, company, day);
      further(pen, { happens, people, day, midnight, servers });
      stage(pen, people, day);
    }
    if (day === 0) continue;
    const events = pen.takeBefore(midnight).filter((event) => !isLost(event, happens));
    const there = people.filter((each) => day - 1 >= each.joins && day - 1 < each.leaves);
    const machines = there.length + servers.length;
    yield { day: day - 1, events, entities: there.length + machines, machines };
  }
}

function happeningsOf(chance: Chance, days: number): Happenings {
  const holidays = new Set<number>();
  for (let i = 0; i < 9; i += 1) holidays.add(chance.between(0, days));
  for (let day = 352; day < 362; day += 1) holidays.add(day);
  const outage = (source: string, hours: number): Happenings["outages"][number] => {
    const from = START + chance.between(15, days) * DAY + chance.between(0, 23) * HOUR;
    return { source, from, to: from + hours * HOUR };
  };
  return {
    holidays,
    rollOuts: Array.from({ length: ROLL_OUTS }, () => ({
      day: chance.between(12, days),
      program: `C:\\Program Files\\${wordOf(chance, 2)}\\${wordOf(chance, 2)}.exe`,
      share: chance.pick([0.3, 1, 1]),
    })),
    ...{ browser: chance.between(60, days), office: chance.between(90, days), okta: chance.between(40, days) },
    ...{ gcp: chance.between(40, days), backups: chance.between(60, days) },
    ...{ serverComes: chance.between(30, days), serverGoes: chance.between(60, days) },
    outages: [outage("zeek", 10), outage("windows.sysmon", 6), outage("windows.security", 30), outage("zeek", 3)],
  };
}

const isLost = ({ source, time }: Event, { outages }: Happenings): boolean =>
  outages.some((gap) => gap.source === source && time >= gap.from && time < gap.to);

function serversOn({ serverComes, serverGoes }: Happenings, day: number): readonly string[] {
  const names = Array.from({ length: SERVERS }, (_, i) => `srv${String(i).padStart(3, "0")}`);
  if (day >= serverComes) names.push(`srv${SERVERS}new`);
  return day >= serverGoes ? names.filter((_, i) => i !== SERVERS - 1) : names;
}

interface On {
  readonly happens: Happenings;
  readonly day: number;
  readonly i: number;
  readonly life: Life;
}

/** What all live through changes a person as well. */
function changed(person: Person, { happens, day, i, life }: On): Person {
  const { rollOuts, browser, office } = happens;
  const rolled = rollOuts
    .filter((each) => day >= each.day + (i % 3) * WAVE_DAYS && (i % 10) / 10 < each.share)
    .map(({ program }) => program);
  const moved = day >= office + (i % 2) && life.zone === "berlin";
  const later = quarterEnds(day) && i % 6 === 1;
  return {
    ...person,
    programs: [...person.programs, ...rolled],
    ...(day >= browser + (i % 4) ? { agent: `${person.agent} next` } : {}),
    ...(moved ? { exit: "185.77.4.9", network: "64700", ip: person.ip.replace(/^10\.[13]\./, "10.7.") } : {}),
    ...(later ? { works: person.works + 4 } : {}),
  };
}

const quarterEnds = (day: number): boolean => day % 91 >= 83 && day % 91 <= 86;

interface Today {
  readonly happens: Happenings;
  readonly people: readonly Person[];
  readonly servers: readonly string[];
  readonly day: number;
  readonly midnight: number;
}

function further(pen: Pen, { happens, people, servers, day, midnight }: Today): void {
  const { chance } = pen;
  const weekday = (Math.floor(midnight / DAY) + 4) % 7;
  const free = weekday === 0 || weekday === 6 || happens.holidays.has(day);
  if (day >= happens.backups)
    for (const [i] of servers.entries())
      flow(pen, midnight + 3 * HOUR + i * 7 * MINUTE, {
        ...{ ip: `10.0.1.${10 + i}`, to: addressOf("vault.other.com"), port: 443 },
        ...{ out: 300e6 * (0.8 + 0.4 * chance.next()), in: 5_000 },
      });
  if (free) return;
  for (const person of people) {
    if (day < person.joins || day >= person.leaves || person.away.has(day)) continue;
    const at = midnight + (person.begins + 1 + 6 * chance.next()) * HOUR;
    if (day >= happens.okta && person.journey === undefined) application(pen, person, at);
    if (day >= happens.gcp && person.developer)
      for (let i = chance.between(1, 5); i > 0; i -= 1)
        call(pen, at + i * MINUTE, {
          ...{ user: person.mail, ip: person.exit ?? "185.10.20.5", agent: "gcloud", source: "gcp.audit" },
          name: chance.pick(["storage.objects.get", "compute.instances.list", "run.services.update"]),
        });
    if (chance.next() < 0.004) movesFiles(pen, person, at);
  }
}

function application(pen: Pen, person: Person, at: number): void {
  cloudSignIn(pen, at, {
    ...{ user: person.mail, ip: person.exit ?? "185.10.20.5", country: person.country, network: person.network },
    ...{ agent: person.agent, device: person.device, ok: true, source: "okta.system" },
  });
}

/** Photos or drawings moved in one go. */
function movesFiles(pen: Pen, person: Person, at: number): void {
  const { chance } = pen;
  const ending = chance.pick(["jpg", "dwg", "mp4"]);
  for (let i = chance.between(35, 150); i > 0; i -= 1)
    fileChange(pen, at + i * 300, [person.host, `D:\\Archive\\${i % 4}\\${wordOf(chance, 3)}.${ending}`, 5]);
}
