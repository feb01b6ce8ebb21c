/**
 * Makes a table beside the one in use.
 *
 * B1. `add` only appends; `finish` places the entries slice by slice, so that whoever builds may yield in between.
 * B2. Equal entries are kept once; of one value with different facts SAME_MAX are kept. What has no room is counted.
 * B3. Built from the same indicators in the same order with the same seed, a table is the same, byte for byte.
 */
import type { Indicator, IndicatorFacts } from "@cordon/model/indicator";
import {
  aimAtEntry,
  confirms,
  entryBytesMax,
  hashProbe,
  KIND_NUMBER,
  kindOf,
  type Layout,
  layOut,
  makeLayout,
  makeProbe,
  writeEntry,
} from "./entry.ts";
import { mixed } from "./hash-text.ts";
import { flatten, type Prefix, prefixOf, type Ranges } from "./ranges.ts";
import { hostBit, IntelTable, keyBit, placeOf, RUN_MAX, setBit } from "./table.ts";

/** Entries per slice of `finish`: a few milliseconds. */
const SLICE = 8_192;
/** Feeds that say something of the same value; more of them say nothing new. */
const SAME_MAX = 16;
/** 16 M rows and 1 GiB of text: three times what is promised, and an end for a feed that never ends. */
const ROWS_MAX = 16_000_000;
const ARENA_MAX = 1_024 * 1_024 * 1_024;
/** Different things said about indicators; each is an object. */
const FACTS_MAX = 500_000;
const FULL = 0.8;

type Refusal = "table-full" | "facts-full";

interface BuildCounts {
  readonly duplicates: number;
  readonly crowded: number;
}

export class TableBuilder {
  readonly seed: number;
  rows = 0;
  /** What `finish` left out. */
  outcome: BuildCounts = { duplicates: 0, crowded: 0 };
  private arena: Uint8Array;
  private used = 0;
  private urls = 0;
  private readonly facts: IndicatorFacts[] = [];
  private readonly factsByText = new Map<string, number>();
  private readonly factsByObject = new WeakMap<IndicatorFacts, number>();

  constructor(seed: number, bytesHint = 64 * 1_024) {
    this.seed = seed;
    this.arena = new Uint8Array(bytesHint);
  }

  add(indicator: Indicator): Refusal | undefined {
    const need = entryBytesMax(indicator.value);
    if (this.rows >= ROWS_MAX || this.used + need > ARENA_MAX) return "table-full";
    const facts = this.factsNumber(indicator.facts);
    if (facts === undefined) return "facts-full";
    if (this.used + need > this.arena.length) {
      const grown = new Uint8Array(Math.min(ARENA_MAX, Math.ceil(this.arena.length * 1.5) + need));
      grown.set(this.arena.subarray(0, this.used));
      this.arena = grown;
    }
    this.used = writeEntry(this.arena, this.used, indicator, facts);
    this.rows += 1;
    if (indicator.kind === "url") this.urls += 1;
    return undefined;
  }

  private factsNumber(facts: IndicatorFacts): number | undefined {
    const known = this.factsByObject.get(facts);
    if (known !== undefined) return known;
    const text = JSON.stringify(facts);
    let number = this.factsByText.get(text);
    if (number === undefined) {
      if (this.facts.length >= FACTS_MAX) return undefined;
      number = this.facts.length;
      this.facts.push(facts);
      this.factsByText.set(text, number);
    }
    this.factsByObject.set(facts, number);
    return number;
  }

