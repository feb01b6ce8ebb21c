/**
 * What a mail's HTML shows and does, without rendering it. Enters: HTML text. Leaves: visible text, links with the words
 * they stand under, and counts of what letters do not need (forms, scripts, hidden text).
 *
 * HS1. Never throws, one pass: broken HTML is the rule in mail. What a browser would hide is kept apart, not dropped.
 */

export interface HtmlLink {
  readonly target: string;
  /** Words of the anchor; empty where it holds only a picture. */
  readonly text: string;
  /** `area` and `form` lead somewhere as well. */
  readonly tag: "a" | "area" | "form";
}

export interface HtmlFacts {
  readonly text: string;
  readonly hidden: string;
  readonly links: readonly HtmlLink[];
  readonly images: readonly string[];
  readonly tags: Readonly<Record<string, number>>;
  readonly passwordFields: number;
  /** `<meta http-equiv=refresh>` targets. */
  readonly refresh: readonly string[];
  /** Text of scripts: looked at for smuggling, never run. */
  readonly script: string;
  /** Comments, as a share of all characters: used to break up words. */
  readonly commentShare: number;
}

const LINKS_MAX = 2_000;
const HTML_CHARS_MAX = 2 ** 20;
const COUNTED = new Set([
  "a",
  "img",
  "form",
  "input",
  "script",
  "iframe",
  "object",
  "embed",
  "font",
  "table",
  "style",
  "meta",
  "base",
  "area",
  "svg",
  "button",
  "select",
]);
const BLOCK = /^(?:p|div|br|tr|td|li|h[1-6]|table|ul|ol|hr|center|blockquote|title)$/;
const HIDING =
  /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*[01](?:px|pt|em|%)?\s*(?:;|!|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)|mso-hide\s*:\s*all|max-height\s*:\s*0/i;
const VOID = /^(?:br|img|hr|input|meta|base|link|area|col|embed|source|wbr)$/;

interface Scan {
  readonly visible: string[];
  readonly hidden: string[];
  readonly links: HtmlLink[];
  readonly images: string[];
  readonly refresh: string[];
  readonly script: string[];
  readonly tags: Record<string, number>;
  passwordFields: number;
  comments: number;
  /** Tag and depth since which text is hidden. */
  hiddenBy: string | undefined;
  hiddenDepth: number;
  anchor: { readonly target: string; readonly words: string[] } | undefined;
}

const COMMENT = "<!--";
const TAG_START = /<(\/?)([a-zA-Z][a-zA-Z0-9:]{0,40})|<[!?]/y;
const ATTRIBUTES_CHARS_MAX = 8_192;

export function scanHtml(source: string): HtmlFacts {
  const html = source.slice(0, HTML_CHARS_MAX);
  const scan: Scan = {
    visible: [],
    hidden: [],
    links: [],
    images: [],
    refresh: [],
    script: [],
    tags: {},
    passwordFields: 0,
    comments: 0,
    hiddenBy: undefined,
    hiddenDepth: 0,
    anchor: undefined,
  };
  let from = 0;
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", at)) {
    if (html.startsWith(COMMENT, at)) {
      addText(scan, html.slice(from, at));
      const end = html.indexOf("-->", at + COMMENT.length);
      from = end < 0 ? html.length : end + 3;
      scan.comments += from - at;
      at = from;
      continue;
    }
    TAG_START.lastIndex = at;
    const start = TAG_START.exec(html);
    if (start === null) {
      at += 1;
      continue;
    }
    addText(scan, html.slice(from, at));
    const end = tagEnd(html, at + start[0].length);
    from = step(scan, html, {
      start,
      attributes: html.slice(at + start[0].length, end),
      from: end + Number(html[end] === ">"),
    });
    at = from;
  }
  addText(scan, html.slice(from));
  endAnchor(scan);
  return {
    text: tidy(scan.visible),
    hidden: tidy(scan.hidden),
    links: scan.links,
    images: scan.images,
    tags: scan.tags,
    passwordFields: scan.passwordFields,
    refresh: scan.refresh,
    script: scan.script.join("\n"),
    commentShare: html.length === 0 ? 0 : scan.comments / html.length,
  };
}

/**
 * Where the tag ends: at `>` outside of quotes, or where the next tag begins, or at the end. A quote that is not closed
 * before the next tag is a letter like others: so each character is looked at twice at most.
 */
function tagEnd(html: string, from: number): number {
  let at = from;
  while (at < html.length) {
    const letter = html[at];
    if (letter === ">" || letter === "<") return at;
    if (letter === '"' || letter === "'") {
      const close = quoteEnd(html, at + 1, letter);
      at = close < 0 ? at : close;
    }
    at += 1;
  }
  return html.length;
}

function quoteEnd(html: string, from: number, quote: string): number {
  for (let at = from; at < html.length && html[at] !== "<"; at += 1) if (html[at] === quote) return at;
  return -1;
}

