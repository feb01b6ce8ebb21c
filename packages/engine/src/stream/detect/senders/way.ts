/**
 * The way of knowing `senders`: reads delivered mails of the mail logs into the sender book. It reports nothing.
 *
 * SW1. Only mail that was delivered teaches, and none that failed DMARC: a forged sender must not become a known one.
 * SW2. Reports of our own (`cordon.mail`) do not teach: what people report is no sample of their mail.
 */
import type { Event } from "@cordon/model/event";
import { isJsonObject, type JsonObject } from "@cordon/model/json";
import type { SenderBook } from "../../../phishing/sender-book.ts";
import type { Way } from "../join-ways.ts";

const MAIL_CLASS = 4009;
/** Of one event: a mail to more is a list's. */
const RECIPIENTS_MAX = 50;
const DMARC_FAILED = /\bdmarc["']?\s*[:=]\s*["']?fail/i;

export function makeSenderWay(book: SenderBook): Way {
  return {
    name: "senders",
    detect(events) {
      for (const event of events) if (event.class === MAIL_CLASS) learn(book, event);
      return [];
    },
    tick: () => [],
    finish: () => [],
    remembers: true,
    snapshot: () => book.snapshot(),
    restore: (snapshot) => book.restore(snapshot),
  };
}

function learn(book: SenderBook, event: Event): void {
  if (event.source === "cordon.mail" || event.outcome === "failure" || failedDmarc(event.raw)) return;
  const emails = event.entities.filter(({ kind }) => kind === "email");
  const to = emails.filter(({ role }) => role === "target").map(({ value }) => value);
  if (to.length === 0) return;
  for (const { role, value } of emails)
    if (role === "actor") book.learn(value, to.slice(0, RECIPIENTS_MAX), event.time);
}

/** Where a gateway writes down what it checked: `AuthenticationDetails` of Defender and the like. */
function failedDmarc(raw: JsonObject): boolean {
  const inner = isJsonObject(raw.properties) ? raw.properties : raw;
  return ["AuthenticationDetails", "authentication", "Authentication-Results", "dmarc"].some((name) => {
    const value = inner[name];
    const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
    return DMARC_FAILED.test(text) || (name === "dmarc" && /^["']?fail/i.test(text));
  });
}
