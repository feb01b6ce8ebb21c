/**
 * What could be done about a mail. Enters: the hunt, its findings, checked claims. Leaves: proposals; nothing runs.
 *
 * MP1. Only a mail that was judged phishing, or that is part of a malicious incident, is purged; a purge can be undone.
 * MP2. Never blocked: senders of the recipients' own domains (forged), hosts that everybody links to.
 * MP3. Sessions are ended of those who followed a link and were not stopped, or signed in from a new place: by their account,
 *      where the logs name it.
 * MP4. One purge stays within what can be worked through before its deadline: `PAIRS_MAX` mails times mailboxes.
 */
import type { EntityRef } from "@cordon/model/action";
import type { Entity } from "@cordon/model/entity";
import { type EventId, nonEmpty } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import type { Claim, Investigation, PhishingFindings, Proposal } from "@cordon/model/investigation";
import { isShortener, urlParts } from "../../learning/url/url-parts.ts";
import type { Fact } from "./facts.ts";
import type { MailHunt } from "./mail-hunt.ts";

const PAIRS_MAX = 200;
const PURGES_MAX = 5;
const TARGETS_MAX = 5;
const ACCOUNTS_MAX = 20;
const EVIDENCE_MAX = 5;

export interface MailCase {
  readonly incident: Incident;
  readonly hunt: MailHunt;
  readonly phishing: PhishingFindings;
  readonly verdict: Investigation["verdict"];
  readonly claimOf: (fact: Fact) => Claim | undefined;
}

export function mailProposals(given: MailCase): readonly Proposal[] {
  const { phishing, verdict } = given;
  if (verdict === "benign" || (phishing.verdict !== "phishing" && verdict !== "malicious")) return [];
  return [...purges(given), ...senders(given), ...links(given), ...sessions(given)];
}

interface Group {
  readonly mails: Map<string, EntityRef>;
  readonly boxes: Map<string, EntityRef>;
  readonly claims: Set<string>;
}

function purges(given: MailCase): readonly Proposal[] {
  const groups = grouped(given);
  return groups.slice(0, PURGES_MAX).flatMap(({ mails, boxes, claims }) => {
    const [found, mailboxes] = [nonEmpty([...mails.values()]), nonEmpty([...boxes.values()])];
    if (found === undefined || mailboxes === undefined) return [];
    return [
      {
        action: { kind: "purge-mail", mails: found, mailboxes },
        playbook: "purge-mail",
        reason: `The mail lies in ${mailboxes.length === 1 ? "a mailbox" : `${mailboxes.length} mailboxes`}`,
        claims: [...claims],
      },
    ];
  });
}

/** MP4 */
function grouped(given: MailCase): readonly Group[] {
  const groups: Group[] = [];
  for (const fact of given.hunt.received) {
    const claim = given.claimOf(fact);
    const mail = mailOf(given, fact);
    if (claim === undefined || mail === undefined || fact.event.outcome === "failure") continue;
    const box = refOf(given, fact.subject, "environment", [fact.event.id]);
    const fits = ({ mails, boxes }: Group): boolean =>
      (mails.size + (mails.has(mail.value) ? 0 : 1)) * (boxes.size + (boxes.has(box.value) ? 0 : 1)) <= PAIRS_MAX;
    let group = groups.at(-1);
    if (group === undefined || !fits(group)) {
      group = { mails: new Map(), boxes: new Map(), claims: new Set() };
      groups.push(group);
    }
    group.mails.set(mail.value, mail);
    group.boxes.set(box.value, box);
    group.claims.add(claim.id);
  }
  return groups;
}

