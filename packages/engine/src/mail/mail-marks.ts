/**
 * Marks of a mail that outlast its year: what bulk mail that was ordered has, what the sender's servers vouch for, whether
 * names, addresses and links belong together, how links and pictures are used. Enters: facts. Leaves: numbers by name.
 *
 * MK1. A mark of a header that the mail's form cannot have (a row of a table) is NaN, not 0 (`mail-vector.ts` MV3).
 * MK2. Results of checks here are claims of the topmost header, whoever wrote it: evidence to weigh, no fact. The reasons
 *      of an examination use the operator's own servers alone (`mail-auth.ts` MA1).
 */
import { mixesScripts } from "./confusables.ts";
import { findingsOf } from "./findings.ts";
import { FREE_MAILERS } from "./free-mailers.ts";
import { isBuilder, isCheapEnding, isKnownEnding, isPictureHost, isRentedSender } from "./hosting.ts";
import { BRAND_NAMES, registrable } from "./look-alike.ts";
import { claimedAuth } from "./mail-auth.ts";
import type { MailFacts } from "./mail-facts.ts";
import { domainOfAddress, headerOf, headersOf } from "./message.ts";
import { isPublicAddress } from "./relays.ts";

export type Measure = (facts: MailFacts) => number;

const count = (text: string, wanted: RegExp): number => text.match(wanted)?.length ?? 0;
const share = (part: number, whole: number): number => (whole === 0 ? Number.NaN : part / whole);
const log = (value: number): number => Math.log1p(value);
const orUnknown = (value: boolean | undefined): number => (value === undefined ? Number.NaN : Number(value));

/** Domains that speak for the sender. */
function senderDomains({ fromDomain, returnDomain, idDomain, message }: MailFacts): ReadonlySet<string> {
  return new Set(
    [fromDomain, returnDomain ?? "", idDomain ?? "", ...signers(message)].filter((domain) => domain !== ""),
  );
}

const signers = (message: MailFacts["message"]): readonly string[] =>
  headersOf(message, "dkim-signature").flatMap((value) => {
    const domain = /(?:^|[;\s])d\s*=\s*([^;\s]{1,255})/i.exec(value.slice(0, 4_096))?.[1];
    return domain === undefined ? [] : [registrable(domain.toLowerCase())];
  });

