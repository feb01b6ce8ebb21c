/**
 * Names with their class and family, from the layouts in which lists are published: `domain,dga|legit`, `host,domain,class,subclass`,
 * `dga,family,domain`, `family<TAB>domain<TAB>from<TAB>until`, `rank,domain`, one name a line in a file or folder that says what it
 * is. Each row is read by what its fields are, so that heads, extra columns and their order do not matter.
 *
 * DR1. A class is read from the row, then from the file's name; a row of neither is named, never guessed.
 */
import { namePartsOf } from "../domains/name-parts.ts";
import { readCsv } from "./read-csv.ts";
import type { DataFile, SuiteOutcome } from "./suite.ts";

export interface NameRow {
  readonly name: string;
  readonly generated: boolean;
  /** `usual` for names that people chose; `unnamed` where only the class is told. */
  readonly family: string;
  readonly file: string;
}

export const USUAL_FAMILY = "usual";
export const UNNAMED_FAMILY = "unnamed";

const USUAL =
  /^(?:legit|legitimate|benign|normal|good|clean|white|whitelist|safe|usual|alexa|umbrella|tranco|majestic|cisco|opendns|top-?1m|0|non-?dga|not-?dga)$/i;
const MADE = /^(?:dga|malicious|malware|bad|generated|black|1|isdga|botnet)$/i;
const USUAL_FILE = /(?:legit|benign|normal|good|alexa|umbrella|tranco|majestic|top[-_]?\d|opendns|white|safe|usual)/i;
const MADE_FILE = /(?:dga|malicious|malware|generated|bambenek|netlab|feed|botnet|families)/i;
const TAB = 9;

/** Rows that no field of which is a name are counted by file beyond these. */
const NAMED_MAX = 20;

export async function readNames(
  file: DataFile,
): Promise<{ readonly rows: readonly NameRow[]; readonly unread: SuiteOutcome["unread"] }> {
  const lines = withoutNumbers(tableOf(await file.bytes()));
  const rows: NameRow[] = [];
  const unread: { where: string; reason: string }[] = [];
  let more = 0;
  const told = fileTells(file.path);
  lines.forEach((fields, at) => {
    const read = readRow(fields, told);
    if (typeof read !== "string") rows.push({ ...read, file: file.path });
    else if (read === "" || (at === 0 && isHead(fields))) return;
    else if (unread.length < NAMED_MAX) unread.push({ where: `${file.path} row ${at + 1}`, reason: read });
    else more += 1;
  });
  if (more > 0) unread.push({ where: file.path, reason: `${more} further rows without a name or class` });
  return { rows, unread };
}

function tableOf(bytes: Uint8Array): readonly (readonly string[])[] {
  const head = new TextDecoder("utf-8").decode(bytes.subarray(0, 4_096));
  const sample = head.split("\n").filter((line) => !line.startsWith("#"))[0] ?? "";
  if (sample.startsWith("{")) return new TextDecoder("utf-8").decode(bytes).split("\n").map(fieldsOfJson);
  const { rows } = readCsv(
    bytes,
    sample.includes("\t") ? TAB : sample.includes(";") && !sample.includes(",") ? 59 : 44,
  );
  return rows
    .filter(([first = ""]) => !first.startsWith("#"))
    .map((row) => (row.length === 1 ? (row[0] ?? "").trim().split(/\s+/) : row));
}

/** Ranks and counts tell nothing, and a rank of 1 is no class: columns with any other whole number are emptied of them. */
function withoutNumbers(lines: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const counting = new Set<number>();
  for (const fields of lines)
    fields.forEach((field, column) => {
      if (/^\d+$/.test(field) && field !== "0" && field !== "1") counting.add(column);
    });
  if (counting.size === 0) return lines;
  return lines.map((fields) =>
    fields.map((field, column) => (counting.has(column) && /^\d+$/.test(field) ? "" : field)),
  );
}

function fieldsOfJson(line: string): readonly string[] {
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === "object" && read !== null ? Object.values(read).map(String) : [line];
  } catch {
    return line.trim() === "" ? [] : [line];
  }
}

interface Told {
  readonly generated: boolean | undefined;
  readonly family: string;
}

function fileTells(path: string): Told {
  const parts = path.split(/[/!]/);
  const bare = (parts.at(-1) ?? "").replace(/\.[a-z0-9.]+$/i, "");
  const folder = parts.at(-2) ?? "";
  // A file of numbers in a folder (`banjori/list/10000.txt`) is named after the folder that is a name.
  const family = /^\d+$|^list$/i.test(bare)
    ? (parts.slice(0, -1).findLast((part) => !/^(?:list|\d+)$/i.test(part)) ?? bare)
    : bare;
  const own = `${folder} ${bare}`;
  const both = MADE_FILE.test(own) && USUAL_FILE.test(own);
  return {
    generated: both ? undefined : USUAL_FILE.test(own) ? false : MADE_FILE.test(own) ? true : undefined,
    family: family.toLowerCase(),
  };
}

const isHead = (fields: readonly string[]): boolean =>
  fields.some((field) =>
    /^(?:domain|host|name|class|label|family|type|url|fqdn|rank|globalrank|subclass)$/i.test(field.trim()),
  );

/** A text says why the row cannot be read; an empty one, that nothing stands there. */
function readRow(raw: readonly string[], told: Told): Omit<NameRow, "file"> | string {
  const fields = raw.map((field) => field.trim());
  if (fields.every((field) => field === "")) return "";
  const at = fields.findIndex((field) => namePartsOf(field) !== undefined && !/^\d+(?:\.\d+)+$/.test(field));
  if (at < 0) return "no field is a DNS name with a registered part";
  const name = (fields[at] ?? "").toLowerCase();
  const others = fields.filter((_, place) => place !== at);
  const described = others.map((field) => /used by (\S+)/i.exec(field)?.[1]).find((found) => found !== undefined);
  if (described !== undefined) return { name, generated: true, family: described.toLowerCase() };
  // `host,domain,class`: the bare label beside its host is no family.
  const texts = others.filter((field) => /^[a-z][\w .+-]*$/i.test(field) && !name.includes(field.toLowerCase()));
  const usual = others.find((field) => USUAL.test(field) && !isRank(field, others));
  const made = others.find((field) => MADE.test(field) && !isRank(field, others));
  const words = texts.filter((field) => !USUAL.test(field) && !MADE.test(field));
  const family = words.find((field) => /[a-z]{2}/i.test(field))?.toLowerCase();
  if (made !== undefined || (usual === undefined && family !== undefined && told.generated !== false))
    return { name, generated: true, family: family ?? UNNAMED_FAMILY };
  if (usual !== undefined) return { name, generated: false, family: USUAL_FAMILY };
  return byFile(name, others, told);
}

/** 0 and 1 are classes only where no other field tells; alone they may be a rank. */
const isRank = (field: string, others: readonly string[]): boolean =>
  /^[01]$/.test(field) && others.some((other) => /^(?:dga|legit|benign|malicious)$/i.test(other));

function byFile(name: string, others: readonly string[], { generated, family }: Told): Omit<NameRow, "file"> | string {
  const ranked = others.length > 0 && others[0] === "";
  if (generated === false || (ranked && generated === undefined))
    return { name, generated: false, family: USUAL_FAMILY };
  if (generated === true) return { name, generated: true, family };
  return others.length === 0
    ? "neither the row nor the file's name says what the name is"
    : "no class in the row or the file's name";
}
