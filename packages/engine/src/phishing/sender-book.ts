/**
 * Who has written here before: senders to the organisation, and to each recipient. Enters: delivered mails of the mail
 * logs and judged reports. Leaves: known, new, or not known yet.
 *
 * SB1. Cold start is said, not guessed: until the book is `WARM_MS` old it answers nothing.
 * SB2. Hard to poison: a sender is known only when its mails came on `DAYS_MIN` different days over `AGE_MIN_MS`; a wave of
 *      mails on one day teaches nothing. What was judged phishing, blocked, or failed DMARC never teaches, and a sender
 *      that was judged phishing is not known again for `TAINT_MS`.
 * SB3. Bounded: addresses are kept as 53-bit digests with three small numbers each; beyond the bound those that wrote
 *      longest ago go first. The book is a text that survives a restart.
 */
import { isJsonObject, type Json } from "@cordon/model/json";
import { DAY, type Instant } from "@cordon/model/time";
import { murmur3 } from "../learning/text/murmur3.ts";

export interface SenderBook {
  learn(sender: string, recipients: readonly string[], at: Instant): void;
  /** Judged phishing: what it taught before counts no more. */
  taint(sender: string, at: Instant): void;
  /** undefined: not known (the book is young). */
  seenBefore(sender: string, recipient: string | undefined, at: Instant): boolean | undefined;
  readonly size: () => { readonly senders: number; readonly pairs: number };
  snapshot(): string;
  restore(text: string | undefined): boolean;
}

const WARM_MS = 14 * DAY;
const AGE_MIN_MS = 3 * DAY;
const DAYS_MIN = 2;
const TAINT_MS = 90 * DAY;
/** About 40 MB with both tables full. */
const SENDERS_MAX = 200_000;
const PAIRS_MAX = 400_000;
/** Dropped at once when a table is full, so that sorting is rare. */
const DROP_SHARE = 0.1;
const DAYS_COUNTED_MAX = 255;

/** First day, last day, number of days with mail: days since 1970. */
type Seen = readonly [first: number, last: number, days: number];

const dayOf = (at: Instant): number => Math.floor(at / DAY);
const digestOf = (text: string): number =>
  murmur3(text, 3, 0, text.length) * 2 ** 21 + (murmur3(text, 17, 0, text.length) >>> 11);

export function makeSenderBook(limits = { senders: SENDERS_MAX, pairs: PAIRS_MAX }): SenderBook {
  let since: number | undefined;
  let senders = new Map<number, Seen>();
  let pairs = new Map<number, Seen>();
  let tainted = new Map<number, number>();
  const isTainted = (sender: number, day: number): boolean => {
    const at = tainted.get(sender);
    return at !== undefined && (day - at) * DAY <= TAINT_MS;
  };
  return {
    learn(from, recipients, at) {
      const day = dayOf(at);
      since = since === undefined ? day : Math.min(since, day);
      const sender = digestOf(from.toLowerCase());
      if (from === "" || isTainted(sender, day)) return;
      note(senders, sender, day, limits.senders);
      for (const to of recipients) note(pairs, pairOf(from, to), day, limits.pairs);
    },
    taint(from, at) {
      const sender = digestOf(from.toLowerCase());
      senders.delete(sender);
      tainted.set(sender, dayOf(at));
      if (tainted.size > limits.senders) tainted = new Map([...tainted].slice(-limits.senders / 2));
    },
    seenBefore(from, to, at) {
      const day = dayOf(at);
      if (since === undefined || (day - since) * DAY < WARM_MS) return undefined;
      if (isTainted(digestOf(from.toLowerCase()), day)) return false;
      if (isKnown(senders.get(digestOf(from.toLowerCase())), day)) return true;
      return to === undefined ? false : isKnown(pairs.get(pairOf(from, to)), day);
    },
    size: () => ({ senders: senders.size, pairs: pairs.size }),
    snapshot: () =>
      JSON.stringify({
        form: 1,
        since: since ?? null,
        senders: flat(senders),
        pairs: flat(pairs),
        tainted: [...tainted].flat(),
      }),
    restore(text) {
      const read = readBook(text ?? EMPTY);
      if (read === undefined) return false;
      since = read.since;
      ({ senders, pairs, tainted } = read);
      return true;
    },
  };
}

const pairOf = (from: string, to: string): number => digestOf(`${from.toLowerCase()} ${to.toLowerCase()}`);

function isKnown(seen: Seen | undefined, day: number): boolean {
  if (seen === undefined) return false;
  const [first, , days] = seen;
  return days >= DAYS_MIN && (day - first) * DAY >= AGE_MIN_MS;
}

function note(table: Map<number, Seen>, key: number, day: number, max: number): void {
  const known = table.get(key);
  if (known === undefined) table.set(key, [day, day, 1]);
  else if (day > known[1]) table.set(key, [known[0], day, Math.min(DAYS_COUNTED_MAX, known[2] + 1)]);
  // Late records: an older first day, never a further one.
  else if (day < known[0]) table.set(key, [day, known[1], Math.min(DAYS_COUNTED_MAX, known[2] + 1)]);
  if (table.size <= max) return;
  const oldest = [...table].sort(([, a], [, b]) => a[1] - b[1]).slice(0, Math.ceil(max * DROP_SHARE));
  for (const [gone] of oldest) table.delete(gone);
}

const EMPTY = '{"form":1}';
const flat = (table: ReadonlyMap<number, Seen>): readonly number[] =>
  [...table].flatMap(([key, seen]) => [key, ...seen]);

function readBook(text: string) {
  try {
    const value: Json = JSON.parse(text);
    if (!isJsonObject(value) || value.form !== 1) return undefined;
    const seen = (list: Json | undefined): Map<number, Seen> => {
      const numbers = numbersOf(list);
      const table = new Map<number, Seen>();
      for (let at = 0; at + 3 < numbers.length; at += 4)
        table.set(numbers[at] ?? 0, [numbers[at + 1] ?? 0, numbers[at + 2] ?? 0, numbers[at + 3] ?? 0]);
      return table;
    };
    const marks = numbersOf(value.tainted);
    const tainted = new Map<number, number>();
    for (let at = 0; at + 1 < marks.length; at += 2) tainted.set(marks[at] ?? 0, marks[at + 1] ?? 0);
    const since = typeof value.since === "number" ? value.since : undefined;
    return { since, senders: seen(value.senders), pairs: seen(value.pairs), tainted };
  } catch {
    return undefined;
  }
}

const numbersOf = (list: Json | undefined): readonly number[] =>
  Array.isArray(list) ? list.filter((one) => typeof one === "number") : [];
