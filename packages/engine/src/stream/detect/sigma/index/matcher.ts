/**
 * All rules of one scope against one event.
 *
 * Enters: an event's `raw` and its field view. Leaves: the numbers of the rules that hold, ascending.
 * M1. The answer is that of the reference evaluator (`naive.ts`) for every rule and event.
 * M2. One pass over the event names the candidates; only their predicates run. Rules without a witness always run.
 * M3. An atom is evaluated at most once per event; a witness atom that was not hit is false without being looked at.
 * M4. Nothing is cleared between events: marks carry the event's number.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import type { FieldView } from "@cordon/model/view";
import { fold } from "../fold.ts";
import type { SigmaRule } from "../rule.ts";
import { elementsOf, someLeaf, textOf } from "../scalar.ts";
import { KEYWORDS } from "./atom.ts";
import { type LiteralCost, staticCost } from "./cost.ts";
import type { FieldIndex } from "./field-index.ts";
import { FieldReader } from "./field-reader.ts";
import { atomHolds, type LazyAtom, prepareAtom, type Values } from "./lazy-atom.ts";
import { buildIndexes, planIndex } from "./plan.ts";
import { AND, AT_LEAST, ATOM, emitProgram, NOT, type Program } from "./program.ts";

const FALSE = 1;
const TRUE = 2;
/** A literal of the atom was seen, but does not decide it. */
const MAYBE = 3;

/** Views come from mappings, so there are few; a mistake must not keep them all. */
const READERS_MAX = 256;
const TICK_MAX = 0x7ffffff0;

export interface MatcherStats {
  readonly rules: number;
  readonly atoms: number;
  readonly alwaysEvaluated: number;
  /** Candidates whose predicate ran, since the start. */
  readonly candidates: number;
  readonly events: number;
}

export class Matcher {
  readonly #program: Program;
  readonly #fields: readonly string[];
  readonly #lazy: readonly LazyAtom[];
  readonly #indexed: Uint8Array;
  readonly #rulesOfAtom: readonly (Int32Array | undefined)[];
  readonly #always: readonly number[];
  readonly #fieldIndexes: readonly (FieldIndex | undefined)[];
  readonly #keywordIndex: FieldIndex | undefined;
  readonly #readers = new Map<string, { readonly view: FieldView; readonly reader: FieldReader }>();
  readonly #atomTick: Int32Array;
  readonly #atomTruth: Uint8Array;
  readonly #ruleTick: Int32Array;
  readonly #candidates: Int32Array;
  readonly #foldedTick: Int32Array;
  readonly #folded: string[];
  readonly #values: Values;
  readonly #hit: (ref: number) => void;
  #candidateCount = 0;
  #tick = 0;
  #reader: FieldReader;
  #raw: JsonObject = {};
  #events = 0;
  #ran = 0;

  constructor(rules: readonly SigmaRule[], cost: LiteralCost = staticCost) {
    const plan = planIndex(rules, cost);
    const { fields, literals, rulesOfAtom, always } = plan;
    const { atoms, trees, costs } = plan.table;
    this.#fields = fields;
    this.#always = always;
    this.#rulesOfAtom = rulesOfAtom;
    const numbers = new Map(fields.map((name, i) => [name, i]));
    this.#lazy = atoms.map((atom) => prepareAtom(atom, (name) => numbers.get(name) ?? 0));
    this.#indexed = Uint8Array.from(rulesOfAtom, (list) => (list === undefined ? 0 : 1));
    this.#program = emitProgram(trees, (atom) => (this.#indexed[atom] === 1 ? 0.01 : (costs[atom] ?? 1)));
    const indexes = buildIndexes(atoms, literals, this.#indexed);
    this.#keywordIndex = indexes.get(KEYWORDS);
    this.#fieldIndexes = fields.map((_, field) => indexes.get(field));
    this.#atomTick = new Int32Array(atoms.length);
    this.#atomTruth = new Uint8Array(atoms.length);
    this.#ruleTick = new Int32Array(rules.length);
    this.#candidates = new Int32Array(rules.length);
    this.#foldedTick = new Int32Array(fields.length);
    this.#folded = new Array<string>(fields.length).fill("");
    this.#reader = new FieldReader({ id: "", roots: [], alias: {}, derived: {} }, fields);
    this.#values = {
      value: (field) => this.#reader.value(field),
      folded: (field, text) => this.#foldOnce(field, text),
      raw: () => this.#raw,
    };
    this.#hit = (ref) => this.#mark(ref);
  }

  get stats(): MatcherStats {
    return {
      rules: this.#ruleTick.length,
      atoms: this.#lazy.length,
      alwaysEvaluated: this.#always.length,
      candidates: this.#ran,
      events: this.#events,
    };
  }

