/**
 * Makes a table beside the one in use.
 *
 * B1. `add` only appends; `finish` sorts slice by slice, so that whoever builds may yield in between.
 * B2. Equal rows are found once; of one value with different facts a few are found (cells.ts). What has no room is counted.
 * B3. Built from the same indicators in the same order under the same key, a table is the same, byte for byte. Its digest
 *     names the content, whatever the key.
 * B4. Whole rows are handed on in pieces as they fill; none of them is kept.
 */
import type { Indicator, IndicatorFacts } from "@cordon/model/indicator";
import { CellLog } from "./cells.ts";
import { aim, digestProbe, entryBytesMax, hashProbe, KIND_NUMBER, makeProbe, writeEntry } from "./entry.ts";
import { FilterLog } from "./filter.ts";
import { mixed } from "./hash-text.ts";
import { type DigestKey, KeyedDigest } from "./keyed-digest.ts";
import { flatten, type Prefix, prefixOf, type Ranges } from "./ranges.ts";
import { type Digest, RowPieces } from "./rows.ts";
import { SaidBook } from "./said.ts";
import { hostHash, IntelTable, seedOf } from "./table.ts";

/** 16 M rows and 4 GiB of text on disk: three times what is promised, and an end for a feed that never ends. */
const ROWS_MAX = 16_000_000;
const ROW_BYTES_MAX = 4 * 1_024 * 1_024 * 1_024;
/** Ranges stay in memory as text. */
const NETS_MAX = 256 * 1_024 * 1_024;
/** Different things said about indicators; each is an object. */
const FACTS_MAX = 500_000;
/** Ranges of one extent that are told apart. */
const SAME_NETS_MAX = 16;

type Refusal = "table-full" | "facts-full";

interface BuildCounts {
  readonly duplicates: number;
  readonly crowded: number;
}

interface Building {
  readonly key: DigestKey;
  readonly digestOf: Digest;
  /** Takes the whole rows. Without it they are nowhere: such a table cannot be listed. */
  readonly onRows?: (piece: Uint8Array) => void;
}

export class TableBuilder {
  rows = 0;
  /** What `finish` left out. */
  outcome: BuildCounts = { duplicates: 0, crowded: 0 };
  private readonly key: DigestKey;
  private readonly digestOf: Digest;
  private readonly digest: KeyedDigest;
  private readonly seed: number;
  private readonly probe = makeProbe();
  private readonly pieces: RowPieces;
  private readonly said: SaidBook;
  private readonly cells = new CellLog();
  private readonly filter = new FilterLog();
  private readonly nets = new NetLog();
  private readonly facts: IndicatorFacts[] = [];
  private readonly factsByText = new Map<string, number>();
  private readonly factsByObject = new WeakMap<IndicatorFacts, number>();

  constructor({ key, digestOf, onRows = () => {} }: Building) {
    this.key = key;
    this.digestOf = digestOf;
    this.digest = new KeyedDigest(key);
    this.seed = seedOf(this.digest);
    this.said = new SaidBook(this.seed);
    this.pieces = new RowPieces(digestOf, onRows);
  }

  add(indicator: Indicator): Refusal | undefined {
    const { probe, digest, seed } = this;
    const { kind, value, below, validFrom, validUntil } = indicator;
    const need = entryBytesMax(value);
    if (this.rows >= ROWS_MAX || this.pieces.bytes + need > ROW_BYTES_MAX) return "table-full";
    if (kind === "cidr" && this.nets.used + need > NETS_MAX) return "table-full";
    const facts = this.factsNumber(indicator.facts);
    if (facts === undefined) return "facts-full";
    if (!aim(probe, kind, value)) throw new Error(`intel: "${value}" has not the form of its kind ${kind}`);
    const written = {
      ...{ probe, below, facts },
      ...(validFrom === undefined ? {} : { validFrom }),
      ...(validUntil === undefined ? {} : { validUntil }),
    };
    this.pieces.write(written);
    if (kind === "cidr") this.nets.add(value, (nets, at) => writeEntry(nets, at, written));
    this.filter.add(mixed(hashProbe(seed, probe)));
    if (probe.kind === KIND_NUMBER.url) this.filter.add(hostHash(seed, value, 0, value.indexOf("/")));
    digestProbe(digest, probe);
    this.cells.add(digest.tag, this.said.intern(written, facts));
    this.rows += 1;
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

  /** Yields between slices; ends with the table. */
  *finish(): Generator<void, IntelTable> {
    this.pieces.seal();
    this.factsByText.clear();
    yield;
    const { cells, buckets } = yield* this.cells.sorted();
    const filter = yield* this.filter.filled();
    const said = this.said.close();
    yield;
    const [v4, v6] = this.nets.ranges();
    this.outcome = { duplicates: this.cells.duplicates, crowded: this.cells.crowded };
    yield;
    const facts = [...this.facts];
    const pieces = this.pieces.sealed;
    const content = [...pieces.map(({ sha256 }) => sha256), JSON.stringify(facts)].join("\n");
    return new IntelTable({
      ...{ digest: this.digestOf(new TextEncoder().encode(content)), key: this.key, facts, pieces, said },
      ...{ cells, buckets, filter, nets: this.nets.close(), v4, v6 },
    });
  }
}

/** Ranges as they come: what is said of each, whole, and where it reaches. */
class NetLog {
  used = 0;
  private bytes = new Uint8Array(0);
  private readonly v4: Prefix[] = [];
  private readonly v6: Prefix[] = [];
  /** Places of entries by range. */
  private readonly places = new Map<string, readonly number[]>();

  add(cidr: string, write: (nets: Uint8Array, at: number) => number): void {
    const need = entryBytesMax(cidr);
    if (this.used + need > this.bytes.length) {
      const grown = new Uint8Array(Math.ceil(this.bytes.length * 1.5) + need);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    const place = this.used;
    const end = write(this.bytes, place);
    const known = this.places.get(cidr) ?? [];
    if (known.length >= SAME_NETS_MAX || known.some((other) => this.isSame(other, place, end))) return;
    const prefix = prefixOf(cidr, place);
    if (prefix === undefined) return;
    (prefix.first.length === 1 ? this.v4 : this.v6).push(prefix);
    this.places.set(cidr, [...known, place]);
    this.used = end;
  }

  /** Bytes behind `used` are of the one that was just written. */
  private isSame(other: number, place: number, end: number): boolean {
    for (let i = 0; i < end - place; i += 1) if (this.bytes[other + i] !== this.bytes[place + i]) return false;
    return true;
  }

  ranges(): readonly [Ranges, Ranges] {
    this.places.clear();
    return [flatten(this.v4, 1), flatten(this.v6, 4)];
  }

  close(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.used);
  }
}
