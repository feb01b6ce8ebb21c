/**
 * Follows growing files.
 * In: files, and folders with the endings to look for. Out: raw records, one per line.
 *
 * T1. A line is delivered when it is complete, or when nothing followed for `idleFlushMs`.
 * T2. A checkpoint is saved only after the records before it are durable; ids follow from file, generation, offset and
 *     bytes. So a crash between the two reads again and doubles nothing.
 * T3. Rotation by rename: the old file is read to its end (and watched a while longer, its writer may be slow) while the
 *     new one is followed from its start. By truncation: the file is read anew as the next generation.
 * T4. A file that was rotated away while nobody looked is found by its inode in the same folder, or reported through `fail`.
 *
 * Files are looked at every `pollMs`: change notices of the kernel do not reach network and container file systems.
 */
import { readdir, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { AppError, messageOf } from "@cordon/model/error";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { InputFailure, Source } from "@cordon/model/ports/source";
import type { RecordFormat } from "@cordon/model/record";
import { type Delivery, makeDelivery } from "../delivery.ts";
import { type CheckpointStore, type FileMark, loadMarks, saveMarks } from "./checkpoint.ts";
import { type Follower, openFollower } from "./follower.ts";

export interface TailConfig {
  readonly name: string;
  readonly paths: readonly string[];
  /** Endings of files to follow in folders. */
  readonly suffixes: readonly string[];
  readonly format?: RecordFormat;
  /** Where to begin in files that are there at the first start ever. */
  readonly startAt?: "beginning" | "end";
  readonly pollMs?: number;
  readonly idleFlushMs?: number;
  /** Whose logs these are, where their lines do not say; this machine unless said. */
  readonly host?: string;
}

export interface TailParts {
  readonly runtime: Runtime;
  readonly checkpoints: CheckpointStore;
}

const POLL_MS = 500;
const IDLE_FLUSH_MS = 5_000;
/** How long a renamed file is still read: a daemon reopens its log within seconds of the rotation. */
const RETIRE_MS = 30_000;
/** Open files at most: below the usual limit of 1024 per process, leaving room for sockets and segments. */
const FILES_MAX = 512;

/** A path and the files that live or lived under it. */
interface Followed {
  current: Follower | undefined;
  readonly retired: { readonly follower: Follower; readonly until: number }[];
  generation: number;
  /** As it was saved last, to save only what changed. */
  saved: string;
}

export function makeTailSource(config: TailConfig, parts: TailParts): Source {
  return {
    name: config.name,
    async run(deliver, fail, stop) {
      const delivery = makeDelivery({ deliver, runtime: parts.runtime, stop });
      const tail = makeTail({ config, ...parts, delivery, fail: onceEach(fail) });
      try {
        while (!stop.stopped) {
          const more = await tail.turn();
          if (!more) await parts.runtime.sleep(config.pollMs ?? POLL_MS, stop);
        }
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== "stopped") throw error;
      } finally {
        await tail.close();
      }
    },
  };
}

interface Parts extends TailParts {
  readonly config: TailConfig;
  readonly delivery: Delivery;
  readonly fail: (failure: InputFailure) => void;
}

