/** The shape of an event from the chain of its nodes: leaves, and the object that shows whatever event was read last. */
import type { Json, JsonObject } from "@cordon/model/json";
import type { Leaf, LeafKind, Shape } from "./tape.ts";

/** One step of the chain, in the order of the event. */
export interface Step {
  readonly key: string;
  readonly kind: LeafKind | "open" | "close";
}

export interface EventShape extends Shape {
  /** Leaves that are lists. */
  readonly lists: readonly number[];
}

type Show = (leaf: number) => Json;

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** Names that an object does not keep where they were written, or that make an object other than plain. */
const ODD_KEY = /^(?:\d+|__proto__)$/;

/** Undefined where an object would not be what the text says: a key twice, or one that objects put elsewhere. */
export function makeShape(number: number, steps: readonly Step[], show: Show): EventShape | undefined {
  const leaves: Leaf[] = [];
  const raw: JsonObject = {};
  const objects: JsonObject[] = [raw];
  const path: string[] = [];
  for (const { key, kind } of steps) {
    const object = objects.at(-1) ?? raw;
    if (kind === "close") {
      objects.pop();
      path.pop();
      continue;
    }
    if (ODD_KEY.test(key) || Object.hasOwn(object, key)) return undefined;
    if (kind === "open") {
      const inner: JsonObject = {};
      Object.defineProperty(object, key, { value: inner, enumerable: true });
      objects.push(inner);
      path.push(key);
      continue;
    }
    const leaf = leaves.length;
    leaves.push({ path: [...path, key], kind });
    const word = WORDS.get(kind);
    Object.defineProperty(
      object,
      key,
      word === undefined ? { get: () => show(leaf), enumerable: true } : { value: word, enumerable: true },
    );
  }
  const lists = leaves.flatMap(({ kind }, leaf) => (kind === "list" ? [leaf] : []));
  return { number, leaves, raw, lists };
}
