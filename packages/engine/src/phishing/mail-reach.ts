/**
 * Does a mail come from where the model learnt? Enters: where its mails came in (receivers.ts), the mail, what the operator
 * knows. Leaves: which of its two curves judges the mail.
 *
 * RE1. Mails reported to Cordon came in at the operator's own domains (`mail.ownDomains`), whatever their headers say:
 *      who writes a mail does not choose by whom it is judged.
 * RE2. Else a mail's own headers say where it came in; a place that the model knows makes it a mail of its source.
 * RE3. Where a mail does not say where it came in, own domains decide; without them it is taken for one of the model's
 *      source where some of the learnt mails do not say either, and for one of another source where they all do.
 */

import { registrable } from "../mail/look-alike.ts";
import type { MailMessage } from "../mail/message.ts";
import { type MailSource, receiversOf } from "../mail/receivers.ts";

/**
 * `home`: it came in where the model's mails did; `away`: not so; `untold`: neither mail nor model say enough, the usual curve
 * judges.
 */
export type MailReach = "home" | "away" | "untold";

export interface OwnMail {
  readonly domains: readonly string[];
  /** RE1 */
  readonly reported: boolean;
}

export const NO_OWN: OwnMail = { domains: [], reported: false };

export function reachOf(message: MailMessage, source: MailSource, { domains, reported }: OwnMail): MailReach {
  if (source.places.length === 0) return "untold";
  const own = domains.map(registrable);
  const told = reported && own.length > 0 ? own : receiversOf(message);
  const asked = told.length > 0 ? told : own;
  if (asked.length === 0) return source.untold ? "untold" : "away";
  return asked.some((place) => source.places.includes(place)) ? "home" : "away";
}