function makeTail(parts: Parts): { turn(): Promise<boolean>; close(): Promise<void> } {
  const { config, runtime, delivery, fail } = parts;
  const followed = new Map<string, Followed>();
  let firstTurn = true;

  const open = (file: string, path: string, mark: FileMark): Promise<Follower> => {
    const idleFlushMs = config.idleFlushMs ?? IDLE_FLUSH_MS;
    return openFollower(
      file,
      {
        source: config.name,
        path,
        format: config.format ?? "auto",
        runtime,
        idleFlushMs,
        host: config.host ?? hostname(),
      },
      mark,
    );
  };

  /** First sight of a path in this run: goes on from its marks. */
  const begin = async (path: string, inode: string, size: number): Promise<Followed> => {
    const marks = await loadMarks(parts.checkpoints, keyOf(config, path));
    const one: Followed = { current: undefined, retired: [], generation: 0, saved: JSON.stringify(marks) };
    for (const [index, mark] of marks.entries()) {
      one.generation = Math.max(one.generation, mark.generation);
      if (index === marks.length - 1 && mark.inode === inode) {
        const follower = await open(path, path, mark);
        if (await follower.isSame()) one.current = follower;
        else await follower.close();
      } else {
        await resumeRotated(path, mark, one);
      }
    }
    if (one.current === undefined) {
      const atEnd = firstTurn && marks.length === 0 && config.startAt === "end";
      one.generation += marks.length > 0 ? 1 : 0;
      one.current = await open(path, path, newMark(inode, one.generation, atEnd ? size : 0));
    }
    return one;
  };

  /** T4: looks for the rest of a file that was renamed while nobody followed it. */
  const resumeRotated = async (path: string, mark: FileMark, one: Followed): Promise<void> => {
    const file = await findInode(dirname(path), mark.inode);
    const follower = file === undefined ? undefined : await open(file, path, mark);
    if (follower !== undefined && (await follower.isSame())) {
      one.retired.push({ follower, until: runtime.now() + RETIRE_MS });
      return;
    }
    await follower?.close();
    fail({
      input: path,
      position: mark.line,
      reason: "rotated away before it was read to its end: the rest was not found",
    });
  };

  /** Takes up rotation and truncation; the follower of the file that stands under the path now. */
  const refresh = async (path: string, inode: string, size: number): Promise<void> => {
    const known = followed.get(path);
    if (known?.current === undefined) {
      followed.set(path, await begin(path, inode, size));
      return;
    }
    const old = known.current;
    const renamed = old.inode !== inode;
    if (!renamed && (await old.isSame())) return;
    if (renamed) known.retired.push({ follower: old, until: runtime.now() + RETIRE_MS });
    else await give(old.rest());
    if (!renamed) await old.close();
    known.generation += 1;
    known.current = await open(path, path, newMark(inode, known.generation, 0));
  };

  const give = async (records: readonly Parameters<Delivery["add"]>[0][]): Promise<void> => {
    for (const record of records) await delivery.add(record);
  };

  const readAll = async (one: Followed): Promise<boolean> => {
    let more = false;
    for (const { follower } of one.retired) more = (await readOne(follower)) || more;
    if (one.current !== undefined) more = (await readOne(one.current)) || more;
    return more;
  };
  const readOne = async (follower: Follower): Promise<boolean> => {
    try {
      const turn = await follower.read();
      await give(turn.records);
      return turn.more;
    } catch (error) {
      if (error instanceof AppError) throw error;
      fail({ input: follower.path, reason: messageOf(error) });
      return false;
    }
  };

  const retire = async (one: Followed): Promise<void> => {
    while (one.retired[0] !== undefined && one.retired[0].until <= runtime.now()) {
      const { follower } = one.retired[0];
      await give(follower.rest());
      await delivery.flush();
      one.retired.shift();
      await follower.close();
    }
  };

  const save = async (path: string, one: Followed): Promise<void> => {
    const followers = [...one.retired.map(({ follower }) => follower), ...(one.current ? [one.current] : [])];
    const marks = followers.map((follower) => follower.mark());
    const text = JSON.stringify(marks);
    if (text === one.saved) return;
    await saveMarks(parts.checkpoints, keyOf(config, path), marks);
    one.saved = text;
  };

  return {
    async turn() {
      const present = await listFiles(config, fail);
      for (const { path, inode, size } of present) {
        try {
          await refresh(path, inode, size);
        } catch (error) {
          if (error instanceof AppError) throw error;
          fail({ input: path, reason: messageOf(error) });
        }
      }
      firstTurn = false;
      let more = false;
      for (const one of followed.values()) {
        // A file that is gone from its path retires like one that was renamed.
        more = (await readAll(one)) || more;
        await retire(one);
      }
      await delivery.flush();
      for (const [path, one] of followed) await save(path, one);
      await letGo(followed, new Set(present.map(({ path }) => path)), runtime.now() + RETIRE_MS);
      return more;
    },
    async close() {
      for (const { current, retired } of followed.values()) {
        for (const follower of [...retired.map((one) => one.follower), ...(current ? [current] : [])])
          await follower.close();
      }
    },
  };
}

async function letGo(followed: Map<string, Followed>, present: ReadonlySet<string>, until: number): Promise<void> {
  for (const [path, one] of followed) {
    if (present.has(path)) continue;
    if (one.current !== undefined) one.retired.push({ follower: one.current, until });
    one.current = undefined;
    if (one.retired.length === 0) followed.delete(path);
  }
}

const keyOf = (config: TailConfig, path: string): string => `tail:${config.name}:${path}`;

function newMark(inode: string, generation: number, offset: number): FileMark {
  return { inode, fingerprint: "", fingerprintBytes: 0, generation, offset, line: 1 };
}

interface Present {
  readonly path: string;
  readonly inode: string;
  readonly size: number;
}

async function listFiles(config: TailConfig, fail: (failure: InputFailure) => void): Promise<readonly Present[]> {
  const out: Present[] = [];
  for (const path of config.paths) {
    const about = await stat(path).catch(() => undefined);
    // Absent now is no failure: a log may appear later.
    if (about === undefined) continue;
    const names = about.isDirectory() ? (await readdir(path).catch(() => [])).sort() : [undefined];
    for (const name of names) {
      if (name !== undefined && !config.suffixes.some((suffix) => name.endsWith(suffix))) continue;
      const file = name === undefined ? path : join(path, name);
      const one = await stat(file).catch(() => undefined);
      if (one === undefined || !one.isFile()) continue;
      if (out.length < FILES_MAX) out.push({ path: file, inode: `${one.dev}:${one.ino}`, size: one.size });
      else fail({ input: file, reason: `more than ${FILES_MAX} files to follow: this one is not followed` });
    }
  }
  return out;
}

async function findInode(folder: string, inode: string): Promise<string | undefined> {
  for (const name of await readdir(folder).catch(() => [])) {
    const file = join(folder, name);
    const about = await stat(file).catch(() => undefined);
    if (about !== undefined && `${about.dev}:${about.ino}` === inode) return file;
  }
  return undefined;
}

/** The same trouble at every poll is told once. */
function onceEach(fail: (failure: InputFailure) => void): (failure: InputFailure) => void {
  const told = new Set<string>();
  return (failure) => {
    const key = `${failure.input}\n${failure.reason}`;
    if (told.has(key)) return;
    told.add(key);
    fail(failure);
  };
}
