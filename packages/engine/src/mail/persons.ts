/**
 * Names of people that others like to bear: executives, as the owner lists them.
 *
 * Enters: a display name and the domain it writes from. Leaves: the person whose name it bears while the mail comes from elsewhere.
 * MP1. A name is borne when all of its words stand there, in any order, by letters that look alike (`Аda Lоvelace`).
 * MP2. Mail from the person's own addresses, and from the organisation's domains, is none of that. Where neither is known,
 *      nothing is said: then nobody knows what is elsewhere.
 */
import { skeletonOf } from "./confusables.ts";
import { registrable } from "./look-alike.ts";

export interface KnownPerson {
  readonly name: string;
  /** Addresses that are the person's own, also private ones. */
  readonly addresses: readonly string[];
}

/** One word is a name of many. */
const WORDS_MIN = 2;
const NAME_MAX = 200;

export function personBorne(
  sender: { readonly name: string; readonly address: string; readonly domain: string },
  persons: readonly KnownPerson[],
  ownDomains: readonly string[],
): string | undefined {
  if (persons.length === 0 || sender.name === "" || sender.domain === "") return undefined;
  const words = new Set(wordsOf(sender.name));
  return persons.find(({ name, addresses }) => {
    const own = [...ownDomains.map(registrable), ...addresses.slice(0, 1).map(domainOf)];
    if (own.length === 0 || own.includes(sender.domain) || addresses.includes(sender.address.toLowerCase()))
      return false;
    const wanted = wordsOf(name);
    return wanted.length >= WORDS_MIN && wanted.every((word) => words.has(word));
  })?.name;
}

const domainOf = (address: string): string => registrable(address.slice(address.lastIndexOf("@") + 1).toLowerCase());

const wordsOf = (name: string): readonly string[] =>
  name
    .slice(0, NAME_MAX)
    .normalize("NFC")
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== "")
    .map(skeletonOf);