const LEAVE =
  /unsubscri|opt[ -]?out|manage (?:your )?preferences|remove (?:me|yourself)|abmelden|abbestellen|désabonn|desinscri|darse de baja|cancelar (?:la )?suscripci|descadastr|annulla (?:l')?iscri|disiscri|uitschrij|отпис|退订|配信停止/i;

function leaveDomains(facts: MailFacts): readonly string[] {
  const head = headerOf(facts.message, "list-unsubscribe") ?? "";
  return [...head.slice(0, 4_096).matchAll(/(?:https?:\/\/|mailto:[^@>\s]{0,200}@)([^/>?\s:]{1,255})/gi)].map(
    ([, host = ""]) => registrable(host.toLowerCase()),
  );
}

const ORDERED: Readonly<Record<string, Measure>> = {
  leaveHead: ({ message }) => Number(headerOf(message, "list-unsubscribe") !== undefined),
  leaveOneClick: ({ message }) => Number(headerOf(message, "list-unsubscribe-post") !== undefined),
  leaveOwn: (facts) => (leaveDomains(facts).length === 0 ? Number.NaN : Number(leavesAtHome(facts))),
  automatic: ({ message }) =>
    Number(
      ["auto-submitted", "feedback-id", "x-auto-response-suppress"].some(
        (name) => headerOf(message, name) !== undefined,
      ),
    ),
};

const claim =
  (method: "spf" | "dkim" | "dmarc"): Measure =>
  ({ message }) => {
    const result = claimedAuth(message)[method];
    return result === "unknown" ? Number.NaN : result === "pass" ? 1 : result === "none" ? 0.5 : 0;
  };

const VOUCHED: Readonly<Record<string, Measure>> = {
  claimSpf: claim("spf"),
  claimDkim: claim("dkim"),
  claimDmarc: claim("dmarc"),
  claimAligned: ({ message }) => orUnknown(claimedAuth(message).aligned),
  signed: ({ message }) => Number(headerOf(message, "dkim-signature") !== undefined),
  signedOwn: ({ message, fromDomain }) => {
    const found = signers(message);
    return found.length === 0 ? Number.NaN : Number(found.includes(fromDomain));
  },
  dateSkew: (facts) => {
    const skew = dateSkew(facts);
    return skew === undefined ? Number.NaN : Math.sign(skew) * log(Math.abs(skew) / HOUR);
  },
  originNameless: ({ relays }) => {
    const origin = relays.findLast(({ address }) => address !== undefined && isPublicAddress(address));
    return origin === undefined ? Number.NaN : Number(origin.named === undefined);
  },
  helloNoEnding: ({ relays }) =>
    relays.length === 0
      ? Number.NaN
      : Number(
          relays.some(
            ({ said }) =>
              /[a-z]\.[a-z][a-z0-9-]*$/.test(said) &&
              !/\.(?:local|lan|internal|localdomain)$/.test(said) &&
              !isKnownEnding(said),
          ),
        ),
  originDynamic: ({ relays }) => {
    const origin = relays.findLast(({ address, named }) => named !== undefined && address !== undefined);
    return origin === undefined ? Number.NaN : Number(DYNAMIC.test(origin.named ?? ""));
  },
};

const HOUR = 3_600_000;
/** Names of lines that are rented by the day: the address is written in them. */
const DYNAMIC =
  /(?:\d{1,3}[-.x]){3}\d{1,3}|\b(?:dyn|dynamic|dsl|adsl|dial(?:up)?|ppp|pool|dhcp|cable|broadband)\b|\d{9,}/i;

/** How much the writer's clock is ahead of the first server's that noted a time. */
function dateSkew({ message }: MailFacts): number | undefined {
  if (message.date === undefined) return;
  for (const value of headersOf(message, "received").toReversed()) {
    const text = value
      .slice(value.lastIndexOf(";") + 1, value.lastIndexOf(";") + 101)
      .replace(/\([^)]*\)/g, "")
      .trim();
    const time = /[+-]\d{4}$|GMT$/.test(text) ? new Date(text).getTime() : Number.NaN;
    if (Number.isFinite(time)) return message.date - time;
  }
  return;
}

const nameWords = ({ message }: MailFacts): readonly string[] =>
  (message.from[0]?.name ?? "").toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? [];
const squeezed = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** Well-known names that a text bears while neither sender nor links are theirs. */
export function strangersIn(text: string, facts: MailFacts): readonly string[] {
  const words = new Set(text.toLowerCase().match(/[a-z]{4,20}/g) ?? []);
  const theirs = new Set([facts.fromDomain, ...facts.links.map(({ parts }) => parts.domain)]);
  return BRAND_NAMES.filter(
    ({ name, domain }) =>
      name.length >= 4 &&
      words.has(name) &&
      !theirs.has(domain) &&
      ![...theirs].some((each) => each.startsWith(`${name}.`)),
  ).map(({ domain }) => domain);
}
const strangers = (text: string, facts: MailFacts): number => strangersIn(text, facts).length;

export const mixedWords = (text: string): readonly string[] => (text.match(/[\p{L}]{3,}/gu) ?? []).filter(mixesScripts);

/** The list can be left at a domain that speaks for the sender. */
export function leavesAtHome(facts: MailFacts): boolean {
  const own = senderDomains(facts);
  return leaveDomains(facts).some((domain) => own.has(domain));
}

