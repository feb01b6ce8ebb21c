/**
 * All lists of names in the data: which files are read, and what lists are that nothing tells about.
 *
 * DL1. Every file is read or named. Of lists of one family that hold each other (`1000.txt`, `5000.txt`), one is read.
 * DL2. Where some lists are told to be usual, a list that nothing tells about is taken as a family of its own, and the notes say so.
 */
import { type NameRow, readNames } from "./dga-rows.ts";
import { fileTells } from "./dga-told.ts";
import { type DataFile, evalError, type SuiteInput, type SuiteOutcome } from "./suite.ts";

const LIST = /\.(?:csv|txt|tsv|json|jsonl|ndjson|list|dga|domains?|dat|lst)$|(?:^|[/!])[^.]+$/i;
const ABOUT =
  /(?:^|[/!])(?:readme|license|licence|copying|notice|changelog|authors|citation|requirements|robots)[^/!]*$/i;
const NESTED = /(?:^|[/!])(\d+)\.[a-z]+$/i;
/** Of nested lists the largest up to this many names. */
const NESTED_MAX = 50_000;
/** Rows kept of one file and family: more than is learnt from or tested. */
const KEPT_MAX = 150_000;
const NAMED_MAX = 30;

export interface NameLists {
  readonly rows: readonly NameRow[];
  readonly unread: SuiteOutcome["unread"];
  readonly notes: readonly string[];
}

export async function readLists({ files, progress }: SuiteInput): Promise<NameLists> {
  const unread: { where: string; reason: string }[] = [];
  const lists = files.filter(({ path }) => LIST.test(path) && !ABOUT.test(path));
  const others = files.filter((file) => !lists.includes(file) && !ABOUT.test(file.path));
  unread.push(...others.slice(0, NAMED_MAX).map(({ path }) => ({ where: path, reason: "not a list of names" })));
  if (others.length > NAMED_MAX)
    unread.push({ where: "data", reason: `${others.length - NAMED_MAX} further files that are no lists` });
  const { chosen, left } = withoutNested(lists);
  const rows: NameRow[] = [];
  const taken: string[] = [];
  const anyUsual = chosen.some(({ path }) => fileTells(path).generated === false);
  for (const [number, file] of chosen.entries()) {
    progress(number, chosen.length, "reading");
    const own = await readNames(file);
    const untold = own.rows.length === 0 && anyUsual && fileTells(file.path).generated === undefined;
    const read = untold ? await readNames(file, "generated") : own;
    if (untold && read.rows.length > 0) taken.push(file.path);
    for (const row of keptOf(read.rows)) rows.push(row);
    unread.push(...read.unread);
  }
  if (!rows.some(({ generated }) => generated) || !rows.some(({ generated }) => !generated))
    throw evalError(
      "eval-data-missing",
      "no names of both classes, generated and usual, in the data",
      "lists of both, or a column that says which",
    );
  const notes = [
    ...(taken.length > 0 ? [`taken as families of generated names, as nothing says otherwise: ${shortly(taken)}`] : []),
    ...(left > 0 ? [`${left} lists were left out: larger or smaller forms of those read`] : []),
  ];
  return { rows, unread, notes };
}

const shortly = (paths: readonly string[]): string =>
  `${paths.slice(0, NAMED_MAX).join(", ")}${paths.length > NAMED_MAX ? ` and ${paths.length - NAMED_MAX} more` : ""}`;

function withoutNested(lists: readonly DataFile[]): { readonly chosen: readonly DataFile[]; readonly left: number } {
  const groups = Map.groupBy(lists, ({ path }) => (NESTED.test(path) ? path.replace(NESTED, "/") : `${path} `));
  const chosen = [...groups.values()].map((group) => {
    const bySize = group.toSorted((a, b) => sizeOf(a) - sizeOf(b));
    return bySize.findLast((file) => sizeOf(file) <= NESTED_MAX) ?? bySize[0];
  });
  const known = chosen.filter((file) => file !== undefined);
  return { chosen: known, left: lists.length - known.length };
}

const sizeOf = ({ path }: DataFile): number => Number(NESTED.exec(path)?.[1] ?? 0);

/** Evenly over the file: the top of a list by rank is not like its end. */
function keptOf(rows: readonly NameRow[]): readonly NameRow[] {
  const counts = new Map<string, number>();
  for (const { family } of rows) counts.set(family, (counts.get(family) ?? 0) + 1);
  const seen = new Map<string, number>();
  return rows.filter(({ family }) => {
    const count = seen.get(family) ?? 0;
    seen.set(family, count + 1);
    return count % Math.ceil((counts.get(family) ?? 1) / KEPT_MAX) === 0;
  });
}
