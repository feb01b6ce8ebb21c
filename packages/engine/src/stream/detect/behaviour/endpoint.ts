/** Programs on hosts and files that change: first and rare ones, unusual parents, changes as encryption makes them. */

import { MINUTE } from "@cordon/model/time";
import { upperTail } from "../../../learning/behaviour/count-tail.ts";
import type { Desk } from "./desk.ts";
import type { Fact } from "./fact.ts";
import { noteHabit } from "./habit.ts";
import { lastPart } from "./names.ts";
import type { Remembered } from "./remembered.ts";
import { evidenceOf, type Window } from "./window.ts";

export function onProcess(fact: Fact, at: number, desk: Desk): void {
  const { host, program, parent } = fact;
  if (host === undefined || program === undefined) return;
  const about = desk.entity("host", host, fact);
  const seen = desk.see(about, "program", { text: program, fact, at });
  noteHabit(about, seen, { fact, desk });
  const folder = desk.see(about, "folder", { text: program.slice(0, -lastPart(program).length), fact, at });
  if (seen.first && seen.hushed) desk.counts.newSource += 1;
  else if (seen.first && about.n > 1) {
    desk.say({
      // A folder that runs programs for the first time is a second surprise.
      p: seen.p * (folder.first ? Math.max(0.001, folder.p / folder.novelty) : 1),
      ...{ detector: "rare-process", about, fact, basis: seen.basis, n: seen.n, mark: program },
      values: {
        ...{ host, program, parent: lastPart(parent ?? "an unknown program"), holders: Math.round(seen.holders) },
        ...{ members: seen.members, novelty: share(seen.novelty) },
      },
    });
  }
  if (parent === undefined) return;
  const pair = `${lastPart(parent)} > ${lastPart(program)}`;
  const both = desk.see(about, "parent", { text: pair, fact, at });
  const starter = desk.see(about, "starter", { text: lastPart(parent), fact, at });
  const neverStarts = starter.first && starter.holders < 2;
  // A new program has new parents: said once, as a new program, unless its parent never started anything.
  if (!both.first || both.hushed || about.n < 2 || (seen.first && seen.holders < 1 && !neverStarts)) return;
  const p = neverStarts ? both.p * starter.p : both.p;
  desk.say({
    ...{ detector: "rare-parent", about, fact, p, basis: both.basis, n: both.n, mark: pair },
    values: {
      ...{ host, parent: lastPart(parent), program: lastPart(program), holders: Math.round(both.holders) },
      ...{ members: both.members, novelty: share(both.novelty) },
    },
  });
}

const share = (part: number): string => `${(100 * Math.min(1, part)).toFixed(1)} %`;

const CHANGES_SPAN = 2 * MINUTE;
const CHANGES_MIN = 30;
const TAIL = 1e-4;
const ENDINGS_SHARE = 0.6;
const FOLDERS_MIN = 2;
const KNOWN_BY = 3;
/** OCSF activities of files. Files moved in bulk keep an ending that is known; deleted ones had it all along. */
const DELETED = 4;
const RENAMED = 5;

/** Many different files of several folders within minutes; encryption leaves them with one new ending, or gone. */
export function onFile(fact: Fact, at: number, desk: Desk): void {
  const { file } = fact;
  const who = fact.host ?? fact.user;
  if (file === undefined || who === undefined) return;
  const about = desk.entity(fact.host === undefined ? "user" : "host", who, fact);
  const folder = file.slice(0, file.length - lastPart(file).length);
  const ending = endingOf(file);
  const seen = desk.see(about, "ending", { text: ending, fact, at });
  const files = desk.window(about, "changed", { text: file.toLowerCase(), fact, span: CHANGES_SPAN });
  const folders = desk.window(about, "folders", { text: folder.toLowerCase(), fact, span: CHANGES_SPAN });
  const endings = desk.window(about, "endings", { text: ending, fact, span: CHANGES_SPAN });
  if (files.values.length < CHANGES_MIN) return;
  const most = Math.max(...endings.hits);
  const { activity } = fact.event;
  // An ending that the organisation does not know; while it is being known, only files that change their name count.
  const unknown = seen.holders < KNOWN_BY && seen.ownCount < CHANGES_MIN / 2;
  const strange = unknown && (!desk.society.learning || activity === RENAMED);
  sayIfMass(about, fact, {
    desk,
    who,
    files,
    folders: folders.values.length,
    most,
    ending,
    alike: most / endings.total,
    strange: strange || activity === DELETED,
  });
}

interface Mass {
  readonly desk: Desk;
  readonly who: string;
  readonly files: Window;
  readonly folders: number;
  readonly most: number;
  readonly ending: string;
  readonly alike: number;
  readonly strange: boolean;
}

function sayIfMass(about: Remembered, fact: Fact, mass: Mass): void {
  const { desk, who, files, folders, most, ending, alike, strange } = mass;
  if (folders < FOLDERS_MIN || alike < ENDINGS_SHARE || !strange) return;
  const expected = desk.expected(about, "changed", fact.time);
  const p = upperTail(expected, files.values.length);
  if (p > TAIL) return;
  desk.say({
    ...{ detector: "mass-file-change", about, fact, evidence: evidenceOf(files), p, basis: "definition" },
    ...{ n: expected.windows, mark: "changed" },
    values: {
      ...{ who, files: files.values.length, span: "two minutes", folders, alike: most, ending },
      usual: `${expected.mean.toFixed(1)} at most on a day`,
    },
  });
}

function endingOf(file: string): string {
  const name = lastPart(file);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "no ending" : name.slice(dot, dot + 16).toLowerCase();
}
