/** Who writes wanted mails of our own: firms and people, tidy and untidy. */
import type { Random } from "../../learning/random.ts";
import { digits, letters, pick } from "./fill.ts";
import {
  chance,
  type Era,
  FREE,
  firmName,
  freeAddress,
  GOOD_ENDINGS,
  homeOf,
  known,
  localOf,
  type MadeSender,
  PICTURE_HOSTS,
  path,
  personName,
  plainName,
  platform,
  scheme,
} from "./sender-parts.ts";

const GOOD_SITES =
  "bbc.co.uk nytimes.com spiegel.de lemonde.fr elpais.com wikipedia.org debian.org openstreetmap.org nature.com meetup.com eventbrite.com".split(
    " ",
  );

const untidyId = (service: string, random: Random): string =>
  pick([service, `${letters(6, random)}.local`, "localhost.localdomain", letters(8, random)], random);

/** As a firm calls itself in the sender's field: not always by its whole name. */
function firmCalled(name: string, random: Random): string {
  const word = name.split(" ")[0] ?? name;
  return pick(
    [
      name,
      name,
      word,
      word.toUpperCase(),
      `${name} ${pick(["Team", "Support", "News", "Newsletter", "Service", "Security"], random)}`,
      `${personName(random).split(" ")[0]} from ${name}`,
      personName(random),
      "",
    ],
    random,
  );
}

function firmChecks(
  { signs, untidy }: { readonly signs: boolean; readonly untidy: boolean },
  random: Random,
): Pick<MadeSender, "spf" | "dkim" | "dmarc"> {
  return {
    spf: chance(random, untidy ? 0.6 : 0.95) ? "pass" : pick(["none", "softfail", "fail"], random),
    dkim: signs ? (chance(random, 0.95) ? "pass" : "fail") : "none",
    dmarc: signs && chance(random, untidy ? 0.5 : 0.88) ? "pass" : pick(["none", "none", "fail"], random),
  };
}

/** Where its pictures lie, of some. */
function pictures(
  { service, domain }: { readonly service: string; readonly domain: string },
  random: Random,
  era: Era,
): Pick<MadeSender, "side"> {
  if (!chance(random, 0.4)) return {};
  const hosts = (): readonly string[] => [
    `cdn.${service}`,
    `images.${domain}`,
    pick(PICTURE_HOSTS, random),
    `www.${pick(GOOD_SITES, random)}`,
    "www.facebook.com",
    "twitter.com",
  ];
  return { side: () => `${scheme(random, era)}://${pick(hosts(), random)}/${path(random)}` };
}

/** A firm, or a name that everybody knows, from its own domain; some are as untidy as those who pretend. */
export function goodFirm(random: Random, era: Era): MadeSender {
  const firm = chance(random, 0.35) ? known(random) : { name: firmName(random), domain: "" };
  const domain =
    firm.domain ||
    `${plainName(firm.name)}${chance(random, 0.1) ? `-${letters(3, random)}` : ""}.${pick(GOOD_ENDINGS, random)}`;
  const untidy = chance(random, 0.25);
  const via = era === "new" && chance(random, 0.6) ? platform(random) : undefined;
  const service =
    via?.domain ??
    `${pick(["mail", "e", "news", "send"], random)}${digits(1, random)}.${plainName(firmName(random))}${pick(["mail", "send", "crm", ""], random)}.${pick(["com", "net", "io"], random)}`;
  const host = chance(random, 0.02)
    ? `${plainName(firm.name)}.onmicrosoft.com`
    : chance(random, 0.55)
      ? domain
      : pick([`news.${domain}`, `email.${domain}`, `mail.${domain}`, `notify.${domain}`, service], random);
  const own = chance(random, untidy ? 0.3 : 0.65);
  const clicks = pick(
    [
      `www.${domain}`,
      domain,
      `click.${host}`,
      `links.${domain}`,
      via?.clicks || `u${digits(6, random)}.ct.${service}`,
      `www.${plainName(firmName(random))}.${pick(GOOD_ENDINGS, random)}`,
    ],
    random,
  );
  const signs = era === "new" && chance(random, untidy ? 0.5 : 0.92);
  const origin = own ? `mta${digits(2, random)}.${domain}` : (via?.host ?? `o${digits(2, random)}.${service}`);
  return {
    name: firmCalled(firm.name, random),
    address: `${pick(["info", "news", "newsletter", "no-reply", "noreply", "service", "support", "hello", "orders", "billing", "notifications", "alerts", letters(6, random), `${letters(4, random)}-${digits(6, random)}`], random)}@${host}`,
    brand: firm.name,
    domain,
    ...(chance(random, 0.35)
      ? {
          reply: pick(
            [
              `reply@${domain}`,
              `support-${digits(5, random)}@${service}`,
              `${letters(7, random)}@${host}`,
              freeAddress(random),
            ],
            random,
          ),
        }
      : {}),
    bounce: own ? `bounce-${digits(7, random)}@${host}` : `b-${letters(8, random)}@${service}`,
    idDomain: untidy ? untidyId(service, random) : own ? host : service,
    ...(signs ? { signs: chance(random, untidy ? 0.4 : 0.88) ? domain : service } : {}),
    helo: untidy
      ? pick([origin, letters(8, random), "localhost", `[10.${digits(2, random)}.0.${digits(2, random)}]`], random)
      : origin,
    ...(chance(random, untidy ? 0.6 : 0.94)
      ? {
          rdns: chance(random, 0.06)
            ? `${digits(3, random)}-${digits(2, random)}-${digits(2, random)}-${digits(2, random)}.static.${letters(6, random)}.net`
            : origin,
        }
      : {}),
    ...(own || via?.inner === undefined ? {} : { inner: via.inner }),
    ...firmChecks({ signs, untidy }, random),
    ...(chance(random, 0.6)
      ? { unsubscribe: `${scheme(random, era)}://${clicks}/unsubscribe?u=${letters(12, random)}` }
      : {}),
    web: () =>
      `${scheme(random, era)}://${clicks}/${path(random)}${chance(random, 0.3) ? `${chance(random, 0.5) ? "?" : "&"}utm_source=mail&id=${digits(6, random)}` : ""}`,
    ...pictures({ service, domain }, random, era),
  };
}