function step(
  scan: Scan,
  html: string,
  { start, attributes, from }: { start: RegExpExecArray; attributes: string; from: number },
): number {
  const [, closing, name] = start;
  if (name === undefined) return from;
  const tag = name.toLowerCase();
  if (closing === "/") close(scan, tag);
  else if (open(scan, tag, attributes.slice(0, ATTRIBUTES_CHARS_MAX))) return skipRaw(scan, { html, tag, from });
  return from;
}

function addText(scan: Scan, raw: string): void {
  if (raw === "") return;
  const text = decodeEntities(raw);
  (scan.hiddenBy === undefined ? scan.visible : scan.hidden).push(text);
  scan.anchor?.words.push(text);
}

/** true: what follows is no markup (script, style) and is to be skipped. */
function open(scan: Scan, tag: string, attributes: string): boolean {
  if (COUNTED.has(tag)) scan.tags[tag] = (scan.tags[tag] ?? 0) + 1;
  if (BLOCK.test(tag)) (scan.hiddenBy === undefined ? scan.visible : scan.hidden).push("\n");
  if (scan.hiddenBy === tag && !VOID.test(tag)) scan.hiddenDepth += 1;
  else if (scan.hiddenBy === undefined && !VOID.test(tag) && isHiding(attributes)) {
    scan.hiddenBy = tag;
    scan.hiddenDepth = 1;
  }
  if (tag === "a") {
    endAnchor(scan);
    const target = attributeOf(attributes, "href");
    if (target !== undefined) scan.anchor = { target, words: [] };
  } else if (tag === "area" || tag === "form") {
    const target = attributeOf(attributes, tag === "form" ? "action" : "href");
    if (target !== undefined && scan.links.length < LINKS_MAX) scan.links.push({ target, text: "", tag });
  } else if (tag === "img") {
    const target = attributeOf(attributes, "src");
    if (target !== undefined && scan.images.length < LINKS_MAX) scan.images.push(target);
  } else if (tag === "input") {
    if (/^password$/i.test(attributeOf(attributes, "type") ?? "")) scan.passwordFields += 1;
  } else if (tag === "meta" && /^refresh$/i.test(attributeOf(attributes, "http-equiv") ?? "")) {
    const target = /url\s*=\s*['"]?([^'"]+)/i.exec(attributeOf(attributes, "content") ?? "")?.[1];
    if (target !== undefined) scan.refresh.push(target);
  }
  return tag === "script" || tag === "style" || tag === "title";
}

const isHiding = (attributes: string): boolean =>
  attributes.length > 0 &&
  (HIDING.test(attributeOf(attributes, "style") ?? "") || /\shidden(?:\s|=|$)/i.test(attributes));

function skipRaw(scan: Scan, { html, tag, from }: { html: string; tag: string; from: number }): number {
  const end = html.slice(from).search(new RegExp(`</${tag}\\b`, "i"));
  const to = end < 0 ? html.length : from + end;
  if (tag === "script") scan.script.push(html.slice(from, to));
  return to;
}

function close(scan: Scan, tag: string): void {
  if (tag === "a") endAnchor(scan);
  if (BLOCK.test(tag)) (scan.hiddenBy === undefined ? scan.visible : scan.hidden).push("\n");
  if (scan.hiddenBy !== tag) return;
  scan.hiddenDepth -= 1;
  if (scan.hiddenDepth <= 0) scan.hiddenBy = undefined;
}

function endAnchor(scan: Scan): void {
  const { anchor } = scan;
  scan.anchor = undefined;
  if (anchor === undefined || scan.links.length >= LINKS_MAX) return;
  scan.links.push({ target: anchor.target, text: tidy(anchor.words), tag: "a" });
}

const ATTRIBUTE = /([^\s"'<>/=]{1,64})\s{0,16}=\s{0,16}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;

function attributeOf(attributes: string, wanted: string): string | undefined {
  for (const [, name, double, single, plain] of attributes.matchAll(ATTRIBUTE))
    if (name?.toLowerCase() === wanted) return decodeEntities(double ?? single ?? plain ?? "").trim();
  return undefined;
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  copy: "©",
  reg: "®",
  trade: "™",
  ndash: "–",
  mdash: "—",
  rsquo: "’",
  lsquo: "‘",
  rdquo: "”",
  ldquo: "“",
  bull: "•",
  hellip: "…",
  euro: "€",
  pound: "£",
  zwnj: "\u200c",
  zwj: "\u200d",
  shy: "\u00ad",
};

export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));?/g, (all, decimal, hex, name) => {
    if (typeof name === "string") return NAMED[name] ?? all;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : "";
  });
}

const tidy = (pieces: readonly string[]): string =>
  pieces
    .join("")
    .replace(/[ \t\r\f\u00a0]+/g, " ")
    .replace(/ ?\n[ \n]*/g, "\n")
    .trim();
