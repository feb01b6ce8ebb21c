/** A tape over parsed objects: the contract in its plainest form. Some values are never remembered, as a real tape may do. */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { ByteSearch } from "../../../tape/byte-search.ts";
import type { Leaf, LeafKind, Loose, Shape, Tape } from "../../../tape/tape.ts";

const KINDS: Readonly<Record<string, LeafKind>> = { string: "text", number: "number", true: "true", false: "false" };

function kindOf(value: Json): LeafKind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  return KINDS[typeof value === "boolean" ? String(value) : typeof value] ?? "null";
}

interface Place extends Leaf {
  value: Json;
}

export class ObjectTape implements Tape {
  reads: number[] | undefined;
  generation = 0;
  shape: Shape = { number: 0, leaves: [], raw: {} };
  loose: Loose = { view: new DataView(new ArrayBuffer(0)), start: 0, end: 0, ascii: true };
  readonly search = ByteSearch.make();
  readonly #shapes = new Map<string, Shape>();
  readonly #ids = new Map<string, number>();
  readonly #isForgetful: (value: Json) => boolean;
  #values: Json[] = [];
  #leafIds: number[] = [];
  #looseFrom: number[] = [];
  #looseEnd: number[] = [];

  constructor(isForgetful: (value: Json) => boolean) {
    this.#isForgetful = isForgetful;
  }

  read(bytes: Uint8Array): boolean {
    return this.take(JSON.parse(new TextDecoder().decode(bytes)) as JsonObject);
  }

  take(object: JsonObject): boolean {
    const places: Place[] = [];
    const keys: string[] = [];
    this.#flatten(object, [], { places, keys });
    const key = keys.join("\n");
    const number = this.#shapes.size;
    const shape = this.#shapes.get(key) ?? { number, leaves: places, raw: this.#window(object, { at: 0 }) };
    this.#shapes.set(key, shape);
    this.shape = shape;
    this.#values = places.map(({ value }) => value);
    this.#leafIds = places.map((place) => this.#idOf(place));
    this.#joinLoose(places);
    return true;
  }

  id(leaf: number): number {
    return this.#leafIds[leaf] ?? -1;
  }

  looseFrom(leaf: number): number {
    return this.#looseFrom[leaf] ?? 0;
  }

  looseEnd(leaf: number): number {
    return this.#looseEnd[leaf] ?? 0;
  }

  looseIsAscii(leaf: number): boolean {
    return !/[^\x00-\x7f]/.test(String(this.value(leaf)));
  }

  value(leaf: number): Json {
    return this.#values[leaf] ?? null;
  }

  forget(): void {
    this.generation += 1;
    this.#ids.clear();
    this.#shapes.clear();
  }

  #flatten(object: JsonObject, path: readonly string[], into: { places: Place[]; keys: string[] }): void {
    for (const [key, value] of Object.entries(object)) {
      if (isJsonObject(value)) {
        into.keys.push(JSON.stringify([key, "{"]));
        this.#flatten(value, [...path, key], into);
        into.keys.push("}");
      } else {
        into.keys.push(JSON.stringify([key, kindOf(value)]));
        into.places.push({ path: [...path, key], kind: kindOf(value), value });
      }
    }
  }

  #window(object: JsonObject, next: { at: number }): JsonObject {
    const shown: Record<string, Json> = {};
    for (const [key, value] of Object.entries(object)) {
      if (isJsonObject(value)) shown[key] = this.#window(value, next);
      else Object.defineProperty(shown, key, { get: this.#getter(next.at++, kindOf(value)), enumerable: true });
    }
    return shown;
  }

  #getter(leaf: number, kind: LeafKind): () => Json {
    const isNoted = kind === "text" || kind === "number" || kind === "list";
    return () => {
      if (isNoted) this.reads?.push(leaf);
      return this.value(leaf);
    };
  }

  #idOf({ path, kind, value }: Place): number {
    if (kind === "true" || kind === "false" || kind === "null") return -2;
    if (this.#isForgetful(value)) return -1;
    const key = JSON.stringify([path, value]);
    const id = this.#ids.get(key) ?? this.#ids.size;
    this.#ids.set(key, id);
    return id;
  }

  #joinLoose(places: readonly Place[]): void {
    const start = "before".length;
    const bytes = [...new TextEncoder().encode("before\0")];
    let ascii = true;
    for (const [leaf, { kind, value }] of places.entries()) {
      if (this.id(leaf) !== -1 || kind === "list") continue;
      this.#looseFrom[leaf] = bytes.length;
      bytes.push(...new TextEncoder().encode(String(value)));
      this.#looseEnd[leaf] = bytes.length;
      bytes.push(0);
      ascii &&= this.looseIsAscii(leaf);
    }
    const end = bytes.length === start + 1 ? start : bytes.length;
    this.loose = { view: new DataView(Uint8Array.from(bytes).buffer), start, end, ascii };
  }
}
