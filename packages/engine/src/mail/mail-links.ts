/** Where a mail's links lead, and what they pretend. Enters: HTML facts and text. Leaves: one fact sheet per distinct link. */
import { isShortener, type UrlParts, urlParts } from "../learning/url/url-parts.ts";
import type { HtmlFacts } from "./html-scan.ts";
import { hasMixedScripts, type KnownName, type LookAlike, lookAlikeOf, registrable } from "./look-alike.ts";

export interface MailLink {
  readonly url: string;
  readonly parts: UrlParts;
  /** Words it stands under, where they are not the address itself. */
  readonly text: string;
  readonly from: "anchor" | "form" | "text" | "refresh";
  /** Domain that the words name, where it is another than the target's. */
  readonly shownDomain: string | undefined;
  readonly shortener: boolean;
  readonly lookAlike: LookAlike | undefined;
  readonly mixedScripts: boolean;
}

const LINKS_MAX = 500;
const WEB = /^(?:https?|ftp|hxxps?):/i;
/** Schemes that are no address of a place, but content or code of their own. */
const CODE = /^\s*(?:javascript|data|vbscript|file):/i;
const IN_TEXT = /\b(?:https?|ftp|hxxps?):\/\/[^\s<>"'`\])}]{1,2000}|\bwww\.[a-z0-9-]{1,63}\.[^\s<>"'`\])}]{2,2000}/gi;
const HOST_IN_WORDS = /(?:https?:\/\/)?((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24})(?=[/?#:\s]|$)/i;

export const urlsInText = (text: string): readonly string[] =>
  [...text.matchAll(IN_TEXT)].slice(0, LINKS_MAX).map(([url]) => url.replace(/[.,;:!?]+$/, ""));

export const codeTargets = (html: HtmlFacts): readonly string[] =>
  html.links.map(({ target }) => target).filter((target) => CODE.test(target));

export function mailLinks(html: HtmlFacts, text: string, known: readonly KnownName[]): readonly MailLink[] {
  const found = [
    ...html.links.map(({ target, text: words, tag }) => ({
      url: target,
      text: words,
      from: tag === "form" ? ("form" as const) : ("anchor" as const),
    })),
    ...html.refresh.map((url) => ({ url, text: "", from: "refresh" as const })),
    ...urlsInText(text).map((url) => ({ url, text: "", from: "text" as const })),
  ];
  const links = new Map<string, MailLink>();
  const looks = new Map<string, LookAlike | undefined>();
  for (const one of found) {
    const url = one.url.replace(/[\t\r\n]/g, "");
    if (links.has(`${url} ${one.text}`) || links.size >= LINKS_MAX) continue;
    if (!WEB.test(url) && !/^www\./i.test(url) && !url.startsWith("//")) continue;
    const parts = urlParts(url);
    if (!looks.has(parts.host)) looks.set(parts.host, parts.literal ? undefined : lookAlikeOf(parts.host, known));
    links.set(`${url} ${one.text}`, {
      ...one,
      url,
      parts,
      shownDomain: shownOther(one.text, parts),
      shortener: isShortener(parts),
      lookAlike: looks.get(parts.host),
      mixedScripts: hasMixedScripts(parts.host),
    });
  }
  return [...links.values()];
}

/** Words that are an address themselves, of another domain than the link leads to. */
function shownOther(words: string, target: UrlParts): string | undefined {
  const text = words.trim();
  if (text.length > 300 || /\s/.test(text)) return;
  const host = HOST_IN_WORDS.exec(text)?.[1]?.toLowerCase();
  if (host === undefined || text.includes("@")) return;
  const shown = registrable(host);
  if (!shown.includes(".") || !isDomain(shown)) return;
  return shown === target.domain ? undefined : shown;
}

const isDomain = (name: string): boolean => urlParts(`http://${name}/`).suffix !== name && /\.[a-z]{2,24}$/.test(name);
