/**
 * Labelled flows -> parts of which none was in another's training.
 *
 * FS1. Never at random over rows of one attack. By source: hosts that an attack joins, and all flows of a host, are on one
 *      side, whatever file they are in. By file: whole files. By time: of each file and kind the first part is learnt, the rest is tested.
 * FS2. Without a wish: by source where enough hosts attack and enough do not, else by file, else by time. Which, is said.
 */
export type SplitWay = "source" | "file" | "time";

export interface SplitRow {
  readonly bad: boolean;
  readonly kind: string;
  readonly file: string;
  readonly source: string;
  readonly destination: string;
}

export interface FlowSplit {
  readonly way: SplitWay;
  /** Rows to test, and to learn from; no row is tested twice. */
  readonly parts: readonly { readonly train: readonly number[]; readonly test: readonly number[] }[];
  /** What belongs together: for intervals. */
  readonly groups: readonly string[];
}

const FOLDS = 5;
const GROUPS_MIN = 3;
/** One group with more of the attacks: folds would test one attack and nothing else. */
const LARGEST_MAX = 0.7;
/** Of time: what is learnt. The rest is tested in two halves, each calibrated by the other. */
const LEARNT = 0.6;

export function splitFlows(rows: readonly SplitRow[], wanted: SplitWay | undefined): FlowSplit {
  const sources = sourceGroups(rows);
  const files = rows.map(({ file }) => file);
  if (wanted === "source" || (wanted === undefined && canFold(rows, sources)))
    return { way: "source", parts: folded(rows, sources), groups: sources };
  if (wanted === "file" || (wanted === undefined && canFold(rows, files)))
    return { way: "file", parts: folded(rows, files), groups: files };
  return { way: "time", ...byTime(rows) };
}

function canFold(rows: readonly SplitRow[], groups: readonly string[]): boolean {
  const counts = (bad: boolean): readonly number[] => {
    const found = new Map<string, number>();
    rows.forEach((row, at) => {
      const group = groups[at] ?? "";
      if (row.bad === bad) found.set(group, (found.get(group) ?? 0) + 1);
    });
    return [...found.values()];
  };
  // Not spread into a call: there may be a hundred thousand hosts.
  const largest = (all: readonly number[]): number => {
    const sum = all.reduce((so, count) => so + count, 0);
    return all.reduce((most, count) => Math.max(most, count), 0) / Math.max(1, sum);
  };
  return [counts(true), counts(false)].every((all) => all.length >= GROUPS_MIN && largest(all) <= LARGEST_MAX);
}

/** FS1: of an attack (one kind in one file) all hosts that its flows join are one. */
function sourceGroups(rows: readonly SplitRow[]): readonly string[] {
  const parents = new Map<string, string>();
  const find = (node: string): string => {
    let top = node;
    for (let up = parents.get(top); up !== undefined && up !== top; up = parents.get(top)) top = up;
    // All of the way: a flood of a hundred thousand sources is one chain.
    for (let at = node; at !== top; ) {
      const up = parents.get(at) ?? top;
      parents.set(at, top);
      at = up;
    }
    return top;
  };
  const nodeOf = ({ source, file }: SplitRow): string => (source === "" ? `file ${file}` : `host ${source}`);
  for (const row of rows) {
    if (!row.bad) continue;
    const attack = `${row.file}\n${row.kind}\n${row.destination}`;
    parents.set(find(attack), find(nodeOf(row)));
  }
  return rows.map((row) => find(nodeOf(row)));
}

/** Largest first, each to the part that has fewest of its class: the same groups give the same parts. */
function folded(rows: readonly SplitRow[], groups: readonly string[]): FlowSplit["parts"] {
  const sizes = new Map<string, { good: number; bad: number }>();
  rows.forEach((row, at) => {
    const size = sizes.get(groups[at] ?? "") ?? { good: 0, bad: 0 };
    size[row.bad ? "bad" : "good"] += 1;
    sizes.set(groups[at] ?? "", size);
  });
  const order = [...sizes].toSorted(([a, x], [b, y]) => y.bad - x.bad || y.good - x.good || (a < b ? -1 : 1));
  const loads = Array.from({ length: Math.min(FOLDS, order.length) }, () => ({ good: 0, bad: 0 }));
  const partOf = new Map<string, number>();
  for (const [group, { good, bad }] of order) {
    const side = bad > 0 ? "bad" : "good";
    const part = loads.reduce((least, load, at) => (load[side] < (loads[least]?.[side] ?? 0) ? at : least), 0);
    const load = loads[part];
    if (load === undefined) continue;
    load.good += good;
    load.bad += bad;
    partOf.set(group, part);
  }
  const own = groups.map((group) => partOf.get(group) ?? 0);
  return loads.map((_, part) => ({
    train: [...own.keys()].filter((at) => own[at] !== part),
    test: [...own.keys()].filter((at) => own[at] === part),
  }));
}

/** Rows stand in order of time within a file. */
function byTime(rows: readonly SplitRow[]): Pick<FlowSplit, "parts" | "groups"> {
  const runs = Map.groupBy(rows.keys(), (at) => `${rows[at]?.file}\n${rows[at]?.kind}`);
  const train: number[] = [];
  const halves: [number[], number[]] = [[], []];
  for (const own of runs.values()) {
    const learnt = Math.ceil(LEARNT * own.length);
    const middle = Math.ceil((learnt + own.length) / 2);
    train.push(...own.slice(0, learnt));
    halves[0].push(...own.slice(learnt, middle));
    halves[1].push(...own.slice(middle));
  }
  const groups = rows.map(({ file, source, kind }) => (kind === "" ? `${file} ${source}` : `${file} ${kind}`));
  return { parts: halves.map((test) => ({ train, test })), groups };
}
