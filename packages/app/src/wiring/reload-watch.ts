/**
 * Says when rule files change: every folder in which rules lie is watched, and their folders anew after each change.
 * A burst of changes (a checkout, an editor's temporary files) is one change, told when it is quiet.
 */
import { existsSync, type FSWatcher, mkdirSync, readdirSync, statSync, watch } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf } from "@cordon/model/error";

const QUIET_MS = 400;
/** A folder that never gets quiet is read all the same. */
const LATEST_MS = 5_000;
/** Beyond this many folders watching costs more than it gives; `cordon rules reload` is always there. */
const FOLDERS_MAX = 5_000;

export interface RuleWatch {
  /** Folders may have come or gone. */
  refresh(): void;
  close(): void;
}

export interface RuleWatchParts {
  readonly paths: readonly string[];
  readonly onChange: () => void;
  readonly onProblem: (message: string) => void;
}

export function watchRules({ paths, onChange, onProblem }: RuleWatchParts): RuleWatch {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let firstAt: number | undefined;
  let closed = false;

  const changed = (): void => {
    if (closed) return;
    firstAt ??= performance.now();
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        firstAt = undefined;
        refresh();
        onChange();
      },
      Math.min(QUIET_MS, Math.max(0, firstAt + LATEST_MS - performance.now())),
    );
  };

  const follow = (folder: string): void => {
    const watcher = watch(folder, { persistent: false }, changed);
    // A folder that was removed: its parent tells too.
    watcher.on("error", () => {
      watcher.close();
      watchers.delete(folder);
    });
    watchers.set(folder, watcher);
  };

  const refresh = (): void => {
    if (closed) return;
    try {
      const wanted = new Set(paths.flatMap(foldersOf));
      if (wanted.size > FOLDERS_MAX) throw new Error(`${wanted.size} folders (at most ${FOLDERS_MAX})`);
      for (const [folder, watcher] of watchers) {
        if (wanted.has(folder)) continue;
        watcher.close();
        watchers.delete(folder);
      }
      for (const folder of wanted) if (!watchers.has(folder)) follow(folder);
    } catch (error) {
      onProblem(messageOf(error));
    }
  };

  refresh();
  return {
    refresh,
    close() {
      closed = true;
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

/** The folder and those below it; of a file, or of what is not there yet, the folder around it. */
function foldersOf(path: string): string[] {
  if (!existsSync(path)) return existsSync(dirname(path)) ? [dirname(path)] : [];
  if (!statSync(path).isDirectory()) return [dirname(path)];
  const below = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !`${entry.parentPath}/${entry.name}`.includes("/.git"))
    .map((entry) => join(entry.parentPath, entry.name));
  return [path, ...below];
}

/** So that it can be watched before the first rule is added. */
export function makeAddedFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}
