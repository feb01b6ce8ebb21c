/** Fields of one event by name, through its view. A name of which no part stands in the event is not searched for. */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { type FieldView, readField } from "@cordon/model/view";
import type { Property } from "./project-table.ts";

export type ReadField = (name: string) => Json | undefined;

const DEPTH_MAX = 8;
const KEYS_MAX = 4_000;

/** Keys and names are few and come again with every event: their folded forms are remembered. */
const FOLDED_MAX = 10_000;

/** Makes the reader of an event's fields. */
export function makeFieldReaders(): (view: FieldView, raw: JsonObject) => ReadField {
  const folded = new Map<string, string>();
  const lastPart = (name: string): string => {
    const known = folded.get(name);
    if (known !== undefined) return known;
    const last = name
      .slice(name.lastIndexOf(".") + 1)
      .replaceAll(" ", "")
      .toLowerCase();
    if (folded.size < FOLDED_MAX) folded.set(name, last);
    return last;
  };
  return (view, raw) => {
    const keys = new Set<string>();
    collectKeys(raw, { keys, lastPart }, 0);
    return (name) => {
      const known = keys.has(lastPart(name)) || Object.hasOwn(view.alias, name) || Object.hasOwn(view.derived, name);
      const value = known ? readField(view, raw, name)?.value : undefined;
      return value === null || value === "" ? undefined : value;
    };
  };
}

interface Keys {
  readonly keys: Set<string>;
  /** Names are found without regard to case and spaces. */
  readonly lastPart: (name: string) => string;
}

function collectKeys(value: JsonObject | readonly Json[], into: Keys, depth: number): void {
  if (depth > DEPTH_MAX || into.keys.size > KEYS_MAX) return;
  if (Array.isArray(value)) {
    for (const member of value.slice(0, 16)) if (isNested(member)) collectKeys(member, into, depth + 1);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const key of Object.keys(value)) {
    into.keys.add(into.lastPart(key));
    const member = value[key];
    if (isNested(member)) collectKeys(member, into, depth + 1);
  }
}

const isNested = (value: Json | undefined): value is JsonObject | readonly Json[] =>
  typeof value === "object" && value !== null;

export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** Properties that have a field; undefined when none has. */
export function readProperties(rows: readonly Property[], read: ReadField): JsonObject | undefined {
  const tree: Record<string, Json> = {};
  for (const row of rows) {
    for (const name of row.from) {
      const value = converted(read(name), row.as ?? "text");
      if (value === undefined) continue;
      put(tree, row.to.split("."), value);
      break;
    }
  }
  return Object.keys(tree).length === 0 ? undefined : tree;
}

function put(tree: Record<string, Json>, path: readonly string[], value: Json): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  const inner: Record<string, Json> = { ...(isJsonObject(tree[key]) ? tree[key] : {}) };
  put(inner, rest, value);
  tree[key] = inner;
}

function converted(value: Json | undefined, as: NonNullable<Property["as"]>): Json | undefined {
  const text = textOf(Array.isArray(value) ? value[0] : value);
  if (text === undefined || text === "-") return undefined;
  switch (as) {
    case "text":
      return text;
    case "lower":
      return text.toLowerCase();
    case "lower-list":
      return [protocolOf(text.toLowerCase())];
    case "integer":
      return /^(?:\d{1,15}|0x[0-9a-fA-F]{1,12})$/.test(text) ? Number(text) : undefined;
  }
}

const PROTOCOLS: Readonly<Record<string, string>> = { "1": "icmp", "6": "tcp", "17": "udp", "58": "ipv6-icmp" };

const protocolOf = (text: string): string => PROTOCOLS[text] ?? text;
