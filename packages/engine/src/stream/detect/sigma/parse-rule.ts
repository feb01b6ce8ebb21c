/** One YAML document of kind detection -> rule. What changes the meaning is refused; what does not is a remark. */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { LEVELS, type Level } from "@cordon/model/rule";
import { parseDetection } from "./parse-detection.ts";
import type { Placeholders } from "./placeholders.ts";
import { RuleRefusal } from "./refusal.ts";
import type { RuleHead, RuleLogSource, SigmaRule } from "./rule.ts";
import { numberRemarks } from "./written-number.ts";

export interface RuleContext {
  readonly path: string;
  readonly line: number;
  readonly source: string;
  readonly text: string;
  readonly placeholders: Placeholders;
  readonly lint: (remark: string) => void;
}

/** `ecs` names are read as they stand: they are the paths of events in the Elastic Common Schema. */
const TAXONOMIES: readonly string[] = ["sigma", "ecs"];
const TITLE_LENGTH_MAX = 256;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function parseRule(document: JsonObject, context: RuleContext): SigmaRule {
  const { lint, placeholders } = context;
  const head = readHead(document, context);
  const detection = document.detection;
  if (!isJsonObject(detection)) throw new RuleRefusal("schema-detection", "`detection` is not a map", ["detection"]);
  for (const remark of numberRemarks(context.text)) lint(remark);
  return {
    ...head,
    logsource: readLogsource(document, lint),
    condition: parseDetection(detection, { placeholders, at: ["detection"], lint }),
  };
}

/** What rules, correlations and filters have in common. */
export function readHead(document: JsonObject, context: RuleContext): RuleHead {
  const { lint, path, line, source, text } = context;
  const taxonomy = document.taxonomy ?? "sigma";
  if (typeof taxonomy !== "string" || !TAXONOMIES.includes(taxonomy)) {
    throw new RuleRefusal("unknown-taxonomy", `no mapping for the taxonomy \`${String(taxonomy)}\``, ["taxonomy"]);
  }
  const title = textAt(document, "title");
  if (title === undefined || title === "") throw new RuleRefusal("schema-title", "the rule has no title");
  if (title.length > TITLE_LENGTH_MAX) lint(`title longer than ${TITLE_LENGTH_MAX} characters`);
  return {
    id: idOf(document, context),
    title,
    level: levelOf(document, lint),
    status: textAt(document, "status")?.toLowerCase(),
    author: textAt(document, "author"),
    description: textAt(document, "description"),
    tags: textsAt(document, "tags", lint).map((tag) => tag.toLowerCase()),
    falsepositives: textsAt(document, "falsepositives", lint),
    references: textsAt(document, "references", lint),
    name: textAt(document, "name"),
    path,
    line,
    source,
    text,
  };
}

/** A rule without id is known by its place: stable as long as the file is. */
function idOf(document: JsonObject, { lint, path, line }: RuleContext): string {
  const id = textAt(document, "id");
  if (id === undefined || id === "") {
    lint("no id: known by its path");
    return `${path}:${line}`;
  }
  if (!UUID.test(id)) lint(`id \`${id}\` is not a UUID`);
  return id;
}

function levelOf(document: JsonObject, lint: (remark: string) => void): Level {
  const text = textAt(document, "level")?.toLowerCase();
  const level = LEVELS.find((known) => known === text);
  if (level === undefined && text !== undefined) lint(`unknown level \`${text}\`, taken as medium`);
  return level ?? "medium";
}

export function readLogsource(document: JsonObject, lint: (remark: string) => void): RuleLogSource {
  const logsource = document.logsource;
  if (!isJsonObject(logsource)) throw new RuleRefusal("schema-logsource", "`logsource` is not a map", ["logsource"]);
  const part = (name: string): string | undefined => {
    const value = logsource[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== "string" || value === "") {
      throw new RuleRefusal("schema-logsource", `logsource \`${name}\` is not a text`, ["logsource", name]);
    }
    return value.toLowerCase();
  };
  const [product, service, category] = [part("product"), part("service"), part("category")];
  if (product === undefined && service === undefined && category === undefined) {
    lint("logsource names no product, service or category: applies to every event");
  }
  return {
    ...(product === undefined ? {} : { product }),
    ...(service === undefined ? {} : { service }),
    ...(category === undefined ? {} : { category }),
  };
}

function textAt(document: JsonObject, key: string): string | undefined {
  const value: Json | undefined = document[key];
  if (typeof value === "string") return value.trim();
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function textsAt(document: JsonObject, key: string, lint: (remark: string) => void): readonly string[] {
  const value = document[key] ?? [];
  const list = Array.isArray(value) ? value : [value];
  const texts = list.filter((member) => typeof member === "string");
  if (!Array.isArray(value) || texts.length < list.length) lint(`\`${key}\` is not a list of texts`);
  return texts;
}
