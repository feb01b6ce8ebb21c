/** Microsoft 365 and Google Workspace, against a server that speaks their shapes. */
import { generateKeyPairSync } from "node:crypto";
import type { Action } from "@cordon/model/action";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { HOUR } from "@cordon/model/time";
import { actionCompliance, orderFor, revertOrderFor } from "@cordon/testkit/action-compliance";
import { ref } from "@cordon/testkit/contain-case";
import { CLOUD, type MailClouds, makeMailClouds } from "@cordon/testkit/mail-clouds";
import { afterEach, describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import { makeGoogleWorkspace } from "./google-workspace.ts";
import { makeM365 } from "./m365.ts";

const runtime = makeRuntime();
const now = () => runtime.now();
const deps = {
  ...{ runtime, evidenceDir: "", hostname: "x", events: async () => [] },
  notice: async () => Promise.reject(new Error("no notice")),
};
const { publicKey, privateKey } = generateKeyPairSync("rsa", {
  ...{ modulusLength: 2_048, publicKeyEncoding: { type: "spki", format: "pem" } },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

const purge = (...mailboxes: readonly string[]): Action => ({
  kind: "purge-mail",
  mails: [ref("message", "o'1@evil")],
  mailboxes: [ref("email", mailboxes[0] ?? ""), ...mailboxes.slice(1).map((name) => ref("email", name))],
});
const sender: Action = { kind: "block-sender", sender: ref("email", "Help@evil.test") };
const link: Action = { kind: "block-link", link: ref("url", "https://login.evil.test/x?id=1#a") };
const revoke: Action = { kind: "revoke-sessions", account: ref("user", "bob@corp.example") };

async function cloud(labels: "graph" | "gmail"): Promise<MailClouds> {
  const clouds = await makeMailClouds(publicKey);
  const inbox = labels === "graph" ? "AAMkInbox" : "IMPORTANT INBOX";
  clouds.mailboxes.set("bob@corp.example", [
    { id: "m1", messageId: "o'1@evil", place: inbox },
    { id: "m2", messageId: "honest@partner", place: inbox },
  ]);
  clouds.mailboxes.set("eve@corp.example", [
    { id: "m3", messageId: "o'1@evil", place: labels === "graph" ? "AAMkJunk" : "SPAM" },
  ]);
  return clouds;
}
const m365 = ({ url }: MailClouds, more: object = {}) =>
  makeM365(
    {
      ...{ kind: "m365", name: "m365", ...CLOUD, graphUrl: url, loginUrl: url, exchangeUrl: url, timeoutMs: 5_000 },
      ...more,
    } as Parameters<typeof makeM365>[0],
    deps,
  );
const google = ({ url }: MailClouds) =>
  makeGoogleWorkspace(
    {
      ...{
        kind: "google-workspace",
        name: "google",
        clientEmail: "cordon@project",
        privateKey,
        admin: "admin@corp.example",
      },
      ...{ tokenUrl: `${url}/token`, gmailUrl: url, directoryUrl: url, timeoutMs: 5_000 },
    },
    deps,
  );

const rows = [
  ["m365 purge", "graph", m365, purge("bob@corp.example", "eve@corp.example"), undefined],
  ["m365 sender", "graph", m365, sender, HOUR],
  ["m365 link", "graph", m365, link, HOUR],
  ["m365 sessions", "graph", m365, revoke, undefined],
  ["google purge", "gmail", google, purge("bob@corp.example", "eve@corp.example"), undefined],
] as const;
for (const [name, labels, portTo, action, ttlMs] of rows) {
  actionCompliance({
    name,
    async make() {
      const clouds = await cloud(labels);
      return {
        ...{ port: portTo(clouds), action, now, ...(ttlMs === undefined ? {} : { ttlMs }) },
        observe: async () =>
          JSON.stringify([[...clouds.mailboxes], [...clouds.blocked.keys()], [...clouds.sessions.keys()]]),
        close: () => clouds.close(),
      };
    },
  });
}

describe("mail clouds", () => {
  let open: MailClouds | undefined;
  afterEach(async () => {
    await open?.close();
    open = undefined;
  });
  const start = async (labels: "graph" | "gmail"): Promise<MailClouds> => {
    open = await cloud(labels);
    return open;
  };

  it("m365: moved out of sight, and back to the folder each lay in; others untouched", async () => {
    const clouds = await start("graph");
    const port = m365(clouds);
    const action = purge("bob@corp.example", "eve@corp.example");
    const plan = await port.plan(action, undefined, NEVER_STOP);
    await port.apply(orderFor({ action, now }, plan), NEVER_STOP);
    const places = () => [...clouds.mailboxes.values()].flat().map(({ place }) => place);
    expect(places()).toEqual(["recoverableitemsdeletions", "AAMkInbox", "recoverableitemsdeletions"]);
    await port.revert(revertOrderFor({ action, now }, plan), NEVER_STOP);
    expect(places()).toEqual(["AAMkInbox", "AAMkInbox", "AAMkJunk"]);
  });

  it("m365: what the lists hold, and when the tenant's own expiry is", async () => {
    const clouds = await start("graph");
    const port = m365(clouds);
    for (const action of [sender, link])
      await port.apply(orderFor({ action, now }, await port.plan(action, HOUR, NEVER_STOP)), NEVER_STOP);
    expect([...clouds.blocked].map(([entry, { type }]) => `${type} ${entry}`)).toEqual([
      "Sender help@evil.test",
      "Url login.evil.test/x",
    ]);
    expect([...clouds.blocked.values()].every(({ until }) => Date.parse(until ?? "") > Date.now())).toBe(true);
  });

  it("m365: a wait that is asked for is waited, a failure is unknown and never told as done", async () => {
    const clouds = await start("graph");
    const port = m365(clouds);
    const action = purge("bob@corp.example");
    const plan = await port.plan(action, undefined, NEVER_STOP);
    clouds.fail(429, 1);
    expect(await port.verify(orderFor({ action, now }, plan), NEVER_STOP)).toMatchObject({ state: "absent" });
    clouds.fail(503, 1);
    expect(await port.apply(orderFor({ action, now }, plan), NEVER_STOP)).toMatchObject({ kind: "refused" });
    await expect(m365(clouds, { clientSecret: "wrong" }).plan(action, undefined, NEVER_STOP)).rejects.toMatchObject({
      code: "cannot-plan",
      message: expect.not.stringContaining("wrong"),
    });
  });

  it("google: a signed token for each mailbox; labels come back; sessions end in the administrator's name", async () => {
    const clouds = await start("gmail");
    const port = google(clouds);
    const action = purge("bob@corp.example", "eve@corp.example");
    const plan = await port.plan(action, undefined, NEVER_STOP);
    await port.apply(orderFor({ action, now }, plan), NEVER_STOP);
    const places = () => [...clouds.mailboxes.values()].flat().map(({ place }) => place);
    expect(places()).toEqual(["IMPORTANT TRASH", "IMPORTANT INBOX", "SPAM TRASH"]);
    await port.revert(revertOrderFor({ action, now }, plan), NEVER_STOP);
    expect(places()).toEqual(["IMPORTANT INBOX", "IMPORTANT INBOX", "SPAM"]);
    const ended = orderFor({ action: revoke, now }, await port.plan(revoke, undefined, NEVER_STOP));
    expect(await port.apply(ended, NEVER_STOP)).toMatchObject({ kind: "ok" });
    expect([...clouds.sessions.keys()]).toEqual(["bob@corp.example"]);
  });
});