const BELONGING: Readonly<Record<string, Measure>> = {
  nameInAddress: (facts) => {
    const words = nameWords(facts);
    const address = squeezed(facts.fromAddress);
    return words.length === 0 ? Number.NaN : Number(words.some((word) => address.includes(word)));
  },
  nameInLinks: (facts) => {
    const words = nameWords(facts);
    const domains = [...new Set(facts.links.map(({ parts }) => squeezed(parts.domain)))];
    return words.length === 0 || domains.length === 0
      ? Number.NaN
      : Number(words.some((word) => domains.some((domain) => domain.includes(word))));
  },
  strangerInHead: (facts) => strangers(`${facts.message.from[0]?.name ?? ""} ${facts.message.subject}`, facts),
  strangerInText: (facts) => strangers(facts.shown.slice(0, 4_000), facts),
  replyFree: ({ replyDomain, fromDomain }) =>
    replyDomain === undefined ? Number.NaN : Number(FREE_MAILERS.has(replyDomain) && replyDomain !== fromDomain),
  toSelf: ({ message, fromAddress }) =>
    Number(message.to.some(({ address }) => address === fromAddress && address !== "")),
  fromEnding: ({ fromDomain }) => (fromDomain === "" ? Number.NaN : Number(isCheapEnding(fromDomain))),
  fromNoEnding: ({ fromDomain }) => (fromDomain === "" ? Number.NaN : Number(!isKnownEnding(fromDomain))),
  fromRented: ({ fromAddress }) => Number(isRentedSender(domainOfAddress(fromAddress))),
  replyNoEnding: ({ replyDomain }) => (replyDomain === undefined ? Number.NaN : Number(!isKnownEnding(replyDomain))),
  fromRandom: ({ fromAddress }) => unpronounceable(fromAddress.split("@")[0] ?? ""),
  domainRandom: ({ fromDomain }) => unpronounceable(fromDomain.split(".")[0] ?? ""),
  toldInSubject: ({ message }) => Number(told(message.subject, message.to)),
  toldInText: ({ message, shown }) =>
    Number(message.to.some(({ address }) => address.includes("@") && shown.toLowerCase().includes(address))),
};

const told = (text: string, to: MailFacts["message"]["to"]): boolean =>
  to.some(({ address }) => {
    const local = address.split("@")[0] ?? "";
    return local.length >= 4 && text.toLowerCase().includes(local);
  });

/** The longest run of consonants, or of letters and digits by turns: names that nobody chose. */
const unpronounceable = (name: string): number =>
  Math.max(
    0,
    ...[...name.toLowerCase().matchAll(/[bcdfghjklmnpqrstvwxz]{4,}|(?:[a-z]\d){2,}[a-z]?|(?:\d[a-z]){2,}/g)].map(
      ([run]) => run.length,
    ),
  );

const links =
  (wanted: (link: MailFacts["links"][number], facts: MailFacts) => boolean): Measure =>
  (facts) =>
    log(facts.links.filter((link) => wanted(link, facts)).length);

const LEADING: Readonly<Record<string, Measure>> = {
  linkEnding: links(({ parts }) => isCheapEnding(parts.domain)),
  linkBuilder: links(({ parts }) => isBuilder(parts.host)),
  linkRandom: ({ links: all }) =>
    Math.max(
      0,
      ...all.map(({ parts }) =>
        unpronounceable(parts.host.split(".").toSorted((a, b) => b.length - a.length)[0] ?? ""),
      ),
    ),
  linkOnward: links(({ parts }) =>
    /https?(?:%3a|:)|[?&](?:url|redirect|u|q|target|next)=(?:http|www)/i.test(`${parts.path}?${parts.query}`),
  ),
  linkTellsMe: links(({ parts }, { message }) =>
    message.to.some(
      ({ address }) =>
        address.includes("@") && `${parts.path}?${parts.query}#${parts.fragment}`.toLowerCase().includes(address),
    ),
  ),
  linkInside: links(({ parts }) =>
    /(?:wp-(?:content|includes|admin)|cgi-bin|\/\.well-known|\.php\b)/i.test(parts.path),
  ),
  linkSecure: ({ links: all }) => share(all.filter(({ parts }) => parts.scheme === "https").length, all.length),
  linkTargets: ({ links: all, html }) => {
    const anchors = html.links.filter(({ target }) => /^https?:/i.test(target)).length;
    return anchors < 2
      ? Number.NaN
      : share(new Set(all.filter(({ from }) => from === "anchor").map(({ url }) => url)).size, anchors);
  },
  leaveSaid: ({ shown, links: all }) =>
    Number(LEAVE.test(shown.slice(-3_000)) || all.some(({ text }) => LEAVE.test(text))),
  leaveLink: (facts) => {
    const own = senderDomains(facts);
    const found = facts.links.filter(({ text, url }) => LEAVE.test(text) || LEAVE.test(url.slice(0, 500)));
    return found.length === 0 ? Number.NaN : Number(found.some(({ parts }) => own.has(parts.domain)));
  },
};

