/**
 * Counts of a stream in fixed memory: how many different, how often each, which most. All merge and rest as JSON.
 * Enters: texts. Leaves: estimates with their bounds.
 *
 * AK1. Merging two sketches equals the sketch of both streams (space-saving: within its error).
 * AK2. Count-min and space-saving never count too little; never use them to claim that something is new.
 * AK3. A snapshot of another version or size is refused.
 */
import { refusal } from "../learning-error.ts";
import { murmur3 } from "../text/murmur3.ts";

const VERSION = 1;
const REGISTERS_BITS = 10;
const REGISTERS = 2 ** REGISTERS_BITS;
const COUNT_ROWS = 4;
const COUNT_WIDTH = 2_048;
const LEADERS = 64;

export interface CellsSnapshot {
  readonly version: number;
  readonly cells: readonly number[];
}

function cellsOf(from: CellsSnapshot | undefined, length: number): Float64Array {
  if (from === undefined) return new Float64Array(length);
  if (from.version !== VERSION || from.cells.length !== length)
    throw refusal(
      "model-malformed",
      `sketch of version ${from.version} with ${from.cells.length} cells, not ${length}`,
    );
  return Float64Array.from(from.cells);
}

/** HyperLogLog, 1,024 registers: different values within about 3 %. */
export interface Distinct {
  add(value: string): void;
  merge(other: CellsSnapshot): void;
  count(): number;
  snapshot(): CellsSnapshot;
}

export function makeDistinct(from?: CellsSnapshot): Distinct {
  const cells = cellsOf(from, REGISTERS);
  return {
    add: (value) => {
      const at = murmur3(value, 1) >>> (32 - REGISTERS_BITS);
      // A second hash: the bits that choose the register say nothing about the run of zeros.
      cells[at] = Math.max(cells[at] ?? 0, Math.clz32(murmur3(value, 2)) + 1);
    },
    merge: (other) => {
      cellsOf(other, REGISTERS).forEach((rank, at) => {
        cells[at] = Math.max(cells[at] ?? 0, rank);
      });
    },
    count: () => {
      const zeros = cells.filter((rank) => rank === 0).length;
      const raw =
        ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS ** 2) / cells.reduce((sum, rank) => sum + 2 ** -rank, 0);
      return raw <= 2.5 * REGISTERS && zeros > 0 ? REGISTERS * Math.log(REGISTERS / zeros) : raw;
    },
    snapshot: () => ({ version: VERSION, cells: [...cells] }),
  };
}

/** Count-min, 4 x 2,048. */
export interface Frequencies {
  add(value: string, count?: number): void;
  merge(other: CellsSnapshot): void;
  /** At least the true count. */
  count(value: string): number;
  snapshot(): CellsSnapshot;
}

export function makeFrequencies(from?: CellsSnapshot): Frequencies {
  const cells = cellsOf(from, COUNT_ROWS * COUNT_WIDTH);
  const places = (value: string): readonly number[] =>
    Array.from({ length: COUNT_ROWS }, (_, row) => row * COUNT_WIDTH + (murmur3(value, row + 11) % COUNT_WIDTH));
  return {
    add: (value, count = 1) => {
      for (const at of places(value)) cells[at] = (cells[at] ?? 0) + count;
    },
    merge: (other) => {
      cellsOf(other, cells.length).forEach((count, at) => {
        cells[at] = (cells[at] ?? 0) + count;
      });
    },
    count: (value) => Math.min(...places(value).map((at) => cells[at] ?? 0)),
    snapshot: () => ({ version: VERSION, cells: [...cells] }),
  };
}

export interface Leader {
  readonly value: string;
  /** At least the true count; at most `error` too much. */
  readonly count: number;
  readonly error: number;
}

/** Space-saving: every value with more than 1/64 of all is among the leaders. */
export interface Leaders {
  add(value: string, count?: number): void;
  top(most: number): readonly Leader[];
}

export function makeLeaders(from: readonly Leader[] = []): Leaders {
  const held = new Map(from.map((leader) => [leader.value, leader]));
  const add = (value: string, count = 1): void => {
    const known = held.get(value);
    if (known !== undefined || held.size < LEADERS) {
      held.set(value, { value, count: (known?.count ?? 0) + count, error: known?.error ?? 0 });
      return;
    }
    const least = [...held.values()].reduce((a, b) => (b.count < a.count ? b : a));
    held.delete(least.value);
    held.set(value, { value, count: least.count + count, error: least.count });
  };
  const top = (most: number): readonly Leader[] =>
    [...held.values()].toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, most);
  return { add, top };
}
