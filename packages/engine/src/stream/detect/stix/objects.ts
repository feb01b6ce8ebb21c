/** Collects the objects of one observation. What is one value stands once; files come with their folder. */
import type { JsonObject } from "@cordon/model/json";

/** Keys of addresses and names by kind and role (`ip dst`): what traffic refers to. */
export type ValueRefs = ReadonlyMap<string, string>;

/** An event shows some dozens; more is an attack on memory. */
const OBJECTS_MAX = 1_000;

export class Objects {
  readonly #objects = new Map<string, JsonObject>();
  readonly #known = new Map<string, string>();

  all(): ReadonlyMap<string, JsonObject> {
    return this.#objects;
  }

  some(holds: (object: JsonObject) => boolean): boolean {
    return [...this.#objects.values()].some(holds);
  }

  /** The key under which it stands. */
  add(object: JsonObject): string {
    const key = String(this.#objects.size);
    if (this.#objects.size < OBJECTS_MAX) this.#objects.set(key, object);
    return key;
  }

  value(type: string, value: string, more: JsonObject = {}): string {
    return this.#once(`${type} ${value}`, () => ({ type, value, ...more }));
  }

  file(path: string, more: JsonObject = {}): string {
    return this.#once(`file ${path}`, () => {
      const cut = Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/"));
      const folder = folderOf(path, cut);
      const parent = folder === undefined ? {} : { parent_directory_ref: this.#directory(folder) };
      return { type: "file", name: path.slice(cut + 1), ...parent, ...more };
    });
  }

  #directory(path: string): string {
    return this.#once(`directory ${path}`, () => ({ type: "directory", path }));
  }

  #once(name: string, make: () => JsonObject): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const key = this.add(make());
    this.#known.set(name, key);
    return key;
  }
}

/** `C:\` and `/` keep their separator: without it they are no folder. */
function folderOf(path: string, cut: number): string | undefined {
  if (cut < 0) return undefined;
  const folder = path.slice(0, cut);
  return folder === "" || /^[A-Za-z]:$/.test(folder) ? path.slice(0, cut + 1) : folder;
}
