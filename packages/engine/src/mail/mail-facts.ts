/** All that is worked out about a mail once, for the model, for the reasons and for campaigns alike. */

import { FREE_MAILERS } from "./free-mailers.ts";
import { type HtmlFacts, scanHtml } from "./html-scan.ts";
import { BRAND_NAMES, type KnownName, knownNames, type LookAlike, lookAlikeOf, registrable } from "./look-alike.ts";
import { type Attachment, attachmentOf, type FileJudge } from "./mail-attachments.ts";
import { type MailAuth, mailAuth } from "./mail-auth.ts";
import { type MailLink, mailLinks } from "./mail-links.ts";
import { domainOfAddress, headerOf, type MailMessage } from "./message.ts";
import { type KnownPerson, personBorne } from "./persons.ts";
import { receiversOf } from "./receivers.ts";
import { type Relay, relaysOf } from "./relays.ts";

/** What only the operator can know. All of it may be empty. */
export interface MailContext {
  /** Names (authserv-id) of the operator's own mail servers. */
  readonly servers: readonly string[];
  readonly ownDomains: readonly string[];
  readonly partnerDomains: readonly string[];
  /** People whose names others like to bear. */
  readonly persons?: readonly KnownPerson[];
  /** Has this address written to the organisation, or to this recipient, before? undefined: not known. */
  readonly seenBefore?: (sender: string, recipient: string | undefined) => boolean | undefined;
  readonly judgeFile?: FileJudge;
}

export const NO_CONTEXT: MailContext = { servers: [], ownDomains: [], partnerDomains: [] };

export interface MailFacts {
  readonly message: MailMessage;
  readonly html: HtmlFacts;
  /** What a reader sees: the HTML's words where there is HTML, else the plain text. */
  readonly shown: string;
  readonly auth: MailAuth;
  readonly links: readonly MailLink[];
  readonly relays: readonly Relay[];
  readonly attachments: readonly Attachment[];
  readonly fromAddress: string;
  readonly fromDomain: string;
  readonly replyDomain: string | undefined;
  readonly returnDomain: string | undefined;
  readonly idDomain: string | undefined;
  readonly fromLooksLike: LookAlike | undefined;
  /** Further addresses in From, of other domains: which of them a program shows, and which one was checked, is anybody's guess. */
  readonly otherSenders: readonly string[];
  /** One of them is of a domain whose name others like to bear. */
  readonly otherSenderKnown: boolean;
  /** Address of another domain within the display name. */
  readonly addressInName: string | undefined;
  /** Known domain, or the reader's own, whose name the display name bears while the address is elsewhere. */
  readonly nameBears: string | undefined;
  /** Known person whose name the display name bears while the mail comes from elsewhere. */
  readonly personBorne?: string;
  /** Share of the plain text's words that the HTML has too; undefined without both. */
  readonly agreement: number | undefined;
  readonly newToOrganisation: boolean | undefined;
}

const NAME_WORD_MIN = 4;
const NAME_CHARS_MAX = 500;

export function mailFacts(message: MailMessage, context: MailContext = NO_CONTEXT): MailFacts {
  const html = scanHtml(message.html);
  const shown = html.text.length >= 20 || message.text === "" ? html.text : message.text;
  const known = [...knownNames([...context.ownDomains, ...context.partnerDomains]), ...BRAND_NAMES];
  const from = message.from[0];
  const fromAddress = from?.address ?? "";
  const host = domainOfAddress(fromAddress);
  const fromDomain = host === "" ? "" : registrable(host);
  const seen = context.seenBefore?.(fromAddress, message.to[0]?.address);
  const sender = { name: from?.name ?? "", address: fromAddress, domain: fromDomain };
  const others = message.from.slice(1).filter(({ address }) => (domainIn(address) ?? fromDomain) !== fromDomain);
  const person = personBorne(sender, context.persons ?? [], context.ownDomains);
  return {
    message,
    html,
    shown,
    auth: mailAuth(message, context.servers),
    links: mailLinks(html, message.html === "" ? message.text : html.text, known),
    relays: relaysOf(message),
    attachments: message.parts.map((part) => attachmentOf(part, context.judgeFile)),
    fromAddress,
    fromDomain,
    replyDomain: domainIn(message.replyTo[0]?.address),
    returnDomain: domainIn(message.returnPath),
    idDomain: domainIn(message.messageId?.replace(/[<>\s]/g, "")),
    fromLooksLike: host === "" ? undefined : lookAlikeOf(host, known),
    otherSenders: others.map(({ address }) => address),
    otherSenderKnown: others.some(({ address }) => known.some(({ domain }) => domain === domainIn(address))),
    addressInName: addressIn(from?.name ?? "", fromDomain),
    nameBears: namedIn(sender.name, fromDomain, known) ?? readersDomainIn(sender.name, fromDomain, message),
    ...(person === undefined ? {} : { personBorne: person }),
    agreement: agreementOf(message.text, html.text),
    newToOrganisation: seen === undefined ? undefined : !seen,
  };
}

function domainIn(address: string | undefined): string | undefined {
  if (address === undefined || !address.includes("@")) return;
  const host = domainOfAddress(address).toLowerCase();
  return host === "" ? undefined : registrable(host);
}

function addressIn(name: string, fromDomain: string): string | undefined {
  const found = /[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63})+)/.exec(name.slice(0, NAME_CHARS_MAX));
  if (found === null) return;
  return registrable((found[1] ?? "").toLowerCase()) === fromDomain ? undefined : found[0].toLowerCase();
}

/** A firm's name with a hyphen is two words. */
const wordsOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

function namedIn(name: string, fromDomain: string, known: readonly KnownName[]): string | undefined {
  const said = ` ${wordsOf(name)} `;
  if (fromDomain === "" || (known.some(({ domain }) => domain === fromDomain) && !FREE_MAILERS.has(fromDomain))) return;
  return known.find(({ domain }) => {
    const wanted = domain.split(".")[0] ?? "";
    return (
      wanted.length >= NAME_WORD_MIN && said.includes(` ${wordsOf(wanted)} `) && !fromDomain.startsWith(`${wanted}.`)
    );
  })?.domain;
}

/** Spelt out with its ending: a firm's first name alone may be a word like any other. */
function readersDomainIn(name: string, fromDomain: string, message: MailMessage): string | undefined {
  if (fromDomain === "") return;
  const spelt =
    name
      .slice(0, NAME_CHARS_MAX)
      .toLowerCase()
      .match(/[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+/gu) ?? [];
  if (spelt.length === 0) return;
  const said = spelt.map(registrable);
  return receiversOf(message).find((place) => place !== fromDomain && !FREE_MAILERS.has(place) && said.includes(place));
}

const wordSet = (text: string): ReadonlySet<string> =>
  new Set((text.toLowerCase().match(/\p{L}{3,20}/gu) ?? []).slice(0, 2_000));

function agreementOf(plain: string, html: string): number | undefined {
  const words = wordSet(plain);
  const others = wordSet(html);
  // A line that only says "your program shows no HTML" is no text to compare with.
  if (words.size < 15 || others.size < 5) return;
  return [...words].filter((word) => others.has(word)).length / words.size;
}

/** The answer's marks: a thread that this mail says it continues. */
export const continuesThread = ({ message }: MailFacts): boolean =>
  headerOf(message, "in-reply-to") !== undefined || headerOf(message, "references") !== undefined;
