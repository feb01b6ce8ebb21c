/**
 * An event as behaviour sees it: who did what where, whatever source said so.
 *
 * Enters: a normalised event. Leaves: a `Fact`, or undefined for what no detector asks about.
 * F1. Who and where come from entities (canonical); only what no entity says is read from `raw`, by `fields.ts`.
 * F2. A session of a cloud role is the role; program paths lose what differs by user, version and chance.
 */
import type { Entity } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { type FieldView, PLAIN_VIEW } from "@cordon/model/view";
import type { Name } from "./fields.ts";
import * as fields from "./fields.ts";
import { principalOf, programOf } from "./names.ts";

export type FactKind = "sign-in" | "process" | "flow" | "dns" | "file" | "api" | "other";

export interface Fact {
  readonly event: Event;
  readonly kind: FactKind;
  readonly time: number;
  readonly failed: boolean;
  readonly user: string | undefined;
  readonly host: string | undefined;
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly agent: string | undefined;
  readonly program: string | undefined;
  readonly parent: string | undefined;
  readonly file: string | undefined;
  /** Below the roots of its view, by a list of `fields.ts`. Read only when asked for. */
  readonly text: (names: readonly Name[]) => string | undefined;
  readonly number: (names: readonly Name[]) => number | undefined;
}

const KIND_OF_CLASS: ReadonlyMap<number, FactKind> = new Map([
  [1001, "file"],
  [1007, "process"],
  [3001, "api"],
  [3002, "sign-in"],
  [3005, "api"],
  [3006, "api"],
  [4001, "flow"],
  [4002, "flow"],
  [4003, "dns"],
  [6001, "api"],
  [6003, "api"],
]);

/** Logging off, ending and reading are nobody's surprise. */
const concerns = (event: Event, kind: FactKind): boolean => {
  if (kind === "sign-in") return event.activity !== 2 && event.activity !== 4;
  if (kind === "process") return event.activity === 1;
  if (kind === "file") return event.activity !== 2 && event.activity !== 6;
  return true;
};

export function factOf(event: Event, views: ReadonlyMap<string, FieldView>): Fact {
  const known = KIND_OF_CLASS.get(event.class) ?? (event.log.categories.includes("dns_query") ? "dns" : "other");
  const kind = concerns(event, known) ? known : "other";
  const view = views.get(event.shape) ?? views.get(event.source) ?? PLAIN_VIEW;
  return new Told(event, kind, view);
}

/** A class, and one walk over the entities: facts are made for each event, and read by few. */
class Told implements Fact {
  readonly event: Event;
  readonly kind: FactKind;
  readonly time: number;
  readonly failed: boolean;
  readonly user: string | undefined;
  readonly host: string | undefined;
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly agent: string | undefined;
  readonly program: string | undefined;
  readonly parent: string | undefined;
  readonly file: string | undefined;
  readonly #view: FieldView;
  #roots: readonly JsonObject[] | undefined;

  constructor(event: Event, kind: FactKind, view: FieldView) {
    this.event = event;
    this.kind = kind;
    this.time = event.time;
    this.failed = event.outcome === "failure";
    const named = namedIn(event.entities);
    const user = kind === "sign-in" ? (named.account ?? named.actor) : (named.actor ?? named.service);
    this.user = user === undefined ? undefined : principalOf(user);
    this.host = named.device;
    this.source = named.ip ?? named.from;
    this.destination = named.toIp ?? named.toDomain ?? named.toHost;
    this.agent = named.agent;
    const started = kind === "process";
    this.program = started && named.image !== undefined ? programOf(named.image) : undefined;
    this.parent = started && named.starter !== undefined ? programOf(named.starter) : undefined;
    this.file = kind === "file" ? named.object : undefined;
    this.#view = view;
    this.#roots = undefined;
  }

  text(names: readonly Name[]): string | undefined {
    this.#roots ??= rootsOf(this.event.raw, this.#view);
    return textAt(this.#roots, names);
  }

  number(names: readonly Name[]): number | undefined {
    const found = this.text(names);
    const value = found === undefined || found === "" ? Number.NaN : Number(found);
    return Number.isFinite(value) ? value : undefined;
  }
}

/** Who and what an event names, the first of each. */
class Named {
  account: string | undefined = undefined;
  actor: string | undefined = undefined;
  service: string | undefined = undefined;
  device: string | undefined = undefined;
  ip: string | undefined = undefined;
  from: string | undefined = undefined;
  toIp: string | undefined = undefined;
  toDomain: string | undefined = undefined;
  toHost: string | undefined = undefined;
  agent: string | undefined = undefined;
  image: string | undefined = undefined;
  starter: string | undefined = undefined;
  object: string | undefined = undefined;
}

function namedIn(entities: readonly Entity[]): Named {
  const named = new Named();
  for (const entity of entities) if (entity.wellKnown !== true) name(named, entity);
  return named;
}

function name(named: Named, { kind, role, value }: Entity): void {
  if (role === "src") {
    if (kind === "ip") named.ip ??= value;
    else if (kind === "host") named.from ??= value;
    else if (kind === "useragent") named.agent ??= value;
  } else if (role === "dst") {
    if (kind === "ip") named.toIp ??= value;
    else if (kind === "domain") named.toDomain ??= value;
    else if (kind === "host") named.toHost ??= value;
  } else if (role === "actor") {
    if (kind === "user") named.actor ??= value;
    else if (kind === "service") named.service ??= value;
    else if (kind === "file") named.image ??= value;
  } else if (role === "device") {
    if (kind === "host") named.device ??= value;
  } else if (role === "target") {
    if (kind === "user") named.account ??= value;
  } else if (kind === "file") {
    if (role === "parent") named.starter ??= value;
    else if (role === "object") named.object ??= value;
  }
}

function rootsOf(raw: JsonObject, view: FieldView): readonly JsonObject[] {
  if (view.roots.length === 1 && view.roots[0]?.length === 0) return [raw];
  const roots: JsonObject[] = [];
  for (const path of view.roots) {
    let at: Json | undefined = raw;
    for (const key of path) at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
    if (isJsonObject(at)) roots.push(at);
  }
  return roots.length === 0 ? [raw] : roots;
}

function textAt(roots: readonly JsonObject[], names: readonly Name[]): string | undefined {
  for (const root of roots) {
    for (const name of names) {
      // Most names are of other sources: one look at what they begin with, and only what is there is followed.
      if (root[name.first] === undefined && (name.first === name.key || root[name.key] === undefined)) continue;
      const value = follow(root, name);
      if (value !== undefined && value !== "" && value !== "-") return value;
    }
  }
  return undefined;
}

function follow(root: JsonObject, { path, key: flat }: Name): string | undefined {
  let at: Json | undefined = root;
  for (const key of path) {
    at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : Array.isArray(at) ? at[Number(key)] : undefined;
    if (at === undefined) break;
  }
  if (at === undefined && path.length > 1 && Object.hasOwn(root, flat)) at = root[flat];
  return plain(at);
}

const plain = (value: Json | undefined): string | undefined =>
  typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : undefined;

export const actionOf = (fact: Fact): string | undefined => fact.text(fields.ACTION);
