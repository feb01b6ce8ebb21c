/**
 * An object path -> the values that stand there in one object, references followed.
 *
 * V1. A string under `.._ref` (or in a list under `.._refs`) leads to the object of that key in the same observation.
 * V2. `[*]` is any element of a list, or any member of a dictionary.
 * V3. Null is absence. Own properties only. At most `VALUES_MAX` values are read.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { type Form, formAt } from "./forms.ts";
import type { Observation } from "./observation.ts";
import type { ObjectPath, Step } from "./pattern.ts";

export interface Found {
  readonly value: Json;
  readonly form: Form;
}

const VALUES_MAX = 10_000;

interface Walk {
  readonly steps: readonly Step[];
  readonly observation: Observation;
  readonly found: Found[];
}

/** Where the walk is: the object it is in, and the keys passed since. */
interface Here {
  readonly value: Json;
  readonly type: string;
  readonly keys: readonly string[];
}

export function readPath(path: ObjectPath, observation: Observation, object: JsonObject): readonly Found[] {
  const found: Found[] = [];
  walk({ steps: path.steps, observation, found }, { value: object, type: path.type, keys: [] }, 0);
  return found;
}

function walk(on: Walk, here: Here, at: number): void {
  if (on.found.length >= VALUES_MAX || here.value === null) return;
  const step = on.steps[at];
  if (step === undefined) {
    on.found.push({ value: here.value, form: formAt(here.type, here.keys) });
    return;
  }
  if (step.kind === "key") {
    const inside = followed(here, on.observation);
    if (inside === undefined || !isJsonObject(inside.value)) return;
    const key = ownKey(inside.value, step.key, inside.keys.at(-1) === "hashes");
    if (key !== undefined) {
      walk(on, { value: inside.value[key] ?? null, type: inside.type, keys: [...inside.keys, key] }, at + 1);
    }
    return;
  }
  for (const value of elementsAt(here.value, step)) walk(on, { ...here, value }, at + 1);
}

function followed(here: Here, { objects }: Observation): Here | undefined {
  if (typeof here.value !== "string") return here;
  const key = here.keys.at(-1) ?? "";
  if (!key.endsWith("_ref") && !key.endsWith("_refs")) return undefined;
  const object = objects.get(here.value);
  return object === undefined ? undefined : { value: object, type: String(object.type), keys: [] };
}

function elementsAt(value: Json, step: Exclude<Step, { kind: "key" }>): readonly Json[] {
  if (Array.isArray(value)) {
    const one = step.kind === "index" ? value[step.index] : undefined;
    return step.kind === "any" ? value : one === undefined ? [] : [one];
  }
  return step.kind === "any" && isJsonObject(value) ? Object.values(value) : [];
}

/** Names of hash algorithms are written in many ways (`SHA-256`, `sha256`): they are one. */
function ownKey(object: JsonObject, wanted: string, algorithm: boolean): string | undefined {
  if (Object.hasOwn(object, wanted)) return wanted;
  if (!algorithm) return undefined;
  const name = algorithmName(wanted);
  return Object.keys(object).find((key) => algorithmName(key) === name);
}

const algorithmName = (key: string): string => key.toLowerCase().replaceAll(/[-_]/g, "");
