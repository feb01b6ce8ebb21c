/**
 * Files under the given paths, in a stable order.
 * In: paths as the user wrote them. Out: regular files, each real file once; what cannot be read goes to `fail`.
 *
 * W1. Symbolic links are followed; a folder or file that was visited already (a cycle, a second name) is not visited again.
 * W2. `input` is the path as the user would recognise it: what was given, plus what lies below.
 */
import { opendir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "@cordon/model/error";
import type { InputFailure } from "@cordon/model/ports/source";

export interface FoundFile {
  readonly input: string;
  /** Absolute, without links: what makes the file the same file on the next scan. */
  readonly real: string;
}

/** Deeper than any log tree; ends a walk through a hostile or broken file system. */
const DEPTH_MAX = 64;

export async function* walkFiles(
  paths: readonly string[],
  fail: (failure: InputFailure) => void,
): AsyncGenerator<FoundFile> {
  const visited = new Set<string>();
  for (const path of paths) yield* walk(path, { visited, fail, given: true, depth: 0 });
}

interface Walk {
  readonly visited: Set<string>;
  readonly fail: (failure: InputFailure) => void;
  readonly given: boolean;
  readonly depth: number;
}

async function* walk(input: string, state: Walk): AsyncGenerator<FoundFile> {
  const found = await look(input, state);
  if (found === undefined || state.visited.has(found.real)) return;
  state.visited.add(found.real);
  // A pipe is fine when somebody named it; in a folder it would hang the scan.
  if (found.kind === "file" || (found.kind === "pipe" && state.given)) {
    yield { input, real: found.real };
  } else if (found.kind !== "folder") {
    state.fail({ input, reason: "neither a file nor a folder" });
  } else if (state.depth >= DEPTH_MAX) {
    state.fail({ input, reason: `folders are nested deeper than ${DEPTH_MAX}` });
  } else {
    for (const name of await namesIn(input, state)) {
      yield* walk(join(input, name), { ...state, given: false, depth: state.depth + 1 });
    }
  }
}

async function look(
  input: string,
  state: Walk,
): Promise<{ readonly real: string; readonly kind: "file" | "folder" | "pipe" | "other" } | undefined> {
  try {
    const [real, about] = await Promise.all([realpath(input).catch(() => input), stat(input)]);
    const kind = about.isFile() ? "file" : about.isDirectory() ? "folder" : about.isFIFO() ? "pipe" : "other";
    return { real, kind };
  } catch (error) {
    state.fail({ input, reason: messageOf(error) });
    return undefined;
  }
}

async function namesIn(folder: string, state: Walk): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(folder)) names.push(entry.name);
  } catch (error) {
    state.fail({ input: folder, reason: messageOf(error) });
  }
  return names.sort();
}