/** By its Message-ID: of the delivery itself, else (a queue's line does not name it) of the mail that was reported. */
function mailOf(given: MailCase, { event }: Fact): EntityRef | undefined {
  const named = event.entities.find(({ kind, value }) => kind === "message" && value.includes("@"));
  if (named !== undefined) return refOf(given, named, "attacker", [event.id]);
  for (const seed of given.hunt.seeds.events) {
    const own = seed.entities.find(({ kind, value }) => kind === "message" && value.includes("@"));
    if (own !== undefined) return refOf(given, own, "attacker", [seed.id]);
  }
  return undefined;
}

function refOf(
  { incident }: MailCase,
  { kind, value }: Pick<Entity, "kind" | "value">,
  control: EntityRef["control"],
  events: readonly [EventId, ...EventId[]],
): EntityRef {
  return { kind, value, incident: incident.id, control, evidence: events };
}

/** Events of the incident's mails that name the entity. */
function seedRef(given: MailCase, kind: Entity["kind"], value: string): EntityRef | undefined {
  const events = given.hunt.seeds.events.filter((event) =>
    event.entities.some((one) => one.kind === kind && one.value.toLowerCase() === value),
  );
  const evidence = nonEmpty(events.slice(0, EVIDENCE_MAX).map(({ id }) => id));
  const written = events[0]?.entities.find((one) => one.kind === kind && one.value.toLowerCase() === value)?.value;
  return evidence === undefined || written === undefined
    ? undefined
    : refOf(given, { kind, value: written }, "attacker", evidence);
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1).toLowerCase();

function firstClaims({ hunt, claimOf }: MailCase): readonly string[] {
  return hunt.received.slice(0, EVIDENCE_MAX).flatMap((fact) => claimOf(fact)?.id ?? []);
}

function senders(given: MailCase): readonly Proposal[] {
  const own = new Set(given.hunt.received.map(({ subject }) => domainOf(subject.value)));
  return [...given.hunt.seeds.senders]
    .filter((sender) => !own.has(domainOf(sender)))
    .slice(0, TARGETS_MAX)
    .flatMap((sender) => {
      const ref = seedRef(given, "email", sender);
      if (ref === undefined) return [];
      const reason = `${ref.value} sent the mail`;
      return [
        { action: { kind: "block-sender", sender: ref }, playbook: "block-sender", reason, claims: firstClaims(given) },
      ];
    });
}

function links(given: MailCase): readonly Proposal[] {
  const { hosts, urls } = given.hunt.seeds;
  const short = [...urls].filter((url) => isShortener(urlParts(url)));
  const refs = [
    ...[...hosts].map((host) => seedRef(given, "domain", host)),
    ...short.map((url) => seedRef(given, "url", url.toLowerCase())),
  ];
  return refs
    .flatMap((ref) => ref ?? [])
    .slice(0, TARGETS_MAX)
    .map((ref) => ({
      action: { kind: "block-link", link: ref },
      playbook: "block-link",
      reason: `A link of the mail leads to ${ref.value}`,
      claims: firstClaims(given),
    }));
}

function sessions(given: MailCase): readonly Proposal[] {
  const { hunt, claimOf } = given;
  const seen = new Set<string>();
  return [...hunt.signedIn, ...hunt.submitted, ...hunt.clicked]
    .filter(
      ({ subject, event }) => subject.kind === "user" && event.outcome !== "failure" && subject.wellKnown !== true,
    )
    .flatMap((fact) => {
      const claim = claimOf(fact);
      if (claim === undefined || seen.has(fact.subject.value)) return [];
      seen.add(fact.subject.value);
      const account = refOf(given, fact.subject, "environment", [fact.event.id]);
      return [
        {
          action: { kind: "revoke-sessions", account } as const,
          playbook: "revoke-sessions",
          reason: `${account.value} ${WHY[fact.predicate] ?? "followed a link of the mail"}`,
          claims: [claim.id],
        },
      ];
    })
    .slice(0, ACCOUNTS_MAX);
}

const WHY: Partial<Record<Fact["predicate"], string>> = {
  "logged-on": "signed in from a new place after the click",
  submitted: "sent something to the link's host",
};
