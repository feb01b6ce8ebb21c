/** Successful sign-ins: from where, with what, when, to which host; travel; accounts that slept; service accounts. */

import { DAY, HOUR, MINUTE } from "@cordon/model/time";
import { distanceKm, type Place, placeOf } from "../../../learning/behaviour/travel.ts";
import { topOf, totalOf } from "../../../learning/behaviour/value-counts.ts";
import type { DetectorName } from "./definitions.ts";
import type { Desk } from "./desk.ts";
import type { Fact } from "./fact.ts";
import * as fields from "./fields.ts";
import { noteHabit } from "./habit.ts";
import { type Hour, hourOf, oddityOf, sayIfOffHours, USUAL_HOUR } from "./hours.ts";
import { keeping } from "./kept.ts";
import { isService } from "./names.ts";
import type { Remembered } from "./remembered.ts";
import type { Seen } from "./sight.ts";

const SPEED_KMH = 900;
const DISTANCE_KM = 500;
/** A network that this share of accounts uses is the company's own or a carrier's: its place says nothing about a person. */
const SHARED_NETWORK = 0.05;
const SHARED_NETWORK_MIN = 3;
const DORMANT_DAYS = 28;
/** Windows logon types at which a person sits: keyboard, remote desktop, unlock with cached credentials. */
const INTERACTIVE: ReadonlySet<string> = new Set(["2", "10", "11", "7"]);

export function onSignIn(fact: Fact, at: number, desk: Desk): void {
  const { user } = fact;
  if (user === undefined || fact.failed) return;
  const before = desk.find("user", user)?.last;
  const about = desk.entity("user", user, fact);
  dormant({ about, fact, desk, before });
  const service = isService(user);
  travel(about, fact, desk);
  const hour = service ? USUAL_HOUR : hourOf(about, fact, desk);
  attributes(about, fact, { at, desk, hour });
  hosts(about, fact, { at, desk, service });
  sayIfOffHours(about, fact, { desk, hour });
}

interface Dormancy {
  readonly about: Remembered;
  readonly fact: Fact;
  readonly desk: Desk;
  readonly before: number | undefined;
}

function dormant({ about, fact, desk, before }: Dormancy): void {
  if (before === undefined) return;
  const days = (fact.time - before) / DAY;
  const longest = about.marks["longest-pause"] ?? 0;
  if (days > longest) about.marks["longest-pause"] = days;
  if (days < DORMANT_DAYS || days < 2 * longest) return;
  desk.say({
    ...{ detector: "dormant-account", about, fact, basis: "own", n: about.n, mark: "woke" },
    p: 2 ** (-days / Math.max(1, longest + 5)),
    values: { user: fact.user ?? "", days: Math.round(days), longest: Math.round(longest) },
  });
}

function travel(about: Remembered, fact: Fact, desk: Desk): void {
  const country = fact.text(fields.COUNTRY);
  const place = placeOf(country, fact.number(fields.LATITUDE), fact.number(fields.LONGITUDE));
  if (place === undefined) return;
  const network = fact.text(fields.ASN) ?? "";
  const networks = desk.society.group("all|network");
  const shared = network !== "" && networks.holders(desk.names.hash(network)) >= sharedFrom(networks.members);
  // The place of a shared network is its exit, unless it is where the account usually is.
  const [usual] = topOf(about.counts.country, 1);
  if (shared && usual !== undefined && usual !== desk.names.hash(country ?? "")) return;
  const there = stayOf(about);
  const session = fact.text(fields.SESSION) ?? "";
  const label = country ?? `${place.latitude.toFixed(1)},${place.longitude.toFixed(1)}`;
  const here: Stay = { ...place, time: fact.time, label, id: fact.event.id, session };
  if (there === undefined || here.time >= there.time) keepStay(about, here);
  if (there !== undefined) compareStays(about, fact, { desk, there, here });
}

