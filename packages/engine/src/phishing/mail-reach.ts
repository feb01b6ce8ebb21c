/**
 * Does a mail come from where the model learnt? Enters: where its mails came in (receivers.ts), the mail, what the operator
 * knows. Leaves: which of its two curves judges the mail.
 *
 * RE1. Mails reported to Cordon came in at the operator's own domains (`mail.ownDomains`), whatever their headers say:
 *      who writes a mail does not choose by whom it is judged.
 * RE2. Else a mail's own headers say where it came in; a place that the model knows makes it a mail of its source.
 * RE3. Where nothing says where it came in, own domains decide, and without them the model's usual curve.
 */

import { FREE_MAILERS } from "../mail/free-mailers.ts";
import { registrable } from "../mail/look-alike.ts";
import type { MailMessage } from "../mail/message.ts";
import { receiversOf } from "../mail/receivers.ts";

/**
 * `home`: it came in where the model's mails did; `away`: elsewhere; `untold`: the mail does not say, or of the model it is
 * not known.
 */
export type MailReach = "home" | "away" | "untold";

export interface OwnMail {
  readonly domains: readonly string[];
  /** RE1 */
  readonly reported: boolean;
}

export const NO_OWN: OwnMail = { domains: [], reported: false };

export function reachOf(message: MailMessage, places: readonly string[], { domains, reported }: OwnMail): MailReach {
  if (places.length === 0) return "untold";
  const own = domains.map(registrable).filter((domain) => !FREE_MAILERS.has(domain));
  const told = reported && own.length > 0 ? own : receiversOf(message);
  const asked = told.length > 0 ? told : own;
  if (asked.length === 0) return "untold";
  return asked.some((place) => places.includes(place)) ? "home" : "away";
}
