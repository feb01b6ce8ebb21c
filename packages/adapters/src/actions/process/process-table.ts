/**
 * One process as the kernel describes it.
 * In: a pid and a runner. Out: start, boot and the moment of its start; `undefined` when there is no such process.
 *
 * F1. A process writes its own name and command line: what stands before them in the text is read, never what follows.
 */

import type { Stop } from "@cordon/model/ports/runtime";
import { must, type Runner } from "../command.ts";
import { cannotPlan } from "../order.ts";

/** Clock ticks a second as user space sees them: 100 on every machine Linux is built for today. */
const TICKS_PER_SECOND = 100;

/** Who a process is for as long as it lives: a pid alone is nobody. */
export interface Pin {
  readonly pid: number;
  /** Clock ticks after boot, field 22 of /proc/PID/stat. */
  readonly start: string;
  readonly boot: string;
}

export interface Found extends Pin {
  readonly startedAt: number;
  /** Its own parent is the kernel's: no program. */
  readonly kernel: boolean;
}

export async function readProcess(runner: Runner, pid: number, stop: Stop): Promise<Found | undefined> {
  // One command, so that one connection shows one moment; the process comes last (F1).
  const files = ["/proc/sys/kernel/random/boot_id", "/proc/stat", `/proc/${pid}/stat`];
  const text = (await runner.run(["cat", ...files], stop)).stdout.toString("utf8");
  const boot = /^[0-9a-f-]{36}(?=\n)/.exec(text)?.[0];
  const bootedAt = /\nbtime (\d{1,12})\n/.exec(text)?.[1];
  if (boot === undefined || bootedAt === undefined) throw cannotPlan(`/proc cannot be read (${runner.where})`);
  const from = text.indexOf(`\n${pid} (`);
  const fields = from < 0 ? [] : afterName(text.slice(from));
  const start = fields[START];
  // A zombie has ended; it only waits to be noticed by its parent.
  if (start === undefined || !/^\d+$/.test(start) || fields[STATE] === "Z" || fields[STATE] === "X") return undefined;
  const startedAt = Number(bootedAt) * 1_000 + (Number(start) * 1_000) / TICKS_PER_SECOND;
  return { pid, start, boot, startedAt, kernel: fields[PARENT] === "2" };
}

const STATE = 0;
const PARENT = 1;
const START = 19;

/** Fields from the third on: the name before them may contain blanks and parentheses. */
const afterName = (stat: string): readonly string[] =>
  stat
    .slice(stat.lastIndexOf(")") + 2)
    .trim()
    .split(" ");

/** What it runs now. Both are words of the process or its file: to be compared and shown, never to be run. */
export interface Program {
  readonly exe: string;
  readonly argv: readonly string[];
}

export async function readProgram(runner: Runner, pid: number, stop: Stop): Promise<Program> {
  const exe = await must(runner, ["readlink", `/proc/${pid}/exe`], stop);
  const argv = await must(runner, ["cat", `/proc/${pid}/cmdline`], stop);
  return {
    exe: exe
      .toString("utf8")
      .trim()
      .replace(/ \(deleted\)$/, ""),
    argv: argv
      .toString("utf8")
      .split("\0")
      .filter((word) => word !== ""),
  };
}
