/**
 * Rule files -> rules. Files are read by the application; here is only text.
 *
 * Enters: path, text and collection name of each file. Leaves: the rules, and a row for every document that is not one.
 * L1. offered = rules + rejected + notSelected: nothing is skipped silently.
 * L2. A bad document never keeps its neighbours from loading.
 * L3. Of two documents with one id the first wins; the second is rejected and names the first.
 */
import { messageOf } from "@cordon/model/error";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { parseRule } from "./parse-rule.ts";
import type { Placeholders } from "./placeholders.ts";
import { readYaml, YAML_LENGTH_MAX, type YamlDocument } from "./read-yaml.ts";
import { type RejectionCode, RuleRefusal } from "./refusal.ts";
import type { SigmaRule } from "./rule.ts";

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
  readonly rejected: readonly Rejected[];
  readonly notSelected: readonly NotSelected[];
  readonly lint: readonly Lint[];
}

type Draft = {
  offered: number;
  readonly rules: SigmaRule[];
  readonly rejected: Rejected[];
  readonly notSelected: NotSelected[];
  readonly lint: Lint[];
};

const NOT_SELECTED_BY_DEFAULT = ["deprecated", "unsupported"];

interface Loader {
  readonly draft: Draft;
  readonly firstWithId: Map<string, string>;
  readonly placeholders: Placeholders;
  readonly skipStatus: ReadonlySet<string>;
}

export function loadRules(files: readonly RuleFile[], options: LoadOptions = {}): RuleSet {
  const loader: Loader = {
    draft: { offered: 0, rules: [], rejected: [], notSelected: [], lint: [] },
    firstWithId: new Map(),
    placeholders: options.placeholders ?? new Map(),
    skipStatus: new Set(options.skipStatus ?? NOT_SELECTED_BY_DEFAULT),
  };
  for (const file of files) loadFile(loader, file);
  return loader.draft;
}

function loadFile(loader: Loader, file: RuleFile): void {
  const { draft } = loader;
  let documents: readonly YamlDocument[];
  try {
    documents = file.text.length > YAML_LENGTH_MAX ? tooLarge(file) : readYaml(file.text);
  } catch (error) {
    draft.offered += 1;
    draft.rejected.push({ path: file.path, ...refusalRow(error) });
    return;
  }
  for (const document of documents) {
    draft.offered += 1;
    loadDocument(loader, file, document);
  }
}

function tooLarge(file: RuleFile): never {
  throw new RuleRefusal("yaml-too-large", `${file.text.length} characters (at most ${YAML_LENGTH_MAX})`);
}

function loadDocument(loader: Loader, file: RuleFile, document: YamlDocument): void {
  const { draft } = loader;
  let place: Place = { path: file.path, line: document.line };
  try {
    const value = document.read();
    place = { ...place, ...nameOf(value) };
    const status = isJsonObject(value) ? value.status : undefined;
    if (typeof status === "string" && loader.skipStatus.has(status.toLowerCase())) {
      draft.notSelected.push({ ...place, status });
      return;
    }
    const remarks: string[] = [];
    const rule = parseRule(detectionDocument(value), {
      path: file.path,
      line: document.line,
      source: file.source,
      text: document.text,
      placeholders: loader.placeholders,
      lint: (remark) => remarks.push(remark),
    });
    claimId(loader, rule);
    draft.rules.push(rule);
    for (const remark of remarks) draft.lint.push({ ...place, remark });
  } catch (error) {
    const line = error instanceof RuleRefusal && error.at.length > 0 ? document.lineOf(error.at) : document.line;
    draft.rejected.push({ ...place, line, ...refusalRow(error) });
  }
}

function claimId({ firstWithId }: Loader, rule: SigmaRule): void {
  const key = rule.id.toLowerCase();
  const first = firstWithId.get(key);
  const here = `${rule.path}:${rule.line}`;
  if (first !== undefined)
    throw new RuleRefusal("duplicate-id", `id ${rule.id} of ${here} stands first in ${first}`, ["id"]);
  firstWithId.set(key, here);
}

function nameOf(value: Json): { readonly id?: string; readonly title?: string } {
  if (!isJsonObject(value)) return {};
  const { id, title } = value;
  return {
    ...(typeof id === "string" ? { id } : {}),
    ...(typeof title === "string" ? { title } : {}),
  };
}

/** Documents are told apart by their key. Correlations and filters are counted until the engine can run them. */
function detectionDocument(value: Json): JsonObject {
  if (!isJsonObject(value)) throw new RuleRefusal("schema-document", "the document is not a map");
  if (Object.hasOwn(value, "action")) {
    throw new RuleRefusal("obsolete-action", "`action` is Sigma 1; write one whole rule per document", ["action"]);
  }
  if (Object.hasOwn(value, "correlation")) {
    throw new RuleRefusal("correlation-unsupported", "correlation rules are not run yet", ["correlation"]);
  }
  if (Object.hasOwn(value, "filter")) {
    throw new RuleRefusal("filter-unsupported", "filters are not applied yet", ["filter"]);
  }
  if (!Object.hasOwn(value, "detection")) {
    throw new RuleRefusal("schema-document", "neither `detection`, `correlation` nor `filter`");
  }
  return value;
}

function refusalRow(error: unknown): { readonly code: RejectionCode; readonly reason: string } {
  if (error instanceof RuleRefusal) return { code: error.code, reason: error.message };
  // Recursion in the YAML library ends here; any other error is a bug and must be seen as one.
  if (error instanceof RangeError) return { code: "yaml-too-deep", reason: messageOf(error) };
  throw error;
}
