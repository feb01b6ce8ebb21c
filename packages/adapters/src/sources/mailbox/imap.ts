/** The few things that the mailbox source asks of an IMAP server. */
import { AppError, messageOf } from "@cordon/model/error";
import { ImapFlow } from "imapflow";

export interface MailboxClient {
  /** Sees what is new; gives the folder's UIDVALIDITY. */
  refresh(): Promise<string>;
  /** Mails with a higher UID, ascending, at most `LIST_MAX`. */
  newer(uid: number): Promise<readonly { readonly uid: number; readonly size: number }[]>;
  /** undefined: it is gone. */
  download(uid: number): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

export type OpenMailbox = () => Promise<MailboxClient>;

export interface ImapConfig {
  readonly host: string;
  readonly port: number;
  /** false: STARTTLS must succeed all the same. */
  readonly tls: boolean;
  readonly user: string;
  readonly password: () => string;
  readonly folder: string;
  /** Certificates (PEM) that the server's is checked against, for a house with its own authority; absent = the usual ones. */
  readonly ca?: string;
}

/** Of one round; the next round takes the rest. */
const LIST_MAX = 500;
const TIMEOUT_MS = 60_000;

export const imapMailbox =
  (config: ImapConfig): OpenMailbox =>
  async () => {
    const client = new ImapFlow({
      host: config.host,
      port: config.port,
      secure: config.tls,
      ...(config.tls ? {} : { doSTARTTLS: true }),
      auth: { user: config.user, pass: config.password() },
      logger: false,
      ...(config.ca === undefined ? {} : { tls: { ca: config.ca } }),
      disableAutoIdle: true,
      socketTimeout: TIMEOUT_MS * 5,
      connectionTimeout: TIMEOUT_MS,
    });
    // Without a listener an error of the socket would end the process; the call in progress rejects as well.
    client.on("error", () => {});
    try {
      await client.connect();
      await client.mailboxOpen(config.folder, { readOnly: true });
    } catch (cause) {
      client.close();
      throw new AppError(
        "mailbox-unavailable",
        `${config.user} at ${config.host}:${config.port}: ${messageOf(cause)}`,
        { retry: "later", cause },
      );
    }
    return clientOf(client);
  };

const clientOf = (client: ImapFlow): MailboxClient => ({
  async refresh() {
    await client.noop();
    const { mailbox } = client;
    if (mailbox === false)
      throw new AppError("mailbox-unavailable", "the folder was closed by the server", { retry: "later" });
    return String(mailbox.uidValidity);
  },
  async newer(uid) {
    const found: { uid: number; size: number }[] = [];
    for await (const { uid: each, size } of client.fetch(`${uid + 1}:*`, { uid: true, size: true }, { uid: true })) {
      // `n:*` always holds the last mail, also when its number is lower.
      if (each > uid) found.push({ uid: each, size: size ?? 0 });
    }
    return found.toSorted((a, b) => a.uid - b.uid).slice(0, LIST_MAX);
  },
  async download(uid) {
    const found = await client.fetchOne(String(uid), { source: true }, { uid: true });
    return found === false || found === undefined ? undefined : found.source;
  },
  async close() {
    client.close();
  },
});
