/** A DNS name -> the part its owner chose, and where it was registered. Names below dynamic-DNS and hosting suffixes count as registered there. */
import { parse } from "tldts";

export interface NameParts {
  /** Registered label: what a generator makes. Lower case, without the suffix. */
  readonly label: string;
  readonly suffix: string;
  readonly registered: string;
}

const NAME = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/;
const LENGTH_MAX = 253;

/** undefined: no DNS name with a registered part (an address, one label, reverse look-ups, a suffix alone). */
export function namePartsOf(name: string): NameParts | undefined {
  const plain = name.trim().toLowerCase().replace(/\.+$/, "");
  if (plain.length > LENGTH_MAX || !NAME.test(plain) || plain.endsWith(".arpa")) return undefined;
  const { domainWithoutSuffix, publicSuffix, domain, isIp } = parse(plain, {
    allowPrivateDomains: true,
    extractHostname: false,
  });
  if (isIp === true || domain === null || domainWithoutSuffix === null || publicSuffix === null) return undefined;
  return { label: domainWithoutSuffix, suffix: publicSuffix, registered: domain };
}