  /** Yields between slices; ends with the table. `digestOf` names the content. */
  *finish(digestOf: (bytes: Uint8Array) => string): Generator<void, IntelTable> {
    // The spare room of the growing arena goes before the slots come.
    const arena = this.arena.slice(0, this.used);
    this.arena = new Uint8Array(0);
    this.factsByText.clear();
    const size = Math.ceil(this.rows / FULL);
    const placing = new Placing(arena, { slots: new Uint32Array(size), tags: new Uint16Array(size) }, this.seed);
    const hosts = new Uint8Array(this.urls === 0 ? 0 : 2 ** Math.ceil(Math.log2(this.urls * 2)));
    for (let at = 0, n = 0; at < arena.length; n += 1) {
      at = placing.place(at, hosts);
      if (n % SLICE === SLICE - 1) yield;
    }
    yield;
    const [v4, v6] = placing.ranges();
    this.outcome = { duplicates: placing.duplicates, crowded: placing.crowded };
    yield;
    const facts = [...this.facts];
    const said = new TextEncoder().encode(`${digestOf(arena)}\n${JSON.stringify(facts)}`);
    const digest = digestOf(said);
    return new IntelTable({
      ...{ digest, seed: this.seed, rows: placing.rows, facts, arena, hosts, v4, v6 },
      ...{ slots: placing.slots, tags: placing.tags },
    });
  }
}

class Placing {
  readonly slots: Uint32Array;
  readonly tags: Uint16Array;
  rows = 0;
  duplicates = 0;
  crowded = 0;
  private readonly arena: Uint8Array;
  private readonly seed: number;
  private readonly v4: Prefix[] = [];
  private readonly v6: Prefix[] = [];
  private readonly state = { a: 0, b: 0 };
  private readonly probe = makeProbe();
  private readonly own = makeLayout();
  private readonly other = makeLayout();

  constructor(arena: Uint8Array, into: { readonly slots: Uint32Array; readonly tags: Uint16Array }, seed: number) {
    this.arena = arena;
    this.slots = into.slots;
    this.tags = into.tags;
    this.seed = seed;
  }

  /** Places the entry that begins at `at`; gives the beginning of the next. */
  place(at: number, hosts: Uint8Array): number {
    const { arena, own, probe } = this;
    layOut(arena, at, own);
    aimAtEntry(arena, own, probe);
    if (!this.take(at)) return own.end;
    this.rows += 1;
    if (probe.kind === KIND_NUMBER.url) {
      // `take` left the hash of the whole key in the state.
      setBit(hosts, keyBit(this.state.a));
      setBit(hosts, hostBit(probe.text, 0, probe.text.indexOf("/"), this.seed));
    }
    if (kindOf(own) === "cidr") {
      const prefix = prefixOf(probe.text, at);
      if (prefix !== undefined) (prefix.first.length === 1 ? this.v4 : this.v6).push(prefix);
    }
    return own.end;
  }

  private take(at: number): boolean {
    const { slots, tags, state, probe } = this;
    hashProbe(state, this.seed, probe);
    const tag = mixed(state.b) & 0xffff;
    let slot = placeOf(mixed(state.a), slots.length);
    let same = 0;
    for (let run = 0; run < RUN_MAX; run += 1) {
      const there = slots[slot] ?? 0;
      if (there === 0) {
        slots[slot] = at + 1;
        tags[slot] = tag;
        return true;
      }
      if (tags[slot] === tag) {
        const meeting = this.meeting(there - 1, at);
        if (meeting === "equal") {
          this.duplicates += 1;
          return false;
        }
        if (meeting === "same-value") same += 1;
        if (same >= SAME_MAX) break;
      }
      slot = slot + 1 === slots.length ? 0 : slot + 1;
    }
    this.crowded += 1;
    return false;
  }

  private meeting(there: number, at: number): "equal" | "same-value" | "other" {
    const { arena, other, own, probe } = this;
    layOut(arena, there, other);
    if (!confirms(arena, other, probe)) return "other";
    return sameBytes(arena, [there, other], [at, own]) ? "equal" : "same-value";
  }

  ranges(): readonly [Ranges, Ranges] {
    return [flatten(this.v4, 1), flatten(this.v6, 4)];
  }
}

function sameBytes(
  arena: Uint8Array,
  [a, first]: readonly [number, Layout],
  [b, second]: readonly [number, Layout],
): boolean {
  const length = first.end - a;
  if (length !== second.end - b) return false;
  for (let i = 0; i < length; i += 1) if (arena[a + i] !== arena[b + i]) return false;
  return true;
}
