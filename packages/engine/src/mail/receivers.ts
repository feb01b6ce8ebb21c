/**
 * Where a mail came in. Enters: headers. Leaves: domains of whom it was delivered to.
 *
 * RV1. What the last servers noted counts before what the sender wrote: `Delivered-To` and its like, and for whom the topmost
 *      hops took the mail; `To` and `Cc` only where neither says anything.
 * RV2. Names without an ending (`localhost`) tell of no place. A free mailer is one: its servers are not the organisation's.
 */
import { registrable } from "./look-alike.ts";
import { domainOfAddress, headerOf, headersOf, type MailMessage } from "./message.ts";

const NOTED = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to"] as const;
/** Further down stand hops before the organisation's own. */
const HOPS_MAX = 4;
const HEADER_CHARS_MAX = 1_000;
/** A mail to hundreds tells no more than a mail to a few. */
const RECIPIENTS_MAX = 20;
const PLACE = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){1,8}$/;

export function receiversOf(message: MailMessage): readonly string[] {
  const noted = NOTED.flatMap((name) => headerOf(message, name) ?? []).map(addressIn);
  const taken = headersOf(message, "received")
    .slice(0, HOPS_MAX)
    .map((hop) => addressIn(/\bfor\s+<?([^\s<>;]{3,320})/i.exec(hop.slice(0, HEADER_CHARS_MAX))?.[1] ?? ""));
  const found = placesOf([...noted, ...taken]);
  if (found.length > 0) return found;
  return placesOf([...message.to, ...message.cc].slice(0, RECIPIENTS_MAX).map(({ address }) => address));
}

const addressIn = (text: string): string =>
  text
    .slice(0, HEADER_CHARS_MAX)
    .replace(/^\s*<?|>?\s*$/g, "")
    .toLowerCase();

/** RV2 */
function placesOf(addresses: readonly string[]): readonly string[] {
  const hosts = addresses.filter((address) => address.includes("@")).map(domainOfAddress);
  return [...new Set(hosts.filter(isPlace).map(registrable))];
}

export const isPlace = (text: string): boolean => PLACE.test(text);

/** What a model knows of where its mails came in. */
export interface MailSource {
  /** Most frequent first; none: not known. */
  readonly places: readonly string[];
  /** Some of its mails do not say where they came in. */
  readonly untold: boolean;
}

/** Fewer mails than this share came in at a place by chance. */
const PLACE_SHARE_MIN = 0.02;
const PLACES_MAX = 20;
/** Where most mails do not say where they came in, those that do say nothing of the others. */
const TOLD_SHARE_MIN = 0.5;
/** Fewer mails that do not say are exceptions of that source. */
const UNTOLD_SHARE_MIN = 0.05;

/** Where the mails of a collection came in: of each mail its places. */
export function sourceOf(mails: readonly (readonly string[])[]): MailSource {
  const told = mails.filter((places) => places.length > 0).length;
  if (told === 0 || told < TOLD_SHARE_MIN * mails.length) return { places: [], untold: true };
  const counts = new Map<string, number>();
  for (const place of mails.flat()) counts.set(place, (counts.get(place) ?? 0) + 1);
  const places = [...counts]
    .filter(([, count]) => count >= PLACE_SHARE_MIN * mails.length)
    .toSorted(([a, more], [b, less]) => less - more || (a < b ? -1 : 1))
    .slice(0, PLACES_MAX)
    .map(([place]) => place);
  return { places, untold: mails.length - told >= UNTOLD_SHARE_MIN * mails.length };
}
