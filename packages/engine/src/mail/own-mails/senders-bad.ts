/** Who writes unwanted mails of our own: rented domains, forged ones, free mailboxes, and mailboxes of others. */
import type { Random } from "../../learning/random.ts";
import { digits, letters, pick } from "./fill.ts";
import {
  BAD_ENDINGS,
  BUILDER_PAGES,
  BUILDERS,
  chance,
  type Era,
  FREE,
  firmName,
  freeAddress,
  GOOD_ENDINGS,
  known,
  localOf,
  type MadeSender,
  PICTURE_HOSTS,
  path,
  personName,
  plainName,
  SHORT,
  scheme,
} from "./sender-parts.ts";
import { goodFirm, goodPerson } from "./senders-good.ts";

/** Where an unwanted letter leads. */
function badHost(random: Random, own: string, brand: string): string {
  const ending = pick(BAD_ENDINGS, random);
  return pick(
    [
      () => own,
      () => own,
      () => `${letters(7 + random.below(6), random)}.${ending}`,
      () =>
        `${plainName(brand)}-${pick(["secure", "login", "verify", "support", "id"], random)}${chance(random, 0.3) ? digits(2, random) : ""}.${ending}`,
      () => `${plainName(brand)}.${pick(["com", "account", "login"], random)}.${letters(6, random)}.${ending}`,
      () => `${letters(9, random)}.${pick(BUILDERS, random)}`,
      () => `${pick(BUILDER_PAGES, random)}/${letters(12, random)}`,
      () => pick(SHORT, random),
      () => `www.${plainName(firmName(random))}.${pick(GOOD_ENDINGS, random)}`,
      () => `${plainName(firmName(random))}.${pick(GOOD_ENDINGS, random)}`,
      () => `u${digits(7, random)}.ct.${plainName(firmName(random))}mail.com`,
      () => `${20 + random.below(190)}.${random.below(250)}.${random.below(250)}.${random.below(250)}`,
      () => `${letters(4, random)}.${letters(8, random)}.${ending}`,
    ],
    random,
  )();
}
const lurePath = (random: Random): string =>
  chance(random, 0.5)
    ? path(random)
    : pick(
        [
          `wp-content/${letters(6, random)}/login.php`,
          `${pick(["verify", "login", "secure", "account", "track", "claim"], random)}/?${letters(2, random)}=${letters(18, random, "abcdefABCDEF0123456789")}`,
          `#${letters(10, random)}`,
        ],
        random,
      );

function badCalled({ called, person }: { readonly called: string; readonly person: string }, random: Random): string {
  return pick(
    [
      called,
      called,
      `${called} ${pick(["Support", "Security", "Service", "Team", "Alert", "Rewards", "Inc."], random)}`,
      `${pick(["⚠️", "🎁", "✅", "🔔"], random)} ${called}`,
      called.toUpperCase(),
      `${called}®`,
      called.replace(/l/g, "I").replace(/^i/i, "l"),
      person,
      "",
    ],
    random,
  );
}

function badLocal(random: Random): string {
  return pick(
    [
      "info",
      "support",
      "no-reply",
      "noreply",
      "service",
      "security",
      "admin",
      "alert",
      "contact",
      "newsletter",
      "postmaster",
      letters(7, random),
      `${letters(5, random)}${digits(3, random)}`,
    ],
    random,
  );
}

/** What was rented for the wave. */
function rentedDomain(called: string, random: Random): string {
  if (chance(random, 0.05))
    return `${letters(5, random)}-${letters(4, random)}${digits(2, random)}.${pick(["firebaseapp.com", "onmicrosoft.com", "web.app"], random)}`;
  return pick(
    [
      () => `${letters(6 + random.below(8), random)}.${pick(BAD_ENDINGS, random)}`,
      () => `${plainName(firmName(random))}.${pick(BAD_ENDINGS, random)}`,
      () => `${plainName(called)}-${letters(4, random)}.${pick(BAD_ENDINGS, random)}`,
      () => `${plainName(firmName(random))}.${pick(GOOD_ENDINGS, random)}`,
    ],
    random,
  )();
}

