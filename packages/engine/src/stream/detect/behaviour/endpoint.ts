/** Programs on hosts: first and rare ones, unusual parents. */

import { branchChance } from "./branch.ts";
import type { Desk } from "./desk.ts";
import type { Fact } from "./fact.ts";
import { noteHabit } from "./habit.ts";
import { lastPart, pairOf, partsOf } from "./names.ts";
import type { Remembered } from "./remembered.ts";

export function onProcess(fact: Fact, at: number, desk: Desk): void {
  const { host, program, parent } = fact;
  if (host === undefined || program === undefined) return;
  const about = desk.entity("host", host, fact);
  const seen = desk.see(about, "program", { text: program, fact, at });
  noteHabit(about, seen, { fact, desk });
  const parts = partsOf(program);
  const folder = desk.see(about, "folder", { text: parts.folder, fact, at });
  if (seen.first && seen.hushed) desk.counts.newSource += 1;
  else if (seen.first && about.n > 1) {
    desk.say({
      // A folder that runs programs for the first time is a second surprise, less so where such folders come and go.
      p: seen.p * (folder.first ? Math.max(0.001, folder.p / folder.novelty, newFolder(about, parts.folder, desk)) : 1),
      ...{ detector: "rare-process", about, fact, basis: seen.basis, n: seen.n, mark: program },
      values: {
        ...{ host, program, parent: lastPart(parent ?? "an unknown program"), holders: Math.round(seen.holders) },
        ...{ members: seen.members, novelty: share(seen.novelty) },
      },
    });
  }
  if (parent === undefined) return;
  const starts = partsOf(parent).name;
  const pair = pairOf(starts, parts.name);
  const both = desk.see(about, "parent", { text: pair, fact, at });
  const starter = desk.see(about, "starter", { text: starts, fact, at });
  const neverStarts = starter.first && starter.holders < 2;
  // A new program has new parents: said once, as a new program, unless its parent never started anything.
  if (!both.first || both.hushed || about.n < 2 || (seen.first && seen.holders < 1 && !neverStarts)) return;
  const p = neverStarts ? both.p * starter.p : both.p;
  desk.say({
    ...{ detector: "rare-parent", about, fact, p, basis: both.basis, n: both.n, mark: pair },
    values: {
      ...{ host, parent: starts, program: parts.name, holders: Math.round(both.holders) },
      ...{ members: both.members, novelty: share(both.novelty) },
    },
  });
}

const newFolder = (about: Remembered, folder: string, desk: Desk): number =>
  branchChance(folder, desk.knownOf(about, "folder"));

const share = (part: number): string => `${(100 * Math.min(1, part)).toFixed(1)} %`;
