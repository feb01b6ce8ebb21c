/**
 * An event as behaviour sees it: who did what where, whatever source said so.
 *
 * Enters: a normalised event. Leaves: a `Fact`, or undefined for what no detector asks about.
 * F1. Who and where come from entities (canonical); only what no entity says is read from `raw`, by `fields.ts`.
 * F2. A session of a cloud role is the role; program paths lose what differs by user, version and chance.
 */
import type { Entity, EntityKind, EntityRole } from "@cordon/model/entity";
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
  const { entities } = event;
  const roots = rootsOf(event.raw, views.get(event.shape) ?? views.get(event.source) ?? PLAIN_VIEW);
  const user =
    kind === "sign-in"
      ? (find(entities, "user", "target") ?? find(entities, "user", "actor"))
      : (find(entities, "user", "actor") ?? find(entities, "service", "actor"));
  const text = (names: readonly Name[]): string | undefined => textAt(roots, names);
  return {
    ...{ event, kind, time: event.time, text },
    failed: event.outcome === "failure",
    user: user === undefined ? undefined : principalOf(user),
    host: find(entities, "host", "device"),
    source: find(entities, "ip", "src") ?? find(entities, "host", "src"),
    destination: find(entities, "ip", "dst") ?? find(entities, "domain", "dst") ?? find(entities, "host", "dst"),
    agent: find(entities, "useragent", "src"),
    program: kind === "process" ? programAt(entities, "actor") : undefined,
    parent: kind === "process" ? programAt(entities, "parent") : undefined,
    file: kind === "file" ? find(entities, "file", "object") : undefined,
    number: (names) => {
      const found = text(names);
      const value = found === undefined || found === "" ? Number.NaN : Number(found);
      return Number.isFinite(value) ? value : undefined;
    },
  };
}

function programAt(entities: readonly Entity[], role: EntityRole): string | undefined {
  const path = find(entities, "file", role);
  return path === undefined ? undefined : programOf(path);
}

function find(entities: readonly Entity[], kind: EntityKind, role: EntityRole): string | undefined {
  for (const entity of entities)
    if (entity.kind === kind && entity.role === role && entity.wellKnown !== true) return entity.value;
  return undefined;
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
