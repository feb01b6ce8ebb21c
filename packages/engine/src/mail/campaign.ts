/**
 * Which mails are one campaign. Enters: examined mails. Leaves: groups of two or more, with what ties them.
 * CA1. Ties are facts: nearly the same words, one link host, one attachment, one address for answers. Hosts that everybody
 *      links to (known brands, shorteners) and domains of free mail tie nothing.
 */
import { isShortener, urlParts } from "../learning/url/url-parts.ts";
import type { Examination } from "./examine.ts";
import { FREE_MAILERS } from "./free-mailers.ts";
import { BRAND_DOMAINS } from "./look-alike.ts";
import { join, nearDuplicates, rootOf } from "./near-duplicates.ts";

export interface Campaign {
  /** Numbers of the mails, ascending. */
  readonly mails: readonly number[];
  readonly ties: readonly string[];
  readonly senders: readonly string[];
  readonly recipients: readonly string[];
}

const TIES_MAX = 10;
const BRANDS = new Set(BRAND_DOMAINS);

export function campaignsOf(mails: readonly Examination[]): readonly Campaign[] {
  const parent = nearDuplicates(mails.map(({ excerpt }) => excerpt));
  const ties = new Map<string, number[]>();
  mails.forEach((mail, at) => {
    for (const tie of tiesOf(mail)) ties.set(tie, [...(ties.get(tie) ?? []), at]);
  });
  const shared = [...ties].filter(([, members]) => members.length > 1);
  for (const [, [first = 0, ...rest]] of shared) for (const at of rest) join(parent, first, at);
  const groups = Object.groupBy(mails.keys(), (at) => String(rootOf(parent, at)));
  return Object.values(groups).flatMap((members = []) => {
    if (members.length < 2) return [];
    const inside = new Set(members);
    const named = shared.filter(([, all]) => all.some((at) => inside.has(at))).map(([tie]) => tie);
    const all = members.flatMap((at) => mails[at] ?? []);
    return [
      {
        mails: members,
        ties: named.length === 0 ? ["nearly the same words"] : named.slice(0, TIES_MAX),
        senders: [...new Set(all.map(({ from }) => from))],
        recipients: [...new Set(all.flatMap(({ to }) => to))],
      },
    ];
  });
}

export function tiesOf(mail: Pick<Examination, "urls" | "attachments" | "from" | "replyTo">): readonly string[] {
  const hosts = mail.urls
    .map(urlParts)
    .filter(
      (parts) =>
        parts.host !== "" && !BRANDS.has(parts.domain) && !FREE_MAILERS.has(parts.domain) && !isShortener(parts),
    )
    .map(({ host }) => `link to ${host}`);
  const files = mail.attachments.filter(({ size }) => size > 0).map(({ sha256 }) => `attachment ${sha256}`);
  const answers = mail.replyTo === undefined || mail.replyTo === mail.from ? [] : [`answers to ${mail.replyTo}`];
  return [...new Set([...hosts, ...files, ...answers])];
}
