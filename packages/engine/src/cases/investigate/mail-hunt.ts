/**
 * Who met a mail: recipients, clicks, answers, what was sent to the link's host, sign-ins from new places afterwards.
 * Enters: the mails of the incident. Leaves: facts, each on an event that shows it, and which logs there were to look in.
 *
 * MH1. Found by Message-ID, gateway id or queue id; by the sender only together with the same subject, link or file, because
 *      a sender may be forged and the real one writes honest mail.
 * MH2. Nobody in a list is "nobody" only where such a log is stored for that time; otherwise it is said that there is none.
 * MH3. All questions go through the ledger, and all lists are bounded.
 */
import type { EntityKind } from "@cordon/model/entity";
import { entityKey } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { type Instant, instant } from "@cordon/model/time";
import { CLASS, type Fact, textOf } from "./facts.ts";
import type { Inquiry } from "./inquiry.ts";
import { findClicks } from "./mail-clicks.ts";
import { EXAMINED, type MailSeeds, made, mailSeedsOf, subjectOf } from "./mail-seeds.ts";
import { findSignIns } from "./mail-sign-ins.ts";
import { KEYS_MAX } from "./questions.ts";

export interface MailHunt {
  readonly seeds: MailSeeds;
  readonly logs: { readonly mail: boolean; readonly web: boolean; readonly signIn: boolean };
  readonly received: readonly Fact[];
  readonly replied: readonly Fact[];
  readonly clicked: readonly Fact[];
  readonly submitted: readonly Fact[];
  readonly signedIn: readonly Fact[];
}

const ROWS = 2_000;
/** Recipients told; a list to more is told by its number in the ledger. */
const PEOPLE_MAX = 200;

export async function huntMail(inquiry: Inquiry): Promise<MailHunt | undefined> {
  const seeds = mailSeedsOf(inquiry);
  if (seeds === undefined) return undefined;
  const { rows, near } = await findMails(inquiry, seeds);
  const logged = rows.filter((event) => event.source !== EXAMINED);
  const received = receivedFacts([...logged, ...seeds.events]);
  if (received.length > PEOPLE_MAX)
    inquiry.questions.limits.add(`${PEOPLE_MAX} of ${received.length} recipients of the mail are named`);
  const since = earliest(logged) ?? seeds.from;
  const visits = await findClicks(inquiry, { seeds, rows, since });
  const signIns = await findSignIns(inquiry, { received, visits: visits.facts, to: seeds.to });
  return {
    seeds,
    logs: {
      mail: logged.length > 0 || (await isThere(inquiry, seeds, "mail")),
      web: visits.facts.length > 0 || (await isThere(inquiry, seeds, "web")),
      signIn: signIns.looked,
    },
    received: received.slice(0, PEOPLE_MAX),
    replied: repliedFacts(near, seeds).slice(0, PEOPLE_MAX),
    clicked: visits.facts.filter(({ predicate }) => predicate !== "submitted").slice(0, PEOPLE_MAX),
    submitted: visits.facts.filter(({ predicate }) => predicate === "submitted").slice(0, PEOPLE_MAX),
    signedIn: signIns.facts.slice(0, PEOPLE_MAX),
  };
}

/** Rows about these mails, and rows that name their senders. */
async function findMails(inquiry: Inquiry, seeds: MailSeeds) {
  const ask = (question: string, kind: EntityKind, values: Iterable<string>) =>
    askMails(inquiry, seeds, { question, kind, values });
  const named = await ask("Which mail logs name these mails?", "message", seeds.messages);
  const near = await ask("Which mails came from these senders or went to them?", "email", spellings(seeds.answers));
  const ids = new Set(named.map(({ id }) => id));
  const alike = near.filter((event) => !ids.has(event.id) && isSameMail(inquiry, seeds, event));
  const found = [...named, ...alike];
  // A gateway ties its rows by an id of its own, a mail server by the queue's.
  const further = [
    ...(await ask("What else stands under the gateway's ids?", "message", valuesIn(found, "message", seeds.messages))),
    ...(await ask("What became of them in the mail queue?", "other", valuesIn(found, "other", new Set()))),
  ];
  const byId = new Map([...found, ...further].map((event) => [event.id, event]));
  return { rows: [...byId.values()].sort(byTime), near };
}

const byTime = (a: Event, b: Event): number => a.time - b.time || (a.id < b.id ? -1 : 1);

interface MailQuestion {
  readonly question: string;
  readonly kind: EntityKind;
  readonly values: Iterable<string>;
}

