/**
 * Which files are a reference and which are the window compared with it.
 * Enters: the files and the parts that the caller named. Leaves: pairs of column sets, each with a name.
 *
 * DP1. Named parts: all files of `train` together are the reference, all of `test` together the window.
 * DP2. Without parts: files whose names differ only in reference/current (also train/test, before/after) are a pair; any other file
 *      is compared with itself, its first half with its second, in the order of its rows.
 */
import { readColumns, type TextColumns } from "./read-columns.ts";
import { type DataFile, filesOfPart, type SuiteInput } from "./suite.ts";

export interface TextPair {
  readonly name: string;
  readonly how: "parts" | "files" | "halves";
  readonly reference: TextColumns;
  readonly current: TextColumns;
}

const TABLE = /\.(csv|tsv|txt|data)$/i;
const REFERENCE = /(reference|baseline|training|train|before|ref)/i;
const CURRENT = /(current|production|testing|test|after|cur)/i;
/** Papers of a data set are no tables. */
const NO_TABLE = /(readme|licen[cs]e|citation|features)/i;

export async function pairsOf(input: SuiteInput): Promise<readonly TextPair[]> {
  const tables = input.files.filter(({ path }) => TABLE.test(path) && !NO_TABLE.test(path));
  if (input.train.length > 0 || input.test.length > 0) return [await byParts(input, tables)];
  const used = new Set<DataFile>();
  const pairs: TextPair[] = [];
  for (const file of tables) {
    const key = keyOf(file.path, REFERENCE);
    if (key === undefined) continue;
    const other = tables.find((one) => one !== file && keyOf(one.path, CURRENT) === key);
    if (other === undefined || used.has(other)) continue;
    used.add(file).add(other);
    pairs.push({
      ...{ name: `${file.path} -> ${other.path}`, how: "files" },
      reference: await readColumns(file),
      current: await readColumns(other),
    });
  }
  for (const file of tables) if (!used.has(file)) pairs.push(halvesOf(file.path, await readColumns(file)));
  return pairs;
}

const keyOf = (path: string, word: RegExp): string | undefined => {
  const cut = path.lastIndexOf("/") + 1;
  const name = path.slice(cut);
  return word.test(name) ? path.slice(0, cut) + name.replace(word, "*") : undefined;
};

async function byParts(input: SuiteInput, tables: readonly DataFile[]): Promise<TextPair> {
  const of = (parts: readonly string[]) => [...new Set(parts.flatMap((part) => filesOfPart(input.files, part)))];
  const named = { reference: of(input.train), current: of(input.test) };
  // One side alone is named: the other files are the other side.
  const reference = named.reference.length > 0 ? named.reference : tables.filter((one) => !named.current.includes(one));
  const current = named.current.length > 0 ? named.current : tables.filter((one) => !named.reference.includes(one));
  const name = `${reference.map(({ path }) => path).join(" + ")} -> ${current.map(({ path }) => path).join(" + ")}`;
  return { name, how: "parts", reference: await joined(reference), current: await joined(current) };
}

async function joined(files: readonly DataFile[]): Promise<TextColumns> {
  const parts: TextColumns[] = [];
  for (const file of files) parts.push(await readColumns(file));
  const names = parts[0]?.names ?? [];
  const same = parts.filter((part) => part.names.join("\n") === names.join("\n"));
  const other = files.filter((_, at) => !same.includes(parts[at] ?? ({} as TextColumns)));
  return {
    names,
    columns: names.map((_, at) => same.flatMap(({ columns }) => columns[at] ?? [])),
    unread: [
      ...parts.flatMap(({ unread }) => unread),
      ...other.map(({ path }) => ({ where: path, reason: "has other columns than the first file of its side" })),
    ],
  };
}

function halvesOf(name: string, { names, columns, unread }: TextColumns): TextPair {
  const middle = (columns[0]?.length ?? 0) >> 1;
  const half = (from: number, to?: number) => ({
    names,
    unread: [],
    columns: columns.map((one) => one.slice(from, to)),
  });
  return { name, how: "halves", reference: { ...half(0, middle), unread }, current: half(middle) };
}
