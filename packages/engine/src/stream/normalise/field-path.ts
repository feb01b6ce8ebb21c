/**
 * Names of fields as mappings write them, split once, read many times. A name is first a literal key, then a dotted
 * path; a path that crosses arrays gives the list of what it finds. Own properties only.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";

export interface FieldPath {
  readonly name: string;
  /** Empty when the name has no dots. */
  readonly segments: readonly string[];
}

export function fieldPath(name: string): FieldPath {
  // Claims have names that are URLs: their dots separate nothing.
  const url = name.search(/(?<=\.)https?:\/\//);
  if (url > 0) return { name, segments: [...name.slice(0, url - 1).split("."), name.slice(url)] };
  return { name, segments: name.includes(".") ? name.split(".") : [] };
}

/** Where names are looked up: the root objects of a layout in order. `anyCase` for sources that changed the case. */
export interface Scope {
  readonly roots: readonly JsonObject[];
  readonly anyCase: boolean;
  /** Where it is noted which values were read. */
  readonly reads?: Reads | undefined;
}

export interface Reads {
  /** What is read here is only asked for being there: its value decides nothing. */
  presence<T>(read: () => T): T;
}

/** The same as `readPath`, for those who only ask whether there is a value, and whether it is null. */
export function readPresence(scope: Scope, path: FieldPath): Json | undefined {
  return scope.reads === undefined ? readPath(scope, path) : scope.reads.presence(() => readPath(scope, path));
}

export function readPath(scope: Scope, path: FieldPath): Json | undefined {
  const { roots } = scope;
  for (let i = 0; i < roots.length; i += 1) {
    const root = roots[i];
    if (root === undefined) continue;
    const value = root[path.name];
    if (value !== undefined && Object.hasOwn(root, path.name)) return value;
  }
  if (path.segments.length > 0) {
    for (const root of roots) {
      const value = follow(root, path.segments, false);
      if (value !== undefined) return value;
    }
  }
  return scope.anyCase ? readLoosely(roots, path) : undefined;
}

function readLoosely(roots: readonly JsonObject[], path: FieldPath): Json | undefined {
  for (const root of roots) {
    const value = follow(root, path.segments.length > 0 ? path.segments : [path.name], true);
    if (value !== undefined) return value;
  }
  return undefined;
}

function follow(root: Json, segments: readonly string[], anyCase: boolean): Json | undefined {
  let at: Json = root;
  for (let i = 0; i < segments.length; i += 1) {
    if (Array.isArray(at)) return followEach(at, segments.slice(i), anyCase);
    if (!isJsonObject(at)) return undefined;
    const next: Json | undefined = member(at, segments[i] ?? "", anyCase);
    if (next === undefined) return undefined;
    at = next;
  }
  return at;
}

function followEach(items: readonly Json[], segments: readonly string[], anyCase: boolean): Json | undefined {
  const found: Json[] = [];
  for (const item of items) {
    const value = follow(item, segments, anyCase);
    if (Array.isArray(value)) found.push(...value);
    else if (value !== undefined) found.push(value);
  }
  return found.length === 0 ? undefined : found;
}

function member(object: JsonObject, key: string, anyCase: boolean): Json | undefined {
  if (Object.hasOwn(object, key)) return object[key];
  if (!anyCase) return undefined;
  const wanted = key.toLowerCase();
  for (const candidate of Object.keys(object)) {
    if (candidate.length === wanted.length && candidate.toLowerCase() === wanted) return object[candidate];
  }
  return undefined;
}

/** Text of a scalar; numbers and booleans in their JSON form. */
export function scalarText(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
