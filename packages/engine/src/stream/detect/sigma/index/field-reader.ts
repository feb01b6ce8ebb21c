/**
 * Reads all wanted fields of an event in one walk over its keys.
 *
 * R1. For every field the value is the one `readField` gives (tests hold them equal).
 * R2. Names that can only be answered by a path, an alias or a computation are asked of `readField` itself,
 *     and only when the event has a key that could lead there.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { type DerivedField, type FieldView, readField } from "@cordon/model/view";
import { KeySequence } from "./key-sequence.ts";

interface KeyPlan {
  /** Slots this key answers, with the tier of the answer (lower wins). */
  readonly slots: readonly number[];
  readonly tiers: readonly number[];
  /** Slots for which this key may be the beginning of a path, each with the folded head of the key that would follow. */
  readonly triggers: readonly Trigger[];
}

interface Trigger {
  readonly slot: number;
  /** Undefined: the key alone is enough. */
  readonly next: string | undefined;
}

const EXACT = 0;
const TIGHT = 1 << 20;
const FOLDED = 2 << 20;
const ABSENT = 0x7fffffff;
/** Answered by `readField`: final. */
const SETTLED = ABSENT - 1;

/** Keys come from outside: a source that invents new ones for every event must not fill the memory. */
const KEY_PLANS_MAX = 16_384;

const tight = (name: string): string => (name.includes(" ") ? name.replaceAll(" ", "") : name);
const folded = (name: string): string => tight(name).toLowerCase();

interface Wanted {
  readonly slot: number;
  readonly name: string;
  readonly tight: string;
  readonly folded: string;
}

export class FieldReader {
  /** Slots that have a value in the event last read. */
  readonly present: Int32Array;
  presentCount = 0;
  readonly #values: (Json | undefined)[];
  readonly #tiers: Int32Array;
  readonly #view: FieldView;
  readonly #names: readonly string[];
  readonly #plans = new Map<string, KeyPlan | null>();
  readonly #sequence = new KeySequence((key) => this.#planOf(key));
  readonly #byTight = new Map<string, Wanted[]>();
  readonly #byFolded = new Map<string, Wanted[]>();
  /** First key of a path, exact or folded -> slots. */
  readonly #starts = new Map<string, Trigger[]>();
  readonly #heads = new Map<string, string>();
  /** As `#starts`, of the paths of aliases: they count from the event itself. */
  readonly #aliasStarts = new Map<string, Trigger[]>();
  readonly #aliasSequence = new KeySequence((key) => this.#aliasStarts.get(key) ?? null);
  readonly #always: readonly number[];
  readonly #aliasView: FieldView;
  readonly #triggered: Int32Array;
  #triggeredCount = 0;
  readonly #isTriggered: Uint8Array;
  /** Slots that were asked of `readField`, for who wants to know. */
  #met: Set<number> | undefined;

  constructor(view: FieldView, names: readonly string[]) {
    this.#view = view;
    this.#names = names;
    this.#aliasView = { id: view.id, roots: [], alias: view.alias, derived: {} };
    this.#values = new Array<Json | undefined>(names.length).fill(undefined);
    this.#tiers = new Int32Array(names.length).fill(ABSENT);
    this.present = new Int32Array(names.length);
    this.#triggered = new Int32Array(names.length);
    this.#isTriggered = new Uint8Array(names.length);
    for (const [slot, name] of names.entries()) this.#want(slot, name);
    this.#always = [...names.keys()].filter((slot) => this.#derivedOf(slot)?.kind === "constant");
  }

  /** Undefined = the event has no such field. */
  value(slot: number): Json | undefined {
    return this.#values[slot];
  }

