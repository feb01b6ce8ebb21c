/**
 * What the hunt after a mail says, once its claims were checked. Enters: the hunt and its claims. Leaves: findings for
 * people, sentences for the summary, questions that logs left open, and the points of the verdict.
 *
 * MO1. Nobody is named without a claim that held.
 * MO2. Texts of the mail are defanged here: whoever shows them cannot make a link of them.
 */
import type { Event } from "@cordon/model/event";
import type {
  Claim,
  ExtentMember,
  Investigation,
  PhishingFindings,
  PhishingPerson,
  Sentence,
} from "@cordon/model/investigation";
import type { Json } from "@cordon/model/json";
import { defang } from "../../mail/examine.ts";
import type { Fact } from "./facts.ts";
import { find, textOf, type Views } from "./facts.ts";
import type { MailHunt } from "./mail-hunt.ts";
import { EXAMINED } from "./mail-seeds.ts";
import type { Candidate } from "./root-cause.ts";
import { sentenceOf } from "./sentence.ts";

const MAILS_MAX = 20;
const LINKS_MAX = 20;
const REASONS_MAX = 12;
const NAMES_MAX = 6;

type ClaimOf = (fact: Fact) => Claim | undefined;

export function phishingOf(hunt: MailHunt, claimOf: ClaimOf, views: Views): PhishingFindings {
  const worst = [...hunt.seeds.events]
    .filter(({ source }) => source === EXAMINED)
    .sort((a, b) => scoreOf(b) - scoreOf(a))[0];
  const people = (facts: readonly Fact[]): readonly PhishingPerson[] =>
    facts.flatMap((fact) => personOf(fact, claimOf) ?? []).toSorted((a, b) => a.at - b.at);
  return {
    verdict: worst === undefined ? "flagged" : verdictIn(worst.raw.verdict),
    score: worst === undefined ? 0 : scoreOf(worst),
    because: texts(worst?.raw.because).slice(0, REASONS_MAX).map(defang),
    mails: hunt.seeds.events.slice(0, MAILS_MAX).map((event) => ({
      event: event.id,
      from: defang(find(event, "email", "actor")?.value ?? ""),
      subject: defang(textOf(views, event, "subject") ?? textOf(views, event, "Subject") ?? "").slice(0, 200),
    })),
    links: [...hunt.seeds.urls].slice(0, LINKS_MAX).map(defang),
    logs: hunt.logs,
    received: people(hunt.received),
    clicked: people(hunt.clicked),
    replied: people(hunt.replied),
    submitted: people(hunt.submitted),
    signedIn: people(hunt.signedIn),
  };
}

function personOf(fact: Fact, claimOf: ClaimOf): PhishingPerson | undefined {
  const claim = claimOf(fact);
  if (claim === undefined) return undefined;
  const { kind, role, value } = fact.subject;
  const what = fact.predicate === "received" ? undefined : fact.object?.value;
  return {
    ...{ who: { kind, role, value }, at: fact.at, claim: claim.id, event: fact.event.id },
    ...(what === undefined ? {} : { what: defang(what).slice(0, 300) }),
    ...(fact.event.outcome === "failure" ? { stopped: true } : {}),
  };
}

const verdictIn = (value: Json | undefined): PhishingFindings["verdict"] =>
  value === "phishing" || value === "suspicious" || value === "nothing found" ? value : "flagged";
const scoreOf = ({ raw }: Event): number => (typeof raw.score === "number" ? raw.score : 0);
const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

/** Facts that must be claimed: all that the findings name. */
export const huntFacts = (hunt: MailHunt | undefined): readonly Fact[] =>
  hunt === undefined ? [] : [...hunt.submitted, ...hunt.signedIn, ...hunt.clicked, ...hunt.replied, ...hunt.received];

