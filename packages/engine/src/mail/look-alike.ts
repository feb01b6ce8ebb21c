/**
 * Is a domain made to be taken for a known one? Enters: a domain, and the names that are worth imitating (the operator's
 * own and partners' domains, known brands). Leaves: which one, and how.
 * LA1. A known domain, and what lies below it, imitates nothing.
 */
import { getDomain, getDomainWithoutSuffix, getSubdomain } from "tldts";
import { mixesScripts, shownDomain, skeletonOf } from "./confusables.ts";

export type Likeness = "same-skeleton" | "near-spelling" | "name-in-label" | "other-ending" | "name-in-subdomain";

export interface LookAlike {
  readonly domain: string;
  readonly of: string;
  readonly how: Likeness;
}

/** Domains that letters are often made to look like; any operator's own and partners' come from the configuration. */
export const BRAND_DOMAINS: readonly string[] = (
  "paypal.com amazon.com apple.com icloud.com microsoft.com microsoftonline.com office.com outlook.com google.com gmail.com facebook.com instagram.com whatsapp.com linkedin.com netflix.com " +
  "dropbox.com docusign.com adobe.com ebay.com yahoo.com aol.com chase.com wellsfargo.com bankofamerica.com citibank.com hsbc.com barclays.co.uk lloydsbank.com santander.com americanexpress.com " +
  "visa.com mastercard.com usbank.com capitalone.com dhl.com fedex.com ups.com usps.com irs.gov hmrc.gov.uk coinbase.com binance.com blockchain.com metamask.io github.com steampowered.com spotify.com " +
  "att.com verizon.com comcast.net orange.fr postbank.de sparkasse.de commerzbank.de ing.com rabobank.nl abnamro.nl intesasanpaolo.com bbva.com telekom.de zoom.us slack.com wetransfer.com stripe.com"
).split(" ");

/** Shorter names are within one or two letters of anything. */
const NEAR_LENGTH_MIN = 6;
const INSIDE_LENGTH_MIN = 5;

export function registrable(host: string): string {
  return getDomain(host, { allowPrivateDomains: false }) ?? host;
}

const nameOf = (domain: string): string => getDomainWithoutSuffix(domain) ?? domain.split(".")[0] ?? domain;

/** A name worth imitating, worked out once. */
export interface KnownName {
  readonly domain: string;
  readonly name: string;
  readonly skeleton: string;
}

export const knownNames = (domains: readonly string[]): readonly KnownName[] =>
  domains.map((domain) => ({ domain, name: nameOf(domain), skeleton: skeletonOf(nameOf(domain)) }));

export const BRAND_NAMES: readonly KnownName[] = knownNames(BRAND_DOMAINS);

export function lookAlikeOf(host: string, known: readonly KnownName[]): LookAlike | undefined {
  const domain = registrable(host);
  if (known.some((each) => each.domain === domain)) return;
  const shown = shownDomain(domain);
  const name = nameOf(shown);
  const skeleton = skeletonOf(name);
  const below = shownDomain(getSubdomain(host) ?? "");
  const words = wordsLike(name);
  const wordsBelow = below === "" ? [] : below.split(".").flatMap(wordsLike);
  for (const wanted of known) {
    const how = likeness({ name, skeleton, words, wordsBelow, wanted });
    if (how !== undefined) return { domain: host, of: wanted.domain, how };
  }
  return;
}

interface Compared {
  readonly name: string;
  readonly skeleton: string;
  /** Words of the name, and of what stands before it, as skeletons. */
  readonly words: readonly string[];
  readonly wordsBelow: readonly string[];
  readonly wanted: KnownName;
}

function likeness({ name, skeleton, words, wordsBelow, wanted }: Compared): Likeness | undefined {
  const { length } = wanted.name;
  if (length < 3) return;
  if (name === wanted.name) return length >= INSIDE_LENGTH_MIN ? "other-ending" : undefined;
  if (skeleton === wanted.skeleton) return "same-skeleton";
  if (length >= NEAR_LENGTH_MIN && nearSpelling(skeleton, wanted.skeleton)) return "near-spelling";
  if (length < INSIDE_LENGTH_MIN) return;
  if (words.includes(wanted.skeleton)) return "name-in-label";
  if (wordsBelow.includes(wanted.skeleton)) return "name-in-subdomain";
  return length >= NEAR_LENGTH_MIN && name.includes(wanted.name) ? "name-in-label" : undefined;
}

const wordsLike = (label: string): readonly string[] => label.split(/[-_]/).map(skeletonOf);

const nearSpelling = (a: string, b: string): boolean => {
  const distance = spellingDistance(a, b, 2);
  return distance === 1 || (distance === 2 && b.length >= 10);
};

/** Insertions, deletions, replacements and swaps of neighbours; `most + 1` where there are more. */
export function spellingDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    if (Math.min(...row) > most) return most + 1;
    before = last;
    last = row;
  }
  return Math.min(last[b.length] ?? 0, most + 1);
}

export const hasMixedScripts = (host: string): boolean => shownDomain(host).split(".").some(mixesScripts);
