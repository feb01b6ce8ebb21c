/**
 * What an address itself says, without visiting it. Enters: an address as text. Leaves: numbers in the order of `URL_FEATURES`.
 * UF1. Only the letters of the address: no list of bad names, nothing that ages with a data set.
 */
import { entropyOf } from "../text/entropy.ts";
import { isShortener, type UrlParts, urlParts } from "./url-parts.ts";

type Measure = (parts: UrlParts, url: string) => number;

const count = (text: string, wanted: RegExp): number => text.match(wanted)?.length ?? 0;
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const longest = (words: readonly string[]): number => words.reduce((most, word) => Math.max(most, word.length), 0);
const labelsOf = (host: string): readonly string[] => host.split(".").filter((label) => label !== "");
const nameOf = ({ domain, suffix }: UrlParts): string => (suffix === "" ? domain : domain.slice(0, -suffix.length - 1));
const wordsOf = (text: string): readonly string[] => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");

const MEASURES: Readonly<Record<string, Measure>> = {
  length: (_, url) => url.length,
  hostLength: ({ host }) => host.length,
  pathLength: ({ path }) => path.length,
  queryLength: ({ query }) => query.length,
  fragmentLength: ({ fragment }) => fragment.length,
  labels: ({ host }) => labelsOf(host).length,
  longestLabel: ({ host }) => longest(labelsOf(host)),
  nameLength: (parts) => nameOf(parts).length,
  nameEntropy: (parts) => entropyOf(nameOf(parts)),
  nameDigits: (parts) => share(count(nameOf(parts), /\d/g), nameOf(parts).length),
  nameHyphens: (parts) => count(nameOf(parts), /-/g),
  nameVowels: (parts) => share(count(nameOf(parts), /[aeiouy]/g), nameOf(parts).length),
  suffixLength: ({ suffix }) => suffix.length,
  suffixLabels: ({ suffix }) => labelsOf(suffix).length,
  hostDigits: ({ host }) => share(count(host, /\d/g), host.length),
  hostHyphens: ({ host }) => count(host, /-/g),
  literal: ({ literal }) => Number(literal),
  punycode: ({ host }) => Number(/(?:^|\.)xn--/.test(host) || /[^\x00-\x7f]/.test(host)),
  port: ({ port }) => Number(port !== "" && port !== "80" && port !== "443"),
  userinfo: ({ userinfo }) => Number(userinfo !== ""),
  shortener: (parts) => Number(isShortener(parts)),
  www: ({ host }) => Number(host.startsWith("www.")),
  secure: ({ scheme }) => (scheme === "" ? Number.NaN : Number(scheme === "https")),
  depth: ({ path }) => path.split("/").filter((piece) => piece !== "").length,
  doubleSlash: ({ path }) => count(path, /\/\//g),
  longestPathWord: ({ path }) => longest(wordsOf(path)),
  pathDigits: ({ path }) => share(count(path, /\d/g), path.length),
  pathUpper: ({ path }) => share(count(path, /[A-Z]/g), path.length),
  pathEntropy: ({ path }) => entropyOf(path),
  ending: ({ path }) => endingOf(path),
  home: ({ path }) => Number(/\/~/.test(path)),
  hidden: ({ path }) => Number(/\/\.[a-z]/i.test(path)),
  parameters: ({ query }) => (query === "" ? 0 : query.split("&").length),
  longestValue: ({ query }) => longest(query.split(/[&=]/)),
  addressInside: ({ path, query }) => Number(/https?(?::|%3a)|www\./i.test(path + query)),
  mailInside: ({ path, query, fragment }) => Number(/[\w.]@[\w.]|%40/i.test(path + query + fragment)),
  nameInPath: ({ path }) => Number(/\b[a-z0-9-]{3,}\.(?:com|net|org|co|gov)\b/i.test(path)),
  suffixInLabels: ({ host, suffix }) =>
    Number(/(?:^|\.)(?:com|net|org)\./.test(host.slice(0, -suffix.length - 1 || undefined))),
  percents: (_, url) => count(url, /%[0-9a-f]{2}/gi),
  equals: (_, url) => count(url, /=/g),
  ats: (_, url) => count(url, /@/g),
  dots: (_, url) => count(url, /\./g),
  hyphens: (_, url) => count(url, /-/g),
  underscores: (_, url) => count(url, /_/g),
  specials: (_, url) => count(url, /[!$'()*,;~|^`{}[\]<>"]/g),
  digitShare: (_, url) => share(count(url, /\d/g), url.length),
  letterShare: (_, url) => share(count(url, /[a-z]/gi), url.length),
  hexRuns: (_, url) => count(url, /[0-9a-f]{16,}/gi),
  entropy: (_, url) => entropyOf(url),
};

/** 1: a page that a server makes, 2: a program or archive, 3: a document or picture, 4: plain page, 0: none. */
function endingOf(path: string): number {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  if (/^(?:php\d?|aspx?|jsp|cgi|pl|do|cfm)$/.test(ending)) return 1;
  if (/^(?:exe|scr|zip|rar|apk|jar|msi|js|vbs|bin|sh|ps1|iso|dll)$/.test(ending)) return 2;
  if (/^(?:pdf|docx?|xlsx?|jpe?g|png|gif)$/.test(ending)) return 3;
  return /^s?html?$/.test(ending) ? 4 : 0;
}

export const URL_FEATURES: readonly string[] = Object.keys(MEASURES);
const ALL = Object.values(MEASURES);

export function urlFeatures(url: string): Float64Array {
  const parts = urlParts(url);
  return Float64Array.from(ALL, (measure) => measure(parts, url));
}
