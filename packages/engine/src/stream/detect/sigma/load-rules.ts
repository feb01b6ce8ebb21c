/**
 * Rule files -> rules. Files are read by the application; here is only text.
 *
 * Enters: path, text and collection name of each file. Leaves: the rules, and a row for every document that is not one.
 * L1. offered = rules + correlations + filters + rejected + notSelected: nothing is skipped silently.
 * L2. A bad document never keeps its neighbours from loading.
 * L3. Of two documents with one id the first wins; the second is rejected and names the first.
 * L4. Correlations and filters are bound to rules when all files are read, so the order of files does not matter.
 */
import { messageOf } from "@cordon/model/error";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { CorrelationRule } from "../correlate/correlation.ts";
import { linkCorrelations } from "../correlate/link.ts";
import { mutedRules } from "../correlate/muted.ts";
import { type CorrelationDraft, parseCorrelation } from "../correlate/parse-correlation.ts";
import { applyFilters, parseFilter, type SigmaFilter } from "./filter.ts";
import { parseRule, type RuleContext } from "./parse-rule.ts";
import type { Placeholders } from "./placeholders.ts";
import { readYaml, YAML_LENGTH_MAX, type YamlDocument } from "./read-yaml.ts";
import { type RejectionCode, RuleRefusal } from "./refusal.ts";
import type { RuleHead, SigmaRule } from "./rule.ts";

export interface RuleFile {
  readonly path: string;
  readonly text: string;
  /** Name of the collection, e.g. `content` or the operator's folder. */
  readonly source: string;
}

export interface LoadOptions {
  /** Lists for `%name%` placeholders. */
  readonly placeholders?: Placeholders;
  /** Rules of these states are not selected (default: deprecated, unsupported). */
  readonly skipStatus?: readonly string[];
  /** Ids of rules that shall make detections of their own although a correlation would mute them. */
  readonly unmuted?: readonly string[];
  /** How files become documents; default: read anew. */
  readonly readYaml?: (text: string) => readonly YamlDocument[];
}

interface Place {
  readonly path: string;
  readonly line?: number;
  readonly id?: string;
  readonly title?: string;
}
export interface Rejected extends Place {
  readonly code: RejectionCode;
  readonly reason: string;
}
export interface NotSelected extends Place {
  readonly status: string;
}
export interface Lint extends Place {
  readonly remark: string;
}

export interface RuleSet {
  readonly offered: number;
  readonly rules: readonly SigmaRule[];
  /** What is referred to stands before what refers to it. */
  readonly correlations: readonly CorrelationRule[];
  readonly filters: readonly SigmaFilter[];
  /** Filters that stand before each rule. */
  readonly filtersOf: ReadonlyMap<SigmaRule, readonly SigmaFilter[]>;
  /** Rules and correlations (by id) that make no detections of their own, with the correlations that mute them. */
  readonly muted: ReadonlyMap<string, readonly CorrelationRule[]>;
  readonly rejected: readonly Rejected[];
  readonly notSelected: readonly NotSelected[];
  readonly lint: readonly Lint[];
}

type Draft = {
  offered: number;
  readonly rules: SigmaRule[];
  readonly correlations: { readonly draft: CorrelationDraft; readonly document: YamlDocument }[];
  readonly filters: SigmaFilter[];
  readonly rejected: Rejected[];
  readonly notSelected: NotSelected[];
  readonly lint: Lint[];
};

const NOT_SELECTED_BY_DEFAULT = ["deprecated", "unsupported"];

/** One document, understood by itself: what its neighbours say does not matter yet. */
type Found =
  | { readonly kind: "rejected"; readonly row: Rejected }
  | { readonly kind: "not-selected"; readonly row: NotSelected }
  | (Understood & { readonly place: Place; readonly idLine: () => number; readonly remarks: readonly string[] });
type Understood =
  | { readonly kind: "rule"; readonly made: SigmaRule }
  | { readonly kind: "filter"; readonly made: SigmaFilter }
  | { readonly kind: "correlation"; readonly made: CorrelationDraft; readonly document: YamlDocument };

/**
 * What files held when they were last read, by path: a file that still says the same is not understood anew, and its
 * rules stay the same objects. Good for one set of options.
 */
