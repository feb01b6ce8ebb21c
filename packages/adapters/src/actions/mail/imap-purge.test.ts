/** Purging on a real IMAP server (Dovecot). */
import type { Action } from "@cordon/model/action";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { actionCompliance, orderFor, revertOrderFor } from "@cordon/testkit/action-compliance";
import { ref } from "@cordon/testkit/contain-case";
import { type ImapServer, makeImapServer, whyNoImapServer } from "@cordon/testkit/imap-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import { makeImapPurge } from "./imap-purge.ts";

const skip = whyNoImapServer();
const runtime = makeRuntime();
const deps = {
  ...{ runtime, evidenceDir: "", hostname: "x", events: async () => [] },
  notice: async () => Promise.reject(new Error("no notice")),
};
const letter = (id: string): string =>
  `From: a@evil.test\nTo: bob@corp.example\nMessage-ID: <${id}>\nSubject: x\n\ntext\n`;
const purge = (
  mailboxes: readonly [string, ...string[]],
  ids: readonly [string, ...string[]] = ["1@evil"],
): Action => ({
  kind: "purge-mail",
  mails: [ref("message", ids[0]), ...ids.slice(1).map((id) => ref("message", id))],
  mailboxes: [ref("email", mailboxes[0]), ...mailboxes.slice(1).map((name) => ref("email", name))],
});
const portTo = ({ host, port, ca, password, masterUser }: ImapServer, more: object = {}) =>
  makeImapPurge(
    {
      ...{ kind: "imap-purge", name: "imap", host, port, tls: true, ca, user: masterUser, password },
      ...{ folder: "Quarantine", timeoutMs: 5_000, ...more },
    },
    deps,
  );

actionCompliance({
  name: "imap-purge",
  skip,
  async make() {
    const server = await makeImapServer(["bob@corp.example"]);
    server.put("bob@corp.example", letter("1@evil"));
    server.put("bob@corp.example", letter("honest@partner"));
    return {
      ...{ port: portTo(server), action: purge(["bob@corp.example"]), now: () => runtime.now() },
      // The folder for purged mails stays when it is empty: it holds nothing of anybody.
      observe: async () => {
        const { Quarantine: kept = [], ...others } = server.folders("bob@corp.example");
        return JSON.stringify({ ...others, kept });
      },
      close: () => server.close(),
    };
  },
});

describe.skipIf(skip !== undefined)(`imap-purge on Dovecot${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let server: ImapServer;
  beforeAll(async () => {
    server = await makeImapServer(["bob@corp.example", "eve@corp.example"]);
  });
  afterAll(() => server.close());

  it("takes the mail out of every folder of every mailbox, leaves all others, and brings it back to where it was", async () => {
    server.put("bob@corp.example", letter("1@evil"));
    server.put("bob@corp.example", letter("honest@partner"));
    server.put("eve@corp.example", letter("1@evil"), "Projects");
    server.put("eve@corp.example", letter("2@evil"));
    const port = portTo(server);
    const world = {
      action: purge(["bob@corp.example", "eve@corp.example"], ["1@evil", "2@evil"]),
      now: () => runtime.now(),
    };
    const plan = await port.plan(world.action, undefined, NEVER_STOP);
    const order = orderFor(world, plan);
    expect(await port.apply(order, NEVER_STOP)).toMatchObject({ kind: "ok", detail: { mails: 3, mailboxes: 2 } });
    expect(server.folders("bob@corp.example")).toEqual({ INBOX: ["honest@partner"], Quarantine: ["1@evil"] });
    expect(server.folders("eve@corp.example")).toEqual({ INBOX: [], Projects: [], Quarantine: ["1@evil", "2@evil"] });
    expect(await port.verify(order, NEVER_STOP)).toMatchObject({ state: "present", ours: true });
    expect(await port.revert(revertOrderFor(world, plan), NEVER_STOP)).toMatchObject({ kind: "ok" });
    expect(server.folders("bob@corp.example").INBOX).toEqual(["1@evil", "honest@partner"]);
    expect(server.folders("eve@corp.example")).toEqual({ INBOX: ["2@evil"], Projects: ["1@evil"], Quarantine: [] });
  });

  it("another domain is not ours; a mailbox that does not exist is said", async () => {
    const port = portTo(server, { domains: ["corp.example"] });
    await expect(port.plan(purge(["x@other.example"]), undefined, NEVER_STOP)).rejects.toMatchObject({
      code: "not-mine",
    });
    await expect(port.plan(purge(["nobody@corp.example"]), undefined, NEVER_STOP)).rejects.toMatchObject({
      code: "cannot-plan",
    });
    const plan = await port.plan(purge(["bob@corp.example", "nobody@corp.example"]), undefined, NEVER_STOP);
    expect(plan.effects[1]).toBe("no mailbox nobody@corp.example here: nothing");
  });

  it("a server that is down is no success, and nobody else's task", async () => {
    const port = portTo(server);
    const action = purge(["bob@corp.example"]);
    const plan = await port.plan(action, undefined, NEVER_STOP);
    await server.stop();
    const order = orderFor({ action, now: () => runtime.now() }, plan);
    expect(await port.apply(order, NEVER_STOP)).toMatchObject({ kind: "refused" });
    expect(await port.verify(order, NEVER_STOP)).toMatchObject({ state: "unknown" });
    await expect(port.plan(action, undefined, NEVER_STOP)).rejects.toMatchObject({ code: "cannot-plan" });
    await server.start();
    expect(await port.apply(order, NEVER_STOP)).toMatchObject({ kind: "ok" });
  });
});
