/**
 * How a name is looked up in an event's `raw`. Rules, searches and the claim checker all read through this one door.
 * Order: exact key in each root -> dotted path -> alias -> derived field -> exact key without spaces -> the same
 * without regard to case (detection.md 2.2). The first hit wins, also when its value is null.
 *
 * V1. Only own properties are read: `__proto__` or `constructor` in a rule never reaches a prototype.
 * V2. A literal key `a.b` wins over the path a -> b.
 * V3. A path that crosses an array reads every element; one hit keeps its exact pointer, several become a list
 *     whose pointer names the array they came from.
 */
import { isJsonObject, type Json, type JsonObject } from "./json.ts";

export interface FieldView {
  /** Shape it belongs to (`Event.shape`); engines cache per id. */
  readonly id: string;
  /** Objects whose keys count as top level, in order; `[]` is `raw` itself. The segment `*` is any one own object. */
  readonly roots: readonly (readonly string[])[];
  /** Rule field name -> raw paths (absolute, from `raw`), first present wins. */
  readonly alias: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Fields computed from others: the parts of a `Hashes` string (`SHA1=..,MD5=..`). Paths count from each root. */
  readonly derived: Readonly<Record<string, DerivedField>>;
}

export type DerivedField =
  | { readonly kind: "hash-part"; readonly from: readonly string[]; readonly label: string }
  | { readonly kind: "constant"; readonly value: Json }
  /** Parts joined by `with` (`DOMAIN\user`, a list of arguments); absent when one part is. */
  | { readonly kind: "join"; readonly from: readonly (readonly string[])[]; readonly with: string }
  /** Value replaced through a table (`S-1-16-12288` -> `High`); absent when the table does not know it. */
  | { readonly kind: "lookup"; readonly from: readonly string[]; readonly values: Readonly<Record<string, Json>> };

export const PLAIN_VIEW: FieldView = { id: "unknown", roots: [[]], alias: {}, derived: {} };

export interface FieldHit {
  readonly value: Json;
  /** JSON pointer (RFC 6901) into `raw`. */
  readonly pointer: string;
}

interface Root {
  readonly object: JsonObject;
  readonly pointer: string;
}

/** A name with more dots than this is not taken as a path: no source nests a field that deep. */
const PATH_SEGMENTS_MAX = 16;

export function readField(view: FieldView, raw: JsonObject, name: string): FieldHit | undefined {
  const roots = rootsOf(view, raw);
  return (
    exactKey(roots, name) ??
    dottedPath(roots, name, false) ??
    viaAlias(view, raw, name) ??
    viaDerived(view, roots, name) ??
    loosely(roots, name)
  );
}

/** Value at a JSON pointer, own properties only; undefined when nothing is there. */
export function readPointer(raw: JsonObject, pointer: string): Json | undefined {
  if (pointer === "") return raw;
  if (!pointer.startsWith("/")) return undefined;
  let at: Json = raw;
  for (const token of pointer.slice(1).split("/")) {
    const next = memberOf(at, token.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (next === undefined) return undefined;
    at = next;
  }
  return at;
}

/** One more token on a JSON pointer, escaped. */
export function pointerTo(parent: string, token: string): string {
  const escaped =
    token.includes("~") || token.includes("/") ? token.replaceAll("~", "~0").replaceAll("/", "~1") : token;
  return `${parent}/${escaped}`;
}

function memberOf(value: Json, key: string): Json | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) return /^(0|[1-9][0-9]{0,9})$/.test(key) ? value[Number(key)] : undefined;
  return ownMember(value, key);
}

