/**
 * A mailbox that people report mails to, read over IMAP.
 * In: server, account, folder. Out: raw records, as many a mail as `recordsOf` makes of it (JSON).
 *
 * MX1. Nothing is changed on the server: the folder is opened read-only, no flag is set, nothing is deleted.
 * MX2. A mail is done when its records are durable; then its UID is remembered with the folder's UIDVALIDITY. After a crash
 *      the last ones are read again under the same ids.
 * MX3. A mail that is too large, or of which nothing can be made, is reported through `fail` and passed over.
 * MX4. The connection is TLS unless the configuration says otherwise; the password is read when connecting and kept nowhere.
 */
import { AppError, messageOf } from "@cordon/model/error";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import type { Deliver, InputFailure, Source } from "@cordon/model/ports/source";
import { Untrusted } from "@cordon/model/untrusted";
import { makeIdOf } from "../record-id.ts";
import type { MailboxClient, OpenMailbox } from "./imap.ts";

export interface MailboxConfig {
  readonly name: string;
  /** Where and whose it is, for records: `soc@mail.example/INBOX`. */
  readonly place: string;
  readonly pollMs: number;
}

export interface MailboxParts {
  readonly runtime: Runtime;
  readonly checkpoints: {
    get(key: string): Promise<string | undefined>;
    set(key: string, value: string): Promise<void>;
  };
  readonly connect: OpenMailbox;
  /** What a mail says, as JSON texts: the one who reads mail is not the one who fetches it. */
  readonly recordsOf: (mail: Uint8Array) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** Called when the records of a mail are durable. */
  readonly kept?: () => Promise<void>;
}

/** A report of a mail with attachments, encoded; servers seldom take more. */
export const MAIL_BYTES_MAX = 48 * 2 ** 20;

interface Mark {
  readonly validity: string;
  readonly uid: number;
}

export function makeMailboxSource(config: MailboxConfig, parts: MailboxParts): Source {
  const key = `mailbox:${config.name}`;
  return {
    name: config.name,
    async run(deliver: Deliver, fail: (failure: InputFailure) => void, stop: Stop) {
      const client = await parts.connect();
      // Ends a wait for the server, too.
      const unsubscribe = stop.onStop(() => void client.close());
      try {
        let mark = markOf(await parts.checkpoints.get(key));
        while (!stop.stopped) {
          mark = await readNew({ config, parts, client, deliver, fail, stop, key }, mark);
          if (!stop.stopped) await parts.runtime.sleep(config.pollMs, stop);
        }
      } catch (error) {
        if (!stop.stopped) throw error;
      } finally {
        unsubscribe();
        await client.close();
      }
    },
  };
}

interface Reading {
  readonly config: MailboxConfig;
  readonly parts: MailboxParts;
  readonly client: MailboxClient;
  readonly deliver: Deliver;
  readonly fail: (failure: InputFailure) => void;
  readonly stop: Stop;
  readonly key: string;
}

async function readNew(reading: Reading, before: Mark | undefined): Promise<Mark> {
  const { client, config, parts, fail, stop } = reading;
  const validity = await client.refresh();
  // Another validity: the server has numbered anew, and old numbers mean nothing.
  let mark: Mark = before?.validity === validity ? before : { validity, uid: 0 };
  for (const { uid, size } of await client.newer(mark.uid)) {
    if (stop.stopped) return mark;
    const where = { input: config.place, position: uid };
    if (size > MAIL_BYTES_MAX) fail({ ...where, reason: `a mail of ${size} bytes, at most ${MAIL_BYTES_MAX}` });
    else await take(reading, uid, validity);
    mark = { validity, uid };
    await parts.checkpoints.set(reading.key, JSON.stringify(mark));
  }
  return mark;
}

async function take({ client, config, parts, deliver, fail }: Reading, uid: number, validity: string): Promise<void> {
  const bytes = await client.download(uid);
  // Deleted between list and fetch: nothing to report.
  if (bytes === undefined) return;
  const idOf = makeIdOf("mailbox", config.place, validity);
  let texts: readonly Uint8Array[];
  try {
    texts = await parts.recordsOf(bytes);
  } catch (error) {
    fail({ input: config.place, position: uid, reason: messageOf(error) });
    return;
  }
  // By place alone: what is said of a mail may depend on what came before it, and it must not come twice after a crash.
  const [first, ...rest] = texts.map((body, at) => ({
    id: idOf(uid + at / 1_000, NOTHING),
    source: config.name,
    input: config.place,
    format: "json" as const,
    position: uid,
    receivedAt: parts.runtime.now(),
    body: new Untrusted(body),
  }));
  if (first === undefined) fail({ input: config.place, position: uid, reason: "no mail in it" });
  else await deliver([first, ...rest]);
  await parts.kept?.();
}

const NOTHING = new Uint8Array();

function markOf(text: string | undefined): Mark | undefined {
  if (text === undefined) return;
  const value: unknown = JSON.parse(text);
  const { validity, uid } = (typeof value === "object" && value !== null ? value : {}) as Partial<Mark>;
  if (typeof validity !== "string" || typeof uid !== "number")
    throw new AppError("checkpoint-malformed", "the mailbox's mark cannot be read", { retry: "never" });
  return { validity, uid };
}
