/**
 * A folder into which reported mails are put, one file each (EML) or several (mbox).
 * In: the folder. Out: raw records, as many a mail as `recordsOf` makes of it (JSON).
 *
 * MF1. Nothing in the folder is changed. A file is read when its size and time stayed the same over one look: whoever
 *      writes it may take his time.
 * MF2. A file is done when its records are durable; then name, size and time are remembered. After a crash the last one
 *      is read again under the same ids.
 * MF3. What is too large or no mail is reported through `fail` and passed over.
 */
import { hash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError, messageOf } from "@cordon/model/error";
import type { Stop } from "@cordon/model/ports/runtime";
import type { Deliver, InputFailure, Source } from "@cordon/model/ports/source";
import type { RawRecord } from "@cordon/model/record";
import { Untrusted } from "@cordon/model/untrusted";
import { makeIdOf } from "../record-id.ts";
import type { MailboxParts } from "./mailbox.ts";

export interface MailFolderConfig {
  readonly name: string;
  readonly path: string;
  readonly pollMs: number;
}

export interface MailFolderParts extends Omit<MailboxParts, "connect"> {
  /** Cuts a file into its mails. */
  readonly mailsOf: (file: Uint8Array) => readonly Uint8Array[];
}

const FILE = /\.(?:eml|mbox|mbx|msg\.txt)$/i;
/** A drop folder, not an archive: `cordon mail examine` reads those. */
const FILE_BYTES_MAX = 256 * 2 ** 20;
/** Files remembered as read; the folder is to be cleared by whoever fills it. */
const FILES_MAX = 20_000;

export function makeMailFolderSource(config: MailFolderConfig, parts: MailFolderParts): Source {
  const key = `mail-folder:${config.name}`;
  return {
    name: config.name,
    async run(deliver: Deliver, fail: (failure: InputFailure) => void, stop: Stop) {
      const read = new Set<string>(marksOf(await parts.checkpoints.get(key)));
      let growing = new Map<string, string>();
      while (!stop.stopped) {
        const now = await filesIn(config.path);
        const steady = now.filter(({ name, mark }) => growing.get(name) === mark && !read.has(mark));
        growing = new Map(now.map(({ name, mark }) => [name, mark]));
        for (const { name, mark, size } of steady) {
          if (stop.stopped) return;
          if (size > FILE_BYTES_MAX)
            fail({ input: join(config.path, name), reason: `${size} bytes, at most ${FILE_BYTES_MAX}` });
          else await takeFile({ config, parts, deliver, fail }, name);
          read.add(mark);
          const there = new Set(now.map((file) => file.mark));
          await parts.checkpoints.set(key, JSON.stringify([...read].filter((one) => there.has(one))));
        }
        await parts.runtime.sleep(config.pollMs, stop);
      }
    },
  };
}

async function filesIn(path: string) {
  let names: readonly string[];
  try {
    names = await readdir(path);
  } catch (cause) {
    throw new AppError("mail-folder-unavailable", `${path}: ${messageOf(cause)}`, { retry: "later", cause });
  }
  const files: { name: string; mark: string; size: number }[] = [];
  for (const name of names
    .filter((one) => FILE.test(one))
    .toSorted()
    .slice(0, FILES_MAX)) {
    const found = await stat(join(path, name)).catch(() => undefined);
    if (found?.isFile() === true)
      files.push({ name, size: found.size, mark: `${name} ${found.size} ${Math.floor(found.mtimeMs)}` });
  }
  return files;
}

interface Reading {
  readonly config: MailFolderConfig;
  readonly parts: MailFolderParts;
  readonly deliver: Deliver;
  readonly fail: (failure: InputFailure) => void;
}

async function takeFile({ config, parts, deliver, fail }: Reading, name: string): Promise<void> {
  const input = join(config.path, name);
  const bytes = await readFile(input).catch(() => undefined);
  // Taken away between list and read.
  if (bytes === undefined) return;
  for (const [index, mail] of parts.mailsOf(bytes).entries()) {
    let texts: readonly Uint8Array[];
    try {
      texts = await parts.recordsOf(mail);
    } catch (error) {
      fail({ input, position: index, reason: messageOf(error) });
      continue;
    }
    // Named by the mail's own bytes: the same mail under two names is one.
    const idOf = makeIdOf("mail-folder", config.name, hash("sha256", mail, "hex"));
    const [first, ...rest] = texts.map(
      (body, at): RawRecord => ({
        ...{ id: idOf(at, NOTHING), source: config.name, input, format: "json", position: index },
        receivedAt: parts.runtime.now(),
        body: new Untrusted(body),
      }),
    );
    if (first !== undefined) await deliver([first, ...rest]);
    await parts.kept?.();
  }
}

const NOTHING = new Uint8Array();

function marksOf(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value.filter((mark) => typeof mark === "string") : [];
}
