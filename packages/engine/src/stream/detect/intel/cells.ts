/**
 * The rows of a table in memory: 12 bytes of keyed digest and the place of what is said, sorted into buckets. Of the 16 bytes of a
 * digest the last four are left out: 96 bits make a false hit once in 2^96 / (rows of a bucket) look-ups, and a row then never
 * straddles two lines of the cache.
 *
 * C1. A bucket is found by the first word of the digest, which is as good as chance: PER_BUCKET rows on average.
 * C2. Equal rows are kept once; of one value with different things said SAME_MAX are kept. What has no room is counted.
 * C3. Rows are logged by the first byte of their digest, and each such part is sorted alone and given back: making the
 *     cells takes hardly more room than they do.
 */
import { WordLog } from "./word-log.ts";

/** Three words of digest, one that says where. */
export const CELL_WORDS = 4;
const PARTS = 256;
const PER_BUCKET = 6;
/** Feeds that say something of the same value; more of them say nothing new. */
const SAME_MAX = 16;

export interface Cells {
  /** Signed: numbers of 31 bits are quicker to compare than those of 32. */
  readonly cells: Int32Array<ArrayBuffer>;
  /** Row at which each bucket begins, and the end. */
  readonly buckets: Uint32Array<ArrayBuffer>;
}

/** `perPart`: buckets of each part. */
export const bucketOf = (first: number, perPart: number): number =>
  (first >>> 24) * perPart + Math.floor(((first & 0xffffff) * perPart) / 0x1000000);

export const bucketsPerPart = (buckets: Uint32Array): number => (buckets.length - 1) / PARTS;

interface Sorting extends Cells {
  /** Rows of the parts before. */
  readonly rows: number;
  /** First bucket of the part. */
  readonly first: number;
  readonly perPart: number;
}

export class CellLog {
  duplicates = 0;
  crowded = 0;
  private rows = 0;
  private scratch = new Int32Array(0);
  private readonly parts = Array.from({ length: PARTS }, () => new WordLog());

  add(tag: Int32Array, said: number): void {
    const part = this.parts[(tag[0] ?? 0) >>> 24];
    for (let i = 0; i < CELL_WORDS - 1; i += 1) part?.push(tag[i] ?? 0);
    part?.push(said);
    this.rows += 1;
  }

  /** Yields between parts. */
  *sorted(): Generator<void, Cells> {
    const perPart = Math.max(1, Math.ceil(this.rows / PARTS / PER_BUCKET));
    const buckets = new Uint32Array(PARTS * perPart + 1);
    // What duplicates leave empty at the end is never touched: it takes no memory.
    const cells = new Int32Array(this.rows * CELL_WORDS);
    let rows = 0;
    for (const [part, log] of this.parts.entries()) {
      if (log.length > 0)
        rows = this.sortPart(this.wordsOf(log), { cells, rows, buckets, first: part * perPart, perPart });
      else buckets.fill(rows, part * perPart + 1, (part + 1) * perPart + 1);
      yield;
    }
    this.scratch = new Int32Array(0);
    return { cells: cells.subarray(0, rows * CELL_WORDS), buckets };
  }

  /** In one stretch; of use until the next call. */
  private wordsOf(log: WordLog): Int32Array {
    const { length } = log;
    if (this.scratch.length < length) this.scratch = new Int32Array(Math.ceil(length * 1.25));
    let at = 0;
    for (const words of log.drain()) {
      this.scratch.set(words, at);
      at += words.length;
    }
    return this.scratch.subarray(0, length);
  }

  /** Counting sort by bucket; within a bucket in the order in which rows came. Gives the rows so far. */
  private sortPart(words: Int32Array, { cells, rows, buckets, first, perPart }: Sorting): number {
    const starts = new Uint32Array(perPart + 1);
    for (let from = 0; from < words.length; from += CELL_WORDS) {
      const next = bucketOf((words[from] ?? 0) & 0xffffff, perPart) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    starts[0] = rows;
    for (let i = 0; i < perPart; i += 1) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
    const ends = starts.slice(0, perPart);
    for (let from = 0; from < words.length; from += CELL_WORDS) {
      const bucket = bucketOf((words[from] ?? 0) & 0xffffff, perPart);
      const to = ends[bucket] ?? 0;
      if (!this.isNew(cells, { words, from }, [starts[bucket] ?? 0, to])) continue;
      for (let i = 0; i < CELL_WORDS; i += 1) cells[to * CELL_WORDS + i] = words[from + i] ?? 0;
      ends[bucket] = to + 1;
    }
    let end = rows;
    for (let i = 0; i < perPart; i += 1) {
      const [from, to] = [starts[i] ?? 0, ends[i] ?? 0];
      // What was left out leaves no room behind.
      if (end !== from) cells.copyWithin(end * CELL_WORDS, from * CELL_WORDS, to * CELL_WORDS);
      end += to - from;
      buckets[first + i + 1] = end;
    }
    return end;
  }

  private isNew(
    sorted: Int32Array,
    { words, from }: { readonly words: Int32Array; readonly from: number },
    [start, end]: readonly [number, number],
  ): boolean {
    let same = 0;
    for (let at = start * CELL_WORDS; at < end * CELL_WORDS; at += CELL_WORDS) {
      if (!isTag(sorted, at, words, from)) continue;
      same += 1;
      if (sorted[at + CELL_WORDS - 1] === words[from + CELL_WORDS - 1]) {
        this.duplicates += 1;
        return false;
      }
    }
    if (same < SAME_MAX) return true;
    this.crowded += 1;
    return false;
  }
}

/** Whether the digest at `at` is the one at `from`. */
export const isTag = (cells: Int32Array, at: number, tag: Int32Array, from: number): boolean =>
  cells[at] === tag[from] && cells[at + 1] === tag[from + 1] && cells[at + 2] === tag[from + 2];