  read(raw: JsonObject): void {
    this.#clear();
    this.#sequence.restart();
    let root = 0;
    for (const path of this.#view.roots) root = this.#walkRoot(raw, path, root);
    for (const slot of this.#always) this.#trigger(slot);
    for (let i = 0; i < this.#triggeredCount; i += 1) {
      const slot = this.#triggered[i] ?? 0;
      this.#isTriggered[slot] = 0;
      if ((this.#tiers[slot] ?? ABSENT) < TIGHT) continue;
      this.#settle(slot, readField(this.#view, raw, this.#names[slot] ?? "")?.value);
    }
    this.#triggeredCount = 0;
    if (this.#aliasStarts.size > 0) this.#readAliases(raw);
  }

  /** Fields that an event with these keys, nesting and lists may have, whatever its values. */
  fieldsOf(raw: JsonObject): ReadonlySet<number> {
    const met = new Set<number>();
    this.#met = met;
    this.read(raw);
    this.#met = undefined;
    for (const slot of this.present.subarray(0, this.presentCount)) met.add(slot);
    return met;
  }

  #readAliases(raw: JsonObject): void {
    this.#aliasSequence.restart();
    for (const key in raw) {
      const triggers = this.#aliasSequence.of(key);
      if (triggers !== null) this.#pull(triggers, raw[key] ?? null);
    }
    for (let i = 0; i < this.#triggeredCount; i += 1) {
      const slot = this.#triggered[i] ?? 0;
      this.#isTriggered[slot] = 0;
      const tier = this.#tiers[slot] ?? ABSENT;
      if (tier < TIGHT || tier === SETTLED) continue;
      const name = this.#names[slot] ?? "";
      const first = plainPath(raw, this.#view.alias[name]?.[0] ?? []);
      this.#settle(slot, first ?? readField(this.#aliasView, raw, name)?.value);
    }
    this.#triggeredCount = 0;
  }

  #clear(): void {
    for (let i = 0; i < this.presentCount; i += 1) {
      const slot = this.present[i] ?? 0;
      this.#values[slot] = undefined;
      this.#tiers[slot] = ABSENT;
    }
    this.presentCount = 0;
  }

  /** Returns the number of the next root: `*` opens several. */
  #walkRoot(from: JsonObject, path: readonly string[], root: number): number {
    let object = from;
    for (const [i, key] of path.entries()) {
      if (key === "*") {
        let next = root;
        for (const child of Object.values(object)) {
          if (isJsonObject(child)) next = this.#walkRoot(child, path.slice(i + 1), next);
        }
        return next;
      }
      const child = Object.hasOwn(object, key) ? object[key] : undefined;
      if (!isJsonObject(child)) return root;
      object = child;
    }
    this.#walkKeys(object, root);
    return root + 1;
  }

  #walkKeys(object: JsonObject, root: number): void {
    for (const key in object) {
      const plan = this.#sequence.of(key);
      if (plan === null) continue;
      const value = object[key];
      if (value === undefined) continue;
      const { slots, tiers, triggers } = plan;
      for (let i = 0; i < slots.length; i += 1) this.#offer(slots[i] ?? 0, (tiers[i] ?? 0) + root, value);
      if (triggers.length > 0) this.#pull(triggers, value);
    }
  }

  #offer(slot: number, tier: number, value: Json): void {
    const before = this.#tiers[slot] ?? ABSENT;
    if (tier >= before) return;
    if (before === ABSENT) this.#add(slot);
    this.#values[slot] = value;
    this.#tiers[slot] = tier;
  }

  #add(slot: number): void {
    this.present[this.presentCount] = slot;
    this.presentCount += 1;
  }

