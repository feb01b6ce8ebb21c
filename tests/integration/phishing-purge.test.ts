/** From a report to an empty inbox: a person approves, the mail leaves real mailboxes, and comes back when asked. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeImapServer, whyNoImapServer } from "@cordon/testkit/imap-server";
import { expect, it } from "vitest";
import { openPhishingWorld, phish } from "./phishing-world.ts";

const skip = whyNoImapServer();
const MAILBOXES = ["bob@corp.example", "eve@corp.example", "ann@corp.example"] as const;

it.skipIf(skip !== undefined)(
  `purges on Dovecot after an approval, and undoes it${skip === undefined ? "" : ` (skipped: ${skip})`}`,
  async () => {
    const dovecot = await makeImapServer(MAILBOXES);
    const { host, port, ca, password, masterUser } = dovecot;
    const secrets = mkdtempSync(join(tmpdir(), "cordon-secrets-"));
    const secret = (name: string, value: string) => {
      writeFileSync(join(secrets, name), value);
      return { file: join(secrets, name) };
    };
    const imap = {
      ...{ kind: "imap-purge", name: "imap", host, port, user: masterUser, domains: ["corp.example"] },
      ...{ ca: secret("ca", ca), password: secret("password", password) },
    };
    const world = await openPhishingWorld({ actuators: [imap] });
    try {
      for (const mailbox of MAILBOXES) dovecot.put(mailbox, phish({ id: "1@c0rp.example", to: mailbox }));
      dovecot.put("bob@corp.example", phish({ id: "other@x", subject: "Another" }));
      const traced = (to: string) => ({
        ...{ MessageId: "<1@c0rp.example>", Received: new Date().toISOString(), SenderAddress: "help@c0rp.example" },
        ...{ RecipientAddress: to, Subject: "Password expires today", Status: "Delivered", MessageTraceId: "5f1c" },
      });
      await world.push(["bob@corp.example", "eve@corp.example"].map((to) => JSON.stringify(traced(to))).join("\n"));
      await world.push(phish({ id: "1@c0rp.example" }), "message/rfc822");
      const [incident] = await world.settle();
      const row = incident?.actions.find(({ action }) => action.kind === "purge-mail");
      expect(row).toMatchObject({ state: "proposed", plan: { actuator: "imap", undo: "yes" } });
      if (row === undefined || incident === undefined) return;
      expect(dovecot.folders("eve@corp.example")).toEqual({ INBOX: ["1@c0rp.example"] });
      const alice = { name: "alice", role: "approver" } as const;
      await world.embedded.instance.response.approve(row.key, alice, row.plan.hash);
      const stateOf = async () =>
        (await world.settle()).flatMap(({ actions }) => actions).find(({ key }) => key === row.key)?.state;
      expect(await stateOf()).toBe("verified");
      expect(dovecot.folders("bob@corp.example").INBOX).toEqual(["other@x"]);
      expect(dovecot.folders("eve@corp.example").INBOX).toEqual([]);
      // The log does not say that she got it: nothing of hers is touched.
      expect(dovecot.folders("ann@corp.example")).toEqual({ INBOX: ["1@c0rp.example"] });
      await world.embedded.instance.response.revert(row.key, alice, "it was an exercise");
      expect(await stateOf()).toBe("reverted");
      expect(dovecot.folders("eve@corp.example").INBOX).toEqual(["1@c0rp.example"]);
    } finally {
      await world.close();
      await dovecot.close();
      rmSync(secrets, { recursive: true });
    }
  },
  120_000,
);