function badServers(
  { own, domain, rented, passes, era }: { own: string; domain: string; rented: string; passes: boolean; era: Era },
  random: Random,
): Pick<MadeSender, "bounce" | "idDomain" | "signs" | "helo" | "rdns"> {
  return {
    bounce:
      passes && chance(random, 0.6)
        ? ""
        : `${pick(["return", "www-data", "bounce", "root", letters(6, random)], random)}@${chance(random, 0.6) ? rented : own}`,
    idDomain: pick([own, domain, domain, rented, "localhost", letters(8, random)], random),
    ...(passes && era === "new" && chance(random, 0.8) ? { signs: chance(random, 0.75) ? domain : rented } : {}),
    helo: pick(
      [
        rented,
        own,
        letters(9, random),
        `${letters(6, random)}.${letters(9, random)}.${letters(8, random)}`,
        domain,
        `[${digits(2, random)}.${digits(2, random)}.1.${digits(2, random)}]`,
        "localhost",
      ],
      random,
    ),
    ...(chance(random, 0.65)
      ? {
          rdns: chance(random, 0.3)
            ? `${digits(2, random)}-${digits(2, random)}-${digits(3, random)}.dyn.${letters(6, random)}.net`
            : rented,
        }
      : {}),
  };
}

/** Someone who pretends to be a known name, or nobody in particular; a quarter write from mailboxes and services of others. */
export function badSender(random: Random, kind: string, era: Era): MadeSender {
  const asPerson =
    kind === "boss" || kind === "advance" || kind === "extort" || (kind === "invoice" && chance(random, 0.6));
  const brand = known(random);
  const called = chance(random, 0.7) ? brand.name : firmName(random);
  const own = rentedDomain(called, random);
  const host = badHost(random, own, called);
  const web = (): string => `${scheme(random, era)}://${host}/${lurePath(random)}`;
  // Small print and pictures are copied from the real thing, or left where nobody asks for a name.
  const left = pick(PICTURE_HOSTS, random);
  const sides = random.next();
  const side =
    sides < 0.4
      ? { side: () => `${scheme(random, era)}://www.${brand.domain}/${path(random)}` }
      : sides < 0.52
        ? { side: () => `${chance(random, 0.5) ? "https:" : ""}//${left}/${letters(9, random)}.jpg` }
        : {};
  if (chance(random, 0.32)) {
    const victim = chance(random, 0.5) ? goodPerson(random, era) : goodFirm(random, era);
    return {
      ...victim,
      web: chance(random, 0.7) ? web : victim.web,
      brand: called,
      ...side,
      ...(chance(random, 0.5) && !asPerson ? { name: called } : {}),
    };
  }
  const person = personName(random);
  const forged = chance(random, era === "old" ? 0.4 : 0.2);
  const free = chance(random, asPerson ? 0.55 : era === "old" ? 0.25 : 0.08);
  const domain = forged ? brand.domain : free ? pick(FREE, random) : own;
  const local = asPerson ? localOf(person, random) : badLocal(random);
  const passes = !forged && chance(random, free ? 0.8 : 0.5);
  const rented = chance(random, 0.7) ? own : `vps${digits(5, random)}.${letters(6, random)}hosting.net`;
  return {
    name: asPerson
      ? pick([person, person, person.toUpperCase(), `Mr. ${person}`, ""], random)
      : badCalled({ called, person }, random),
    address: `${local}@${domain}`,
    brand: asPerson ? person : called,
    domain,
    ...(chance(random, asPerson ? 0.6 : 0.2)
      ? { reply: pick([freeAddress(random), freeAddress(random), `reply@${own}`, `${local}@${domain}`], random) }
      : {}),
    ...badServers({ own, domain, rented, passes, era }, random),
    spf: passes ? "pass" : pick(["fail", "softfail", "none", "none", "pass"], random),
    dkim: passes && era === "new" ? "pass" : pick(["none", "none", "fail"], random),
    dmarc: passes && era === "new" ? (chance(random, 0.6) ? "pass" : "none") : pick(["fail", "fail", "none"], random),
    ...(!asPerson && chance(random, 0.25)
      ? { unsubscribe: `${scheme(random, era)}://${chance(random, 0.5) ? host : own}/unsub?${letters(8, random)}` }
      : {}),
    web,
    ...side,
  };
}
