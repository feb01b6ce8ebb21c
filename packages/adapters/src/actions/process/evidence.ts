/**
 * What the evidence says of a process, held against the process that has its number now.
 * In: events that name `<host>|pid:<n>`; the process found. Out: why it is not the one, or nothing.
 *
 * V1. A process that began after it was seen is another one with the same number.
 * V2. Where the evidence names programs, the process runs one of them.
 * V3. Without any event nothing tells one process from a later one: then it is not the one.
 */
import type { EntityRole } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { type Instant, instant, isoTime } from "@cordon/model/time";
import { safeLine } from "../notice.ts";
import type { Found, Program } from "./process-table.ts";

/** Boot time is kept in whole seconds, and a clock that is set moves it a little. */
const CLOCK_SLACK_MS = 5_000;

export interface Said {
  /** When it was first seen; absent when no event names it. */
  readonly seenAt?: Instant;
  /** Paths of programs. */
  readonly programs: readonly string[];
  /** First words of command lines. */
  readonly commands: readonly string[];
}

export function saidOf(events: readonly Event[], process: string): Said {
  const naming = events.flatMap((event) => {
    const roles = event.entities.flatMap((entity) =>
      entity.kind === "process" && entity.value === process ? [entity.role] : [],
    );
    return roles.map((role) => ({ event, role }));
  });
  const named = (kind: "file" | "cmdline"): string[] =>
    naming.flatMap(({ event, role }) => valuesOf(event, kind, role));
  const times = naming.map(({ event }) => event.time);
  return {
    ...(times.length === 0 ? {} : { seenAt: instant(Math.min(...times)) }),
    programs: [...new Set(named("file").filter((path) => path.startsWith("/")))].sort(),
    commands: [...new Set(named("cmdline").flatMap((line) => firstWord(line)))].sort(),
  };
}

const valuesOf = (event: Event, kind: "file" | "cmdline", role: EntityRole): readonly string[] =>
  event.entities.flatMap((entity) => (entity.kind === kind && entity.role === role ? [entity.value] : []));

const firstWord = (line: string): readonly string[] => {
  const word = /^\s*(?:"([^"]+)"|'([^']+)'|(\S+))/.exec(line);
  const text = word?.[1] ?? word?.[2] ?? word?.[3];
  return text === undefined ? [] : [text];
};

/** undefined when nothing speaks against it. */
export function whyNotIt(said: Said, found: Found, program: Program): string | undefined {
  if (said.seenAt === undefined) return "no stored event names it, so it cannot be told from a later one";
  if (found.startedAt > said.seenAt + CLOCK_SLACK_MS) {
    return `process ${found.pid} began at ${isoTime(instant(found.startedAt))}, after it was seen at ${isoTime(said.seenAt)}: it is another one`;
  }
  const exe = merged(program.exe);
  if (said.programs.length > 0) {
    return said.programs.some((path) => merged(path) === exe) ? undefined : differs(program, said.programs);
  }
  const names = new Set([baseName(exe), baseName(program.argv[0] ?? "")]);
  if (said.commands.length === 0 || said.commands.some((word) => names.has(baseName(word)))) return undefined;
  return differs(program, said.commands);
}

function differs(program: Program, evidence: readonly string[]): string {
  const named = evidence.slice(0, 3).map((text) => safeLine(text, 120));
  return `it runs ${safeLine(program.exe, 120)} now, while the evidence names ${named.join(", ")}`;
}

/** /bin and /usr/bin are one folder on most machines. */
const merged = (path: string): string => path.replace(/^\/usr(?=\/(?:s?bin|lib)\b)/, "");
/** A login shell has a dash in front. */
const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1).replace(/^-/, "");