  match(view: FieldView, raw: JsonObject): readonly number[] {
    this.#begin(view, raw);
    this.#scan();
    const matched: number[] = [];
    const { starts } = this.#program;
    for (let i = 0; i < this.#candidateCount; i += 1) {
      const rule = this.#candidates[i] ?? 0;
      if (this.#run(starts[rule] ?? 0)) matched.push(rule);
    }
    for (const rule of this.#always) if (this.#run(starts[rule] ?? 0)) matched.push(rule);
    this.#ran += this.#candidateCount + this.#always.length;
    return matched.length > 1 ? matched.sort((a, b) => a - b) : matched;
  }

  #begin(view: FieldView, raw: JsonObject): void {
    this.#events += 1;
    this.#tick += 1;
    if (this.#tick > TICK_MAX) {
      this.#tick = 1;
      this.#atomTick.fill(0);
      this.#ruleTick.fill(0);
      this.#foldedTick.fill(0);
    }
    this.#candidateCount = 0;
    this.#raw = raw;
    this.#reader = this.#readerFor(view);
    this.#reader.read(raw);
  }

  #readerFor(view: FieldView): FieldReader {
    const known = this.#readers.get(view.id);
    if (known?.view === view) return known.reader;
    if (this.#readers.size >= READERS_MAX) this.#readers.clear();
    const reader = new FieldReader(view, this.#fields);
    this.#readers.set(view.id, { view, reader });
    return reader;
  }

  #scan(): void {
    const reader = this.#reader;
    for (let i = 0; i < reader.presentCount; i += 1) {
      const field = reader.present[i] ?? 0;
      const index = this.#fieldIndexes[field];
      if (index !== undefined) this.#scanValue(index, field, reader.value(field));
    }
    const keywords = this.#keywordIndex;
    if (keywords === undefined) return;
    someLeaf(this.#raw, (text) => {
      keywords.scan(text, undefined, this.#hit);
      return false;
    });
  }

  #scanValue(index: FieldIndex, field: number, value: Json | undefined): void {
    if (typeof value === "string") {
      index.scan(value, index.needsFold ? this.#foldOnce(field, value) : undefined, this.#hit);
    } else if (typeof value === "number" || typeof value === "boolean") {
      const text = String(value);
      index.scan(text, text, this.#hit);
    } else if (Array.isArray(value)) {
      for (const element of elementsOf(value)) {
        const text = textOf(element);
        if (text !== undefined) index.scan(text, undefined, this.#hit);
      }
    }
  }

  /** The folded text of a field whose value is one text, made once per event. */
  #foldOnce(field: number, text: string): string {
    if (this.#foldedTick[field] === this.#tick) return this.#folded[field] ?? "";
    const folded = fold(text);
    this.#foldedTick[field] = this.#tick;
    this.#folded[field] = folded;
    return folded;
  }

  #mark(ref: number): void {
    const atom = ref >> 1;
    const truth = (ref & 1) === 1 ? TRUE : MAYBE;
    if (this.#atomTick[atom] === this.#tick) {
      if (truth === TRUE) this.#atomTruth[atom] = TRUE;
      return;
    }
    this.#atomTick[atom] = this.#tick;
    this.#atomTruth[atom] = truth;
    const rules = this.#rulesOfAtom[atom];
    if (rules === undefined) return;
    for (let i = 0; i < rules.length; i += 1) {
      const rule = rules[i] ?? 0;
      if (this.#ruleTick[rule] === this.#tick) continue;
      this.#ruleTick[rule] = this.#tick;
      this.#candidates[this.#candidateCount] = rule;
      this.#candidateCount += 1;
    }
  }

  /** Interprets one rule's program. */
  #run(at: number): boolean {
    const { code } = this.#program;
    const op = code[at];
    const first = code[at + 1] ?? 0;
    if (op === ATOM) return this.#truth(first);
    if (op === NOT) return !this.#run(at + 2);
    if (op === AT_LEAST) return this.#runAtLeast(at);
    // AND stops at the first false, OR at the first true.
    const stop = op !== AND;
    for (let child = at + 2; child < first; child = this.#after(child)) {
      if (this.#run(child) === stop) return stop;
    }
    return !stop;
  }

  #runAtLeast(at: number): boolean {
    const { code } = this.#program;
    const end = code[at + 1] ?? 0;
    let missing = code[at + 2] ?? 0;
    for (let child = at + 3; child < end && missing > 0; child = this.#after(child)) if (this.#run(child)) missing -= 1;
    return missing <= 0;
  }

  #after(at: number): number {
    const { code } = this.#program;
    return code[at] === ATOM ? at + 2 : (code[at + 1] ?? 0);
  }

  #truth(atom: number): boolean {
    if (this.#atomTick[atom] === this.#tick) {
      const known = this.#atomTruth[atom];
      if (known !== MAYBE) return known === TRUE;
    } else if (this.#indexed[atom] === 1) return false;
    const lazy = this.#lazy[atom];
    const holds = lazy !== undefined && atomHolds(lazy, this.#values);
    this.#atomTick[atom] = this.#tick;
    this.#atomTruth[atom] = holds ? TRUE : FALSE;
    return holds;
  }
}
