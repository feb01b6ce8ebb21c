/** Reported mails as sources: fetched by the adapter (IMAP, folder), judged by the engine before they enter the stream. */
import { readFileSync } from "node:fs";
import { makeMailFolderSource } from "@cordon/adapters/sources/mailbox/folder";
import { imapMailbox } from "@cordon/adapters/sources/mailbox/imap";
import { type MailboxParts, makeMailboxSource } from "@cordon/adapters/sources/mailbox/mailbox";
import { splitMbox } from "@cordon/engine/mail/mail-file";
import type { Source } from "@cordon/model/ports/source";
import { type Config, configPath, resolveSecret, type SourceConfig } from "../config.ts";
import type { MailIntake } from "./mail-intake.ts";

type Parts = Pick<MailboxParts, "runtime" | "checkpoints">;

interface Given<K extends SourceConfig["kind"]> {
  readonly config: Config;
  readonly source: Extract<SourceConfig, { kind: K }>;
  readonly intake: MailIntake;
}

export function mailboxSource({ config, source, intake }: Given<"mailbox">, parts: Parts): Source {
  const { name, host, port, tls, user, folder, pollSeconds } = source;
  const password = (): string => resolveSecret(source.password, `sources.${name}.password`, config);
  const ca = source.ca === undefined ? {} : { ca: readFileSync(configPath(config, source.ca), "utf8") };
  return makeMailboxSource(
    { name, place: `${user}@${host}/${folder}`, pollMs: pollSeconds * 1_000 },
    {
      ...parts,
      connect: imapMailbox({ host, port, tls, user, password, folder, ...ca }),
      recordsOf: intake.recordsOf,
      kept: intake.keep,
    },
  );
}

export function mailFolderSource({ config, source, intake }: Given<"mail-folder">, parts: Parts): Source {
  const { name, path, pollSeconds } = source;
  return makeMailFolderSource(
    { name, path: configPath(config, path), pollMs: pollSeconds * 1_000 },
    { ...parts, mailsOf: splitMbox, recordsOf: intake.recordsOf, kept: intake.keep },
  );
}