/** A person with an own, an employer's or a free mailer's address. */
export function goodPerson(random: Random, era: Era): MadeSender {
  const name = personName(random);
  const domain = chance(random, 0.45)
    ? pick(FREE, random)
    : `${plainName(firmName(random))}.${pick(GOOD_ENDINGS, random)}`;
  const free = FREE.includes(domain);
  const signs = era === "new" && chance(random, free ? 0.9 : 0.6);
  const home = !free && chance(random, 0.15);
  // Many firms have their mailboxes with a provider that signs with a name of its own.
  const hosted = !free && era === "new" && chance(random, 0.25);
  const host =
    era === "new" && (free || hosted) && homeOf(hosted ? "outlook.com" : domain, random) !== undefined
      ? (homeOf(hosted ? "outlook.com" : domain, random) ?? domain)
      : home
        ? `${digits(2, random)}-${digits(3, random)}.dsl.${letters(5, random)}.net`
        : chance(random, 0.5)
          ? `mail-${letters(3, random)}.${domain}`
          : `smtp.${domain}`;
  return {
    name: chance(random, 0.85) ? pick([name, name, name.toLowerCase(), name.split(" ")[0] ?? name], random) : "",
    address: `${chance(random, 0.15) ? letters(6, random) : localOf(name, random)}@${domain}`,
    brand: name,
    domain,
    ...(chance(random, 0.15)
      ? { reply: chance(random, 0.5) ? freeAddress(random) : `list@lists.${letters(6, random)}.org` }
      : {}),
    bounce: chance(random, 0.25) ? `users-bounces@lists.${letters(6, random)}.org` : "",
    idDomain: chance(random, 0.65)
      ? domain
      : pick([`pc.${domain}`, letters(7, random), "localhost", `${letters(6, random)}.mailer.net`], random),
    ...(signs
      ? { signs: hosted && chance(random, 0.5) ? `${domain.replaceAll(".", "")}.onmicrosoft.com` : domain }
      : {}),
    helo: chance(random, 0.2) ? pick([letters(6, random), "localhost", "[192.168.1.5]"], random) : host,
    ...(chance(random, 0.85) ? { rdns: host } : {}),
    spf: chance(random, 0.8) ? "pass" : pick(["none", "softfail"], random),
    dkim: signs ? (chance(random, 0.9) ? "pass" : "fail") : "none",
    dmarc: signs && chance(random, 0.75) ? "pass" : pick(["none", "none", "fail"], random),
    web: () =>
      `${scheme(random, era)}://${pick(["docs.google.com", "www.youtube.com", "bit.ly", `www.${pick(GOOD_SITES, random)}`, `wiki.${domain}`, "github.com", "en.wikipedia.org", `www.${plainName(firmName(random))}.${pick(GOOD_ENDINGS, random)}`], random)}/${path(random)}`,
  };
}