  /** A path goes on only through a list, or through an object that has a fitting key. */
  #pull(triggers: readonly Trigger[], value: Json): void {
    const heads = isJsonObject(value) ? this.#headsOf(value) : undefined;
    for (const { slot, next } of triggers) {
      if (next === undefined || Array.isArray(value) || heads?.has(next) === true) this.#trigger(slot);
    }
  }

  #headsOf(object: JsonObject): ReadonlySet<string> {
    const heads = new Set<string>();
    for (const key in object) {
      let head = this.#heads.get(key);
      if (head === undefined) {
        if (this.#heads.size >= KEY_PLANS_MAX) this.#heads.clear();
        head = headOf(key);
        this.#heads.set(key, head);
      }
      heads.add(head);
    }
    return heads;
  }

  #trigger(slot: number): void {
    this.#met?.add(slot);
    if (this.#isTriggered[slot] === 1) return;
    this.#isTriggered[slot] = 1;
    this.#triggered[this.#triggeredCount] = slot;
    this.#triggeredCount += 1;
  }

  /** The final word on a slot; undefined leaves it absent (the walk cannot have found it then). */
  #settle(slot: number, value: Json | undefined): void {
    if (value === undefined) return;
    if (this.#tiers[slot] === ABSENT) this.#add(slot);
    this.#values[slot] = value;
    this.#tiers[slot] = SETTLED;
  }

  #want(slot: number, name: string): void {
    const wanted: Wanted = { slot, name, tight: tight(name), folded: folded(name) };
    append(this.#byTight, wanted.tight, wanted);
    append(this.#byFolded, wanted.folded, wanted);
    this.#startPath(slot, name.split("."), true);
    for (const path of Object.hasOwn(this.#view.alias, name) ? (this.#view.alias[name] ?? []) : []) {
      for (const [start, trigger] of startsOf(slot, path, path.length)) append(this.#aliasStarts, start, trigger);
    }
    const derived = this.#derivedOf(slot);
    if (derived === undefined || derived.kind === "constant") return;
    this.#startPath(slot, derived.kind === "join" ? (derived.from[0] ?? []) : derived.from, false);
  }

  #derivedOf(slot: number): DerivedField | undefined {
    const name = this.#names[slot] ?? "";
    return Object.hasOwn(this.#view.derived, name) ? this.#view.derived[name] : undefined;
  }

  #startPath(slot: number, path: readonly string[], partial: boolean): void {
    for (const [start, trigger] of startsOf(slot, path, path.length - (partial ? 1 : 0))) {
      for (const key of new Set([start, folded(start)])) append(this.#starts, key, trigger);
    }
  }

  #planOf(key: string): KeyPlan | null {
    const known = this.#plans.get(key);
    return known === undefined ? this.#makePlan(key) : known;
  }

  #makePlan(key: string): KeyPlan | null {
    if (this.#plans.size >= KEY_PLANS_MAX) this.#plans.clear();
    const best = new Map<number, number>();
    const spaced = key.includes(" ");
    for (const wanted of this.#byFolded.get(folded(key)) ?? []) {
      if (key.length >= wanted.folded.length) best.set(wanted.slot, FOLDED);
    }
    for (const wanted of this.#byTight.get(tight(key)) ?? []) {
      if (spaced || wanted.tight !== wanted.name) best.set(wanted.slot, TIGHT);
      if (wanted.name === key) best.set(wanted.slot, EXACT);
    }
    const triggers = new Set([...(this.#starts.get(key) ?? []), ...(this.#starts.get(folded(key)) ?? [])]);
    const plan = { slots: [...best.keys()], tiers: [...best.values()], triggers: [...triggers] };
    const kept = plan.slots.length === 0 && plan.triggers.length === 0 ? null : plan;
    this.#plans.set(key, kept);
    return kept;
  }
}

/** Keys may hold dots themselves, so every joined beginning of the path counts, up to `longest` segments. */
function startsOf(slot: number, path: readonly string[], longest: number): readonly (readonly [string, Trigger])[] {
  return Array.from({ length: longest }, (_, i) => {
    const rest = path[i + 1];
    return [path.slice(0, i + 1).join("."), { slot, next: rest === undefined ? undefined : headOf(rest) }];
  });
}

/** The usual alias: straight through objects. Anything else (lists, joined keys) is left to `readField`. */
function plainPath(raw: JsonObject, path: readonly string[]): Json | undefined {
  let at: Json | undefined = raw;
  for (const key of path) {
    if (!isJsonObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return path.length === 0 ? undefined : at;
}

/** What stands before the first dot, folded: a joined key begins like its first piece. */
const headOf = (key: string): string => folded(key).split(".", 1)[0] ?? "";

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
