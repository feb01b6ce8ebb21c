/** Indicators written so that no program turns them into a link: `hxxp[://]evil[.]example`. */
import type { EntityKind } from "@cordon/model/entity";
import { visibleString } from "./visible-text.ts";

const URL_SCHEME = /\b(h)tt(ps?):\/\/([^\s/"'<>]+)/gi;
const MAIL = /([A-Za-z0-9._%+-]+)@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)/g;
const IPV4 = /\b(\d{1,3}\.\d{1,3}\.\d{1,3})\.(\d{1,3})\b/g;

const dots = (host: string): string => host.replace(/(?<!\[)\.(?!\])/g, "[.]");

/** Free text: addresses, mail addresses and web links. Bare names stay, since `cmd.exe` looks like a domain too. */
export function defangText(text: string): string {
  return visibleString(text)
    .replace(URL_SCHEME, (_all, h: string, rest: string, host: string) => `${h}xx${rest}[://]${dots(host)}`)
    .replace(MAIL, (_all, name: string, host: string) => `${name}[@]${dots(host)}`)
    .replace(IPV4, "$1[.]$2");
}

/** A typed value: here the kind says what it is, so bare domains are neutral too. */
export function defangValue(kind: EntityKind, value: string): string {
  const text = visibleString(value);
  if (kind === "domain") return dots(text);
  if (kind === "ip" && text.includes(":")) return text.replaceAll(":", "[:]");
  return defangText(text);
}

/** A whole document: known domains first, then everything that can be told from its form. */
export function defangDocument(text: string, domains: readonly string[]): string {
  const longestFirst = [...domains].filter((name) => name.includes(".")).sort((a, b) => b.length - a.length);
  const named = longestFirst.reduce((out, name) => out.replaceAll(name, dots(name)), text);
  return named
    .split("\n")
    .map((line) => defangText(line))
    .join("\n");
}