function stayOf({ marks, notes }: Remembered): Stay | undefined {
  const {
    "place-at": time,
    "place-north": latitude = 0,
    "place-east": longitude = 0,
    "place-km": radiusKm = 0,
  } = marks;
  const { place: label = "", "place-id": id = "", "place-session": session = "" } = notes;
  return time === undefined ? undefined : { latitude, longitude, radiusKm, time, label, id, session };
}

function keepStay(
  { marks, notes }: Remembered,
  { latitude, longitude, radiusKm, time, label, id, session }: Stay,
): void {
  marks["place-at"] = time;
  marks["place-north"] = latitude;
  marks["place-east"] = longitude;
  marks["place-km"] = radiusKm;
  notes.place = label;
  notes["place-id"] = id;
  notes["place-session"] = session;
}

const sharedFrom = (members: number): number => Math.max(SHARED_NETWORK_MIN, SHARED_NETWORK * members);

interface Stay extends Place {
  readonly time: number;
  readonly label: string;
  readonly id: string;
  readonly session: string;
}

function compareStays(
  about: Remembered,
  fact: Fact,
  stays: { readonly desk: Desk; readonly there: Stay; readonly here: Stay },
): void {
  const { desk, there, here } = stays;
  if (here.session !== "" && here.session === there.session) return;
  const km = distanceKm(there, here);
  const hours = Math.max(Math.abs(here.time - there.time), MINUTE) / HOUR;
  if (km <= DISTANCE_KM || km / hours <= SPEED_KMH) return;
  const pair = [there.label, here.label].sort().join("-");
  desk.say({
    ...{ detector: "impossible-travel", about, fact, evidence: [there.id], mark: pair },
    // A pair of places that the account was told of before is its own way of living.
    ...{ p: 1e-4, basis: "definition", n: about.n, restMs: 90 * DAY },
    values: {
      ...{ user: fact.user ?? "", from: there.label, to: here.label, minutes: Math.round(hours * 60) },
      ...{ km: Math.round(km), speed: Math.round(km / hours) },
    },
  });
}

interface At {
  readonly at: number;
  readonly desk: Desk;
}

interface Attribute {
  readonly detector: DetectorName;
  readonly dimension: string;
  readonly read: (fact: Fact) => string | undefined;
}

const ATTRIBUTES: readonly Attribute[] = [
  { detector: "first-country", dimension: "country", read: (fact) => fact.text(fields.COUNTRY) },
  { detector: "first-network", dimension: "network", read: (fact) => fact.text(fields.ASN) },
  { detector: "first-device", dimension: "device", read: (fact) => fact.text(fields.DEVICE) },
  {
    detector: "first-device",
    dimension: "agent",
    read: ({ agent }) => (agent === undefined ? undefined : familyOf(agent)),
  },
];

/** Several new attributes of one sign-in are one finding, named after the gravest; their chances multiply. */
function attributes(about: Remembered, fact: Fact, { at, desk, hour }: At & { readonly hour: Hour }): void {
  const fresh: { detector: DetectorName; value: string; seen: Seen; p: number }[] = [];
  for (const { detector, dimension, read } of ATTRIBUTES) {
    const value = read(fact);
    if (value === undefined) continue;
    const seen = desk.see(about, dimension, { text: value, fact, at });
    if (!seen.first) continue;
    // What many colleagues have (the VPN, the carrier, the browser) is new only to this account.
    if (seen.holders >= sharedFrom(seen.members)) continue;
    if (seen.hushed) desk.counts.newSource += 1;
    else fresh.push({ detector, value, seen, p: dimension === "device" ? seen.novelty : seen.p });
  }
  if (fresh.length === 0) return;
  // Where from, with what and when are three questions; a country brings its network, a device its program.
  const least = (names: readonly DetectorName[]): number =>
    fresh.reduce((most, each) => (names.includes(each.detector) ? Math.min(most, each.p) : most), 1);
  const p = least(["first-country", "first-network"]) * least(["first-device"]) * oddityOf(hour);
  const [gravest, ...rest] = fresh;
  if (gravest === undefined || about.n < 2) return;
  const { detector, value, seen } = gravest;
  desk.say({
    ...{ detector, about, fact, p, basis: seen.basis, n: seen.n, mark: value },
    values: {
      ...{ user: fact.user ?? "", country: value, asn: value, device: value, usual: seen.usual },
      ...{ holders: Math.round(seen.holders), members: seen.members },
      also: `${rest.length === 0 ? "" : `; also new: ${rest.map((each) => each.value).join(", ")}`}${oddityOf(hour) < 1 ? "; at an unusual hour" : ""}`,
    },
  });
}

