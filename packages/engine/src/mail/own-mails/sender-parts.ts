/**
 * Who writes our own mails: people and firms that were made up, and names that letters are often made to look like.
 * Enters: chance. Leaves: sender and servers, as a wanted or an unwanted mail has them.
 *
 * OS1. What a receiving server adds is drawn apart from the class: who collected a mail must not tell what it is.
 */
import type { Random } from "../../learning/random.ts";
import { FREE_MAILERS } from "../free-mailers.ts";
import { BRAND_DOMAINS } from "../look-alike.ts";
import { digits, letters, pick } from "./fill.ts";

export interface MadeSender {
  readonly name: string;
  readonly address: string;
  /** Name a letter signs with. */
  readonly brand: string;
  readonly domain: string;
  readonly reply?: string;
  readonly bounce: string;
  readonly idDomain: string;
  readonly signs?: string;
  readonly helo: string;
  readonly rdns?: string;
  /** Hop within the sender's own service, below the one that the receiver saw. */
  readonly inner?: string;
  readonly spf: "pass" | "fail" | "none" | "softfail";
  readonly dkim: "pass" | "fail" | "none";
  readonly dmarc: "pass" | "fail" | "none";
  readonly unsubscribe?: string;
  readonly web: () => string;
  /** Where pictures and small print lead, if elsewhere. */
  readonly side?: () => string;
}

const FIRST =
  "Anna Maria John Peter Laura James Sofia David Elena Thomas Nina Paul Julia Marco Ines Robert Claire Lukas Emma Daniel Olga Ahmed Wei Priya Carlos Helen Mark Ruth Simon Karin".split(
    " ",
  );
const LAST =
  "Miller Weber Rossi Dubois Garcia Smith Novak Jansen Kowalski Brown Keller Moreau Silva Taylor Lang Fischer Conti Baker Young Hansen Meyer Clarke Okafor Singh Chen Lopez Berg Stone".split(
    " ",
  );
const SYLLABLES =
  "nor vel tra mon ber lin sta gre wood field cor dal ren tec sol mar via pol ark lum bri hol ster den fin ger hal ost pra quin".split(
    " ",
  );
const TRADES =
  "books travel garden bikes media systems foods studio energy press labs sports music tools bank mobil".split(" ");
export const GOOD_ENDINGS =
  "com com com com org net de fr es it nl co.uk io com.br eu edu ch ca com.au info shop".split(" ");
export const BAD_ENDINGS =
  "com com com net org top xyz shop info online site icu club live buzz click ru cn cc biz us in com.br store art cyou sbs cfd best work life me".split(
    " ",
  );
export const BUILDERS =
  "web.app pages.dev github.io weebly.com blogspot.com firebaseapp.com netlify.app vercel.app wixsite.com glitch.me r2.dev workers.dev herokuapp.com webflow.io framer.app square.site godaddysites.com jimdosite.com duckdns.org ipfs.dweb.link us-east1.cloudfunctions.net appspot.com s3.amazonaws.com blob.core.windows.net azurewebsites.net translate.goog".split(
    " ",
  );
/** The same, where the account is a part of the path. */
export const BUILDER_PAGES =
  "sites.google.com/view storage.googleapis.com docs.google.com/forms/d forms.gle notion.site form.jotform.com typeform.com/to ipfs.io/ipfs".split(
    " ",
  );
export const PICTURE_HOSTS = "i.imgur.com pbs.twimg.com i.ibb.co lh3.googleusercontent.com".split(" ");
export const SHORT = "bit.ly tinyurl.com t.co cutt.ly is.gd rb.gy t.ly".split(" ");
export const FREE = [...FREE_MAILERS];

export const personName = (random: Random): string => `${pick(FIRST, random)} ${pick(LAST, random)}`;
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
export const firmName = (random: Random): string =>
  capital(pick(SYLLABLES, random) + pick(SYLLABLES, random)) +
  (random.next() < 0.6 ? ` ${capital(pick(TRADES, random))}` : "");
