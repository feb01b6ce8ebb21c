/**
 * YAML text -> documents of JSON values. YAML 1.2 core schema: dates and `yes`/`no` stay text.
 *
 * Y1. A key that stands twice refuses its document: silently losing a line changes what a rule means.
 * Y2. Integers beyond 2^53 become their decimal text, never a rounded number; those with zeros in front stay as written.
 * Y3. Neither depth nor aliases can blow up: both are bounded before the library recurses or anything is expanded (yaml-bounds.ts).
 */
import type { Json } from "@cordon/model/json";
import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  Parser,
  type Scalar,
} from "yaml";
import { RuleRefusal, type YamlPath } from "./refusal.ts";
import { boundDepth, refuseDeepFlows, targetsOf } from "./yaml-bounds.ts";

export interface YamlDocument {
  /** Line on which the document begins. */
  readonly line: number;
  readonly text: string;
  /** Throws a RuleRefusal when the document cannot be read. */
  readonly read: () => Json;
  readonly lineOf: (at: YamlPath) => number;
}

/** The biggest published rule is 60 kB; a list of 100,000 values has a few megabytes. */
export const YAML_LENGTH_MAX = 16 * 1024 * 1024;
/** Far more than conditions, selections and lists of a rule need; few enough for any stack. */
const DEPTH_MAX = 32;
const VALUES_MAX = 1_000_000;

export function readYaml(text: string): readonly YamlDocument[] {
  refuseDeepFlows(text);
  const lines = new LineCounter();
  let aliases = false;
  function* tokens(): Generator<CST.Token> {
    for (const token of new Parser(lines.addNewLine).parse(text)) {
      if (token.type === "document" && boundDepth(token.value, DEPTH_MAX)) aliases = true;
      yield token;
    }
  }
  const composer = new Composer({
    lineCounter: lines,
    uniqueKeys: false, // quadratic in the library; checked here
    intAsBigInt: true,
    prettyErrors: false,
    logLevel: "silent",
  });
  const documents = [...composer.compose(tokens())].filter((document) => !isBlank(document));
  return documents.map((document: Document): YamlDocument => {
    const [start, , end] = document.range ?? [0, 0, text.length];
    const lineAt = (offset: number): number => lines.linePos(offset).line;
    const first = document.contents?.range?.[0] ?? start;
    return {
      line: lineAt(first),
      text: documents.length === 1 ? text : text.slice(start, end),
      read: () => readDocument(document, lineAt, aliases),
      lineOf: (at) => lineAt(offsetOf(document.contents, at) ?? first),
    };
  });
}

/** What a `---` at the end of a file leaves. */
const isBlank = ({ contents, errors }: Document): boolean =>
  errors.length === 0 && (contents === null || (isScalar(contents) && contents.source === ""));

function readDocument(document: Document, lineAt: (offset: number) => number, aliases: boolean): Json {
  // An unquoted `!word` is a tag to YAML, and the text behind it something else than was meant.
  const [error] = [...document.errors, ...document.warnings.filter(({ code }) => code === "TAG_RESOLVE_FAILED")];
  if (error !== undefined) throw new RuleRefusal("yaml-syntax", `line ${lineAt(error.pos[0])}: ${error.message}`);
  return new Reader(aliases ? targetsOf(document.contents) : new Map()).value(document.contents, [], 0);
}

class Reader {
  readonly #targets: ReadonlyMap<Alias, unknown>;
  #budget = VALUES_MAX;

  constructor(targets: ReadonlyMap<Alias, unknown>) {
    this.#targets = targets;
  }

  value(node: unknown, at: YamlPath, depth: number): Json {
    this.#budget -= 1;
    if (this.#budget < 0) throw new RuleRefusal("yaml-too-large", `more than ${VALUES_MAX} values`, at);
    if (depth > DEPTH_MAX) throw new RuleRefusal("yaml-too-deep", `nested deeper than ${DEPTH_MAX}`, at);
    if (node === null || node === undefined) return null;
    if (isScalar(node)) return zeroLed(node) ?? scalar(node.value, at);
    if (isAlias(node)) {
      const target = this.#targets.get(node);
      if (target === undefined) throw new RuleRefusal("yaml-syntax", `unknown alias \`*${node.source}\``, at);
      return this.value(target, at, depth + 1);
    }
    if (isMap(node)) return this.#map(node.items, at, depth);
    if (isCollection(node)) return node.items.map((item, i) => this.value(item, [...at, i], depth + 1));
    throw new RuleRefusal("yaml-syntax", "unknown kind of YAML node", at);
  }

  #map(items: readonly { readonly key: unknown; readonly value: unknown }[], at: YamlPath, depth: number): Json {
    const members = new Map<string, Json>();
    for (const { key, value } of items) {
      const name = isScalar(key) ? String(key.value ?? "") : undefined;
      if (name === undefined) throw new RuleRefusal("yaml-syntax", "a key that is not a plain text", at);
      const place = [...at, name];
      if (name === "<<") throw new RuleRefusal("yaml-syntax", "merge keys (`<<`) are no part of YAML 1.2", place);
      if (members.has(name)) throw new RuleRefusal("yaml-duplicate-key", `\`${name}\` stands twice`, place);
      members.set(name, this.value(value, place, depth + 1));
    }
    return Object.fromEntries(members);
  }
}

/** `00000429` is a code or an id: as a number it would lose the zeros by which it is told from others. */
function zeroLed({ value, source, type }: Scalar): string | undefined {
  return typeof value === "bigint" && type === "PLAIN" && /^[+-]?0\d/.test(source ?? "") ? source : undefined;
}

function scalar(value: unknown, at: YamlPath): Json {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (value === undefined) return null;
  throw new RuleRefusal("yaml-syntax", "a value that is no text, number, boolean or null", at);
}

/** Offset of the deepest node that exists on the way. For a map member the key counts; of equal keys the last. */
function offsetOf(root: unknown, at: YamlPath): number | undefined {
  let node = root;
  let offset: number | undefined;
  for (const step of at) {
    if (isMap(node)) {
      const pair = node.items.findLast(({ key }) => isScalar(key) && String(key.value ?? "") === step);
      if (pair === undefined) break;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isCollection(node) && typeof step === "number") {
      node = node.items[step];
      offset = isScalar(node) || isCollection(node) ? (node.range?.[0] ?? offset) : offset;
    } else break;
  }
  return offset;
}
