/**
 * Names with their class and family, from the layouts in which lists are published: `domain,dga|legit`, `host,domain,class,subclass`,
 * `dga,family,domain`, `family<TAB>domain<TAB>from<TAB>until`, `rank,domain`, one name a line in a file or folder that says what it
 * is. Each row is read by what its fields are, so that heads, extra columns and their order do not matter.
 *
 * DR1. A class is read from the row, then from the file's place and name; a row of neither is named, never guessed. (The suite
 *      may say what bare lists are that nothing tells about: `untold`.)
 * DR2. Of a very long file every so many-th line is read, and the cut is named.
 */
import { namePartsOf } from "../domains/name-parts.ts";
import { fileTells, type Told } from "./dga-told.ts";
import { everyLine, readCsv } from "./read-csv.ts";
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
const TAB = 9;

/** Rows that no field of which is a name are counted by file beyond these. */
const NAMED_MAX = 20;
/** Lists of many millions of names are published; this many of one file are more than is learnt from. */
const LINES_MAX = 600_000;
const LABEL = /^[a-z0-9-]{3,63}$/;
/** Some sets give names without their suffix; one that does not exist keeps them whole. */
const NO_SUFFIX = ".invalid";

export interface ReadNames {
  readonly rows: readonly NameRow[];
  readonly unread: SuiteOutcome["unread"];
}

/** `untold`: the class of rows that neither they nor the file tell. */
export async function readNames(file: DataFile, untold?: "generated"): Promise<ReadNames> {
  const table = tableOf(await file.bytes());
  const lines = withoutNumbers(table.lines);
  const rows: NameRow[] = [];
  const unread: { where: string; reason: string }[] = [];
  let more = 0;
  const own = fileTells(file.path);
  const told = own.generated === undefined && untold !== undefined ? { ...own, generated: true } : own;
  lines.forEach((fields, at) => {
    // `isDGA,domain,host,subclass` would else be a generated name of the family `host`.
    const read =
      at === 0 && isHead(fields) && !fields.some((field) => field.includes(".")) ? "" : readRow(fields, told);
    if (typeof read !== "string") rows.push({ ...read, file: file.path });
    else if (read === "" || (at === 0 && isHead(fields))) return;
    else if (unread.length < NAMED_MAX) unread.push({ where: `${file.path} row ${at + 1}`, reason: read });
    else more += 1;
  });
  if (more > 0) unread.push({ where: file.path, reason: `${more} further rows without a name or class` });
  if (table.step > 1) unread.push({ where: file.path, reason: `long: one line in ${table.step} was read` });
  return { rows, unread };
}

interface NameTable {
  readonly lines: readonly (readonly string[])[];
  /** Every so many-th line was read. */
  readonly step: number;
}

function tableOf(bytes: Uint8Array): NameTable {
  const head = new TextDecoder("utf-8").decode(bytes.subarray(0, 4_096)).trimStart();
  const sample = head.split("\n").find((line) => line.trim() !== "" && !isComment(line)) ?? "";
  if (/^[[{]/.test(sample)) return { lines: linesOfJson(new TextDecoder("utf-8").decode(bytes)), step: 1 };
  const { bytes: some, step } = everyLine(bytes, LINES_MAX);
  const { rows } = readCsv(some, sample.includes("\t") ? TAB : sample.includes(";") && !sample.includes(",") ? 59 : 44);
  const lines = rows
    .filter(([first = ""]) => !isComment(first))
    .map((row) => (row.length === 1 ? (row[0] ?? "").trim().split(/\s+/) : row));
  return { lines, step };
}

const isComment = (line: string): boolean => /^\s*(?:#|\/\/|;)/.test(line);

/** One object a line; or one text: a list of names or objects, or lists of names by family. */
function linesOfJson(text: string): readonly (readonly string[])[] {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    return text.split("\n").map(fieldsOfJson);
  }
  if (Array.isArray(whole)) return whole.map(fieldsOf);
  if (typeof whole !== "object" || whole === null) return [];
  const lists = Object.entries(whole).filter(([, list]) => Array.isArray(list));
  if (lists.length === 0) return [fieldsOf(whole)];
  return lists.flatMap(([key, list]) => (list as readonly unknown[]).map((one) => [...fieldsOf(one), key]));
}

const fieldsOf = (one: unknown): readonly string[] =>
  typeof one === "object" && one !== null ? Object.values(one).map(String) : [String(one)];

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
    return fieldsOf(JSON.parse(line));
  } catch {
    return line.trim() === "" ? [] : [line];
  }
}

const isHead = (fields: readonly string[]): boolean =>
  fields.some((field) =>
    /^(?:domain|host|name|class|label|family|type|url|fqdn|rank|globalrank|subclass)$/i.test(field.trim()),
  );

/** A text says why the row cannot be read; an empty one, that nothing stands there. */
function readRow(raw: readonly string[], told: Told): Omit<NameRow, "file"> | string {
  const fields = raw.map((field) => field.trim());
  if (fields.every((field) => field === "")) return "";
  const dotted = fields.findIndex((field) => namePartsOf(field) !== undefined && !/^\d+(?:\.\d+)+$/.test(field));
  const at = dotted >= 0 ? dotted : bareLabel(fields);
  if (at < 0) return "no field is a DNS name with a registered part";
  const name = `${(fields[at] ?? "").toLowerCase()}${dotted >= 0 ? "" : NO_SUFFIX}`;
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

/** Beside a class (`gouwlqiobez,dga`) a label alone is a name without its suffix. */
function bareLabel(fields: readonly string[]): number {
  const isClass = (field: string): boolean => USUAL.test(field) || MADE.test(field);
  if (!fields.some(isClass)) return -1;
  return fields.findIndex((field) => LABEL.test(field.toLowerCase()) && !isClass(field));
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
