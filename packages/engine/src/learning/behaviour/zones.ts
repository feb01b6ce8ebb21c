/**
 * Hours between UTC and the clocks of a place, with summer time by the rules of the European Union and the United States as
 * they stand since 2007. A place is `utc+5:30`, a common name of the zone database, or a country: then its main zone.
 */
import { DAY, HOUR, MINUTE } from "@cordon/model/time";
import { CENTROIDS } from "./centroids.ts";

type Rule = "eu" | "us" | "none";

/** Country or zone -> hours of winter and the rule of summer. Countries that are not here go by their longitude. */
const ROWS = `eu 0 GB IE PT europe/london europe/dublin europe/lisbon
eu 1 AL AT BA BE CH CZ DE DK ES FR HR HU IT LU ME MK MT NL NO PL RS SE SI SK europe/berlin europe/paris europe/madrid europe/rome europe/vienna europe/zurich europe/amsterdam europe/brussels europe/warsaw europe/prague europe/stockholm europe/oslo europe/copenhagen europe/budapest
eu 2 BG CY EE FI GR LT LV MD RO UA europe/athens europe/helsinki europe/bucharest europe/kiev europe/kyiv europe/sofia europe/riga europe/vilnius europe/tallinn
us -5 US CA CU america/new_york america/toronto america/detroit
us -6 america/chicago america/winnipeg
us -7 america/denver america/edmonton
us -8 america/los_angeles america/vancouver
none -7 america/phoenix
none -6 MX america/mexico_city
none -3 BR AR america/sao_paulo america/argentina/buenos_aires
none 0 etc/utc utc gmt
none 3 TR RU SA europe/istanbul europe/moscow asia/riyadh
none 4 AE asia/dubai
none 5.5 IN LK asia/kolkata asia/calcutta
none 7 VN TH asia/bangkok asia/ho_chi_minh
none 8 CN SG HK TW MY PH asia/shanghai asia/singapore asia/hong_kong
none 9 JP KR asia/tokyo asia/seoul
none 10 AU australia/sydney australia/brisbane`;

const ZONES: ReadonlyMap<string, readonly [hours: number, rule: Rule]> = new Map(
  ROWS.split("\n").flatMap((row) => {
    const [rule = "none", hours = "0", ...names] = row.split(" ");
    const known: Rule = rule === "eu" || rule === "us" ? rule : "none";
    return names.map((name) => [name.toLowerCase(), [Number(hours), known] as const] as const);
  }),
);

const FIXED = /^utc([+-])(\d{1,2})(?::?(\d{2}))?$/;

/** Milliseconds to add to UTC; 0 for a place that nobody knows. */
export function offsetAt(place: string | undefined, time: number): number {
  if (place === undefined) return 0;
  let clock = clocks.get(place);
  if (clock === undefined) {
    clock = clockOf(place.toLowerCase());
    if (clocks.size >= CLOCKS_MAX) clocks.clear();
    clocks.set(place, clock);
  }
  return clock.offset + (isSummer(clock, time) ? HOUR : 0);
}

/** Each account that signs in asks for its own. */
const clocks = new Map<string, Clock>();
const CLOCKS_MAX = 1_024;

interface Clock {
  readonly offset: number;
  readonly rule: Rule;
  /** The year that was asked for last, and its summer. */
  year: readonly [from: number, to: number];
  summer: readonly [from: number, to: number];
}

function clockOf(name: string): Clock {
  const none = { year: [0, 0], summer: [0, 0] } as const;
  const fixed = FIXED.exec(name);
  if (fixed !== null) {
    const size = Number(fixed[2]) * HOUR + Number(fixed[3] ?? 0) * MINUTE;
    return { offset: fixed[1] === "-" ? -size : size, rule: "none", ...none };
  }
  const found = ZONES.get(name);
  if (found === undefined)
    return { offset: Math.round((CENTROIDS.get(name.toUpperCase())?.[1] ?? 0) / 15) * HOUR, rule: "none", ...none };
  return { offset: found[0] * HOUR, rule: found[1], ...none };
}

function isSummer(clock: Clock, time: number): boolean {
  if (clock.rule === "none") return false;
  if (time < clock.year[0] || time >= clock.year[1]) {
    const year = new Date(time).getUTCFullYear();
    clock.year = [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
    clock.summer = summerOf(clock, year);
  }
  return time >= clock.summer[0] && time < clock.summer[1];
}

function summerOf({ rule, offset }: Clock, year: number): readonly [from: number, to: number] {
  if (rule === "eu") return [lastSunday(year, 2) + HOUR, lastSunday(year, 9) + HOUR];
  return [nthSunday(year, 2, 2) + 2 * HOUR - offset, nthSunday(year, 10, 1) + HOUR - offset];
}

/** 1970-01-01 was a Thursday. */
const weekdayOf = (midnight: number): number => (Math.floor(midnight / DAY) + 4) % 7;

function lastSunday(year: number, month: number): number {
  const last = Date.UTC(year, month + 1, 0);
  return last - weekdayOf(last) * DAY;
}

function nthSunday(year: number, month: number, nth: number): number {
  const first = Date.UTC(year, month, 1);
  return first + (((7 - weekdayOf(first)) % 7) + 7 * (nth - 1)) * DAY;
}
