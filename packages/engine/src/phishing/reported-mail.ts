/**
 * A reported mail on its way into the stream. Enters: its bytes, what the operator knows, the books. Leaves: records, each
 * with its campaign, and with what everybody links to set apart.
 *
 * RM1. Links and domains that tie nothing (known brands, shorteners' own domain, the operator's own) are kept under
 *      `otherUrls` and `otherDomains`: as entities they would tie unrelated mails into one incident.
 * RM2. Only what was found phishing or suspicious gets a campaign; phishing taints its sender for the sender book.
 * RM3. The same bytes at the same state of the books give the same records.
 */
import type { Sha256 } from "@cordon/model/ids";
import type { Json, JsonObject } from "@cordon/model/json";
import type { Instant } from "@cordon/model/time";
import { isShortener, urlParts } from "../learning/url/url-parts.ts";
import { tiesOf } from "../mail/campaign.ts";
import { FREE_MAILERS } from "../mail/free-mailers.ts";
import { BRAND_DOMAINS, registrable } from "../mail/look-alike.ts";
import type { MailContext } from "../mail/mail-facts.ts";
import { mailRecords } from "../mail/mail-record.ts";
import type { CampaignBook } from "./campaign-book.ts";
import { judgedRecords } from "./judge-record.ts";
import type { MailJudge } from "./mail-judge.ts";
import type { SenderBook } from "./sender-book.ts";

export interface ReportBooks {
  readonly campaigns: CampaignBook;
  readonly senders?: SenderBook;
}

export interface ReportParts {
  readonly hash: (bytes: Uint8Array) => Sha256;
  readonly context: MailContext;
  readonly books: ReportBooks;
  /** A learnt model beside the points, where there is one. */
  readonly judge?: MailJudge;
  readonly now: Instant;
}

const EVERYBODYS = new Set(BRAND_DOMAINS);

export function reportedMail(bytes: Uint8Array, parts: ReportParts): readonly JsonObject[] {
  const { books, now } = parts;
  const context: MailContext = {
    ...parts.context,
    ...(books.senders === undefined
      ? {}
      : { seenBefore: (sender, recipient) => books.senders?.seenBefore(sender, recipient, now) }),
  };
  const records = mailRecords(bytes, parts.hash, context);
  const { judge } = parts;
  const judged = judge === undefined ? records : judgedRecords(records, bytes, { judge, context });
  return judged.map((record) => withCampaign(apart(record, context), parts));
}

/** RM1 */
function apart(record: JsonObject, { ownDomains, partnerDomains }: MailContext): JsonObject {
  const spared = new Set([...ownDomains, ...partnerDomains].map(registrable));
  const ties = (url: string): boolean => {
    const shape = urlParts(url);
    const common = EVERYBODYS.has(shape.domain) || FREE_MAILERS.has(shape.domain);
    return shape.host !== "" && !common && !spared.has(shape.domain);
  };
  const urls = texts(record.urls);
  const kept = urls.filter(ties);
  // A shortened address is one sender's own; the shortener's domain is everybody's.
  const hosts = new Set(
    kept
      .map(urlParts)
      .filter((shape) => !isShortener(shape))
      .map(({ host }) => host),
  );
  const domains = texts(record.domains);
  const otherUrls = urls.filter((url) => !kept.includes(url));
  const otherDomains = domains.filter((domain) => !hosts.has(domain));
  return {
    ...record,
    urls: kept,
    domains: domains.filter((domain) => hosts.has(domain)),
    ...(otherUrls.length > 0 && { otherUrls }),
    ...(otherDomains.length > 0 && { otherDomains }),
  };
}

/** RM2 */
function withCampaign(record: JsonObject, { books, hash, now }: ReportParts): JsonObject {
  const { verdict, from, excerpt, messageId, replyTo } = record;
  if (verdict !== "phishing" && verdict !== "suspicious") return record;
  if (verdict === "phishing" && typeof from === "string") books.senders?.taint(from, now);
  const ties = tiesOf({
    urls: texts(record.urls),
    attachments: attachmentsOf(record.attachments),
    from: textOf(from),
    replyTo: typeof replyTo === "string" ? replyTo : undefined,
  });
  const named = `${textOf(messageId)} ${textOf(from)} ${textOf(excerpt)}`;
  const digest = hash(new TextEncoder().encode(named));
  const found = books.campaigns.place({ digest, ties, words: textOf(excerpt) }, now);
  return {
    ...record,
    campaign: found.id,
    ...(found.earlier > 0 && { campaignEarlier: found.earlier, campaignTies: [...found.ties] }),
  };
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

function attachmentsOf(value: Json | undefined) {
  const list: readonly Json[] = Array.isArray(value) ? value : [];
  return list.flatMap((item) => {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return [];
    const { name, type, size, sha256 } = item as JsonObject;
    return typeof size === "number" && typeof sha256 === "string"
      ? [{ name: textOf(name), type: textOf(type), size, sha256 }]
      : [];
  });
}
