/** The mailbox source on a real IMAP server (Dovecot): reading, flags, reconnect, restart. */
import type { RawRecord } from "@cordon/model/record";
import { type ImapServer, makeImapServer, whyNoImapServer } from "@cordon/testkit/imap-server";
import { afterEach, describe, expect, it } from "vitest";
import { makeRuntime, makeStop } from "../../runtime.ts";
import { imapMailbox } from "./imap.ts";
import { makeMailboxSource } from "./mailbox.ts";

const skip = whyNoImapServer();
const USER = "phishing@corp.example";
const letter = (id: string): string => `From: a@x.test\nTo: ${USER}\nMessage-ID: <${id}>\nSubject: x\n\ntext ${id}\n`;
const runtime = makeRuntime();

describe.skipIf(skip !== undefined)(`mailbox on Dovecot${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let server: ImapServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });
  const started = async (): Promise<ImapServer> => {
    server = await makeImapServer([USER]);
    return server;
  };

  const config = ({ host, port, ca, password }: ImapServer, more: object = {}) => ({
    ...{ host, port, tls: true, ca, user: USER, password: () => password, folder: "INBOX", ...more },
  });

  /** Runs until as many records are there; a source that fails is started again, as its supervisor does. */
  async function run(
    from: ImapServer,
    given: { readonly marks: Map<string, string>; readonly records: number; readonly meanwhile?: () => Promise<void> },
  ): Promise<{ readonly taken: readonly RawRecord[]; readonly failed: number }> {
    const { marks, records, meanwhile } = given;
    const taken: RawRecord[] = [];
    const stop = makeStop();
    let failed = 0;
    const source = makeMailboxSource(
      { name: "reports", place: `${USER}/INBOX`, pollMs: 20 },
      {
        runtime,
        checkpoints: { get: async (key) => marks.get(key), set: async (key, value) => void marks.set(key, value) },
        connect: imapMailbox(config(from)),
        recordsOf: (mail) => [mail],
      },
    );
    const deliver = async (batch: readonly RawRecord[]) => {
      taken.push(...batch);
      if (taken.length >= records) stop.stop();
    };
    const ending = setTimeout(() => stop.stop(), 20_000);
    const other = meanwhile?.();
    while (!stop.stopped) {
      try {
        await source.run(deliver, () => {}, stop);
      } catch {
        failed += 1;
        await runtime.sleep(50, stop);
      }
    }
    clearTimeout(ending);
    await other;
    return { taken, failed };
  }
  const texts = (taken: readonly RawRecord[]) =>
    taken.map(({ body }) => /text (\S+)/.exec(new TextDecoder().decode(body.open()))?.[1]);

  it("reads each mail once, also over a restart, and leaves no trace: no flag, nothing moved", async () => {
    const dovecot = await started();
    for (const id of ["1", "2", "3"]) dovecot.put(USER, letter(id));
    const marks = new Map<string, string>();
    expect(texts((await run(dovecot, { marks, records: 3 })).taken).sort()).toEqual(["1", "2", "3"]);
    dovecot.put(USER, letter("4"));
    expect(texts((await run(dovecot, { marks, records: 1 })).taken)).toEqual(["4"]);
    expect(dovecot.folders(USER)).toEqual({ INBOX: ["1", "2", "3", "4"] });
    const client = await imapMailbox(config(dovecot))();
    expect(await client.newer(0)).toHaveLength(4);
    await client.close();
  }, 60_000);

  it("goes on after the server went away in the middle, without loss and without a mail twice", async () => {
    const dovecot = await started();
    dovecot.put(USER, letter("1"));
    const marks = new Map<string, string>();
    const { taken, failed } = await run(dovecot, {
      ...{ marks, records: 3 },
      meanwhile: async () => {
        while (marks.size === 0) await runtime.sleep(20, makeStop());
        await dovecot.stop();
        dovecot.put(USER, letter("2"));
        await runtime.sleep(300, makeStop());
        await dovecot.start();
        dovecot.put(USER, letter("3"));
      },
    });
    expect(texts(taken)).toEqual(["1", "2", "3"]);
    expect(failed).toBeGreaterThan(0);
  }, 60_000);

  it("a certificate that is not the house's, and a wrong password, are refused", async () => {
    const dovecot = await started();
    const { ca: _ca, ...without } = config(dovecot);
    await expect(imapMailbox(without)()).rejects.toMatchObject({ code: "mailbox-unavailable" });
    const wrong = { ...config(dovecot), password: () => "nonsense" };
    await expect(imapMailbox(wrong)()).rejects.toMatchObject({ message: expect.not.stringContaining("nonsense") });
  }, 60_000);
});