export const known = (random: Random): { readonly name: string; readonly domain: string } => {
  const domain = pick(BRAND_DOMAINS, random);
  return { name: capital(domain.split(".")[0] ?? domain), domain };
};
export const plainName = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, "");
export const localOf = (name: string, random: Random): string => {
  const [first = "x", last = "y"] = name.toLowerCase().split(" ");
  return pick(
    [
      `${first}.${last}`,
      `${first}${last}`,
      `${first}${digits(2, random)}`,
      `${first.charAt(0)}${last}`,
      first,
      `${last}${digits(1 + random.below(3), random)}`,
    ],
    random,
  );
};
export const chance = (random: Random, share: number): boolean => random.next() < share;

/** Before about 2010 nobody signed and hardly any address was encrypted. */
export type Era = "old" | "new";
export const scheme = (random: Random, era: Era): string =>
  chance(random, era === "old" ? 0.02 : 0.88) ? "https" : "http";
export const path = (random: Random): string =>
  pick(
    [
      `${letters(4 + random.below(8), random)}/${letters(24, random, "abcdef0123456789")}`,
      `${pick(["c", "r", "click", "t", "go", "account", "news", "products", "orders"], random)}/${digits(3 + random.below(6), random)}`,
      `${letters(5, random)}-${letters(6, random)}.html`,
      `${letters(3, random)}/${letters(6, random)}/${letters(8, random)}`,
      `index.php?id=${digits(5, random)}&m=${letters(8 + random.below(40), random, "abcdefABCDEF0123456789")}`,
      `?${letters(2, random)}=${letters(10 + random.below(30), random, "abcdefghABCDEFGH0123456789")}`,
      "",
    ],
    random,
  );

export const freeAddress = (random: Random): string =>
  `${localOf(personName(random), random)}${digits(2, random)}@${pick(FREE, random)}`;

/** A service that sends for others: where it sends from, whose clicks it counts, what it signs with. */
export interface Platform {
  readonly domain: string;
  readonly host: string;
  readonly clicks: string;
  readonly inner?: string;
}

const PLATFORMS: readonly { readonly domain: string; readonly clicks: string }[] = [
  { domain: "sendgrid.net", clicks: "u%.ct.sendgrid.net" },
  { domain: "mcsv.net", clicks: "firm.us%.list-manage.com" },
  { domain: "klaviyomail.com", clicks: "ctrk.klclick%.com" },
  { domain: "amazonses.com", clicks: "a%.r.eu-west-1.awstrack.me" },
  { domain: "mailgun.net", clicks: "" },
  { domain: "exacttarget.com", clicks: "" },
  { domain: "mtasv.net", clicks: "" },
  { domain: "hubspotemail.net", clicks: "d%.hubspotlinks.com" },
  { domain: "brevosend.com", clicks: "r%.sp1-brevo.net" },
  { domain: "ccsend.com", clicks: "r%.rs6.net" },
];

export function platform(random: Random): Platform {
  const { domain, clicks } = pick(PLATFORMS, random);
  const inner =
    domain === "sendgrid.net" || chance(random, 0.2)
      ? {
          inner: `from ${letters(11, random)} (unknown)\n by geopod-${digits(2, random)} with HTTP id ${letters(9, random)}`,
        }
      : {};
  return {
    domain,
    host: `o${digits(2, random)}.ptr${digits(3, random)}.${domain}`,
    clicks: clicks.replace("%", digits(3, random)),
    ...inner,
  };
}

/** Where the large mailbox providers send from. */
export const homeOf = (domain: string, random: Random): string | undefined =>
  domain === "gmail.com"
    ? `mail-${letters(2, random)}1-f${digits(2, random)}.google.com`
    : /^(?:outlook|hotmail|live)\./.test(domain)
      ? `NAM${digits(2, random)}-${letters(3, random).toUpperCase()}-obe.outbound.protection.outlook.com`
      : undefined;
