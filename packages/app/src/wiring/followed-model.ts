/**
 * A learnt model that may be trained again while Cordon runs.
 * Enters: the path of its file and how its bytes are read. Leaves: what the newest file that can be used says.
 *
 * FM1. What was read last and could be used goes on until a newer file can be used: one that is damaged, half written or
 *      gone takes nothing away. Why it is not used is a problem on the status page until it is, or until a good one comes.
 * FM2. A file is read again only when it is another one (number, size or time of writing); who writes to the side and
 *      renames, as `train` does, is never seen half way.
 * FM3. A look never throws.
 */
import { readFileSync, statSync } from "node:fs";
import { messageOf } from "@cordon/model/error";
import { type Meters, raiseProblem } from "../meters.ts";

export interface FollowedModel<T> {
  /** Undefined until the file could be used once. */
  current(): T | undefined;
  look(): void;
}

/** What is said of it. */
export interface FollowedAbout {
  /** Name of the problem on the status page. */
  readonly problem: string;
  /** What it judges: "mails". */
  readonly judged: string;
  /** What holds while there is none: "mails are judged by points alone". */
  readonly without: string;
  /** The command that makes one. */
  readonly fix: string;
}

export interface FollowedParts<T> {
  readonly path: string;
  readonly about: FollowedAbout;
  /** Throws where the bytes cannot be used. */
  readonly read: (bytes: Uint8Array) => { readonly id: string; readonly value: T };
  readonly meters: Meters;
  readonly log: (level: "warn" | "info", message: string) => void;
}

export function followModel<T>({ path, about, read, meters, log }: FollowedParts<T>): FollowedModel<T> {
  const { problem } = about;
  let stamp: string | undefined;
  let current: { readonly id: string; readonly value: T } | undefined;
  const refused = (reason: string): void => {
    const rest = current === undefined ? about.without : `model ${current.id.slice(0, ID_SHOWN)} goes on`;
    const message = `learnt model: ${path}: ${reason}; ${rest}`;
    raiseProblem(meters, problem, message, about.fix);
    log("warn", message);
  };
  const take = (bytes: Uint8Array): void => {
    const before = current?.id;
    current = read(bytes);
    meters.problems.delete(problem);
    if (before !== undefined && before !== current.id)
      log("info", `learnt model: ${path}: ${current.id} judges ${about.judged} from now on, before: ${before}`);
  };
  const look = (): void => {
    // Before the bytes: what is written meanwhile has another stamp at the next look.
    const now = stampOf(path);
    if (now === stamp) return;
    stamp = now;
    try {
      take(readFileSync(path));
    } catch (error) {
      refused(messageOf(error));
    }
  };
  look();
  return { current: () => current?.value, look };
}

const ID_SHOWN = 12;

function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    return messageOf(error);
  }
}