async function askMails({ questions }: Inquiry, seeds: MailSeeds, { question, kind, values }: MailQuestion) {
  const all = [...new Set(values)];
  if (all.length > KEYS_MAX) questions.limits.add(`"${question}" was asked for ${KEYS_MAX} of ${all.length}`);
  const entities = all.slice(0, KEYS_MAX).map((value) => ({ kind, value }));
  if (entities.length === 0) return [];
  const { from, to } = seeds;
  const classes = [CLASS.mail, CLASS.http];
  return questions.ask(question, { entities, classes, from, to, order: "oldest", limit: ROWS });
}

const valuesIn = (rows: readonly Event[], kind: EntityKind, known: ReadonlySet<string>): readonly string[] =>
  rows
    .filter((event) => event.source !== EXAMINED)
    .flatMap((event) => event.entities.filter((one) => one.kind === kind).map(({ value }) => value))
    .filter((value) => !known.has(value));

/** Entities keep the case of an address's local part, and logs differ in it. */
const spellings = (addresses: Iterable<string>): readonly string[] =>
  [...addresses].flatMap((address) => [address, address.charAt(0).toUpperCase() + address.slice(1)]);

/** MH1 */
function isSameMail({ graph }: Inquiry, seeds: MailSeeds, event: Event): boolean {
  if (event.class !== CLASS.mail) return false;
  const from = event.entities.some(
    ({ kind, role, value }) => kind === "email" && role === "actor" && seeds.senders.has(value.toLowerCase()),
  );
  if (!from) return false;
  const subject = subjectOf((name) => textOf(graph.views, event, name));
  if (subject !== undefined && seeds.subjects.has(subject)) return true;
  return event.entities.some(
    ({ kind, value }) =>
      (kind === "url" && seeds.urls.has(value)) ||
      (kind === "domain" && seeds.hosts.has(value)) ||
      (kind === "hash" && seeds.hashes.has(value)),
  );
}

/** One fact a recipient: the first delivery, or the first attempt where there was none. */
function receivedFacts(rows: readonly Event[]): readonly Fact[] {
  const facts = new Map<string, Fact>();
  for (const event of rows) {
    if (event.class !== CLASS.mail) continue;
    const targets = event.entities.filter(({ kind, role }) => kind === "email" && role === "target");
    const object =
      event.entities.find(({ kind, role }) => kind === "message" && role === "object") ??
      event.entities.find(({ kind, role }) => kind === "other" && role === "object");
    for (const subject of targets) {
      const key = subject.value.toLowerCase();
      const known = facts.get(key);
      if (known !== undefined && (known.event.outcome !== "failure" || event.outcome === "failure")) continue;
      facts.set(key, made("received", event, subject, object));
    }
  }
  return [...facts.values()];
}

function repliedFacts(near: readonly Event[], seeds: MailSeeds): readonly Fact[] {
  const facts = new Map<string, Fact>();
  for (const event of near) {
    if (event.class !== CLASS.mail || event.source === EXAMINED || event.outcome === "failure") continue;
    const emails = event.entities.filter(({ kind }) => kind === "email");
    const to = emails.find(({ role, value }) => role === "target" && seeds.answers.has(value.toLowerCase()));
    const by = emails.find(({ role, value }) => role === "actor" && !seeds.answers.has(value.toLowerCase()));
    if (to === undefined || by === undefined) continue;
    const key = `${entityKey(by)} ${entityKey(to)}`;
    if (!facts.has(key)) facts.set(key, made("replied", event, by, to));
  }
  return [...facts.values()];
}

const earliest = (rows: readonly Event[]): Instant | undefined =>
  rows.length === 0 ? undefined : instant(Math.min(...rows.map(({ time }) => time)));

const LOOK: Readonly<Record<"mail" | "web", { readonly question: string; readonly classes: readonly number[] }>> = {
  mail: { question: "Is any mail log stored for that time?", classes: [CLASS.mail] },
  web: {
    question: "Is any log of web, DNS or connections stored for that time?",
    classes: [CLASS.http, CLASS.dns, CLASS.network],
  },
};
/** Reports of our own are mail events, too: that many of them in a row are passed over. */
const LOOK_ROWS = 500;

async function isThere({ questions }: Inquiry, { from, to }: MailSeeds, what: "mail" | "web"): Promise<boolean> {
  const { question, classes } = LOOK[what];
  const rows = await questions.ask(question, {
    classes,
    from,
    to,
    order: "newest",
    limit: what === "mail" ? LOOK_ROWS : 2,
  });
  return rows.some((event) => event.source !== EXAMINED);
}
