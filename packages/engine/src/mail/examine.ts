/**
 * One mail -> verdict with its reasons. Enters: a message and what the operator knows. Leaves: score, verdict, reasons,
 * the entities to search for, and an excerpt that nobody can click.
 *
 * ME1. The shipped judgement is additive and set by hand (`findings.ts`): the points shown are the score. No weights learnt
 *      from a public collection are shipped.
 * ME2. A verdict is never worth more than its reasons: without a finding it is "nothing found", not "harmless".
 */
import type { Sha256 } from "@cordon/model/ids";
import { type Finding, findingsOf } from "./findings.ts";
import { findingsOfMarks } from "./findings-marks.ts";
import { type MailContext, type MailFacts, mailFacts, NO_CONTEXT } from "./mail-facts.ts";
import type { MailMessage } from "./message.ts";

export type MailVerdict = "phishing" | "suspicious" | "nothing found";

export interface Examination {
  readonly verdict: MailVerdict;
  /** 0 to 100: the sum of the points. */
  readonly score: number;
  readonly basis: "hand-set points";
  readonly reasons: readonly Finding[];
  readonly subject: string;
  readonly from: string;
  readonly fromName: string;
  readonly replyTo: string | undefined;
  readonly to: readonly string[];
  readonly messageId: string | undefined;
  readonly date: number | undefined;
  /** As written; defang before showing. */
  readonly urls: readonly string[];
  readonly hosts: readonly string[];
  readonly attachments: readonly {
    readonly name: string;
    readonly type: string;
    readonly size: number;
    readonly sha256: string;
  }[];
  readonly auth: MailFacts["auth"];
  readonly excerpt: string;
  readonly remarks: readonly string[];
}

const PHISHING_FROM = 50;
const SUSPICIOUS_FROM = 25;
const EXCERPT_CHARS = 600;
const URLS_MAX = 100;
const RECIPIENTS_MAX = 100;

export function examineMail(
  message: MailMessage,
  hash: (bytes: Uint8Array) => Sha256,
  context: MailContext = NO_CONTEXT,
): Examination {
  const facts = mailFacts(message, context);
  const reasons = [...findingsOf(facts), ...findingsOfMarks(facts)].toSorted((a, b) => b.points - a.points);
  const score = Math.max(
    0,
    Math.min(
      100,
      reasons.reduce((sum, { points }) => sum + points, 0),
    ),
  );
  return {
    verdict: score >= PHISHING_FROM ? "phishing" : score >= SUSPICIOUS_FROM ? "suspicious" : "nothing found",
    score,
    basis: "hand-set points",
    reasons,
    subject: message.subject,
    from: facts.fromAddress,
    fromName: message.from[0]?.name ?? "",
    replyTo: message.replyTo[0]?.address,
    to: [...message.to, ...message.cc]
      .map(({ address }) => address)
      .filter((address) => address.includes("@"))
      .slice(0, RECIPIENTS_MAX),
    messageId: message.messageId?.replace(/[<>\s]/g, ""),
    date: message.date,
    urls: [...new Set(facts.links.map(({ url }) => url))].slice(0, URLS_MAX),
    hosts: [...new Set(facts.links.map(({ parts }) => parts.host))].slice(0, URLS_MAX),
    attachments: message.parts.map((part, at) => ({
      name: part.name ?? "",
      type: facts.attachments[at]?.actual ?? "data",
      size: part.bytes.length,
      sha256: hash(part.bytes),
    })),
    auth: facts.auth,
    excerpt: defang(facts.shown.replace(/\s+/g, " ").trim().slice(0, EXCERPT_CHARS)),
    remarks: message.remarks,
  };
}

/** So that no program makes a link of it. */
export const defang = (text: string): string =>
  text
    .replace(/\bhttp(s?):\/\//gi, "hxxp$1://")
    .replace(/(?<=[\p{L}\p{N}-])\.(?=\p{L}{1,24})/gu, "[.]")
    .replace(/(?<=[\w.+-])@(?=[\w-])/g, "[@]");
