/**
 * What people are told about an incident, made safe to send.
 * In: text that may come from logs. Out: text without control, bidi or invisible characters, links defanged, bounded.
 */

export interface Notice {
  readonly incident: string;
  readonly title: string;
  readonly severity: string;
  readonly priority: number;
  readonly summary: readonly string[];
  /** Link to the incident in the console; made by us, never from a log. */
  readonly link?: string;
}

/** A title is one line of a mail or a chat; a summary is read on a telephone. */
const TITLE_CHARS_MAX = 200;
const LINE_CHARS_MAX = 500;
const LINES_MAX = 50;

/** Control and format characters (bidi, zero width, tags), line and paragraph separators, variation selectors. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\p{Variation_Selector}/gu;

export function safeLine(text: string, charsMax = LINE_CHARS_MAX): string {
  const plain = text.replace(INVISIBLE, " ").replace(/ {2,}/g, " ").trim();
  const defanged = plain.replace(/\b(h)tt(ps?:\/\/)/gi, "$1xx$2").replace(/\bwww\./gi, "www[.]");
  return defanged.length > charsMax ? `${defanged.slice(0, charsMax - 1)}…` : defanged;
}

export function safeNotice(notice: Notice): Notice {
  const lines = notice.summary.slice(0, LINES_MAX).map((line) => safeLine(line));
  const cut = notice.summary.length - lines.length;
  return {
    ...notice,
    title: safeLine(notice.title, TITLE_CHARS_MAX),
    severity: safeLine(notice.severity, 20),
    summary: cut > 0 ? [...lines, `and ${cut} more`] : lines,
  };
}

export function noticeText(notice: Notice): string {
  const head = [`${notice.incident}  ${notice.severity}, priority ${notice.priority}`, notice.title];
  return [...head, "", ...notice.summary, ...(notice.link === undefined ? [] : ["", notice.link])].join("\n");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? "");

export function noticeHtml(notice: Notice): string {
  const lines = notice.summary.map((line) => `<li>${escapeHtml(line)}</li>`).join("");
  const link = notice.link === undefined ? "" : `<p><a href="${escapeHtml(notice.link)}">Open in Cordon</a></p>`;
  return `<h1>${escapeHtml(notice.title)}</h1><p>${escapeHtml(notice.incident)}: ${escapeHtml(notice.severity)}, priority ${notice.priority}</p><ul>${lines}</ul>${link}`;
}