/** Points towards "malicious": the mail's own, and what it led to. */
export function mailPoints(hunt: MailHunt | undefined): number {
  if (hunt === undefined) return 0;
  const score = Math.max(
    0,
    ...hunt.seeds.events.map((event) => (event.raw.verdict === "phishing" ? scoreOf(event) : 0)),
  );
  const reached = hunt.clicked.some(({ event }) => event.outcome !== "failure");
  return (
    Math.round(score * 0.3) +
    (reached ? 10 : 0) +
    (hunt.submitted.length > 0 ? 15 : 0) +
    (hunt.signedIn.length > 0 ? 20 : 0)
  );
}

/** Where it began, when nothing earlier is known: the mail. */
export function mailRoot(hunt: MailHunt | undefined, roots: readonly Candidate[]): readonly Candidate[] {
  const [first] = roots;
  if (hunt === undefined || (first !== undefined && first.boundary !== "not-visible")) return roots;
  const [fact] = [...hunt.received].sort((a, b) => a.at - b.at);
  const sender = fact === undefined ? undefined : find(fact.event, "email", "actor");
  if (fact === undefined) return roots;
  const why = `a mail${sender === undefined ? "" : ` from ${defang(sender.value)}`} to ${defang(fact.subject.value)}`;
  const entity = sender ?? fact.object ?? fact.subject;
  const shape = { boundary: "phishing-mail", prior: 1, why, chain: [], cost: 0, seeds: 1, score: 1 };
  return [{ ...shape, entity, fact, at: fact.at }];
}

export function mailSentences({ phishing, hunt }: { phishing: PhishingFindings; hunt: MailHunt }, claimOf: ClaimOf) {
  const said = (facts: readonly Fact[], people: readonly PhishingPerson[], words: string): Sentence | undefined => {
    if (people.length === 0) return undefined;
    const names = people.slice(0, NAMES_MAX).map(({ who }) => who.value);
    const more = people.length > names.length ? ` and ${people.length - names.length} more` : "";
    return sentenceOf(`${words}: ${names.join(", ")}${more}.`, facts.slice(0, NAMES_MAX).map(claimOf));
  };
  const reached = phishing.received.filter(({ stopped }) => stopped !== true);
  const sentences = [
    said(hunt.received, reached, `${count(reached.length, "mailbox", "mailboxes")} received the mail`),
    said(hunt.clicked, phishing.clicked, `${phishing.clicked.length} followed a link`),
    said(hunt.submitted, phishing.submitted, `${phishing.submitted.length} sent something to the link's host`),
    said(hunt.replied, phishing.replied, `${phishing.replied.length} answered`),
    said(hunt.signedIn, phishing.signedIn, "Signed in afterwards from a new place"),
  ];
  return sentences.flatMap((sentence) => sentence ?? []);
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

export function mailQuestions({ logs, clicked, submitted }: PhishingFindings): readonly string[] {
  return [
    ...(logs.mail ? [] : ["No mail log is stored for that time: who else received the mail is not known."]),
    ...(logs.web
      ? []
      : ["No log of web, DNS or connections is stored for that time: who followed the links is not known."]),
    ...(clicked.length + submitted.length > 0 && !logs.signIn
      ? ["No sign-ins of those who followed the link are stored: whether their accounts were used is not known."]
      : []),
  ];
}

/** Those who followed or sent something are part of how far it went. */
export function mailExtent({ clicked, submitted, signedIn }: PhishingFindings): readonly ExtentMember[] {
  const member =
    (standing: ExtentMember["standing"]) =>
    (person: PhishingPerson): ExtentMember => ({
      ...{ entity: person.who, standing, firstSeen: person.at, claims: [person.claim] },
    });
  return [
    ...[...submitted, ...signedIn].map(member("likely")),
    ...clicked.filter(({ stopped }) => stopped !== true).map(member("exposed")),
  ];
}

/** Each entity once, as it stands first: what the trail says comes before what the mail's hunt adds. */
export function joinExtent(extent: Investigation["extent"], more: readonly ExtentMember[]): Investigation["extent"] {
  const seen = new Set(extent.map(({ entity }) => `${entity.kind}:${entity.value}`));
  return [
    ...extent,
    ...more.filter(({ entity }) => {
      const key = `${entity.kind}:${entity.value}`;
      return !seen.has(key) && seen.add(key) !== undefined;
    }),
  ];
}
