/**
 * All rules of one scope against one event.
 *
 * Enters: an event's `raw` and its field view. Leaves: the numbers of the rules that hold, ascending.
 * M1. The answer is that of the reference evaluator (`naive.ts`) for every rule and event.
 * M2. One pass over the event names the candidates; only their predicates run. Rules without a witness always run.
 * M3. An atom is evaluated at most once per event; an indexed atom that was not hit is false without being looked at.
 * M4. Nothing is cleared between events: marks carry the event's number.
 */
import type { JsonObject } from "@cordon/model/json";
import type { FieldView } from "@cordon/model/view";
import type { Tape } from "../../../tape/tape.ts";
import { fold } from "../fold.ts";
import type { KeywordLeaf } from "../matched-fields.ts";
import type { Item, SigmaRule } from "../rule.ts";
import { KEYWORDS } from "./atom.ts";
import { atomHolds, type LazyAtom, seesCutText, type Values } from "./lazy-atom.ts";
import { LongTexts } from "./long-texts.ts";
import { ObjectSource } from "./object-source.ts";
import { type IndexPlan, planIndex } from "./plan.ts";
import { HOLDS, type ItemAtoms, type Program } from "./program.ts";
import { atOnce } from "./steps.ts";
import { TapeSource } from "./tape-source.ts";
import { type Known, tell, told } from "./value-memo.ts";
import type { EventSource, Mark, Wake } from "./value-search.ts";

/** Truth of an atom: the event's number in the upper bits, these in the lower two. */
const FALSE = 1;
const TRUE = 2;
/** A literal of the atom was seen, but does not decide it. */
const MAYBE = 3;

/** Four times this is still a small integer. */
const TICK_MAX = 0x0ffffff0;

export interface MatcherStats {
  readonly rules: number;
  readonly atoms: number;
  readonly alwaysEvaluated: number;
  /** Candidates whose predicate ran, since the start. */
  readonly candidates: number;
  /** Atoms that were looked at one by one, since the start. */
  readonly evaluated: number;
  readonly events: number;
  /** Regular expressions that saw only the beginning of a text, because it was too long for them. */
  readonly cutTexts: number;
}

export interface PredicateTimer {
  /** Milliseconds, with fractions. */
  readonly clock: () => number;
  readonly note: (rule: number, ms: number) => void;
}

export class Matcher {
  readonly #program: Program;
  readonly #itemAtoms: ItemAtoms;
  readonly #lazy: readonly LazyAtom[];
  readonly #indexed: Uint8Array;
  /** Rules that atom n witnesses: from `witnessStarts[n]` to `witnessStarts[n + 1]`. */
  readonly #witnessed: Int32Array;
  readonly #witnessStarts: Int32Array;
  readonly #always: readonly number[];
  readonly #objects: ObjectSource;
  readonly #tapes: TapeSource;
  readonly #longTexts = new LongTexts();
  readonly #state: Int32Array;
  readonly #ruleTick: Int32Array;
  readonly #candidates: Int32Array;
  readonly #foldedTick: Int32Array;
  readonly #folded: string[];
  readonly #values: Values;
  #candidateCount = 0;
  #tick = 0;
  #source: EventSource;
  #raw: JsonObject = {};
  #events = 0;
  #ran = 0;
  #evaluated = 0;
  #cutTexts = 0;

