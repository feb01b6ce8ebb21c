/**
 * The words of a mail that a text model may learn from. Enters: facts. Leaves: text.
 * MT1. Addresses, hosts and numbers become placeholders, list marks and quoted lines go: who wrote when to which list is
 *      where a mail was collected, not what it is.
 */
import type { MailFacts } from "./mail-facts.ts";
import { bareSubject } from "./mail-vector.ts";

const CHARS_MAX = 8_000;
const FOOTER =
  /^_{20,}|^-{20,}\s*$|^(?:-{3,} ?)?(?:this|the) .{0,40}mailing list|mailman\/listinfo|^to (?:un)?subscribe|^(?:un)?subscribe:|^list-archive|^URL: http|^Date: Not supplied|^Yahoo! Groups|^-{3,} Yahoo/i;

export function modelText(facts: MailFacts): string {
  const lines = facts.shown.slice(0, 4 * CHARS_MAX).split("\n");
  const body = lines.filter((line) => !/^\s{0,3}[>|]/.test(line) && !FOOTER.test(line.trim()));
  const text = plain(body.join("\n"))
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, "")
    .slice(0, CHARS_MAX);
  return `${subjectWords(bareSubject(facts.message.subject))}\n${text}`;
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