const AGENTS_KEPT = 4_096;

/** A user agent without its versions. */
export const familyOf = keeping((agent) => agent.replace(/[\d._]+/g, "#").slice(0, 80), AGENTS_KEPT);

function hosts(about: Remembered, fact: Fact, { at, desk, service }: At & { readonly service: boolean }): void {
  const type = fact.text(fields.LOGON_TYPE);
  const interactive = type !== undefined && INTERACTIVE.has(type);
  if (service && type !== undefined) {
    const n = about.marks["sign-ins"] ?? 0;
    about.marks["sign-ins"] = n + 1;
    if (interactive && n >= 10 && about.marks["was-interactive"] === undefined) {
      desk.say({
        ...{
          detector: "service-account-use",
          about,
          fact,
          p: 1 / (n + 1),
          basis: "definition",
          n,
          mark: "interactive",
        },
        values: { user: fact.user ?? "", how: `interactively (logon type ${type}) on ${fact.host ?? "?"}`, n },
      });
    }
    if (interactive) about.marks["was-interactive"] = fact.time;
  }
  if (fact.host === undefined) return;
  const seen = desk.see(about, "host", { text: fact.host, fact, at });
  noteHabit(about, seen, { fact, desk });
  if (!seen.first) return;
  desk.window(about, "new-hosts", { text: fact.host, fact, span: HOUR });
  if (seen.hushed) {
    desk.counts.newSource += 1;
    return;
  }
  fanOut(about, fact, desk);
  const stable = service && seen.basis === "own" && totalOf(about.counts.host) >= 20 && seen.novelty < 0.05;
  if (stable && about.marks["was-interactive"] === undefined) {
    desk.say({
      ...{ detector: "service-account-use", about, fact, p: seen.p, basis: "own", n: seen.n, mark: fact.host },
      values: {
        user: fact.user ?? "",
        how: `to ${fact.host}, where it never was (so far ${seen.usual})`,
        n: Math.round(seen.n),
      },
    });
    return;
  }
  if (about.n < 2) return;
  desk.say({
    ...{ detector: "new-host", about, fact, p: seen.p, basis: seen.basis, n: seen.n, mark: fact.host },
    values: {
      ...{ user: fact.user ?? "", host: fact.host, usual: seen.usual },
      ...{ holders: Math.round(seen.holders), members: seen.members },
    },
  });
}

const FAN_OUT_MIN = 4;

function fanOut(about: Remembered, fact: Fact, desk: Desk): void {
  const window = about.windows["new-hosts"];
  const fresh = window?.values.length ?? 0;
  if (window === undefined || fresh < FAN_OUT_MIN) return;
  const expected = desk.expected(about, "new-hosts", fact.time);
  const known = about.days >= 3;
  desk.say({
    ...{ detector: "lateral-fan-out", about, fact, evidence: [...window.ids], mark: "fan-out" },
    ...{ p: Math.min(1e-3, 2 ** (-2 * fresh)), basis: known ? "own" : "peer", n: expected.windows },
    values: {
      user: fact.user ?? "",
      hosts: fresh,
      fresh,
      span: "an hour",
      usual: `${expected.mean.toFixed(1)} new hosts a day`,
    },
  });
}
