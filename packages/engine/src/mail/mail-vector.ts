/**
 * Numbers of a mail that a forest learns from. Enters: facts. Leaves: values in the order of `MAIL_FEATURES`.
 *
 * MV1. Nothing that tells where a mail was collected: no hosts of its way, no list names, no dates, no marks of other filters.
 * MV2. Marks of how it was written and sent, not what about: those outlast the words of a year.
 * MV3. What the mail does not say is NaN, not 0.
 */
import { FREE_MAILERS } from "./free-mailers.ts";
import { registrable } from "./look-alike.ts";
import { continuesThread, type MailFacts } from "./mail-facts.ts";
import type { MailLink } from "./mail-links.ts";
import { BODY_MARKS, HEADER_MARKS, hasEnvelope, type Measure } from "./mail-marks.ts";
import { headerOf } from "./message.ts";
import { relayDomains } from "./relays.ts";

const count = (text: string, wanted: RegExp): number => text.match(wanted)?.length ?? 0;
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const log = (value: number): number => Math.log1p(value);
const links =
  (wanted: (link: MailLink) => boolean): Measure =>
  ({ links: all }) =>
    log(all.filter(wanted).length);
const tag =
  (name: string): Measure =>
  ({ html }) =>
    log(html.tags[name] ?? 0);
const differs = (a: string | undefined, b: string): number =>
  a === undefined || b === "" ? Number.NaN : Number(a !== b);
/** What the writer wrote: without quoted lines. */
const own = (facts: MailFacts): string => facts.shown.slice(0, 20_000);
const localOf = ({ fromAddress }: MailFacts): string => fromAddress.split("@")[0] ?? "";
const subjectOf = ({ message }: MailFacts): string => bareSubject(message.subject);
const domains = ({ links: all }: MailFacts): number => new Set(all.map(({ parts }) => parts.domain)).size;

/** Without the marks of lists and of answers. */
export const bareSubject = (subject: string): string =>
  subject.replace(/^(?:\s*(?:re|fwd?|aw|wg|sv|antw|tr)\s*:|\s*\[[^\]]{1,40}\])+\s*/i, "").trim();