/**
 * Words with a capital I where a small l belongs (WaIIet, PaypaI, Iedger), or the other way round (lD): they look right and no
 * filter reads them. Names written in one (LinkedIn) have a word's beginning there.
 */
export const capitalsForSmall = (text: string): readonly string[] =>
  text.match(
    /\p{L}{0,20}\p{Ll}(?:II{1,3}\p{Ll}|I(?=[aeouy]|(?!\p{L})))\p{L}{0,20}|(?<!\p{L})I[eo][bcdfghkpqstvxz]\p{Ll}{0,20}|(?<!\p{L})l[A-Z](?!\p{L})/gu,
  ) ?? [];

const hostOfPicture = (image: string): string =>
  /^(?:https?:)?\/\/([^/?#:]{1,255})/i.exec(image.slice(0, 300))?.[1]?.toLowerCase() ?? "";

const SHOWN: Readonly<Record<string, Measure>> = {
  subjectPictures: ({ message }) => count(message.subject, /\p{Extended_Pictographic}/gu),
  namePictures: ({ message }) => count(message.from[0]?.name ?? "", /\p{Extended_Pictographic}|[®™✔★]/gu),
  mixedWords: ({ message, shown }) =>
    log(mixedWords(`${message.from[0]?.name ?? ""} ${message.subject} ${shown.slice(0, 4_000)}`).length),
  capitalWithin: ({ message, shown }) =>
    log(capitalsForSmall(`${message.from[0]?.name ?? ""} ${message.subject} ${shown.slice(0, 4_000)}`).length),
  styled: ({ message, shown }) =>
    log(count(`${message.subject} ${shown.slice(0, 4_000)}`, /[\u{1d400}-\u{1d7ff}\uff21-\uff5a\u24b6-\u24e9]/gu)),
  wallet: ({ shown }) =>
    Number(/\b(?:bc1[a-z0-9]{25,60}|[13][a-km-zA-HJ-NP-Z1-9]{25,34}|0x[0-9a-fA-F]{40})\b/.test(shown)),
  picturesByWord: ({ html, shown }) =>
    html.images.length === 0 ? 0 : html.images.length / (5 + count(shown, /\p{L}+/gu)),
  picturesLeft: ({ html }) => log(html.images.filter((image) => isPictureHost(hostOfPicture(image))).length),
  picturesInside: ({ html }) => log(html.images.filter((image) => /^(?:data|cid):/i.test(image)).length),
  linkedPictures: ({ html, links: all }) =>
    html.images.length === 0
      ? 0
      : share(all.filter(({ from, text }) => from === "anchor" && text === "").length, Math.max(1, all.length)),
  linkedWords: ({ html, shown }) =>
    share(
      html.links.reduce((sum, { text }) => sum + text.length, 0),
      Math.max(40, shown.length),
    ),
  fewWordsLink: ({ shown, links: all }) => Number(all.length > 0 && count(shown.slice(0, 2_000), /\p{L}+/gu) < 60),
  fewWordsFile: ({ shown, attachments }) =>
    Number(
      attachments.some(({ declared }) => !/signature|pgp/.test(declared)) &&
        count(shown.slice(0, 2_000), /\p{L}+/gu) < 90,
    ),
};

/** What the hand-set points say without the checks of the sender: an analyst's knowledge as one number. */
const points: Measure = (facts) =>
  findingsOf(facts)
    .filter(({ points: each, at }) => each > 0 && !at.startsWith("Authentication"))
    .reduce((sum, { points: each }) => sum + each, 0);

export const HEADER_MARKS: Readonly<Record<string, Measure>> = { ...ORDERED, ...VOUCHED };
export const BODY_MARKS: Readonly<Record<string, Measure>> = { ...BELONGING, ...LEADING, ...SHOWN, points };

/** Whether the mail came with the headers of its way and form; a row of a table has sender, recipient and subject alone. */
export const hasEnvelope = ({ message }: MailFacts): boolean =>
  ["received", "message-id", "mime-version", "content-type"].some((name) => headerOf(message, name) !== undefined);
