/**
 * Purging on an IMAP server (Dovecot, Cyrus and others that know a master user): each mail is moved to a folder of its
 * own mailbox that its reader has not subscribed to.
 *
 * IP1. All folders of a mailbox are searched by Message-ID, but the one for purged mails is what "set aside" means.
 * IP2. A log-in that is refused because there is no such mailbox is told from a server that cannot be reached.
 */
import type { ActionConfigOf } from "@cordon/model/action-config";
import { AppError, messageOf } from "@cordon/model/error";
import type { ActionPort } from "@cordon/model/ports/action";
import { ImapFlow } from "imapflow";
import type { ActionDeps } from "../order.ts";
import { applyPurge, type Copy, type MailStore, type PurgeSelf, planPurge, probePurge, revertPurge } from "./purge.ts";

type Config = ActionConfigOf<"imap-purge">;
/** Folders of one mailbox that are searched. */
const FOLDERS_MAX = 500;

export function makeImapPurge(config: Config, deps: ActionDeps): ActionPort {
  const self: PurgeSelf = { name: config.name, domains: config.domains, deps, store: storeOf(config) };
  return {
    ...{ name: config.name, kinds: ["purge-mail"], redo: "set-like", simulated: false },
    plan: (action, _ttlMs, stop) => planPurge(self, action, stop),
    probe: (action, _key, stop) => probePurge(self, action, stop),
    apply: (order, stop) => applyPurge(self, order, stop),
    verify: (order, stop) => probePurge(self, order.action, stop),
    revert: (order, stop) => revertPurge(self, order, stop),
  };
}

function storeOf(config: Config): MailStore {
  return {
    find: (mailbox, messageId) =>
      withMailbox(config, mailbox, async (client) => {
        const copies: Copy[] = [];
        for (const { path, flags } of (await client.list()).slice(0, FOLDERS_MAX)) {
          if (flags.has("\\Noselect") || flags.has("\\NonExistent")) continue;
          await client.mailboxOpen(path, { readOnly: true });
          const found = await client.search({ header: { "message-id": messageId } }, { uid: true });
          for (const uid of found === false ? [] : (found ?? []))
            copies.push({ id: `${path}\n${uid}`, place: path, purged: path === config.folder });
        }
        return copies;
      }),
    async purge(mailbox, copy) {
      await moved(config, mailbox, copy, config.folder);
    },
    async restore(mailbox, copy, place) {
      await moved(config, mailbox, copy, place ?? "INBOX");
    },
    effect: (mailbox, messageId) => `UID MOVE <${messageId}> of ${mailbox} to ${config.folder}`,
  };
}

async function moved(config: Config, mailbox: string, { id, place }: Copy, to: string): Promise<void> {
  const uid = id.slice(id.lastIndexOf("\n") + 1);
  await withMailbox(config, mailbox, async (client) => {
    const known = await client.list();
    if (!known.some(({ path }) => path === to)) await client.mailboxCreate(to);
    // A reader's program shows what is subscribed.
    if (to === config.folder) await client.mailboxUnsubscribe(to);
    await client.mailboxOpen(place);
    if ((await client.messageMove(uid, to, { uid: true })) === false)
      throw new AppError("command-failed", `${mailbox}: the server did not move mail ${uid} of ${place}`);
    return [];
  });
}

/** IP2; undefined: no such mailbox. */
async function withMailbox<T>(
  config: Config,
  mailbox: string,
  act: (client: ImapFlow) => Promise<T>,
): Promise<T | undefined> {
  const local = mailbox.slice(0, mailbox.lastIndexOf("@"));
  const client = new ImapFlow({
    ...{ host: config.host, port: config.port, secure: config.tls, logger: false, disableAutoIdle: true },
    ...(config.tls ? {} : { doSTARTTLS: true }),
    ...(config.ca === undefined ? {} : { tls: { ca: config.ca } }),
    auth: { user: config.user.replaceAll("{mailbox}", mailbox).replaceAll("{local}", local), pass: config.password },
    ...{ connectionTimeout: config.timeoutMs, greetingTimeout: config.timeoutMs, socketTimeout: config.timeoutMs * 4 },
  });
  // Without a listener an error of the socket would end the process; the call in progress rejects as well.
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (cause) {
    client.close();
    if (cause instanceof Error && "authenticationFailed" in cause && cause.authenticationFailed === true)
      return undefined;
    throw new AppError("command-failed", `${config.host}:${config.port}: ${messageOf(cause)}`, { cause });
  }
  try {
    return await act(client);
  } finally {
    await client.logout().catch(() => client.close());
  }
}
