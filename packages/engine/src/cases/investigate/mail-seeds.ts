/**
 * What the mails of an incident are known by. Enters: the events that rules fired on. Leaves: ids, senders, links, files,
 * subjects, or nothing when no mail is among them.
 *
 * MS1. The date of a mail is its sender's word: it widens the window by `SENT_BEFORE_MAX_MS` at most.
 * MS2. What everybody links to was set apart before the event was made (phishing/reported-mail.ts); what is left counts.
 */
import type { Entity } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import type { Json } from "@cordon/model/json";
import { DAY, type Instant, instant } from "@cordon/model/time";
import { isShortener, urlParts } from "../../learning/url/url-parts.ts";
import { CLASS, type Fact, textOf } from "./facts.ts";
import type { Inquiry } from "./inquiry.ts";

/** The source of examined mails. */
export const EXAMINED = "cordon.mail";
const SENT_BEFORE_MAX_MS = 14 * DAY;
/** A wave goes on for days after its first report. */
const AFTER_MS = 7 * DAY;
const SUBJECT_FIELDS = ["subject", "Subject", "message_subject", "message-subject", "MessageSubject"];

export interface MailSeeds {
  readonly events: readonly Event[];
  readonly messages: ReadonlySet<string>;
  /** Lower case. */
  readonly senders: ReadonlySet<string>;
  /** Where answers would go; with the senders. Lower case. */
  readonly answers: ReadonlySet<string>;
  readonly subjects: ReadonlySet<string>;
  readonly urls: ReadonlySet<string>;
  /** Hosts of links that are one sender's own. */
  readonly hosts: ReadonlySet<string>;
  readonly hashes: ReadonlySet<string>;
  readonly from: Instant;
  readonly to: Instant;
}

export function mailSeedsOf({ seeds, incident, graph }: Inquiry): MailSeeds | undefined {
  const byId = new Map(seeds.flatMap((seed) => seed.events).map((event) => [event.id, event]));
  // Repeats of a detection are in the graph only: they are reports of the same mail.
  for (const event of graph.events.values()) if (event.source === EXAMINED) byId.set(event.id, event);
  const events = [...byId.values()].filter((event) => event.class === CLASS.mail);
  if (events.length === 0) return undefined;
  const all = (kind: Entity["kind"], role: Entity["role"]): readonly string[] =>
    events.flatMap((event) =>
      event.entities.filter((one) => one.kind === kind && one.role === role).map(({ value }) => value),
    );
  const urls = new Set(all("url", "object"));
  const linked = [...urls].map(urlParts).filter((parts) => !isShortener(parts));
  const hosts = new Set([...linked.map(({ host }) => host), ...all("domain", "object")].filter((host) => host !== ""));
  const senders = new Set(events.flatMap((event) => sendersOf(event)));
  const sent = events.flatMap((event) => momentOf(event.raw.sentAt) ?? event.time);
  const earliest = Math.max(Math.min(incident.firstSeen, ...sent), incident.firstSeen - SENT_BEFORE_MAX_MS);
  return {
    ...{ events, urls, hosts, senders },
    messages: new Set(all("message", "object")),
    answers: new Set([...senders, ...all("email", "actor").map((value) => value.toLowerCase())]),
    subjects: new Set(
      events.flatMap((event) => {
        const subject = subjectOf((name) => textOf(graph.views, event, name));
        return subject === undefined ? [] : [subject];
      }),
    ),
    hashes: new Set(all("hash", "object")),
    from: instant(earliest - DAY),
    to: instant(incident.lastSeen + AFTER_MS),
  };
}

const sendersOf = (event: Event): readonly string[] => {
  if (event.source === EXAMINED) return typeof event.raw.from === "string" ? [event.raw.from.toLowerCase()] : [];
  return event.entities
    .filter(({ kind, role }) => kind === "email" && role === "actor")
    .map(({ value }) => value.toLowerCase());
};

/** Without marks of answers and forwards, blanks evened out; undefined when nothing is left to compare. */
export function subjectOf(read: (name: string) => string | undefined): string | undefined {
  const text = SUBJECT_FIELDS.map(read).find((value) => value !== undefined && value !== "");
  const plain = text
    ?.replace(/^(?:\s*(?:re|aw|fwd?|wg|sv|tr)\s*(?:\[\d+\])?\s*:)+/i, "")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();
  return plain === undefined || plain.length < 4 ? undefined : plain;
}

function momentOf(value: Json | undefined): number | undefined {
  if (typeof value !== "string") return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

export const made = (predicate: Fact["predicate"], event: Event, subject: Entity, object?: Entity): Fact => ({
  ...{ predicate, event, at: event.time, subject, fields: SHOWN },
  ...(object === undefined ? {} : { object }),
});

const SHOWN = ["Subject", "subject", "message_subject", "message-subject", "status", "Status", "cs-method", "c-uri"];