  /** `plan` is that of these very rules, if it was made before. */
  constructor(rules: readonly SigmaRule[], plan: IndexPlan = atOnce(planIndex(rules))) {
    const { fields, lazy, program, indexed, rulesOfAtom, always } = plan;
    this.#itemAtoms = plan.itemAtoms;
    this.#always = always;
    this.#witnessed = Int32Array.from(rulesOfAtom.flatMap((list) => [...(list ?? [])]));
    this.#witnessStarts = new Int32Array(lazy.length + 1);
    for (const [atom, list] of rulesOfAtom.entries())
      this.#witnessStarts[atom + 1] = (this.#witnessStarts[atom] ?? 0) + (list?.length ?? 0);
    this.#indexed = indexed;
    this.#lazy = lazy;
    this.#program = program;
    this.#state = new Int32Array(lazy.length + program.counts.length);
    this.#ruleTick = new Int32Array(rules.length);
    this.#candidates = new Int32Array(rules.length);
    this.#foldedTick = new Int32Array(fields.length);
    this.#folded = new Array<string>(fields.length).fill("");
    const mark: Mark = (refs, count) => this.#markAll(refs, count);
    const wake: Wake = (list, from, end) => this.#wake(list, from, end);
    this.#objects = new ObjectSource(plan, mark, wake);
    this.#tapes = new TapeSource(plan, { mark, wake, readerFor: (view) => this.#objects.readerFor(view) });
    this.#source = this.#objects;
    this.#values = {
      value: (field) => this.#source.value(field),
      folded: (field, text) => this.#foldOnce(field, text),
      raw: () => this.#raw,
    };
  }

  get stats(): MatcherStats {
    return {
      rules: this.#ruleTick.length,
      atoms: this.#lazy.length,
      alwaysEvaluated: this.#always.length,
      candidates: this.#ran,
      evaluated: this.#evaluated,
      events: this.#events,
      cutTexts: this.#cutTexts,
    };
  }

  match(view: FieldView, raw: JsonObject): readonly number[] {
    this.#objects.begin(view, raw);
    return this.#judge(this.#objects, raw);
  }

  /** The same of the event that the tape holds; undefined = this event has to be matched as an object. */
  matchTape(view: FieldView, tape: Tape): readonly number[] | undefined {
    return this.#tapes.begin(view, tape) ? this.#judge(this.#tapes, tape.shape.raw) : undefined;
  }

  #judge(source: EventSource, raw: JsonObject): readonly number[] {
    this.#begin(source, raw);
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

  /** The same answer; what each predicate took is told to `note`. */
  matchTimed(view: FieldView, raw: JsonObject, { clock, note }: PredicateTimer): readonly number[] {
    this.#objects.begin(view, raw);
    this.#begin(this.#objects, raw);
    const matched: number[] = [];
    const { starts } = this.#program;
    const all = [...this.#candidates.subarray(0, this.#candidateCount), ...this.#always];
    for (const rule of all) {
      const begun = clock();
      const held = this.#run(starts[rule] ?? 0);
      note(rule, clock() - begun);
      if (held) matched.push(rule);
    }
    this.#ran += all.length;
    return matched.sort((a, b) => a - b);
  }

  /** Whether an item of one of the rules holds in the event last matched. */
  itemHolds(item: Item): boolean {
    const base = this.#tick * 4;
    return this.#itemAtoms.get(item)?.every((atom) => this.#atomHolds(atom, base)) === true;
  }

  /** The first leaf of the event last matched that meets an item of keywords; undefined where finding it takes a search. */
  leafOf(item: Item): KeywordLeaf | undefined {
    const atoms = this.#source === this.#tapes ? this.#itemAtoms.get(item) : undefined;
    return atoms?.every((atom) => this.#indexed[atom] === 1) === true ? this.#tapes.leafOf(atoms) : undefined;
  }

  #atomHolds(atom: number, base: number): boolean {
    const known = (this.#state[atom] ?? 0) - base;
    if (known === TRUE) return true;
    if (known === FALSE || (known < 0 && this.#indexed[atom] === 1)) return false;
    return this.#evaluate(atom, base);
  }

  #begin(source: EventSource, raw: JsonObject): void {
    this.#events += 1;
    this.#tick += 1;
    if (this.#tick > TICK_MAX) {
      this.#tick = 1;
      this.#state.fill(0);
      this.#ruleTick.fill(0);
      this.#foldedTick.fill(0);
    }
    this.#candidateCount = 0;
    this.#raw = raw;
    this.#source = source;
    source.scan();
  }

  #markAll(refs: ArrayLike<number>, count: number): void {
    const state = this.#state;
    const starts = this.#witnessStarts;
    const base = this.#tick * 4;
    for (let i = 0; i < count; i += 1) {
      const ref = refs[i] ?? 0;
      const atom = ref >> 1;
      const exact = (ref & 1) === 1;
      const before = state[atom] ?? 0;
      if (before >= base) {
        if (exact) state[atom] = base + TRUE;
        continue;
      }
      state[atom] = base + (exact ? TRUE : MAYBE);
      const from = starts[atom] ?? 0;
      const end = starts[atom + 1] ?? 0;
      if (from < end) this.#wake(this.#witnessed, from, end);
    }
  }

  #wake(rules: Int32Array, from: number, end: number): void {
    const ticks = this.#ruleTick;
    for (let i = from; i < end; i += 1) {
      const rule = rules[i] ?? 0;
      if (ticks[rule] === this.#tick) continue;
      ticks[rule] = this.#tick;
      this.#candidates[this.#candidateCount] = rule;
      this.#candidateCount += 1;
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

  #run(start: number): boolean {
    const { code, atoms } = this.#program;
    const state = this.#state;
    const indexed = this.#indexed;
    const base = this.#tick * 4;
    const end = HOLDS;
    let at = start;
    while (at >= 0) {
      const question = code[at] ?? 0;
      const known = (state[question] ?? 0) - base;
      let holds: boolean;
      if (known === TRUE) holds = true;
      else if (known === FALSE || (known < 0 && indexed[question] === 1)) holds = false;
      else holds = question < atoms ? this.#evaluate(question, base) : this.#count(question - atoms, question);
      at = code[holds ? at + 1 : at + 2] ?? end;
    }
    return at === end;
  }

  #count(number: number, question: number): boolean {
    const count = this.#program.counts[number];
    let missing = count?.wanted ?? 0;
    for (const start of count?.starts ?? []) {
      if (missing <= 0) break;
      if (this.#run(start)) missing -= 1;
    }
    this.#state[question] = this.#tick * 4 + (missing <= 0 ? TRUE : FALSE);
    return missing <= 0;
  }

  #evaluate(atom: number, base: number): boolean {
    const lazy = this.#lazy[atom];
    const holds = lazy !== undefined && this.#recall(lazy, atom);
    this.#state[atom] = base + (holds ? TRUE : FALSE);
    return holds;
  }

  /** The answer to one value does not change: it is kept with the value. */
  #recall(lazy: LazyAtom, atom: number): boolean {
    const known = lazy.field === KEYWORDS || lazy.looksAtWhole ? undefined : this.#knownOf(lazy);
    const before = known && told(known, atom);
    if (before !== undefined) return before;
    this.#evaluated += 1;
    if (lazy.cuts && seesCutText(lazy, this.#values)) this.#cutTexts += 1;
    const holds = atomHolds(lazy, this.#values);
    if (known !== undefined) tell(known, atom, holds);
    return holds;
  }

  #knownOf({ field, cuts }: LazyAtom): Known | undefined {
    const known = this.#source.knownOf(field);
    if (known !== undefined || !cuts) return known;
    const value = this.#source.value(field);
    return typeof value === "string" ? this.#longTexts.of(value) : undefined;
  }
}
