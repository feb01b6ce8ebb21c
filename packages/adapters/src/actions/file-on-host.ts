/**
 * One file of a Linux machine as it lies there: what it is, whose, and what is in it.
 * In: a full path and a runner. Out: its place without links on the way, its state, SHA-256; `undefined` when there is none.
 *
 * FH1. Names come back from the machine as bytes between marks of ours; what follows a mark is never taken for a mark.
 */
import type { Stop } from "@cordon/model/ports/runtime";
import { must, type Runner } from "./command.ts";
import { cannotPlan } from "./order.ts";

/** What has to be as before when the file comes back. */
export interface FileState {
  /** Type and permissions, as stat(2) has them, in hexadecimal. */
  readonly mode: string;
  readonly uid: string;
  readonly gid: string;
  readonly size: number;
  /** Seconds since 1970. */
  readonly modified: string;
}

export interface FileOnHost extends FileState {
  /** Without links on the way. */
  readonly path: string;
  readonly sha256: string;
  /** Names of the same content, this one included. */
  readonly names: number;
}

/** More takes longer to hash than a command may run. */
const FILE_BYTES_MAX = 2 ** 31;
const TYPE = 0xf000;
const REGULAR = 0x8000;
const LINK = 0xa000;

export async function readFileState(
  runner: Runner,
  path: string,
  stop: Stop,
): Promise<(FileState & { readonly names: number }) | undefined> {
  const ran = await runner.run(["stat", "-c", "%f:%u:%g:%s:%Y:%h", "--", path], stop);
  if (ran.code !== 0) {
    if (/No such file|Not a directory/.test(ran.stderr)) return undefined;
    throw cannotPlan(`${path} cannot be looked at (${runner.where}): ${ran.stderr.slice(0, 200)}`);
  }
  const match = /^([0-9a-f]{1,8}):(\d+):(\d+):(\d+):(-?\d+):(\d+)\n?$/.exec(ran.stdout.toString("latin1"));
  const [, mode, uid, gid, size, modified, names] = match ?? [];
  if (mode === undefined || uid === undefined || gid === undefined || modified === undefined)
    throw cannotPlan(`stat of ${path} cannot be read (${runner.where})`);
  return { mode, uid, gid, modified, size: Number(size), names: Number(names) };
}

const typeOf = ({ mode }: FileState): number => Number.parseInt(mode, 16) & TYPE;

/** Refuses what is no plain file; a link is refused by name, for who made it chose what it points to. */
export async function readFileOnHost(runner: Runner, path: string, stop: Stop): Promise<FileOnHost | undefined> {
  const state = await readFileState(runner, path, stop);
  if (state === undefined) return undefined;
  if (typeOf(state) === LINK) throw cannotPlan(`${path} is a link (${runner.where}): the file itself has to be named`);
  if (typeOf(state) !== REGULAR) throw cannotPlan(`${path} is no plain file (${runner.where})`);
  if (state.size > FILE_BYTES_MAX) throw cannotPlan(`${path} has ${state.size} bytes, at most ${FILE_BYTES_MAX}`);
  const real = (await must(runner, ["realpath", "-e", "-z", "--", path], stop)).toString("utf8").replace(/\0$/, "");
  return { ...state, path: real, sha256: await hashOf(runner, real, stop) };
}

export async function hashOf(runner: Runner, path: string, stop: Stop): Promise<string> {
  // With odd names the line begins with a backslash; the digits stand first either way.
  const text = (await must(runner, ["sha256sum", "-b", "--", path], stop)).toString("latin1");
  const sha256 = /^\\?([0-9a-f]{64}) /.exec(text)?.[1];
  if (sha256 === undefined) throw cannotPlan(`the SHA-256 of ${path} cannot be read (${runner.where})`);
  return sha256;
}
