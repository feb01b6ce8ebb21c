/**
 * An event on a tape: its fields are leaves of its shape, and what is known of a value is looked up by the value's number.
 *
 * What stands in a value (literals of fields it feeds, keywords) is searched when the number is first met; values without a number
 * are searched each time, their keywords in one go over the tape's bytes.
 */
import type { Json } from "@cordon/model/json";
import type { FieldView } from "@cordon/model/view";
import type { Tape } from "../../../tape/tape.ts";
import type { KeywordLeaf } from "../matched-fields.ts";
import { someLeaf } from "../scalar.ts";
import { KEYWORDS } from "./atom.ts";
import type { FieldIndex } from "./field-index.ts";
import type { FieldReader } from "./field-reader.ts";
import { LooseSearch } from "./loose-search.ts";
import type { IndexPlan } from "./plan.ts";
import { type ComputedField, readNoting, type ShapeFields } from "./shape-fields.ts";
import { type LeafSearch, makeTapePlan, type TapePlan } from "./tape-plan.ts";
import type { Known } from "./value-memo.ts";
import { type EventSource, eachText, type Mark, NOTHING, ValueSearch, type Wake } from "./value-search.ts";

const NOT_FOUND = 0;
/** The literal decides the atom. */
const EXACTLY = 1;
const PERHAPS = 2;

function foundIn(refs: readonly number[], atoms: readonly number[]): number {
  let found = NOT_FOUND;
  for (let i = 0; i < refs.length; i += 1) {
    const ref = refs[i] ?? 0;
    if (!atoms.includes(ref >> 1)) continue;
    if ((ref & 1) === 0) return PERHAPS;
    found = EXACTLY;
  }
  return found;
}

interface Parts {
  readonly mark: Mark;
  readonly wake: Wake;
  readonly readerFor: (view: FieldView) => FieldReader;
}

/** What is known of a value: `refs` are those of all fields it feeds, and of keywords. */
interface Seen extends Known {
  readonly search: LeafSearch;
}

interface Computed {
  readonly value: Json | undefined;
  readonly known: Known;
}

/** Values are numbered from 0 on; what is known of them lies in pages, since a matcher of few events sees few of them. */
const PAGE_BITS = 9;
const PAGE = 2 ** PAGE_BITS;
/** Shapes times views; a flood of them is matched as objects. */
const PLANS_MAX = 4_096;

export class TapeSource implements EventSource {
  readonly #index: IndexPlan;
  readonly #parts: Parts;
  readonly #search: ValueSearch;
  readonly #loose: LooseSearch;
  readonly #keywordIndex: FieldIndex | undefined;
  #tape: Tape | undefined;
  #generation = -1;
  #plans: (TapePlan | undefined)[] = [];
  #planCount = 0;
  #pages: (Seen | undefined)[][] = [];
  #searches = new Map<string, LeafSearch>();
  /** Of computed fields: what was made of which value. */
  readonly #memos = new WeakMap<ComputedField, Map<number, Computed>>();
  #plan: TapePlan | undefined;
  /** Of the plan's computed fields, in the event at hand. */
  readonly #computed: Computed[] = [];

  constructor(index: IndexPlan, parts: Parts) {
    this.#index = index;
    this.#parts = parts;
    this.#search = new ValueSearch(index.indexes, parts.mark);
    this.#keywordIndex = index.indexes.get(KEYWORDS);
    this.#loose = new LooseSearch(this.#search, this.#keywordIndex);
  }

