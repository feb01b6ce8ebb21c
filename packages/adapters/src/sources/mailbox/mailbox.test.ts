import type { InputFailure } from "@cordon/model/ports/source";
import type { RawRecord } from "@cordon/model/record";
import { describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import type { MailboxClient } from "./imap.ts";
import { MAIL_BYTES_MAX, makeMailboxSource } from "./mailbox.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Server {
  validity: string;
  readonly mails: Map<number, { readonly text: string; readonly size?: number }>;
}

/** Runs until `rounds` looks at the folder are done. */
async function run(server: Server, marks: Map<string, string>, rounds = 2) {
  const taken: RawRecord[] = [];
  const failures: InputFailure[] = [];
  let looks = 0;
  let halt = (): void => {};
  const stop = {
    stopped: false,
    onStop: (then: () => void) => {
      halt = then;
      return () => {};
    },
  };
  const client: MailboxClient = {
    refresh: async () => {
      looks += 1;
      if (looks > rounds) {
        stop.stopped = true;
        halt();
      }
      return server.validity;
    },
    newer: async (uid) =>
      [...server.mails]
        .filter(([each]) => each > uid)
        .map(([each, { text, size }]) => ({ uid: each, size: size ?? text.length })),
    download: async (uid) => (server.mails.has(uid) ? bytes(server.mails.get(uid)?.text ?? "") : undefined),
    close: async () => {},
  };
  const source = makeMailboxSource(
    { name: "reports", place: "soc@x/INBOX", pollMs: 1 },
    {
      runtime: makeRuntime(),
      checkpoints: { get: async (key) => marks.get(key), set: async (key, value) => void marks.set(key, value) },
      connect: async () => client,
      recordsOf: (mail) => {
        const text = new TextDecoder().decode(mail);
        if (text === "broken") throw new Error("cannot be read");
        return text === "none" ? [] : [bytes(JSON.stringify({ text })), ...(text === "two" ? [bytes("{}")] : [])];
      },
    },
  );
  await source.run(
    async (batch) => void taken.push(...batch),
    (failure) => failures.push(failure),
    stop,
  );
  return { taken, failures };
}

describe("mailbox", () => {
  it("MX2. each mail once, also over a restart; read anew when the server numbers anew", async () => {
    const server: Server = {
      validity: "1",
      mails: new Map([
        [3, { text: "a" }],
        [5, { text: "two" }],
      ]),
    };
    const marks = new Map<string, string>();
    const first = await run(server, marks);
    expect(first.taken.map(({ position }) => position)).toEqual([3, 5, 5]);
    expect(new Set(first.taken.map(({ id }) => id)).size).toBe(3);
    server.mails.set(6, { text: "b" });
    expect((await run(server, marks)).taken.map(({ position }) => position)).toEqual([6]);
    server.validity = "2";
    expect((await run(server, marks)).taken).toHaveLength(4);
  });

  it("MX2. a mail read again has the same id", async () => {
    const server: Server = { validity: "1", mails: new Map([[3, { text: "a" }]]) };
    const ids = async () => (await run(server, new Map())).taken.map(({ id }) => id);
    expect(await ids()).toEqual(await ids());
  });

  it("MX3. what is too large, empty or broken is reported, and the others go on", async () => {
    const server: Server = {
      validity: "1",
      mails: new Map([
        [1, { text: "x", size: MAIL_BYTES_MAX + 1 }],
        [2, { text: "broken" }],
        [3, { text: "none" }],
        [4, { text: "a" }],
      ]),
    };
    const { taken, failures } = await run(server, new Map());
    expect(taken.map(({ position }) => position)).toEqual([4]);
    expect(failures.map(({ position }) => position)).toEqual([1, 2, 3]);
  });
});
