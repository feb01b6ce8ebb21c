/**
 * What detection remembers, in rows beside the text that names them (M3 of detect-memory.ts).
 *
 * Enters: changes of a detector. Leaves: rows `<key>:<way>:<number>` in a store of texts, and a text that names the range of
 * each way. Rows that no text names are left-overs of a crash: they go at the next start.
 */
import type { DetectorParts } from "@cordon/engine/stream/detect/detect";

/** First word of a text that names rows; other texts are snapshots of everything. */
const WORD = "rows ";

interface Texts {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

export interface MemoryRows {
  /** `write` makes the text durable. */
  save(write: (text: string) => Promise<void>): Promise<void>;
  isOwn(text: string): boolean;
  /** Why it cannot be taken up. */
  resume(text: string): Promise<string | undefined>;
}

/** First and last number; an empty range has its last before its first. */
type Range = readonly [first: number, last: number];

export function makeMemoryRows(made: {
  readonly parts: DetectorParts;
  readonly kv: Texts;
  readonly key: string;
}): MemoryRows {
  const { parts, kv, key } = made;
  let ranges = new Map<string, Range>();
  /** Changes were given and may not have been written: all must be given again. */
  let lost = false;
  const rowKey = (way: string, number: number): string => `${key}:${way}:${number}`;

  const clear = async (way: string, from: number, step: 1 | -1): Promise<void> => {
    for (let n = from; n > 0 && (await kv.get(rowKey(way, n))) !== undefined; n += step)
      await kv.delete(rowKey(way, n));
  };

  const write = async (way: string, last: number, rows: Iterable<string>): Promise<number> => {
    let number = last;
    for (const row of rows) {
      number += 1;
      await kv.set(rowKey(way, number), row);
    }
    return number;
  };

  return {
    isOwn: (text) => text.startsWith(WORD),
    async save(writeText) {
      const anew = lost;
      lost = true;
      const { head, rows: changed } = parts.changes(anew);
      const next = new Map<string, Range>();
      const gone: [string, Range][] = [];
      for (const { way, fresh, rows } of changed) {
        const before = ranges.get(way) ?? [1, 0];
        const first = fresh ? before[1] + 1 : before[0];
        next.set(way, [first, await write(way, before[1], rows)]);
        if (fresh) gone.push([way, before]);
      }
      await writeText(`${WORD}${JSON.stringify([...next])}\n${head}`);
      ranges = next;
      lost = false;
      for (const [way, [first, last]] of gone) for (let n = first; n <= last; n += 1) await kv.delete(rowKey(way, n));
    },
    async resume(text) {
      const end = text.indexOf("\n");
      const named = readRanges(text.slice(WORD.length, end));
      if (named === undefined) return "the list of its rows is damaged";
      const resuming = parts.resume(text.slice(end + 1));
      let missing: string | undefined;
      for (const [way, [first, last]] of named) {
        for (let n = first; n <= last && missing === undefined; n += 1) {
          const row = await kv.get(rowKey(way, n));
          if (row === undefined) missing = `row ${n} of ${way} is missing`;
          else resuming.take(way, row);
        }
        await clear(way, last + 1, 1);
        await clear(way, first - 1, -1);
      }
      const reason = resuming.end() ?? missing;
      // After a refusal the numbers go on, so that nothing old is taken for new.
      ranges = named;
      lost = reason !== undefined;
      return reason;
    },
  };
}

function readRanges(text: string): Map<string, Range> | undefined {
  try {
    const list = JSON.parse(text) as readonly (readonly [string, Range])[];
    const whole = list.every(([way, [first, last]]) => typeof way === "string" && first > 0 && last >= first - 1);
    return whole ? new Map(list) : undefined;
  } catch {
    return undefined;
  }
}