  /** False: the event has to be matched as an object. */
  begin(view: FieldView, tape: Tape): boolean {
    if (this.#tape !== tape || this.#generation !== tape.generation) this.#forget(tape);
    const { shape } = tape;
    let plan = this.#plans[shape.number];
    while (plan !== undefined && plan.fields.view !== view) plan = plan.next;
    if (plan === undefined || plan.fields.shape !== shape) {
      if (this.#planCount >= PLANS_MAX) return false;
      plan = this.#makePlan(view, tape);
    }
    this.#plan = plan;
    return true;
  }

  scan(): void {
    const [tape, plan] = [this.#tape, this.#plan];
    if (tape === undefined || plan === undefined) return;
    const { leaves, searches, presence, refs } = plan;
    this.#parts.wake(presence, 0, presence.length);
    if (refs.length > 0) this.#parts.mark(refs, refs.length);
    const { mark } = this.#parts;
    this.#loose.begin(tape);
    for (let i = 0; i < leaves.length; i += 1) {
      const leaf = leaves[i] ?? 0;
      const id = tape.id(leaf);
      const search = searches[i];
      if (search === undefined) continue;
      if (id < 0) {
        this.#loose.leaf(tape, leaf, search);
        continue;
      }
      let seen = this.#pages[id >> PAGE_BITS]?.[id & (PAGE - 1)];
      if (seen === undefined || seen.search !== search) seen = this.#learn(tape, leaf, search);
      if (seen.refs.length > 0) mark(seen.refs, seen.refs.length);
    }
    this.#loose.keywords(tape, plan);
    if (plan.fields.computed.length > 0) this.#compute(tape, plan.fields);
  }

  value(field: number): Json | undefined {
    const plan = this.#plan;
    if (plan === undefined) return undefined;
    const leaf = plan.fields.leafOf[field] ?? -1;
    if (leaf >= 0) return this.#tape?.value(leaf);
    const at = plan.computedAt.get(field);
    return at === undefined ? plan.fields.fixed.get(field) : this.#computed[at]?.value;
  }

  knownOf(field: number): Known | undefined {
    const leaf = this.#plan?.fields.leafOf[field] ?? -1;
    if (leaf < 0) {
      const at = this.#plan?.computedAt.get(field);
      return at === undefined ? undefined : this.#computed[at]?.known;
    }
    const id = this.#tape?.id(leaf) ?? -1;
    return id < 0 ? undefined : this.#pages[id >> PAGE_BITS]?.[id & (PAGE - 1)];
  }

  /** The first leaf in which one of these atoms, of keywords, was found; undefined where that is not known. */
  leafOf(atoms: readonly number[]): KeywordLeaf | undefined {
    const [tape, plan] = [this.#tape, this.#plan];
    if (tape === undefined || plan === undefined || foundIn(plan.refs, atoms) !== NOT_FOUND) return undefined;
    for (let i = 0; i < plan.leaves.length; i += 1) {
      const leaf = plan.leaves[i] ?? 0;
      const id = tape.id(leaf);
      if (id < 0 && plan.searches[i]?.isList === true) return undefined;
      const refs = id < 0 ? this.#loose.keywordsOf(tape, leaf) : this.#pages[id >> PAGE_BITS]?.[id & (PAGE - 1)]?.refs;
      const found = foundIn(refs ?? NOTHING, atoms);
      if (found === NOT_FOUND) continue;
      const { path = [], kind = "list" } = plan.fields.shape.leaves[leaf] ?? {};
      return found === EXACTLY && kind !== "list" ? { path, value: tape.value(leaf) } : undefined;
    }
    return undefined;
  }

  #forget(tape: Tape): void {
    this.#tape = tape;
    this.#generation = tape.generation;
    this.#plans = [];
    this.#planCount = 0;
    this.#pages = [];
    this.#searches = new Map();
  }

  #makePlan(view: FieldView, tape: Tape): TapePlan {
    const { number } = tape.shape;
    const reader = this.#parts.readerFor(view);
    const parts = { view, reader, index: this.#index, search: this.#search, searches: this.#searches };
    const made = makeTapePlan(tape, parts, this.#plans[number]);
    this.#plans[number] = made;
    this.#planCount += 1;
    return made;
  }

  #learn(tape: Tape, leaf: number, search: LeafSearch): Seen {
    const id = tape.id(leaf);
    const value = tape.value(leaf);
    const refs: number[] = [];
    for (const index of search.indexes) eachText(value, (text) => refs.push(...this.#search.refsIn(index, text)));
    const keywords = this.#keywordIndex;
    if (keywords !== undefined) {
      someLeaf(value, (text) => {
        refs.push(...this.#search.refsIn(keywords, text));
        return false;
      });
    }
    const seen: Seen = { search, refs: refs.length === 0 ? NOTHING : refs, keywords: undefined, truths: undefined };
    let page = this.#pages[id >> PAGE_BITS];
    if (page === undefined) {
      page = new Array<Seen | undefined>(PAGE).fill(undefined);
      this.#pages[id >> PAGE_BITS] = page;
    }
    page[id & (PAGE - 1)] = seen;
    return seen;
  }

  #compute(tape: Tape, { view, computed }: ShapeFields): void {
    for (let i = 0; i < computed.length; i += 1) {
      const field = computed[i];
      if (field === undefined) continue;
      const done = this.#valueOf(tape, view, field);
      this.#computed[i] = done;
      if (done.value === undefined) continue;
      for (const rules of this.#index.rulesOfField[field.field] ?? []) this.#parts.wake(rules, 0, rules.length);
      const { refs } = done.known;
      if (refs.length > 0) this.#parts.mark(refs, refs.length);
    }
  }

  #valueOf(tape: Tape, view: FieldView, field: ComputedField): Computed {
    const id = tape.id(field.leaf);
    const before = id < 0 ? undefined : this.#memos.get(field)?.get(id);
    if (before !== undefined) return before;
    const { value, reads } = readNoting(tape, view, field.name);
    const index = this.#index.indexes.get(field.field);
    const refs: number[] = [];
    if (index !== undefined) eachText(value, (text) => refs.push(...this.#search.refsIn(index, text)));
    const made: Computed = { value, known: { refs, keywords: undefined, truths: undefined } };
    if (id >= 0 && [...reads].every((read) => read === field.leaf)) this.#keep(field, id, made);
    return made;
  }

  #keep(field: ComputedField, id: number, made: Computed): void {
    const memo = this.#memos.get(field);
    if (memo === undefined) this.#memos.set(field, new Map([[id, made]]));
    else memo.set(id, made);
  }
}
