/** A DNS name -> the part its owner chose, and where it was registered. Names below dynamic-DNS and hosting suffixes count as registered there. */
import { parse } from "tldts";

export interface NameParts {
  /** Registered label: what a generator makes. Lower case, without the suffix. */
  readonly label: string;
  readonly suffix: string;
  readonly registered: string;
}

/**
 * Services that give names away below their own, and are not in the public suffix list: what stands before is what was chosen.
 * Old ones too, since malware and published lists still name them.
 */
const GIVEN_AWAY = new Set(
  `3322.org 8866.org 2288.org 9966.org 7766.org 8800.org 6600.org 1dumb.com 25u.com 4dq.com 4pu.com afraid.org cable-modem.org
changeip.org chickenkiller.com co.cc co.tv cu.cc cw.cm cx.cc cz.cc dhcp.biz dlinkddns.com dnsd.me dnsrd.com dtdns.net dumb1.com
dynserv.com dyndns.info eu.tf freeddns.com ignorelist.com jumpingcrab.com jungleheart.com lflink.com mooo.com mrface.com
my03.com mynumber.org myvnc.com no-ip.org ns01.biz ns01.info ns02.biz ns02.info organiccrap.com otzo.com ourhobby.com
pcanywhere.net port25.biz rr.nu sendsmtp.com serveusers.com sexidude.com strangled.net toh.info trickip.net twilightparadox.com
uk.to us.to vizvaz.com vv.cc wikaba.com x64.me xxuz.com yi.org ygto.com zapto.us zyns.com`.split(/\s+/),
);
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
  if (!GIVEN_AWAY.has(domain)) return { label: domainWithoutSuffix, suffix: publicSuffix, registered: domain };
  const label =
    plain
      .slice(0, -domain.length - 1)
      .split(".")
      .at(-1) ?? "";
  if (label === "" || label === "www") return { label: domainWithoutSuffix, suffix: publicSuffix, registered: domain };
  return { label, suffix: domain, registered: `${label}.${domain}` };
}
