/**
 * What a flow's source, destination and pair did in the ten minutes before it.
 * Enters: flows in the order in which they were logged. Leaves: counts of what came before each, then it counts itself.
 *
 * FO1. Causal and the same wherever the same flows pass in the same order: in training and in the stream.
 * FO2. Bounded: a source or destination is five pieces of two minutes with bitmaps for how many different ones it met; what
 *      was not seen for longest leaves. Survives a restart by snapshot.
 * FO3. A flow more than ten minutes older than the newest of its source counts for nothing: it comes from another day's file.
 */
import { MINUTE } from "@cordon/model/time";
import { murmur3 } from "../text/murmur3.ts";

const PIECE_MS = 2 * MINUTE;
const PIECES = 5;
const ENTITIES_MAX = 4_096;
const PAIRS_MAX = 8_192;
/** Calls closer together are one. */
const CALL_MS = 1_000;
/** Pauses from which on their evenness says something. */
const PAUSES_MIN = 4;
/** Weight of the newest pause in the mean. */
const NEWEST = 0.2;
const BITS = 128;
const WORDS = BITS / 32;
const DAY_S = 86_400;

export interface FlowCounts {
  readonly flows: number;
  readonly failedShare: number;
  readonly destinations: number;
  readonly ports: number;
  readonly bytesOut: number;
  readonly towards: number;
  readonly sources: number;
  readonly samePlace: number;
  /** Since the pair's last flow. */
  readonly seconds: number;
  /** Mean deviation of the pair's pauses, as a share of their mean: 0, every pause the same. */
  readonly unevenness: number;
}

export const UNKNOWN_COUNTS: FlowCounts = {
  ...{ flows: Number.NaN, failedShare: Number.NaN, destinations: Number.NaN, ports: Number.NaN, bytesOut: Number.NaN },
  ...{ towards: Number.NaN, sources: Number.NaN, samePlace: Number.NaN, seconds: Number.NaN, unevenness: Number.NaN },
};

export interface Passing {
  readonly time: number;
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly bytesOut: number;
  readonly failed: boolean;
}

/** Number of the piece, flows, failed ones, bytes out, then the words of two bitmaps. */
type Piece = number[];
const FLOWS = 1;
const FAILED = 2;
const BYTES = 3;
const FIRST_MAP = 4;
const SECOND_MAP = FIRST_MAP + WORDS;
const PIECE_LENGTH = SECOND_MAP + WORDS;

/** Last call, its mean pause and mean deviation (ms), pauses so far; numbers of two pieces' flows. */
type Pair = readonly [last: number, pause: number, off: number, pauses: number, recent: readonly number[]];

type Kept<T> = readonly (readonly [string, T])[];
export interface FlowWindowState {
  readonly sources: Kept<readonly Piece[]>;
  readonly destinations: Kept<readonly Piece[]>;
  readonly pairs: Kept<Pair>;
}

export interface FlowWindow {
  /** What was before the flow; the flow then counts for those after it. */
  pass(flow: Passing): FlowCounts;
  state(): FlowWindowState;
}

export function makeFlowWindow(before?: FlowWindowState): FlowWindow {
  const copied = (kept: Kept<readonly Piece[]> = []) =>
    new Map(kept.map(([key, pieces]) => [key, pieces.map((piece) => [...piece])]));
  const [sources, destinations] = [copied(before?.sources), copied(before?.destinations)];
  const pairs = new Map<string, Pair>(before?.pairs);
  return {
    pass: (flow) => {
      const now = Math.floor(flow.time / PIECE_MS);
      const bytes = Number.isNaN(flow.bytesOut) ? 0 : flow.bytesOut;
      const from = usedNow(sources, flow.source);
      const to = usedNow(destinations, flow.destination);
      const place = `${flow.destination} ${flow.port}`;
      const own = sumOf(from, now);
      const their = sumOf(to, now);
      const pair = pairs.get(`${flow.source} ${place}`);
      const counts: FlowCounts = {
        flows: own.flows,
        failedShare: own.flows === 0 ? Number.NaN : own.failed / own.flows,
        ...{ destinations: own.first, ports: own.second, bytesOut: own.bytes },
        ...{ towards: their.flows, sources: their.first },
        ...pairCounts(pair, flow.time, now),
      };
      const marks = { failed: flow.failed, bytes };
      note(from, now, { ...marks, first: bitOf(flow.destination), second: bitOf(place) });
      note(to, now, { ...marks, first: bitOf(flow.source), second: bitOf(String(flow.port)) });
      put(pairs, `${flow.source} ${place}`, { value: pairAfter(pair, flow.time, now), most: PAIRS_MAX });
      return counts;
    },
    state: () => ({ sources: [...sources], destinations: [...destinations], pairs: [...pairs] }),
  };
}

function usedNow(kept: Map<string, Piece[]>, key: string): Piece[] {
  const pieces = kept.get(key) ?? [];
  put(kept, key, { value: pieces, most: ENTITIES_MAX });
  return pieces;
}

