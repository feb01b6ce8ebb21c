/**
 * A reported mail -> the JSON records that go through the stream: findings, never the mail itself.
 *
 * MJ1. People report by forwarding the mail as an attachment: then the mails within are judged (the first INNER_MAX), and
 *      who forwarded them is the reporter. Without one inside, the mail itself is judged.
 * MJ2. A record is bounded whatever the mail is; lists are cut and say so.
 */
import type { Sha256 } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { instant, isoTime } from "@cordon/model/time";
import { urlParts } from "../learning/url/url-parts.ts";
import { defang, type Examination, examineMail } from "./examine.ts";
import type { MailContext } from "./mail-facts.ts";
import type { MailMessage } from "./message.ts";
import { parseMessage } from "./parse-message.ts";

const INNER_MAX = 20;
const LIST_MAX = 50;
const TEXT_MAX = 1_000;

export function mailRecords(
  bytes: Uint8Array,
  hash: (bytes: Uint8Array) => Sha256,
  context: MailContext,
): readonly JsonObject[] {
  const { judged, reporter } = mailsToJudge(bytes);
  return judged.map((message) => recordOf(examineMail(message, hash, context), message, reporter));
}

/** MJ1; none where the bytes are no mail. */
export function mailsToJudge(bytes: Uint8Array): {
  readonly judged: readonly MailMessage[];
  readonly reporter: string | undefined;
} {
  const outer = parseMessage(bytes);
  if (outer.headers.length === 0) return { judged: [], reporter: undefined };
  const inner = outer.parts
    .filter(({ type, name }) => type === "message/rfc822" || /\.eml$/i.test(name ?? ""))
    .slice(0, INNER_MAX)
    .map((part) => parseMessage(part.bytes))
    .filter(({ headers }) => headers.length > 0);
  return inner.length === 0
    ? { judged: [outer], reporter: undefined }
    : { judged: inner, reporter: outer.from[0]?.address };
}

/** Headers that an analyst looks at first, as they stand in the mail. */
const TOLD_HEADERS: ReadonlySet<string> = new Set([
  ...["from", "sender", "reply-to", "return-path", "to", "subject", "date", "message-id", "received"],
  ...["received-spf", "authentication-results", "x-originating-ip", "x-mailer"],
]);
const HEADERS_MAX = 30;

function recordOf(found: Examination, message: MailMessage, reporter: string | undefined): JsonObject {
  const cut = (text: string): string => text.slice(0, TEXT_MAX).toWellFormed();
  const list = (items: readonly string[]): readonly string[] => items.slice(0, LIST_MAX).map(cut);
  const hosts = found.urls.map(urlParts).filter(({ literal }) => !literal);
  return {
    recordKind: "cordon.mail",
    verdict: found.verdict,
    score: found.score,
    basis: found.basis,
    reasons: list(found.reasons.map(({ id }) => id)),
    because: list(found.reasons.map(({ points, words }) => `${points > 0 ? "+" : ""}${points} ${words}`)),
    ...(reporter !== undefined && { reporter: cut(reporter) }),
    from: cut(found.from),
    fromName: cut(found.fromName),
    ...(found.replyTo !== undefined && { replyTo: cut(found.replyTo) }),
    to: list(found.to),
    subject: cut(found.subject),
    ...(found.messageId !== undefined && { messageId: cut(found.messageId) }),
    ...(found.date !== undefined && { sentAt: isoTime(instant(found.date)) }),
    urls: list(found.urls),
    domains: list([...new Set(hosts.map(({ host }) => host))]),
    attachments: found.attachments
      .slice(0, LIST_MAX)
      .map(({ name, type, size, sha256 }) => ({ name: cut(name), type, size, sha256 })),
    checks: { spf: found.auth.spf, dkim: found.auth.dkim, dmarc: found.auth.dmarc, by: found.auth.by ?? "" },
    headers: message.headers
      .filter(({ name }) => TOLD_HEADERS.has(name))
      .slice(0, HEADERS_MAX)
      .map(({ name, value }) => cut(`${name}: ${value}`)),
    linksShown: list(found.urls.map(defang)),
    excerpt: cut(found.excerpt),
    cut: found.urls.length > LIST_MAX || found.attachments.length > LIST_MAX || found.to.length > LIST_MAX,
  };
}
