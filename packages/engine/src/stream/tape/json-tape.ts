/**
 * The tape over the kernel: shapes, texts and lists of what the kernel read. Enters: bytes of one line. Leaves: tape.ts.
 *
 * J1. A shape is made for the fourth event that has it: events that are all unlike each other are not worth shapes.
 * J2. A list is decoded when it is first seen, so that no event is vouched for whose list is no JSON.
 */
import type { Json } from "@cordon/model/json";
import { parsePlain } from "../normalise/decode/json-plain.ts";
import { ByteSearch } from "./byte-search.ts";
import { type EventShape, makeShape, type Step } from "./event-shape.ts";
import { type Kernel, makeKernel, NODE_KINDS } from "./kernel.ts";
import type { Loose, Shape, Tape } from "./tape.ts";

export interface TapeLimits {
  /** Nodes of the trie of shapes: members begun and objects closed, by what came before. */
  readonly nodes: number;
  /** Values remembered, and the bytes of them. */
  readonly values: number;
  readonly bytes: number;
  readonly shapes: number;
  /** Lines between two times at which all shapes are forgotten. */
  readonly rest: number;
  /** Events of a shape before it is made. */
  readonly before: number;
}

/** The first three are the most that the kernel has room for. */
const LIMITS: TapeLimits = { nodes: 16_384, values: 65_536, bytes: 0x9f0000, shapes: 2_048, rest: 262_144, before: 3 };

/** Words of the state of the kernel. */
const FINAL = 0;
const LOOSE_END = 1;
const LOOSE_WIDE = 2;
const GENERATION = 3;
const SHAPE_GENERATION = 4;

/** A remembered value: the word before its text that holds its length and flags, and where the text begins, in bytes. */
const VALUE_WORD = 2;
const LENGTH = 0xffff;
/** Flag of a value that is written with escapes. */
const ESCAPED = 0x10000;
const VALUE_TEXT = 16;
/** Texts for which adding letters is cheaper than asking the decoder. */
const SHORT = 16;
/** Flag of the length of a loose text that is beyond ASCII. */
const SPAN_WIDE = 0x40000000;
/** Leaves of one event that the kernel reads at most. */
const LEAVES_MAX = 1_000;

/** Undefined where WebAssembly is not to be had. Limits are made smaller by tests only. */
export function makeTape(limits: Partial<TapeLimits> = {}): Tape | undefined {
  const kernel = makeKernel();
  return kernel === undefined ? undefined : new JsonTape(kernel, { ...LIMITS, ...limits });
}

/** A whole number that no double holds stays as it is written (decode/json.ts, J1). */
function numberOf(written: string): Json {
  const number = Number(written);
  return Number.isSafeInteger(number) || written.includes(".") ? number : written;
}

