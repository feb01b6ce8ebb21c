/** The hunt after a reported mail on the real path: logs pushed as their products write them, people named with evidence. */
import type { Incident } from "@cordon/model/incident";
import { afterEach, expect, it } from "vitest";
import { openPhishingWorld, type PhishingWorld, phish } from "./phishing-world.ts";

const MINUTE_MS = 60_000;
const opened: PhishingWorld[] = [];
afterEach(async () => {
  for (const world of opened.splice(0)) await world.close();
});
async function open(): Promise<PhishingWorld> {
  const world = await openPhishingWorld();
  opened.push(world);
  return world;
}

const at = (minutes: number): string => new Date(Date.now() - 6 * 3_600_000 + minutes * 60_000).toISOString();
const lines = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join("\n");

const traced = (to: string, more: object = {}) => ({
  ...{ MessageId: "<1@c0rp.example>", Received: at(0), SenderAddress: "help@c0rp.example", RecipientAddress: to },
  ...{ Subject: "Password expires today", Status: "Delivered", FromIP: "198.51.100.7", MessageTraceId: "5f1c" },
  ...more,
});
const visited = (minutes: number, from: string, more: object = {}) => ({
  ...{
    _path: "http",
    ts: Date.parse(at(minutes)) / 1_000,
    "id.orig_h": from,
    "id.resp_h": "192.0.2.66",
    method: "GET",
  },
  ...{ host: "login.evil-host.test", uri: "/x?id=7", status_code: 200 },
  ...more,
});
const signedIn = (minutes: number, ipAddress: string, errorCode = 0) => ({
  ...{ userPrincipalName: "Bob@corp.example", createdDateTime: at(minutes), ipAddress, appDisplayName: "Mail" },
  ...{ conditionalAccessStatus: "success", status: { errorCode } },
});

const names = (people: readonly { readonly who: { readonly value: string } }[] | undefined) =>
  (people ?? []).map(({ who }) => who.value.toLowerCase()).sort();
const phishingOf = (incident: Incident | undefined) => incident?.investigation?.phishing;

it(
  "names who received, followed, sent, answered, and signed in from a new place; each with a claim that held",
  async () => {
    const world = await open();
    await world.push(
      lines([
        traced("bob@corp.example"),
        traced("Eve@corp.example"),
        traced("joe@corp.example", { Status: "Quarantined" }),
        // The same wave under another id; and an honest mail of another sender.
        traced("ann@corp.example", { MessageId: "<2@c0rp.example>", Subject: "RE: Password expires  today" }),
        traced("pat@corp.example", { MessageId: "<3@p>", SenderAddress: "news@partner.example", Subject: "News" }),
        // An answer to where answers go.
        traced("collect@gmail.com", { MessageId: "<4@corp>", SenderAddress: "eve@corp.example", Received: at(9) }),
        visited(5, "10.0.0.20", { username: "bob@corp.example" }),
        visited(6, "10.0.0.20", { username: "bob@corp.example", method: "POST" }),
        visited(7, "10.0.0.30"),
        visited(7, "10.0.0.40", { host: "www.partner.example" }),
        {
          _path: "dns",
          ts: Date.parse(at(8)) / 1_000,
          "id.orig_h": "10.0.0.50",
          qtype_name: "A",
          query: "login.evil-host.test",
        },
        // Before the mail was there: no click.
        visited(-120, "10.0.0.60"),
        signedIn(-2_000, "192.0.2.10"),
        signedIn(20, "192.0.2.10"),
        signedIn(30, "203.0.113.99"),
        signedIn(31, "203.0.113.98", 50_126),
      ]),
    );
    await world.push(phish({ id: "1@c0rp.example" }), "message/rfc822");
    const [incident] = await world.settle();
    const found = phishingOf(incident);
    expect(incident?.investigation?.claimsRefused).toBe(0);
    expect(found).toMatchObject({ verdict: "phishing", logs: { mail: true, web: true, signIn: true } });
    expect(names(found?.received.filter(({ stopped }) => stopped !== true))).toEqual([
      "ann@corp.example",
      "bob@corp.example",
      "eve@corp.example",
    ]);
    expect(names(found?.received.filter(({ stopped }) => stopped === true))).toEqual(["joe@corp.example"]);
    expect(names(found?.clicked)).toEqual(["10.0.0.30", "10.0.0.50", "bob@corp.example"]);
    expect(names(found?.submitted)).toEqual(["bob@corp.example"]);
    expect(names(found?.replied)).toEqual(["eve@corp.example"]);
    expect(found?.signedIn.map(({ who, what }) => [who.value, what])).toEqual([["bob@corp.example", "203.0.113.99"]]);
    expect(incident?.investigation?.verdict).toBe("malicious");
    expect(incident?.investigation?.rootCauses[0]?.boundary).toBe("phishing-mail");
    const claims = new Set(incident?.investigation?.claims.map(({ id }) => id));
    const people = [found?.received, found?.clicked, found?.submitted, found?.replied, found?.signedIn].flat();
    expect(people.every((person) => person !== undefined && claims.has(person.claim))).toBe(true);
    const proposed = (incident?.investigation?.proposals ?? []).map(({ action }) => action);
    const [purge] = proposed.filter((action) => action.kind === "purge-mail");
    expect(purge?.kind === "purge-mail" && purge.mails.map(({ value }) => value).sort()).toEqual([
      "1@c0rp.example",
      "2@c0rp.example",
    ]);
    // Not joe: the gateway kept it from him.
    expect(purge?.kind === "purge-mail" && purge.mailboxes.map(({ value }) => value).sort()).toEqual([
      "Eve@corp.example",
      "ann@corp.example",
      "bob@corp.example",
    ]);
    expect(proposed.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["purge-mail", "block-sender", "block-link", "revoke-sessions"]),
    );
    // Under the shipped policy nothing of it runs before a person agreed.
    const rows = (incident?.actions ?? []).filter(({ action }) => action.kind !== "notify");
    expect(rows.map(({ action }) => action.kind)).toContain("purge-mail");
    expect(rows.every(({ policy }) => policy.approvalsNeeded >= 1)).toBe(true);
  },
  MINUTE_MS,
);