export type ReadBefore = Map<string, { readonly file: RuleFile; readonly found: readonly Found[] }>;

interface Reading {
  readonly placeholders: Placeholders;
  readonly skipStatus: ReadonlySet<string>;
  readonly readYaml: (text: string) => readonly YamlDocument[];
  /** The `action: global` under which the document stands. */
  readonly template?: YamlDocument;
}

export interface RuleLoader {
  readonly add: (file: RuleFile) => void;
  readonly finish: () => RuleSet;
}

/** File by file, for who has other things to do meanwhile. */
export function makeRuleLoader(options: LoadOptions = {}, before?: ReadBefore): RuleLoader {
  const draft: Draft = {
    ...{ offered: 0, rules: [], correlations: [], filters: [], rejected: [], notSelected: [], lint: [] },
  };
  const firstWithId = new Map<string, string>();
  const reading: Reading = {
    placeholders: options.placeholders ?? new Map(),
    skipStatus: new Set(options.skipStatus ?? NOT_SELECTED_BY_DEFAULT),
    readYaml: options.readYaml ?? readYaml,
  };
  const seen = new Set<string>();
  return {
    add(file) {
      const known = before?.get(file.path);
      const same = known !== undefined && known.file.text === file.text && known.file.source === file.source;
      const found = same ? known.found : readFile(reading, file);
      if (!same) before?.set(file.path, { file, found });
      seen.add(file.path);
      draft.offered += found.length;
      for (const one of found) keep(draft, firstWithId, one);
    },
    finish() {
      for (const path of before?.keys() ?? []) if (!seen.has(path)) before?.delete(path);
      return bind(draft, new Set(options.unmuted ?? []));
    },
  };
}

export function loadRules(files: readonly RuleFile[], options: LoadOptions = {}): RuleSet {
  const loader = makeRuleLoader(options);
  for (const file of files) loader.add(file);
  return loader.finish();
}

function bind(draft: Draft, unmuted: ReadonlySet<string>): RuleSet {
  const { rules, filters } = draft;
  const documents = new Map(draft.correlations.map(({ draft: one, document }) => [one, document]));
  const { correlations, refused, remarks } = linkCorrelations(rules, [...documents.keys()]);
  for (const { draft: one, refusal } of refused) {
    const line = documents.get(one)?.lineOf(refusal.at) ?? one.line;
    draft.rejected.push({ ...placeOf(one), line, ...refusalRow(refusal) });
  }
  for (const { draft: one, remark } of remarks) draft.lint.push({ ...placeOf(one), remark });
  const applied = applyFilters(rules, filters);
  for (const { filter, remark } of applied.remarks) draft.lint.push({ ...placeOf(filter), remark });
  return { ...draft, correlations, filtersOf: applied.filters, muted: mutedRules(correlations, unmuted) };
}

const placeOf = ({ path, line, id, title }: RuleHead): Place => ({ path, line, id, title });

function readFile(reading: Reading, file: RuleFile): readonly Found[] {
  let documents: readonly YamlDocument[];
  try {
    documents = file.text.length > YAML_LENGTH_MAX ? tooLarge(file) : reading.readYaml(file.text);
  } catch (error) {
    return [{ kind: "rejected", row: { path: file.path, ...refusalRow(error) } }];
  }
  let template: YamlDocument | undefined;
  return documents.map((document): Found => {
    const found = readDocument(template === undefined ? reading : { ...reading, template }, file, document);
    template = templateAfter(document, template);
    return found;
  });
}

/** `action: global` gives parts of a rule to those after it, until `action: reset`. */
function templateAfter(document: YamlDocument, before: YamlDocument | undefined): YamlDocument | undefined {
  if (!/^action\s*:/m.test(document.text)) return before;
  try {
    const value = document.read();
    const action = isJsonObject(value) ? value.action : undefined;
    return action === "global" ? document : action === "reset" ? undefined : before;
  } catch {
    return before; // refused where it stands, with its reason
  }
}

function tooLarge(file: RuleFile): never {
  throw new RuleRefusal("yaml-too-large", `${file.text.length} characters (at most ${YAML_LENGTH_MAX})`);
}