class JsonTape implements Tape {
  reads: number[] | undefined = undefined;
  generation = 0;
  shape: Shape;
  readonly loose: { -readonly [K in keyof Loose]: Loose[K] };
  readonly search = ByteSearch.make();
  readonly #kernel: Kernel;
  readonly #limits: TapeLimits;
  readonly #memory: Uint8Array;
  readonly #words: Int32Array;
  readonly #state: Int32Array;
  readonly #ids: Int32Array;
  readonly #spans: Int32Array;
  readonly #values: Int32Array;
  readonly #inputAt: number;
  readonly #inputMax: number;
  /** A mark at the beginning of a value is part of it. */
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** Remembered values, decoded, by number. */
  readonly #decoded: (Json | undefined)[];
  /** Values of this event that are not remembered, by leaf, and the event each belongs to. */
  readonly #loose: Json[] = new Array<Json>(LEAVES_MAX).fill(null);
  readonly #looseOf = new Float64Array(LEAVES_MAX);
  #event = 0;
  /** By final node. Null: a shape that is not vouched for. */
  readonly #shapes: (EventShape | null | undefined)[];
  readonly #seen: Uint8Array;
  #shapeCount = 0;
  #shapeGeneration = 0;
  readonly #show = (leaf: number): Json => {
    this.reads?.push(leaf);
    return this.value(leaf);
  };

  constructor(kernel: Kernel, limits: TapeLimits) {
    kernel.init(limits.nodes, limits.values, limits.bytes, limits.rest);
    const { buffer } = kernel.memory;
    this.#kernel = kernel;
    this.#limits = limits;
    this.#memory = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#state = new Int32Array(buffer, kernel.stateAt(), 5);
    this.#ids = new Int32Array(buffer, kernel.idsAt(), LEAVES_MAX);
    this.#spans = new Int32Array(buffer, kernel.spansAt(), LEAVES_MAX * 2);
    this.#values = new Int32Array(buffer, kernel.valuesAt(), limits.values);
    this.#inputAt = kernel.inputAt();
    this.#inputMax = kernel.inputMax();
    this.#seen = new Uint8Array(limits.nodes);
    // Lists with room for all from the beginning: with holes they would be slow.
    this.#decoded = new Array<Json | undefined>(limits.values).fill(undefined);
    this.#shapes = new Array<EventShape | null | undefined>(limits.nodes).fill(undefined);
    const start = kernel.scratchStart();
    this.loose = { view: new DataView(buffer), start, end: start, ascii: true };
    this.shape = { number: -1, leaves: [], raw: {} };
  }

  read(bytes: Uint8Array): boolean {
    if (bytes.length > this.#inputMax) return false;
    this.#memory.set(bytes, this.#inputAt);
    if (this.#kernel.parse(bytes.length) < 0) return false;
    const state = this.#state;
    if (state[GENERATION] !== this.generation) this.#forget();
    const shape = this.#shapes[state[FINAL] ?? 0] ?? this.#newShape(state[FINAL] ?? 0);
    if (shape === undefined) return false;
    this.#event += 1;
    for (let i = 0; i < shape.lists.length; i += 1) if (!this.#readList(shape.lists[i] ?? 0)) return false;
    this.shape = shape;
    const { loose } = this;
    const end = state[LOOSE_END] ?? 0;
    loose.end = end === loose.start + 1 ? loose.start : end;
    loose.ascii = state[LOOSE_WIDE] === 0;
    return true;
  }

  id(leaf: number): number {
    return this.#ids[leaf] ?? -1;
  }

  looseFrom(leaf: number): number {
    return this.#spans[leaf * 2] ?? 0;
  }

  looseEnd(leaf: number): number {
    return (this.#spans[leaf * 2] ?? 0) + this.#looseLength(leaf);
  }

  looseIsAscii(leaf: number): boolean {
    return (this.#spans[leaf * 2 + 1] ?? 0) < SPAN_WIDE;
  }

  #looseLength(leaf: number): number {
    return (this.#spans[leaf * 2 + 1] ?? 0) & (SPAN_WIDE - 1);
  }

  value(leaf: number): Json {
    const id = this.#ids[leaf] ?? -1;
    if (id >= 0) return this.#decoded[id] ?? this.#decodeRemembered(id, leaf);
    const kind = this.shape.leaves[leaf]?.kind;
    if (id === -2) return kind === "null" ? null : kind === "true";
    if (this.#looseOf[leaf] === this.#event) return this.#loose[leaf] ?? null;
    const text = this.#spanned(leaf);
    return this.#keepLoose(leaf, kind === "number" ? numberOf(text) : text);
  }

  #keepLoose(leaf: number, value: Json): Json {
    this.#loose[leaf] = value;
    this.#looseOf[leaf] = this.#event;
    return value;
  }

  #decodeRemembered(id: number, leaf: number): Json {
    const written = this.#written(id);
    const escaped = (this.#wordOf(id) & ESCAPED) !== 0;
    const number = this.shape.leaves[leaf]?.kind === "number";
    const value = number ? numberOf(written) : escaped ? (JSON.parse(`"${written}"`) as string) : written;
    this.#decoded[id] = value;
    return value;
  }

  /** Whether the list is JSON that needs no remark. */
  #readList(leaf: number): boolean {
    const id = this.#ids[leaf] ?? -1;
    if (id >= 0 && this.#decoded[id] !== undefined) return true;
    const list = parsePlain(id >= 0 ? this.#written(id) : this.#spanned(leaf));
    if (list === undefined) return false;
    if (id >= 0) this.#decoded[id] = list;
    else this.#keepLoose(leaf, list);
    return true;
  }

  /** What is between the quotes of a remembered value. */
  #written(id: number): string {
    return this.#text((this.#values[id] ?? 0) + VALUE_TEXT, this.#wordOf(id) & LENGTH);
  }

  #wordOf(id: number): number {
    return this.#words[((this.#values[id] ?? 0) >> 2) + VALUE_WORD] ?? 0;
  }

  #spanned(leaf: number): string {
    return this.#text(this.#spans[leaf * 2] ?? 0, this.#looseLength(leaf));
  }

  #text(at: number, length: number): string {
    if (length > SHORT) return this.#decoder.decode(this.#memory.subarray(at, at + length));
    const memory = this.#memory;
    let text = "";
    for (let i = at; i < at + length; i += 1) {
      const code = memory[i] ?? 0;
      if (code >= 0x80) return this.#decoder.decode(memory.subarray(at, at + length));
      text += String.fromCharCode(code);
    }
    return text;
  }

  #forget(): void {
    this.generation = this.#state[GENERATION] ?? 0;
    this.#decoded.fill(undefined);
    const shapes = this.#state[SHAPE_GENERATION] ?? 0;
    if (shapes === this.#shapeGeneration) return;
    this.#shapeGeneration = shapes;
    this.#shapes.fill(undefined);
    this.#shapeCount = 0;
    this.#seen.fill(0);
  }

  #newShape(final: number): EventShape | undefined {
    if (this.#shapes[final] === null) return undefined;
    const seen = this.#seen[final] ?? 0;
    if (seen < this.#limits.before) {
      this.#seen[final] = seen + 1;
      return undefined;
    }
    if (this.#shapeCount >= this.#limits.shapes) {
      this.#kernel.full();
      return undefined;
    }
    const shape = makeShape(this.#shapeCount, this.#stepsTo(final), this.#show);
    this.#shapes[final] = shape ?? null;
    if (shape !== undefined) this.#shapeCount += 1;
    return shape;
  }

  #stepsTo(final: number): readonly Step[] {
    const kernel = this.#kernel;
    const steps: Step[] = [];
    for (let node = final; node !== 0; node = kernel.nodeParent(node)) {
      const key = this.#text(kernel.nodeKey(node), kernel.nodeKeyLength(node));
      steps.push({ key, kind: NODE_KINDS[kernel.nodeKind(node)] ?? "close" });
    }
    return steps.reverse();
  }
}
