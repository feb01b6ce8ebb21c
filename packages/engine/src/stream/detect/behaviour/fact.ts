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
import * as fields from "./fields.ts";
import { heldBy, type Name, type NameList } from "./fields.ts";
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
  readonly text: (names: NameList) => string | undefined;
  readonly number: (names: NameList) => number | undefined;
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

/** A class, and one walk over the entities, the first of each counts: facts are made for each event, and read by few. */
class Told implements Fact {
  readonly event: Event;
  readonly kind: FactKind;
  readonly time: number;
  readonly failed: boolean;
  user: string | undefined = undefined;
  host: string | undefined = undefined;
  source: string | undefined = undefined;
  destination: string | undefined = undefined;
  agent: string | undefined = undefined;
  program: string | undefined = undefined;
  parent: string | undefined = undefined;
  file: string | undefined = undefined;
  #account: string | undefined = undefined;
  #actor: string | undefined = undefined;
  #service: string | undefined = undefined;
  #from: string | undefined = undefined;
  #toDomain: string | undefined = undefined;
  #toHost: string | undefined = undefined;
  readonly #view: FieldView;
  #roots: readonly JsonObject[] | undefined = undefined;
  /** Of which lists the roots hold anything; known from the first one on that they hold nothing of. */
  #held = ALL;

  constructor(event: Event, kind: FactKind, view: FieldView) {
    this.event = event;
    this.kind = kind;
    this.time = event.time;
    this.failed = event.outcome === "failure";
    this.#view = view;
    for (const entity of event.entities) if (entity.wellKnown !== true) this.#take(entity);
    this.#settle(kind);
  }

  #take({ kind, role, value }: Entity): void {
    if (role === "src") {
      if (kind === "ip") this.source ??= value;
      else if (kind === "host") this.#from ??= value;
      else if (kind === "useragent") this.agent ??= value;
    } else if (role === "dst") {
      if (kind === "ip") this.destination ??= value;
      else if (kind === "domain") this.#toDomain ??= value;
      else if (kind === "host") this.#toHost ??= value;
    } else if (role === "actor") {
      if (kind === "user") this.#actor ??= value;
      else if (kind === "service") this.#service ??= value;
      else if (kind === "file") this.program ??= value;
    } else if (role === "device") {
      if (kind === "host") this.host ??= value;
    } else if (role === "target") {
      if (kind === "user") this.#account ??= value;
    } else if (kind === "file") {
      if (role === "parent") this.parent ??= value;
      else if (role === "object") this.file ??= value;
    }
  }

  /** What the kind of event does not ask for is not told. */
  #settle(kind: FactKind): void {
    const user = kind === "sign-in" ? (this.#account ?? this.#actor) : (this.#actor ?? this.#service);
    if (user !== undefined) this.user = principalOf(user);
    this.source ??= this.#from;
    this.destination ??= this.#toDomain ?? this.#toHost;
    const { program, parent } = this;
    const started = kind === "process";
    this.program = started && program !== undefined ? programOf(program) : undefined;
    this.parent = started && parent !== undefined ? programOf(parent) : undefined;
    if (kind !== "file") this.file = undefined;
  }

  text(names: NameList): string | undefined {
    const value = this.#value(names);
    return value === undefined ? undefined : String(value);
  }

  number(names: NameList): number | undefined {
    const found = this.#value(names);
    const value = found === undefined || typeof found === "boolean" ? Number.NaN : Number(found);
    return Number.isFinite(value) ? value : undefined;
  }

  #value(names: NameList): Plain | undefined {
    if ((this.#held & names.bit) === 0) return undefined;
    this.#roots ??= rootsOf(this.event.raw, this.#view);
    const found = valueAt(this.#roots, names.names);
    if (found === undefined && this.#held === ALL) {
      this.#held = 0;
      for (const root of this.#roots) this.#held |= heldBy(root);
    }
    return found;
  }
}

const ALL = ~0;

/** Where fields are looked for, as the model's `readField` does. */
function rootsOf(raw: JsonObject, view: FieldView): readonly JsonObject[] {
  if (view.roots.length === 1 && view.roots[0]?.length === 0) return [raw];
  const roots: JsonObject[] = [];
  for (const path of view.roots) collectRoots(raw, path, roots);
  return roots.length === 0 ? [raw] : roots;
}

/** `*` is every object that stands there. */
function collectRoots(from: JsonObject, path: readonly string[], into: JsonObject[]): void {
  let at: Json | undefined = from;
  for (const [i, key] of path.entries()) {
    if (!isJsonObject(at)) return;
    if (key === "*") {
      for (const child of Object.values(at)) if (isJsonObject(child)) collectRoots(child, path.slice(i + 1), into);
      return;
    }
    at = Object.hasOwn(at, key) ? at[key] : undefined;
  }
  if (isJsonObject(at)) into.push(at);
}

type Plain = string | number | boolean;

function valueAt(roots: readonly JsonObject[], names: readonly Name[]): Plain | undefined {
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

function follow(root: JsonObject, { path, key: flat }: Name): Plain | undefined {
  let at: Json | undefined = root;
  for (const key of path) {
    at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : Array.isArray(at) ? at[Number(key)] : undefined;
    if (at === undefined) break;
  }
  if (at === undefined && path.length > 1 && Object.hasOwn(root, flat)) at = root[flat];
  return typeof at === "string" || typeof at === "number" || typeof at === "boolean" ? at : undefined;
}

export function actionOf(fact: Fact): string | undefined {
  const action = fact.text(fields.ACTION);
  const object = action === undefined ? undefined : fact.text(fields.OBJECT);
  return object === undefined ? action : `${action} ${object}`;
}