function ownMember(value: Json, key: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function rootsOf(view: FieldView, raw: JsonObject): readonly Root[] {
  const roots: Root[] = [];
  for (const path of view.roots) collectRoots({ object: raw, pointer: "" }, path, roots);
  return roots;
}

function collectRoots(from: Root, path: readonly string[], into: Root[]): void {
  let { object, pointer } = from;
  for (let i = 0; i < path.length; i += 1) {
    const key = path[i] ?? "";
    if (key === "*") {
      for (const child of Object.keys(object)) {
        const value = object[child];
        if (!isJsonObject(value)) continue;
        collectRoots({ object: value, pointer: pointerTo(pointer, child) }, path.slice(i + 1), into);
      }
      return;
    }
    const next = ownMember(object, key);
    if (!isJsonObject(next)) return;
    object = next;
    pointer = pointerTo(pointer, key);
  }
  into.push({ object, pointer });
}

function exactKey(roots: readonly Root[], name: string): FieldHit | undefined {
  for (const { object, pointer } of roots) {
    const value = ownMember(object, name);
    if (value !== undefined) return { value, pointer: pointerTo(pointer, name) };
  }
  return undefined;
}

function dottedPath(roots: readonly Root[], name: string, anyCase: boolean): FieldHit | undefined {
  if (!name.includes(".")) return undefined;
  const path = name.split(".");
  if (path.length > PATH_SEGMENTS_MAX) return undefined;
  for (const { object, pointer } of roots) {
    const hit = follow({ value: object, pointer }, path, anyCase);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

/** Follows a path. Segments may also be joined again, because keys may hold dots themselves (`authorization.k8s.io/x`). */
function follow(from: FieldHit, path: readonly string[], anyCase: boolean): FieldHit | undefined {
  if (path.length === 0) return from;
  const { value, pointer } = from;
  if (Array.isArray(value)) return followEach(value, pointer, { path, anyCase });
  if (!isJsonObject(value)) return undefined;
  let key = "";
  for (let used = 1; used <= path.length; used += 1) {
    key = used === 1 ? (path[0] ?? "") : `${key}.${path[used - 1]}`;
    const own = anyCase ? foldedKey(value, fold(key)) : key;
    const next = own === undefined ? undefined : ownMember(value, own);
    if (own === undefined || next === undefined) continue;
    const hit = follow({ value: next, pointer: pointerTo(pointer, own) }, path.slice(used), anyCase);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

interface Walk {
  readonly path: readonly string[];
  readonly anyCase: boolean;
}

function followEach(items: readonly Json[], pointer: string, walk: Walk): FieldHit | undefined {
  const index = memberOf(items, walk.path[0] ?? "");
  if (index !== undefined) {
    const at = pointerTo(pointer, walk.path[0] ?? "");
    return follow({ value: index, pointer: at }, walk.path.slice(1), walk.anyCase);
  }
  const hits: FieldHit[] = [];
  for (const [i, item] of items.entries()) {
    const hit = follow({ value: item, pointer: `${pointer}/${i}` }, walk.path, walk.anyCase);
    if (hit !== undefined) hits.push(hit);
  }
  const [first] = hits;
  if (first === undefined || hits.length === 1) return first;
  return { value: hits.flatMap((hit) => (Array.isArray(hit.value) ? hit.value : [hit.value])), pointer };
}

function viaAlias(view: FieldView, raw: JsonObject, name: string): FieldHit | undefined {
  if (!Object.hasOwn(view.alias, name)) return undefined;
  for (const path of view.alias[name] ?? []) {
    const hit = follow({ value: raw, pointer: "" }, path, false);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

function viaDerived(view: FieldView, roots: readonly Root[], name: string): FieldHit | undefined {
  if (!Object.hasOwn(view.derived, name)) return undefined;
  const derived = view.derived[name];
  switch (derived?.kind) {
    case undefined:
      return undefined;
    case "constant":
      return { value: derived.value, pointer: "" };
    case "hash-part":
      return hashPart(fromRoots(roots, derived.from), derived.label);
    case "join":
      return joined(roots, derived.from, derived.with);
    case "lookup": {
      const hit = fromRoots(roots, derived.from);
      if (hit === undefined || typeof hit.value === "object") return undefined;
      const key = String(hit.value);
      const value = Object.hasOwn(derived.values, key) ? derived.values[key] : undefined;
      return value === undefined ? undefined : { value, pointer: hit.pointer };
    }
  }
}

function fromRoots(roots: readonly Root[], path: readonly string[]): FieldHit | undefined {
  for (const { object, pointer } of roots) {
    const hit = follow({ value: object, pointer }, path, false);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

function joined(roots: readonly Root[], from: readonly (readonly string[])[], glue: string): FieldHit | undefined {
  const parts: string[] = [];
  let pointer: string | undefined;
  for (const path of from) {
    const hit = fromRoots(roots, path);
    const items = hit === undefined ? [] : Array.isArray(hit.value) ? hit.value : [hit.value];
    if (hit === undefined || items.some((item) => typeof item === "object")) return undefined;
    for (const item of items) parts.push(String(item));
    pointer ??= hit.pointer;
  }
  return pointer === undefined ? undefined : { value: parts.join(glue), pointer };
}

/** `SHA1=..,MD5=..` -> one part. Sysmon writes a bare digest when a single algorithm is configured: then by length. */
function hashPart(hit: FieldHit | undefined, label: string): FieldHit | undefined {
  if (hit === undefined || typeof hit.value !== "string") return undefined;
  const wanted = label.toLowerCase();
  for (const part of hit.value.split(",")) {
    const at = part.indexOf("=");
    const found = at < 0 ? BARE_DIGEST.get(part.trim().length) : part.slice(0, at).trim().toLowerCase();
    if (found === wanted) return { value: part.slice(at + 1).trim(), pointer: hit.pointer };
  }
  return undefined;
}

const BARE_DIGEST: ReadonlyMap<number, string> = new Map([
  [32, "md5"],
  [40, "sha1"],
  [64, "sha256"],
]);

function loosely(roots: readonly Root[], name: string): FieldHit | undefined {
  const tight = name.includes(" ") ? name.replaceAll(" ", "") : name;
  for (const { object, pointer } of roots) {
    for (const key of Object.keys(object)) {
      const value =
        key.includes(" ") || tight !== name ? ownIf(object, key, key.replaceAll(" ", "") === tight) : undefined;
      if (value !== undefined) return { value, pointer: pointerTo(pointer, key) };
    }
  }
  const folded = fold(name);
  for (const { object, pointer } of roots) {
    const key = foldedKey(object, folded);
    const value = key === undefined ? undefined : ownMember(object, key);
    if (key !== undefined && value !== undefined) return { value, pointer: pointerTo(pointer, key) };
  }
  return dottedPath(roots, name, true);
}

function ownIf(object: JsonObject, key: string, holds: boolean): Json | undefined {
  return holds ? object[key] : undefined;
}

const fold = (name: string): string => (name.includes(" ") ? name.replaceAll(" ", "") : name).toLowerCase();

function foldedKey(object: JsonObject, folded: string): string | undefined {
  for (const key of Object.keys(object)) {
    // A shorter key cannot become the wanted one by losing spaces: skip most keys without allocating.
    if (key.length < folded.length) continue;
    if (fold(key) === folded) return key;
  }
  return undefined;
}
