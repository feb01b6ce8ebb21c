/**
 * Parsed YAML, kept by the hash of its text: three quarters of loading rules is reading YAML.
 *
 * Enters: what the application saved last time (any text at all), then the text of each file. Leaves: its documents, the same as
 * `readYaml` gives, and a text to save.
 * C1. Only values are kept, nothing of how rules are understood: a new engine reads the same cache and finds new meanings.
 * C2. A saved text that is damaged, foreign or of another version counts as none. It can only cost time.
 * C3. A file with a document that cannot be read is not kept: its refusal needs the real places.
 */
import { isJsonObject, type Json } from "@cordon/model/json";
import { readYaml, type YamlDocument } from "./read-yaml.ts";

/** Changes whenever `readYaml` gives other values for the same text. */
const FORMAT = "cordon-yaml-3";

/** Line, beginning and end of the document in its file, value. */
type Kept = readonly [line: number, start: number, end: number, value: Json];

export interface YamlCache {
  readonly read: (text: string) => readonly YamlDocument[];
  /** What was asked for since the beginning, and nothing else: files that are gone are forgotten. */
  readonly serialise: () => string;
  /** `kept`: misses that are in the cache now. */
  readonly stats: () => { readonly hits: number; readonly misses: number; readonly kept: number };
}

export function makeYamlCache(hash: (text: string) => string, saved = ""): YamlCache {
  const before = deserialise(saved, hash);
  const used = new Map<string, readonly Kept[]>();
  let hits = 0;
  let misses = 0;
  let added = 0;
  return {
    read: (text) => {
      const key = hash(text);
      const known = used.get(key) ?? before.get(key);
      if (known === undefined) {
        misses += 1;
        const documents = readYaml(text);
        const kept = keep(documents, text);
        if (kept === undefined) return documents;
        used.set(key, kept);
        added += 1;
        return documents;
      }
      hits += 1;
      used.set(key, known);
      return known.map((one, index) => documentOf(one, index, text));
    },
    serialise: () => {
      const body = JSON.stringify([...used].sort(([left], [right]) => (left < right ? -1 : 1)));
      return `${FORMAT} ${hash(body)}\n${body}`;
    },
    stats: () => ({ hits, misses, kept: added }),
  };
}

function keep(documents: readonly YamlDocument[], text: string): readonly Kept[] | undefined {
  try {
    let from = 0;
    return documents.map((document): Kept => {
      const start = text.indexOf(document.text, from);
      from = start + document.text.length;
      return [document.line, start, from, document.read()];
    });
  } catch {
    return undefined;
  }
}

function documentOf([line, start, end, value]: Kept, index: number, text: string): YamlDocument {
  return {
    line,
    text: start === 0 && end === text.length ? text : text.slice(start, end),
    read: () => value,
    // Asked only to refuse a rule: then the places are read again.
    lineOf: (at) => readYaml(text)[index]?.lineOf(at) ?? line,
  };
}

function deserialise(saved: string, hash: (text: string) => string): ReadonlyMap<string, readonly Kept[]> {
  const feed = saved.indexOf("\n");
  const body = saved.slice(feed + 1);
  if (feed < 0 || saved.slice(0, feed) !== `${FORMAT} ${hash(body)}`) return new Map();
  const rows: unknown = JSON.parse(body);
  const kept = new Map<string, readonly Kept[]>();
  for (const row of Array.isArray(rows) ? rows : []) if (isRow(row)) kept.set(row[0], row[1]);
  return kept;
}

/** The hash has vouched for the text; this vouches for who wrote it. */
function isRow(row: unknown): row is readonly [string, readonly Kept[]] {
  if (!Array.isArray(row)) return false;
  const [key, documents] = row;
  return typeof key === "string" && Array.isArray(documents) && documents.every(isKept);
}

function isKept(value: unknown): value is Kept {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [line, start, end, json] = value;
  const places = [line, start, end].every((place) => typeof place === "number" && Number.isInteger(place));
  return places && (json === null || typeof json !== "object" || Array.isArray(json) || isJsonObject(json));
}
