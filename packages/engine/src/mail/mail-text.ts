/**
 * The words of a mail that a text model may learn from. Enters: facts. Leaves: text.
 * MT1. Addresses, addresses of the web and numbers become placeholders, list marks and quoted lines go: who wrote when to
 *      which list is where a mail was collected, not what it is.
 * MT2. Domains of the sender and of links stay as words of their own: reputation is learnt like a word is. Domains of the
 *      recipients do not: those are the collector's.
 */
import { registrable } from "./look-alike.ts";
import type { MailFacts } from "./mail-facts.ts";
import { bareSubject } from "./mail-vector.ts";
import { domainOfAddress } from "./message.ts";

const CHARS_MAX = 8_000;
const FOOTER =
  /^_{20,}|^-{20,}\s*$|^(?:-{3,} ?)?(?:this|the) .{0,40}mailing list|mailman\/listinfo|^to (?:un)?subscribe|^(?:un)?subscribe:|^list-archive|^URL: http|^Date: Not supplied|^Yahoo! Groups|^-{3,} Yahoo/i;

export function modelText(facts: MailFacts): string {
  const lines = facts.shown.slice(0, 4 * CHARS_MAX).split("\n");
  const body = lines.filter((line) => !/^\s{0,3}[>|]/.test(line) && !FOOTER.test(line.trim()));
  const text = plain(body.join("\n"))
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, "")
    .slice(0, CHARS_MAX);
  return `${subjectWords(bareSubject(facts.message.subject))} ${domainWords(facts)}\n${text}`;
}

const DOMAINS_MAX = 20;

/** MT2. */
function domainWords(facts: MailFacts): string {
  const { to, cc } = facts.message;
  const theirs = new Set([...to, ...cc].map(({ address }) => registrable(domainOfAddress(address))));
  const word = (kind: string, domain: string): readonly string[] =>
    domain === "" || theirs.has(domain) ? [] : [`${kind}_${domain.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "_")}`];
  const links = new Set(facts.links.map(({ parts }) => parts.domain));
  return [
    ...word("from", facts.fromDomain),
    ...[...links].slice(0, DOMAINS_MAX).flatMap((domain) => word("link", domain)),
  ].join(" ");
}

/** Words of a subject count twice: as words, and as words of a subject. */
const subjectWords = (subject: string): string =>
  `${plain(subject)} ${(plain(subject).match(/\p{L}+/gu) ?? [])
    .slice(0, 30)
    .map((word) => `s_${word}`)
    .join(" ")}`;

const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/\b(?:https?|ftp):\/\/[^\s<>"']+|\bwww\.[^\s<>"']+/gi, " anurl ")
    .replace(/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*/g, " anaddress ")
    .replace(/\d/g, "0");