function readDocument(reading: Reading, file: RuleFile, document: YamlDocument): Found {
  let place: Place = { path: file.path, line: document.line };
  try {
    const value = document.read();
    place = { ...place, ...nameOf(value) };
    standsAlone(value, reading.template);
    const status = isJsonObject(value) ? value.status : undefined;
    if (typeof status === "string" && reading.skipStatus.has(status.toLowerCase()))
      return { kind: "not-selected", row: { ...place, status } };
    const remarks: string[] = [];
    const understood = understand(value, {
      document,
      path: file.path,
      line: document.line,
      source: file.source,
      text: document.text,
      placeholders: reading.placeholders,
      lint: (remark) => remarks.push(remark),
    });
    return { ...understood, place, idLine: () => document.lineOf(["id"]), remarks };
  } catch (error) {
    const line = error instanceof RuleRefusal && error.at.length > 0 ? document.lineOf(error.at) : document.line;
    return { kind: "rejected", row: { ...place, line, ...refusalRow(error) } };
  }
}

function standsAlone(value: Json, template: YamlDocument | undefined): void {
  if (template === undefined || !isJsonObject(value) || !Object.hasOwn(value, "detection")) return;
  const reason = `parts of it stand in \`action: global\` of line ${template.line}; write one whole rule per document`;
  throw new RuleRefusal("obsolete-action", reason);
}

/** Takes a document into the set, unless one of the same id stands there. */
function keep(draft: Draft, firstWithId: Map<string, string>, found: Found): void {
  if (found.kind === "rejected") return void draft.rejected.push(found.row);
  if (found.kind === "not-selected") return void draft.notSelected.push(found.row);
  const { made, place, idLine, remarks } = found;
  const key = made.id.toLowerCase();
  const first = firstWithId.get(key);
  const here = `${made.path}:${made.line}`;
  if (first !== undefined) {
    const reason = `id ${made.id} of ${here} stands first in ${first}`;
    draft.rejected.push({ ...place, line: idLine(), code: "duplicate-id", reason });
    return;
  }
  firstWithId.set(key, here);
  for (const remark of remarks) draft.lint.push({ ...place, remark });
  if (found.kind === "rule") draft.rules.push(found.made);
  else if (found.kind === "filter") draft.filters.push(found.made);
  else draft.correlations.push({ draft: found.made, document: found.document });
}

function nameOf(value: Json): { readonly id?: string; readonly title?: string } {
  if (!isJsonObject(value)) return {};
  const { id, title } = value;
  return {
    ...(typeof id === "string" ? { id } : {}),
    ...(typeof title === "string" ? { title } : {}),
  };
}

interface DocumentContext extends RuleContext {
  readonly document: YamlDocument;
}

/** Documents are told apart by their key. */
function understand(value: Json, { document, ...context }: DocumentContext): Understood {
  const map = documentMap(value);
  if (Object.hasOwn(map, "correlation")) return { kind: "correlation", made: parseCorrelation(map, context), document };
  if (Object.hasOwn(map, "filter")) return { kind: "filter", made: parseFilter(map, context) };
  return { kind: "rule", made: parseRule(map, context) };
}

function documentMap(value: Json): JsonObject {
  if (!isJsonObject(value)) throw new RuleRefusal("schema-document", "the document is not a map");
  if (Object.hasOwn(value, "action")) {
    throw new RuleRefusal("obsolete-action", "`action` is Sigma 1; write one whole rule per document", ["action"]);
  }
  const kinds = ["detection", "correlation", "filter"].filter((key) => Object.hasOwn(value, key));
  if (kinds.length === 0) {
    throw new RuleRefusal("schema-document", "neither `detection`, `correlation` nor `filter`");
  }
  if (kinds.length > 1) {
    throw new RuleRefusal("schema-document", `${kinds.join(" and ")} in one document`, [kinds[1] ?? ""]);
  }
  return value;
}

function refusalRow(error: unknown): { readonly code: RejectionCode; readonly reason: string } {
  if (error instanceof RuleRefusal) return { code: error.code, reason: error.message };
  // Recursion in the YAML library ends here; any other error is a bug and must be seen as one.
  if (error instanceof RangeError) return { code: "yaml-too-deep", reason: messageOf(error) };
  throw error;
}