const SENDER: Readonly<Record<string, Measure>> = {
  fromMissing: ({ fromAddress }) => Number(!fromAddress.includes("@")),
  fromNameEmpty: ({ message }) => Number((message.from[0]?.name ?? "") === ""),
  fromNameWords: ({ message }) => count(message.from[0]?.name ?? "", /\p{L}+/gu),
  fromNameCaps: ({ message }) =>
    share(count(message.from[0]?.name ?? "", /\p{Lu}/gu), (message.from[0]?.name ?? "").length),
  fromNameOdd: ({ message }) => Number(/[^\p{L}\p{M}\s.,'()"-]/u.test(message.from[0]?.name ?? "")),
  addressInName: ({ addressInName }) => Number(addressInName !== undefined),
  nameBears: ({ nameBears }) => Number(nameBears !== undefined),
  fromFree: ({ fromDomain }) => Number(FREE_MAILERS.has(fromDomain)),
  fromDigits: (facts) => share(count(localOf(facts), /\d/g), localOf(facts).length),
  fromLocalLength: (facts) => localOf(facts).length,
  fromDomainLength: ({ fromDomain }) => fromDomain.length,
  fromDomainDigits: ({ fromDomain }) => count(fromDomain, /\d/g),
  fromDomainHyphens: ({ fromDomain }) => count(fromDomain, /-/g),
  fromLooksLike: ({ fromLooksLike }) => Number(fromLooksLike !== undefined),
  replyDiffers: ({ replyDomain, fromDomain }) => differs(replyDomain, fromDomain),
  recipients: ({ message }) => log(message.to.length + message.cc.length),
  toNone: ({ message }) => Number(!message.to.some(({ address }) => address.includes("@"))),
  toNamed: ({ message }) => Number(message.to.some(({ name }) => /\p{L}/u.test(name))),
};

const onWay = ({ relays }: MailFacts, domains: readonly (string | undefined)[]): number => {
  const known = relayDomains(relays);
  const asked = domains.filter((domain) => domain !== undefined && domain !== "");
  return known.size === 0 || asked.length === 0 ? Number.NaN : Number(asked.some((domain) => known.has(domain ?? "")));
};

/** Whether the mail comes from where it says it does: how many servers it passed, and which, is the collector's affair. */
const WAY: Readonly<Record<string, Measure>> = {
  wayFrom: (facts) => onWay(facts, [facts.fromDomain]),
  wayReturn: (facts) => onWay(facts, [facts.returnDomain]),
  wayId: (facts) => onWay(facts, [facts.idDomain]),
  wayLinks: (facts) =>
    onWay(
      facts,
      facts.links.map(({ parts }) => parts.domain),
    ),
  wayReply: (facts) => onWay(facts, [facts.replyDomain]),
  saidOther: ({ relays }) =>
    relays.length === 0
      ? Number.NaN
      : Number(
          relays.some(
            ({ said, named }) =>
              named !== undefined &&
              said.includes(".") &&
              /[a-z]/.test(said) &&
              registrable(said) !== registrable(named),
          ),
        ),
  saidNoName: ({ relays }) =>
    relays.length === 0 ? Number.NaN : Number(relays.some(({ said }) => !said.includes(".") && said !== "localhost")),
  saidAddress: ({ relays }) =>
    relays.length === 0 ? Number.NaN : Number(relays.some(({ said }) => /^\d+(?:\.\d+){3}$/.test(said))),
  linksReturn: ({ links: all, returnDomain }) =>
    all.length === 0 || returnDomain === undefined
      ? Number.NaN
      : share(all.filter(({ parts }) => parts.domain === returnDomain).length, all.length),
};

const ENVELOPE_ONLY: Readonly<Record<string, Measure>> = {
  returnDiffers: ({ returnDomain, fromDomain }) => differs(returnDomain, fromDomain),
  idDiffers: ({ idDomain, fromDomain }) => differs(idDomain, fromDomain),
  idMissing: ({ message }) => Number(message.messageId === undefined),
  idNoDomain: ({ message }) => Number(message.messageId !== undefined && !/@[^>\s]*\.[a-z]/i.test(message.messageId)),
  thread: (facts) => Number(continuesThread(facts)),
  falseAnswer: (facts) => Number(/^\s*(?:re|aw|sv)\s*:/i.test(facts.message.subject) && !continuesThread(facts)),
  dateMissing: ({ message }) => Number(message.date === undefined),
  priority: ({ message }) =>
    Number(/^\s*(?:[12]|high|urgent)/i.test(headerOf(message, "x-priority") ?? headerOf(message, "importance") ?? "")),
  mimeVersion: ({ message }) => Number(headerOf(message, "mime-version") !== undefined),
  base64Body: ({ message }) => Number(/base64/i.test(headerOf(message, "content-transfer-encoding") ?? "")),
};

const ENVELOPE: Readonly<Record<string, Measure>> = {
  subjectLength: (facts) => subjectOf(facts).length,
  subjectCaps: (facts) => share(count(subjectOf(facts), /\p{Lu}/gu), count(subjectOf(facts), /\p{L}/gu)),
  subjectExclaims: (facts) => count(subjectOf(facts), /!/g),
  subjectAsks: (facts) => count(subjectOf(facts), /\?/g),
  subjectMoney: (facts) => count(subjectOf(facts), /[$€£%]/g),
  subjectDigits: (facts) => count(subjectOf(facts), /\d/g),
  subjectGap: (facts) => Number(/\s{4,}\S+\s*$/.test(facts.message.subject.slice(0, 500))),
  subjectForeign: (facts) => share(count(subjectOf(facts), /[^\x00-\x7f]/g), subjectOf(facts).length),
};

const BODY: Readonly<Record<string, Measure>> = {
  words: (facts) => log(count(own(facts), /\p{L}+/gu)),
  meanWord: (facts) => share(count(own(facts), /\p{L}/gu), count(own(facts), /\p{L}+/gu)),
  caps: (facts) => share(count(own(facts), /\p{Lu}/gu), count(own(facts), /\p{L}/gu)),
  capWords: (facts) => share(count(own(facts), /\b\p{Lu}{3,}\b/gu), count(own(facts), /\p{L}+/gu)),
  exclaims: (facts) => share(count(own(facts), /!/g), own(facts).length) * 100,
  asks: (facts) => share(count(own(facts), /\?/g), own(facts).length) * 100,
  digits: (facts) => share(count(own(facts), /\d/g), own(facts).length),
  money: (facts) => log(count(own(facts), /[$€£]\s?\d|\b(?:usd|eur|gbp|dollars?)\b/gi)),
  foreign: (facts) => share(count(own(facts), /[^\x00-\x7f]/g), own(facts).length),
  quoted: ({ message }) => share(count(message.text, /^\s{0,2}[>|]/gm), count(message.text, /\n/g) + 1),
  lines: ({ message }) => log(count(message.text, /\n/g)),
  longLines: ({ message }) => share(count(message.text, /^.{100,}$/gm), count(message.text, /\n/g) + 1),
  signature: ({ message }) => Number(/^-- ?\r?$/m.test(message.text)),
  addresses: (facts) => log(count(own(facts), /[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,}/g)),
  phones: (facts) => log(count(own(facts), /\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b|\+\d{8,14}\b/g)),
  invisible: (facts) => log(count(own(facts), /[\u200b-\u200f\u2060\ufeff\u00ad]/g)),
  spaced: (facts) => count(own(facts), /\b(?:\p{L}[ ._*-]){4,}\p{L}\b/gu),
  rulers: (facts) => log(count(own(facts), /([*=_#~-])\1{9,}/g)),
  gibberish: (facts) => count(own(facts), /\b[bcdfghjklmnpqrstvwxz]{6,}\b/gi),
  indented: ({ message }) => share(count(message.text, /^[ \t]{2,}\S/gm), count(message.text, /\n/g) + 1),
  secondPerson: (facts) => share(count(own(facts), /\b(?:you|your)\b/gi), count(own(facts), /\p{L}+/gu)),
  firstPerson: (facts) => share(count(own(facts), /\b(?:i|my|me|i'm|i've)\b/gi), count(own(facts), /\p{L}+/gu)),
};

const HTML: Readonly<Record<string, Measure>> = {
  html: ({ message }) => Number(message.html !== ""),
  htmlOnly: ({ message }) => Number(message.html !== "" && message.text.trim() === ""),
  agreement: ({ agreement }) => agreement ?? Number.NaN,
  hidden: ({ html }) => log(html.hidden.length),
  comments: ({ html }) => html.commentShare,
  markup: ({ message, html }) => share(html.text.length, message.html.length),
  images: tag("img"),
  imageOnly: ({ html }) => Number(html.images.length > 0 && html.text.length < 200),
  fonts: tag("font"),
  tables: tag("table"),
  styles: tag("style"),
  forms: tag("form"),
  inputs: tag("input"),
  scripts: tag("script"),
  frames: tag("iframe"),
  passwords: ({ html }) => log(html.passwordFields),
};

const LINKS: Readonly<Record<string, Measure>> = {
  links: links(() => true),
  linkDomains: (facts) => log(domains(facts)),
  linksOwn: ({ links: all, fromDomain }) =>
    all.length === 0 ? Number.NaN : share(all.filter(({ parts }) => parts.domain === fromDomain).length, all.length),
  linksShownOther: links(({ shownDomain }) => shownDomain !== undefined),
  linksLiteral: links(({ parts }) => parts.literal),
  linksPort: links(({ parts }) => parts.port !== "" && parts.port !== "80" && parts.port !== "443"),
  linksUser: links(({ parts }) => parts.userinfo !== ""),
  linksShort: links(({ shortener }) => shortener),
  linksLookAlike: links(({ lookAlike }) => lookAlike !== undefined),
  linksForm: links(({ from }) => from === "form"),
  linksWordless: links(({ from, text }) => from === "anchor" && text === ""),
  linkDepth: ({ links: all }) => all.reduce((most, { parts }) => Math.max(most, count(parts.path, /\/[^/]/g)), 0),
  linkLabels: ({ links: all }) => all.reduce((most, { parts }) => Math.max(most, count(parts.host, /\./g)), 0),
  linkLength: ({ links: all }) => log(all.reduce((most, { url }) => Math.max(most, url.length), 0)),
  linkDigits: ({ links: all }) => all.reduce((most, { parts }) => Math.max(most, count(parts.host, /\d/g)), 0),
  linkQuery: links(({ parts }) => parts.query !== ""),
  linkTracks: links(({ parts }) => /[\w.]@[\w.]|%40|[0-9a-f]{20,}/i.test(parts.query)),
  linkAfterClick: links(({ text }) => /\b(?:click|here|log ?in|sign ?in|verify|update|confirm)\b/i.test(text)),
};

const FILES: Readonly<Record<string, Measure>> = {
  attachments: ({ attachments }) => log(attachments.filter(({ declared }) => !/pgp|signature/.test(declared)).length),
  attachedPrograms: ({ attachments }) =>
    attachments.filter(({ executable, inside }) => executable || inside.length > 0).length,
  attachedPages: ({ attachments }) => attachments.filter(({ actual }) => actual === "html" || actual === "svg").length,
  attachedPictures: ({ attachments }) =>
    log(attachments.filter(({ declared }) => declared.startsWith("image/")).length),
  attachedDisguised: ({ attachments }) =>
    attachments.filter(({ disguised, doubleEnding }) => disguised || doubleEnding).length,
  attachedMacros: ({ attachments }) => attachments.filter(({ macros }) => macros).length,
  attachedEncrypted: ({ attachments }) => attachments.filter(({ encrypted }) => encrypted).length,
};

/** What only headers tell: a mail as a row of a table, or copied out of a program, has none of it. */
const ON_ENVELOPE = { ...WAY, ...ENVELOPE_ONLY, ...HEADER_MARKS };
const ALL = { ...SENDER, ...ENVELOPE, ...BODY, ...HTML, ...LINKS, ...FILES, ...BODY_MARKS, ...ON_ENVELOPE };
export const MAIL_FEATURES: readonly string[] = Object.keys(ALL);
const MEASURES = Object.values(ALL);
const ENVELOPE_FROM = MEASURES.length - Object.keys(ON_ENVELOPE).length;

export function mailVector(facts: MailFacts): Float64Array {
  const known = hasEnvelope(facts) ? MEASURES.length : ENVELOPE_FROM;
  return Float64Array.from(MEASURES, (measure, at) => (at < known ? measure(facts) : Number.NaN));
}

/** The same mail as a table without headers would have it. */
export const withoutEnvelope = (values: Float64Array): Float64Array =>
  values.map((value, at) => (at < ENVELOPE_FROM ? value : Number.NaN));
