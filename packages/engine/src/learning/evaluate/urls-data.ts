/**
 * Lists of addresses as they are published -> labelled rows.
 *
 * UD1. A table's columns are found by name; without a header, the column that looks like addresses and the one whose few
 *      values are known labels. A plain list (one address a line) is labelled by its file's name.
 * UD2. PhiUSIIL says 1 for legitimate: a table with its columns is read so, and a note says it. Elsewhere 1 is bad.
 * UD3. Equal addresses once; those under both labels not at all.
 */
import { urlParts } from "../url/url-parts.ts";
import { readCsv } from "./read-csv.ts";
import type { DataFile, SuiteOutcome } from "./suite.ts";

export interface LabelledUrl {
  readonly url: string;
  readonly bad: boolean;
  /** The data's own word: phishing, defacement, benign. */
  readonly kind: string;
  readonly domain: string;
  readonly file: DataFile;
}

export interface UrlList {
  readonly urls: readonly LabelledUrl[];
  readonly copies: number;
  readonly contradictions: number;
  readonly notes: readonly string[];
  readonly unread: SuiteOutcome["unread"];
}

const GOOD = /^(?:good|benign|legit\w*|safe|normal|ham|nonphishing|no|false)$/;
const BAD = /^(?:bad|phish\w*|malware|malicious|defacement|spam|unsafe|fraud|scam|yes|true)$/;
const GOOD_NAME = /benign|legit|good|safe|normal|alexa|tranco|top-?sites|umbrella|majestic/i;
const BAD_NAME = /phish|malware|malicious|defac|spam|urlhaus|openphish|bad/i;
const URL_COLUMN = /^(?:url|urls|link|address|domain|website|site)$/;
const LABEL_COLUMN =
  /^(?:label|labels|type|class|status|result|target|category|phishing|ismalicious|isphishing|urltype)$/;
const UNREAD_NAMED = 20;

interface Reading {
  readonly urls: Map<string, LabelledUrl>;
  readonly both: Set<string>;
  readonly notes: string[];
  readonly unread: { where: string; reason: string }[];
  copies: number;
}

export async function readUrls(files: readonly DataFile[]): Promise<UrlList> {
  const into: Reading = { urls: new Map(), both: new Set(), notes: [], unread: [], copies: 0 };
  for (const file of files.filter(({ path }) => /\.(?:csv|tsv|txt|data|list|lst|json)$|(?:^|\/)[^./]+$/i.test(path))) {
    if (/(?:^|\/)(?:readme|license)/i.test(file.path)) continue;
    readFile(file, await file.bytes(), into);
  }
  for (const url of into.both) into.urls.delete(url);
  return {
    urls: [...into.urls.values()],
    copies: into.copies,
    contradictions: into.both.size,
    notes: into.notes,
    unread: into.unread,
  };
}

function readFile(file: DataFile, bytes: Uint8Array, into: Reading): void {
  const { rows } = readCsv(bytes, /\.tsv$/i.test(file.path) ? 9 : undefined);
  const head = (rows[0] ?? []).map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ""));
  const byName = {
    url: head.findIndex((name) => URL_COLUMN.test(name)),
    label: head.findLastIndex((name) => LABEL_COLUMN.test(name)),
  };
  const headed = byName.url >= 0;
  const columns = headed ? byName : columnsByLook(rows);
  if (columns.url < 0) {
    into.unread.push({ where: file.path, reason: `no column of addresses: ${head.slice(0, 8).join(", ")}` });
    return;
  }
  const inverted = headed && head.includes("urlsimilarityindex");
  if (inverted) into.notes.push(`${file.path}: its 1 means legitimate (PhiUSIIL)`);
  const named = kindOfName(file.path);
  const labels = columns.label < 0 && named === undefined ? undefined : { column: columns.label, named, inverted };
  if (labels === undefined) {
    into.unread.push({ where: file.path, reason: "neither a column of labels nor a name that tells the class" });
    return;
  }
  let odd = 0;
  rows.slice(headed ? 1 : 0).forEach((row, index) => {
    const url = (row[columns.url] ?? "").trim();
    const kind = labels.column < 0 ? labels.named : kindOf(row[labels.column] ?? "", labels.inverted);
    if (kind !== undefined && looksLikeUrl(url)) {
      add(into, { url, file, ...kind });
      return;
    }
    odd += 1;
    if (odd <= UNREAD_NAMED)
      into.unread.push({
        where: `${file.path}:${index + (headed ? 2 : 1)}`,
        reason: kind === undefined ? "no label that is understood" : "no address",
      });
  });
  if (odd > UNREAD_NAMED) into.unread.push({ where: file.path, reason: `${odd - UNREAD_NAMED} more rows` });
}

interface Kind {
  readonly bad: boolean;
  readonly kind: string;
}

function add(into: Reading, found: Kind & { readonly url: string; readonly file: DataFile }): void {
  const known = into.urls.get(found.url);
  if (known === undefined) into.urls.set(found.url, { ...found, domain: urlParts(found.url).domain });
  else if (known.bad === found.bad) into.copies += 1;
  else into.both.add(found.url);
}

function kindOf(text: string, inverted: boolean): Kind | undefined {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, "");
  if (/^[01](?:\.0)?$/.test(word)) {
    const bad = word.startsWith("1") !== inverted;
    return { bad, kind: bad ? "bad" : "good" };
  }
  if (word === "-1") return { bad: true, kind: "bad" };
  if (GOOD.test(word)) return { bad: false, kind: word };
  return BAD.test(word) ? { bad: true, kind: word } : undefined;
}

function kindOfName(path: string): Kind | undefined {
  for (const name of path.split("/").toReversed()) {
    if (GOOD_NAME.test(name)) return { bad: false, kind: "benign" };
    const bad = BAD_NAME.exec(name);
    if (bad !== null) return { bad: true, kind: bad[0].toLowerCase() };
  }
  return undefined;
}

const LOOKED_AT = 200;

/** UD1 without a header. */
function columnsByLook(rows: readonly (readonly string[])[]): { url: number; label: number } {
  const some = rows.slice(0, LOOKED_AT);
  const width = some.reduce((most, row) => Math.max(most, row.length), 0);
  const share = (at: number, holds: (text: string) => boolean): number =>
    some.filter((row) => holds(row[at] ?? "")).length / Math.max(1, some.length);
  const columns = Array.from({ length: width }, (_, at) => at);
  return {
    url: columns.find((at) => share(at, looksLikeUrl) > 0.8) ?? -1,
    label: columns.findLast((at) => share(at, (text) => kindOf(text, false) !== undefined) > 0.95) ?? -1,
  };
}

const looksLikeUrl = (text: string): boolean =>
  text.length <= 10_000 && /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^\s/]+\.[^\s]+|^https?:/i.test(text);
