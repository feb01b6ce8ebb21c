/** What of HTML and script stands in a text: tags, handlers, script addresses, breaking out of an attribute, calls that a test or theft makes. */
import type { Sign } from "./sql-signs.ts";

const ACTIVE =
  /^(?:script|iframe|img|svg|object|embed|applet|body|base|link|meta|style|form|input|video|audio|math|details|marquee|isindex|frameset|frame|layer|ilayer|bgsound|xml|table|div|button|textarea|select|keygen|source|template|animate|set|image)$/;
const SCRIPT_ADDRESS =
  /(?:j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t|v\s*b\s*s\s*c\s*r\s*i\s*p\s*t|livescript|mocha)\s*:|data\s*:\s*text\/html/i;
const TAG = /<\s*(\/?)\s*([a-z!?][a-z0-9:_-]{0,40})/gi;
const SHAPES: readonly (readonly [name: string, needs: string, shape: RegExp])[] = [
  ["xss.handler", "on", /(?:^|[\s/"'<>;`])on[a-z]{3,24}\s*=\s*["'`]?[^\s=]/i],
  ["xss.script-address", ":", SCRIPT_ADDRESS],
  ["xss.attribute-break", ">", /^[^<>]{0,40}["']\s*\/?>\s*<?/],
  ["xss.attribute-add", "=", /["'`]\s*(?:on[a-z]{3,24}|style|src|href|autofocus|formaction|srcdoc)\b[^=]{0,20}=/i],
  [
    "xss.call",
    "(",
    /\b(?:alert|prompt|confirm|eval|settimeout|setinterval|fetch|atob|fromcharcode|expression|import|execscript|msgbox)\s*[(`]/i,
  ],
  [
    "xss.call-hidden",
    "(",
    /(?:\(\s*(?:alert|prompt|confirm)\s*\)|(?:window|self|top|parent|globalthis|this)\s*\[\s*["'`/])/i,
  ],
  [
    "xss.document",
    "document",
    /\bdocument\s*(?:\.|\[)\s*["']?(?:cookie|write|location|domain|body|getelement|createelement)/i,
  ],
  ["xss.inner", "html", /\b(?:innerhtml|outerhtml|insertadjacenthtml|srcdoc)\b/i],
  ["xss.location", "location", /\b(?:window\s*\.\s*)?location(?:\.(?:href|hash|replace|assign))?\s*[=(]/i],
  ["xss.style", "style", /\bstyle\s*=\s*["']?[^"']{0,80}(?:expression|url\s*\(|behaviou?r|-moz-binding|@import)/i],
  ["xss.string-end", "'", /['"]\s*[;+-]\s*(?:[a-z_$][\w$.]{1,30}\s*\(|\/\/)/i],
];

export function markupSigns(text: string): readonly Sign[] {
  const signs: Sign[] = text.includes("<") ? tagSigns(text) : [];
  const folded = text.toLowerCase();
  for (const [name, needs, shape] of SHAPES) {
    if (!folded.includes(needs)) continue;
    const found = shape.exec(text);
    if (found !== null) signs.push({ name, from: found.index, to: found.index + found[0].length });
  }
  return signs;
}

/** Tags beyond these say nothing new. */
const TAGS_MAX = 40;

function tagSigns(text: string): Sign[] {
  const signs = new Map<string, Sign>();
  const see = (name: string, from: number, to: number): void => {
    if (!signs.has(name)) signs.set(name, { name, from, to });
  };
  let seen = 0;
  for (const { 0: whole, 1: slash, 2: name = "", index } of text.matchAll(TAG)) {
    seen += 1;
    if (seen > TAGS_MAX) break;
    const to = index + whole.length;
    const tag = name.toLowerCase();
    if (tag === "script") see("xss.script-tag", index, to);
    else if (ACTIVE.test(tag)) see(slash === "/" ? "xss.closing-tag" : "xss.active-tag", index, to);
    else if (/^[a-z]/.test(tag)) see("xss.other-tag", index, to);
    if (/^<\s+/.test(whole) || /[/]/.test(text.charAt(to))) see("xss.odd-tag", index, to);
  }
  return [...signs.values()];
}
