/**
 * Flows of files with labels -> rows of a training, bounded. FR1 and FR2 of content-flows-read.ts.
 *
 * FR4. Each file has a window of its own (flow-window.ts) and is put in order piece by piece, where its rows jump.
 * FR5. Of each kind at most twice KIND_MAX rows are held, evenly over the order in which they came: each second one leaves when it
 *      is reached. The same files keep the same rows.
 */

import type { WholeFlow } from "@cordon/engine/learning/flow/flow";
import type { FlowLabel } from "@cordon/engine/learning/flow/flow-labels";
import { thinned } from "@cordon/engine/learning/flow/flow-model";
import type { LabelledFlow } from "@cordon/engine/learning/flow/flow-training";
import { flowVector } from "@cordon/engine/learning/flow/flow-vector";
import { type FlowWindow, makeFlowWindow } from "@cordon/engine/learning/flow/flow-window";
import { murmur3 } from "@cordon/engine/learning/text/murmur3";
import { MINUTE } from "@cordon/model/time";

/** Beyond, a fit takes longer and the figures move in the third digit. */
const ROWS_MAX = 60_000;
const KIND_MAX = 60_000;
/** Flows held at once, to be put in order. */
const PIECE = 100_000;
/** Rows that stand more than a window before an earlier one. */
const JUMP_MS = 10 * MINUTE;
const JUMPS_MAX = 0.01;
/** Vectors known as seen; what comes beyond is not compared. */
const SEEN_MAX = 4_000_000;

/** One flow of a file with its label. */
interface ReadFlow {
  readonly flow: WholeFlow;
  readonly label: FlowLabel;
  /** Its time is the source's own. */
  readonly timed: boolean;
  readonly position: number;
}

export interface FlowRowsRead {
  readonly flows: readonly LabelledFlow[];
  readonly copies: number;
  /** Vectors that stand under both labels. */
  readonly bothLabels: number;
  /** Flows for which nothing before them could be counted. */
  readonly untimed: number;
  readonly notes: readonly string[];
}

export interface FlowRows {
  add(file: string, flow: ReadFlow): void;
  finish(): FlowRowsRead;
}

interface Kind {
  rows: LabelledFlow[];
  /** Every so many-th row is kept. */
  step: number;
  seen: number;
}

export function makeFlowRows(): FlowRows {
  const kinds = new Map<string, Kind>();
  const known = { good: new Set<number>(), bad: new Set<number>() };
  const counts = { copies: 0, bothLabels: 0, untimed: 0, compared: true };
  const jumping = new Set<string>();
  let open: { file: string; window: FlowWindow; piece: ReadFlow[] } | undefined;

  const keep = (file: string, one: ReadFlow, window: FlowWindow): void => {
    const { flow, label, timed, position } = one;
    const values = flowVector(flow, window, timed);
    if (label.sense === "unlabelled") return;
    if (!timed || flow.source === "" || flow.destination === "") counts.untimed += 1;
    const bad = label.sense === "attack";
    if (isKnown(values, bad)) return;
    const kind = kinds.get(label.kind) ?? { rows: [], step: 1, seen: 0 };
    kinds.set(label.kind, kind);
    kind.seen += 1;
    if ((kind.seen - 1) % kind.step !== 0) return;
    const { source, destination } = flow;
    kind.rows.push({ values, bad, kind: label.kind, file, source, destination, where: `${file}:${position}` });
    if (kind.rows.length < 2 * KIND_MAX) return;
    kind.rows = kind.rows.filter((_, at) => at % 2 === 0);
    kind.step *= 2;
  };
  /** FR2 */
  const isKnown = (values: Float64Array, bad: boolean): boolean => {
    const text = values.join(" ");
    const digest = murmur3(text, 1) * 2 ** 20 + (murmur3(text, 2) & 0xfffff);
    const [own, other] = bad ? [known.bad, known.good] : [known.good, known.bad];
    if (own.has(digest)) {
      counts.copies += 1;
      return true;
    }
    counts.bothLabels += Number(other.has(digest));
    if (own.size < SEEN_MAX) own.add(digest);
    else counts.compared = false;
    return false;
  };
  const flush = (): void => {
    if (open === undefined) return;
    const { file, window, piece } = open;
    const jumps = jumpsIn(piece) > JUMPS_MAX * piece.length;
    if (jumps) jumping.add(file);
    const order = jumps ? piece.toSorted((a, b) => a.flow.time - b.flow.time) : piece;
    for (const one of order) keep(file, one, window);
    open.piece = [];
  };
  return {
    add: (file, flow) => {
      if (open?.file !== file) {
        flush();
        open = { file, window: makeFlowWindow(), piece: [] };
      }
      open.piece.push(flow);
      if (open.piece.length >= PIECE) flush();
    },
    finish: () => {
      flush();
      const { copies, bothLabels, untimed } = counts;
      return { flows: chosen(kinds), copies, bothLabels, untimed, notes: notesOf(kinds, jumping, counts.compared) };
    },
  };
}

function jumpsIn(piece: readonly ReadFlow[]): number {
  let [newest, jumps] = [Number.NEGATIVE_INFINITY, 0];
  for (const { flow, timed } of piece) {
    if (!timed) continue;
    if (flow.time < newest - JUMP_MS) jumps += 1;
    newest = Math.max(newest, flow.time);
  }
  return jumps;
}

/** Benign flows and attacks, each kind of these in turn as many as are left for it. */
function chosen(kinds: ReadonlyMap<string, Kind>): readonly LabelledFlow[] {
  const attacks = [...kinds]
    .filter(([kind]) => kind !== "")
    .toSorted(([a, one], [b, other]) => one.rows.length - other.rows.length || (a < b ? -1 : 1));
  const flows: LabelledFlow[] = [...thinned(kinds.get("")?.rows ?? [], ROWS_MAX)];
  let left = ROWS_MAX;
  attacks.forEach(([, { rows }], at) => {
    const own = thinned(rows, Math.floor(left / (attacks.length - at)));
    left -= own.length;
    for (const row of own) flows.push(row);
  });
  return flows;
}

function notesOf(kinds: ReadonlyMap<string, Kind>, jumping: ReadonlySet<string>, compared: boolean): readonly string[] {
  const seen = [...kinds.values()].reduce((sum, kind) => sum + kind.seen, 0);
  const attacks = [...kinds].reduce((sum, [kind, own]) => sum + (kind === "" ? 0 : own.seen), 0);
  return [
    ...(attacks > ROWS_MAX || seen - attacks > ROWS_MAX
      ? [
          `of ${seen - attacks} different benign flows and ${attacks} attacking ones at most ${ROWS_MAX} each are learnt, evenly over their order`,
        ]
      : []),
    ...(jumping.size === 0 ? [] : [`put in order of time first: ${[...jumping].toSorted().slice(0, 10).join(", ")}`]),
    ...(compared ? [] : [`equal flows beyond the first ${SEEN_MAX} were not looked for`]),
  ];
}
