/** CSV with a mapping of columns, by name or number; without one, names that feeds commonly use are looked for. */
import { INDICATOR_KINDS, type IndicatorFacts, type IndicatorKind } from "@cordon/model/indicator";
import type { FeedText } from "@cordon/model/ports/intel";
import { LEVELS } from "@cordon/model/rule";
import {
  bad,
  confidenceOf,
  dayOf,
  type FeedItem,
  type FeedSays,
  itemOf,
  LABEL_MAX,
  type RowSays,
  timeOf,
} from "./feed.ts";
import { linesOf } from "./text.ts";

export const CSV_ROLES = [
  "value",
  "kind",
  "confidence",
  "label",
  "severity",
  "tlp",
  "seen",
  "validFrom",
  "validUntil",
] as const;
type Role = (typeof CSV_ROLES)[number];
/** Name in the header, or number from 0. */
export type CsvColumns = Partial<Readonly<Record<Role, string | number>>>;

const COMMON: Readonly<Record<Role, readonly string[]>> = {
  value: [
    "indicator",
    "ioc",
    "ioc_value",
    "value",
    "url",
    "domain",
    "ip",
    "dst_ip",
    "ip_address",
    "sha256_hash",
    "sha256",
    "sha1",
    "md5",
    "hash",
    "host",
    "hostname",
    "email",
  ],
  kind: ["kind", "type", "ioc_type", "indicator_type"],
  confidence: ["confidence", "confidence_level", "score"],
  label: ["label", "malware", "malware_printable", "threat", "signature", "description"],
  severity: ["severity", "level"],
  tlp: ["tlp"],
  seen: ["last_seen", "last_seen_utc", "last_online", "first_seen", "first_seen_utc", "dateadded", "date"],
  validFrom: ["valid_from"],
  validUntil: ["valid_until", "expires", "expiration"],
};

const KIND_NAMES: Readonly<Record<string, IndicatorKind>> = {
  ...Object.fromEntries(INDICATOR_KINDS.map((kind) => [kind, kind])),
  ...{
    "ip:port": "ip",
    ipv4: "ip",
    ipv6: "ip",
    "ipv4-addr": "ip",
    "ipv6-addr": "ip",
    address: "ip",
    "ip-dst": "ip",
    "ip-src": "ip",
  },
  ...{
    subnet: "cidr",
    network: "cidr",
    netblock: "cidr",
    "domain-name": "domain",
    hostname: "domain",
    fqdn: "domain",
    host: "domain",
  },
  ...{
    uri: "url",
    md5: "hash",
    sha1: "hash",
    sha256: "hash",
    sha512: "hash",
    md5_hash: "hash",
    sha1_hash: "hash",
    sha256_hash: "hash",
  },
  ...{
    "email-addr": "email",
    mail: "email",
    registry: "regkey",
    "windows-registry-key": "regkey",
    filename: "file",
    "file-path": "file",
  },
};

/** Cells of a row; quotes as in RFC 4180, within one line. */
function cellsOf(line: string, delimiter: string): readonly string[] {
  const cells: string[] = [];
  for (let at = 0; at <= line.length; ) {
    while (line[at] === " ") at += 1;
    if (line[at] === '"') {
      let cell = "";
      for (at += 1; at < line.length; at += 1) {
        if (line[at] !== '"') cell += line[at];
        else if (line[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else break;
      }
      cells.push(cell);
      const next = line.indexOf(delimiter, at);
      at = next < 0 ? line.length + 1 : next + 1;
      continue;
    }
    const next = line.indexOf(delimiter, at);
    cells.push(line.slice(at, next < 0 ? line.length : next).trim());
    at = next < 0 ? line.length + 1 : next + 1;
  }
  return cells;
}

type Places = Partial<Record<Role, number>>;

export function* readCsv(text: FeedText, feed: FeedSays, columns: CsvColumns = {}): Generator<FeedItem> {
  let delimiter: string | undefined;
  let places: Places | undefined;
  let comment = "";
  for (const [line, whole] of linesOf(text)) {
    const trimmed = whole.replace(/^\ufeff/, "").replace(/\r$/, "");
    if (trimmed.trim() === "") continue;
    if (/^\s*#/.test(trimmed)) {
      comment = trimmed.replace(/^\s*#+\s*/, "");
      continue;
    }
    delimiter ??= delimiterOf(trimmed);
    const cells = cellsOf(trimmed, delimiter);
    if (places === undefined) {
      const [found, isHeader] = placesOf(cells, cellsOf(comment, delimiter), columns);
      if (found === undefined)
        return yield bad(
          line,
          `no column with indicators; name it in \`columns.value\` (header: ${trimmed.slice(0, 120)})`,
        );
      places = found;
      if (isHeader) continue;
    }
    yield rowItem(cells, line, feed, places);
  }
}

const delimiterOf = (line: string): string =>
  [",", "\t", ";", "|"].reduce((best, mark) => (line.split(mark).length > line.split(best).length ? mark : best));

/** The header is the first row, or the comment above it; with numbers alone there need not be one. */
function placesOf(
  first: readonly string[],
  comment: readonly string[],
  columns: CsvColumns,
): readonly [Places | undefined, boolean] {
  for (const [names, isHeader] of [
    [first, true],
    [comment, false],
  ] as const) {
    const places = namedPlaces(names, columns);
    if (places !== undefined) return [places, isHeader];
  }
  return typeof columns.value === "number" ? [namedPlaces([], columns, true), false] : [undefined, false];
}

function namedPlaces(names: readonly string[], columns: CsvColumns, numbersAlone = false): Places | undefined {
  const lower = names.map((name) => name.trim().toLowerCase());
  const places: Places = {};
  let named = numbersAlone;
  for (const role of CSV_ROLES) {
    const column = columns[role];
    if (typeof column === "number") {
      places[role] = column;
      continue;
    }
    const wanted = column === undefined ? COMMON[role] : [column.toLowerCase()];
    const at = wanted.map((name) => lower.indexOf(name)).find((index) => index >= 0);
    if (at === undefined) continue;
    places[role] = at;
    named = true;
  }
  return named && places.value !== undefined ? places : undefined;
}

function rowItem(cells: readonly string[], line: number, feed: FeedSays, places: Places): FeedItem {
  const cell = (role: Role): string => {
    const place = places[role];
    return place === undefined ? "" : (cells[place] ?? "").trim();
  };
  const facts: { -readonly [Key in keyof IndicatorFacts]?: IndicatorFacts[Key] } = {};
  const confidence = confidenceOf(cell("confidence"));
  if (confidence !== undefined) facts.confidence = confidence;
  const label = cell("label");
  if (label !== "" && label.toLowerCase() !== "none") facts.label = label.slice(0, LABEL_MAX);
  const severity = LEVELS.find((level) => level === cell("severity").toLowerCase());
  if (severity !== undefined) facts.severity = severity;
  if (cell("tlp") !== "") facts.tlp = cell("tlp").toLowerCase().replace(/^tlp:/, "").slice(0, 20);
  const seen = dayOf(timeOf(cell("seen")));
  if (seen !== undefined) facts.asOf = seen;
  const row: RowSays = {
    kind: KIND_NAMES[cell("kind").toLowerCase()],
    facts,
    validFrom: timeOf(cell("validFrom")),
    validUntil: timeOf(cell("validUntil")),
  };
  return itemOf(cell("value"), line, feed, row);
}
