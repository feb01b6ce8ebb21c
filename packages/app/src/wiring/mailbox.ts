/** A mailbox of reports as a source: fetched by the adapter, judged by the engine before it enters the stream. */
import { imapMailbox } from "@cordon/adapters/sources/mailbox/imap";
import { type MailboxParts, makeMailboxSource } from "@cordon/adapters/sources/mailbox/mailbox";
import { mailRecords } from "@cordon/engine/mail/mail-record";
import type { Source } from "@cordon/model/ports/source";
import { type Config, resolveSecret, type SourceConfig } from "../config.ts";
import { mailContext } from "./mail-context.ts";

type MailboxSource = Extract<SourceConfig, { kind: "mailbox" }>;

export function mailboxSource(
  config: Config,
  source: MailboxSource,
  parts: Pick<MailboxParts, "runtime" | "checkpoints">,
): Source {
  const context = mailContext(config);
  const encoder = new TextEncoder();
  const { name, host, port, tls, user, folder, pollSeconds } = source;
  const password = (): string => resolveSecret(source.password, `sources.${name}.password`);
  return makeMailboxSource(
    { name, place: `${user}@${host}/${folder}`, pollMs: pollSeconds * 1_000 },
    {
      ...parts,
      connect: imapMailbox({ host, port, tls, user, password, folder }),
      recordsOf: (mail) =>
        mailRecords(mail, (bytes) => parts.runtime.sha256(bytes), context).map((record) =>
          encoder.encode(JSON.stringify(record)),
        ),
    },
  );
}