it(
  "says that there is no log where there is none",
  async () => {
    const world = await open();
    await world.push(phish({ id: "1@c0rp.example" }), "message/rfc822");
    const [incident] = await world.settle();
    expect(phishingOf(incident)).toMatchObject({ logs: { mail: false, web: false, signIn: false }, clicked: [] });
    expect(incident?.investigation?.questions.join(" ")).toMatch(/No mail log .* who followed the links is not known/);
  },
  MINUTE_MS,
);

it(
  "ties the lines of a mail server by their queue id",
  async () => {
    const world = await open();
    const stamp = at(0);
    const line = (program: string, text: string) => `<22>1 ${stamp} mx1 ${program} 77 - - ${text}`;
    await world.push(
      [
        line("postfix/cleanup", "4F9D195432C: message-id=<1@c0rp.example>"),
        line("postfix/qmgr", "4F9D195432C: from=<help@c0rp.example>, size=8123, nrcpt=1 (queue active)"),
        line(
          "postfix/lmtp",
          "4F9D195432C: to=<zoe@corp.example>, relay=lmtp, delay=0.4, dsn=2.0.0, status=sent (250 ok)",
        ),
        line(
          "postfix/lmtp",
          "5F9D195432D: to=<max@corp.example>, relay=lmtp, delay=0.4, dsn=2.0.0, status=sent (250 ok)",
        ),
      ].join("\n"),
    );
    await world.push(phish({ id: "1@c0rp.example" }), "message/rfc822");
    const [incident] = await world.settle();
    expect(names(phishingOf(incident)?.received)).toEqual(["bob@corp.example", "zoe@corp.example"]);
  },
  MINUTE_MS,
);

it(
  "follows a shortened link to where it led",
  async () => {
    const world = await open();
    const link = "https://bit.ly/3abcDEF";
    await world.push(
      lines([
        visited(5, "10.0.0.20", { host: "bit.ly", uri: "/3abcDEF", status_code: 301 }),
        visited(5.05, "10.0.0.20", { host: "real.evil-host.test", uri: "/login", referrer: link }),
        visited(9, "10.0.0.33", { host: "real.evil-host.test", uri: "/login" }),
        {
          category: "AdvancedHunting-UrlClickEvents",
          properties: {
            ...{ Timestamp: at(6), Url: link, ActionType: "ClickAllowed", AccountUpn: "eve@corp.example" },
            ...{ UrlChain: JSON.stringify([link, "https://other.evil-host.test/go"]), IPAddress: "203.0.113.20" },
          },
        },
        visited(12, "10.0.0.44", { host: "other.evil-host.test", uri: "/go" }),
        visited(12, "10.0.0.55", { host: "bit.ly", uri: "/unrelated" }),
      ]),
    );
    await world.push(phish({ id: "1@c0rp.example", link }), "message/rfc822");
    const [incident] = await world.settle();
    expect(names(phishingOf(incident)?.clicked)).toEqual(
      expect.arrayContaining(["10.0.0.33", "10.0.0.44", "eve@corp.example"]),
    );
    expect(names(phishingOf(incident)?.clicked)).not.toContain("10.0.0.55");
  },
  MINUTE_MS,
);