function put<T>(kept: Map<string, T>, key: string, { value, most }: { value: T; most: number }): void {
  kept.delete(key);
  kept.set(key, value);
  if (kept.size <= most) return;
  const oldest = kept.keys().next();
  if (oldest.done !== true) kept.delete(oldest.value);
}

const bitOf = (text: string): number => murmur3(text, 0) & (BITS - 1);

interface Sum {
  readonly flows: number;
  readonly failed: number;
  readonly bytes: number;
  readonly first: number;
  readonly second: number;
}

function sumOf(pieces: readonly Piece[], now: number): Sum {
  let [flows, failed, bytes] = [0, 0, 0];
  const maps = new Int32Array(2 * WORDS);
  for (const piece of pieces) {
    const number = piece[0] ?? 0;
    if (number <= now - PIECES || number > now) continue;
    flows += piece[FLOWS] ?? 0;
    failed += piece[FAILED] ?? 0;
    bytes += piece[BYTES] ?? 0;
    for (let word = 0; word < maps.length; word += 1) maps[word] = (maps[word] ?? 0) | (piece[FIRST_MAP + word] ?? 0);
  }
  return { flows, failed, bytes, first: differentIn(maps, 0), second: differentIn(maps, WORDS) };
}

/** Linear counting: how many different ones leave so many bits unset. */
function differentIn(maps: Int32Array, from: number): number {
  let set = 0;
  for (let word = from; word < from + WORDS; word += 1)
    for (let rest = maps[word] ?? 0; rest !== 0; rest &= rest - 1) set += 1;
  return Math.round(BITS * Math.log(BITS / Math.max(0.5, BITS - set)));
}

function note(
  pieces: Piece[],
  now: number,
  { failed, bytes, first, second }: { failed: boolean; bytes: number; first: number; second: number },
): void {
  let piece: Piece | undefined;
  for (const one of pieces) {
    const number = one[0] ?? 0;
    // FO3
    if (now <= number - PIECES) return;
    if (number === now) piece = one;
  }
  if (piece === undefined) {
    piece = new Array<number>(PIECE_LENGTH).fill(0);
    piece[0] = now;
    const oldest = pieces.findIndex((one) => (one[0] ?? 0) <= now - PIECES);
    if (oldest < 0) pieces.push(piece);
    else pieces[oldest] = piece;
  }
  piece[FLOWS] = (piece[FLOWS] ?? 0) + 1;
  piece[FAILED] = (piece[FAILED] ?? 0) + Number(failed);
  piece[BYTES] = (piece[BYTES] ?? 0) + bytes;
  for (const [map, bit] of [
    [FIRST_MAP, first],
    [SECOND_MAP, second],
  ] as const) {
    const word = map + (bit >> 5);
    piece[word] = (piece[word] ?? 0) | (1 << (bit & 31));
  }
}

function pairCounts(pair: Pair | undefined, time: number, now: number) {
  if (pair === undefined) return { samePlace: 0, seconds: Number.NaN, unevenness: Number.NaN };
  const [last, pause, off, pauses, recent] = pair;
  return {
    samePlace: recentAt(recent, now),
    // Out of order by a little: no pause at all.
    seconds: Math.min(DAY_S, Math.max(0, time - last) / 1_000),
    unevenness: pauses < PAUSES_MIN || pause <= 0 ? Number.NaN : off / pause,
  };
}

/** Pairs of a piece's number and its flows. */
function recentAt(recent: readonly number[], now: number): number {
  let sum = 0;
  for (let at = 0; at < recent.length; at += 2) {
    const number = recent[at] ?? 0;
    if (number > now - PIECES && number <= now) sum += recent[at + 1] ?? 0;
  }
  return sum;
}

function pairAfter(pair: Pair | undefined, time: number, now: number): Pair {
  if (pair === undefined) return [time, 0, 0, 0, [now, 1]];
  const [last, pause, off, pauses, before] = pair;
  const recent = counted(before, now);
  const gap = time - last;
  if (gap < CALL_MS) return [Math.max(last, time), pause, off, pauses, recent];
  if (gap > DAY_S * 1_000) return [time, 0, 0, 0, recent];
  const mean = pauses === 0 ? gap : pause + NEWEST * (gap - pause);
  const spread = pauses === 0 ? 0 : off + NEWEST * (Math.abs(gap - pause) - off);
  return [time, mean, spread, pauses + 1, recent];
}

function counted(recent: readonly number[], now: number): readonly number[] {
  const kept: number[] = [];
  let found = false;
  for (let at = 0; at < recent.length; at += 2) {
    const number = recent[at] ?? 0;
    if (number <= now - PIECES) continue;
    kept.push(number, (recent[at + 1] ?? 0) + Number(number === now));
    found ||= number === now;
  }
  // Older ones that come late: of no piece that is kept.
  if (!found && (kept.length === 0 || now > (kept[kept.length - 2] ?? 0))) kept.push(now, 1);
  return kept;
}
