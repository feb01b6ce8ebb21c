/**
 * Mappings: the operator's before the shipped ones.
 * Enters: paths of the configuration. Leaves: compiled mappings, and for each the log sources it can give.
 * MF1. An operator's mapping is asked first: before shipped ones of the same priority, and instead of one with its id.
 * MF2. What is wrong in an operator's file stops the start and is named with file, line and key; ours are tested.
 */
import { join } from "node:path";
import { type CompiledMappings, compileMappings, type MappingError } from "@cordon/engine/stream/normalise/mapping";
import type { CompiledMapping } from "@cordon/engine/stream/normalise/plan";
import { AppError } from "@cordon/model/error";
import type { LogSource } from "@cordon/model/event";
import { LineCounter, parseDocument } from "yaml";
import { type Config, configPath } from "../config.ts";
import { CONTENT, readTexts, type TextFile } from "./content.ts";

export interface Mappings extends CompiledMappings {
  /** Log sources by mapping id. */
  readonly logs: ReadonlyMap<string, readonly LogSource[]>;
}

/** Throws AppError `config-invalid` with one line per fault. */
export function readMappings(config: Config, further: readonly TextFile[] = []): Mappings {
  const own = [...further, ...config.mappings.paths.flatMap((path) => mappingFiles(configPath(config, path)))];
  const given = compileMappings(own);
  const shipped = readTexts(join(CONTENT, "sources"), [".yml"]).filter((file) => file.path.endsWith("mapping.yml"));
  const replaced = new Set(given.mappings.map(({ id }) => id));
  const rest = compileMappings(
    shipped.filter(({ text }) => !replaced.has(/^id:\s*['"]?([\w.-]+)/m.exec(text)?.[1] ?? "")),
  );
  const errors = [...given.errors, ...rest.errors];
  if (errors.length > 0) throw invalid(errors, [...own, ...shipped]);
  const mappings = [...given.mappings.map(askedFirst), ...withoutChannels(rest.mappings, given.mappings)];
  // Later ones overwrite: the operator's views stand last.
  const views = new Map([...rest.views, ...given.views]);
  return { mappings, views, errors: [], logs: new Map(mappings.map((mapping) => [mapping.id, logsOf(mapping)])) };
}

/** More than any priority that a mapping gives itself. */
const ASKED_FIRST = 1_000_000;

const askedFirst = (mapping: CompiledMapping): CompiledMapping => {
  const { detect } = mapping;
  if (detect.kind !== "plain") return mapping;
  return { ...mapping, detect: { ...detect, priority: detect.priority + ASKED_FIRST } };
};

/** Windows events go by channel, so each channel has one owner. */
function withoutChannels(shipped: readonly CompiledMapping[], own: readonly CompiledMapping[]): CompiledMapping[] {
  const taken = new Set(
    own.flatMap(({ detect }) => (detect.kind === "windows" ? [...detect.channels, ...detect.providers] : [])),
  );
  const free = (names: readonly string[]): readonly string[] => names.filter((name) => !taken.has(name));
  return shipped.map((mapping) => {
    const { detect } = mapping;
    if (detect.kind !== "windows" || taken.size === 0) return mapping;
    return { ...mapping, detect: { ...detect, channels: free(detect.channels), providers: free(detect.providers) } };
  });
}

/** Sidecars with goldens may lie beside mappings; a mapping is what is called so, or the file that was named. */
const mappingFiles = (path: string): TextFile[] =>
  readTexts(path, [".yml", ".yaml"]).filter((file) => file.path === path || /mapping\.ya?ml$/.test(file.path));

function invalid(errors: readonly MappingError[], files: readonly TextFile[]): AppError {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const lines = errors.map(({ path, key, message }) => {
    const line = lineOf(texts.get(path) ?? "", key);
    return `${path}${line === undefined ? "" : `:${line}`}: ${key === "" ? "" : `${key}: `}${message}`;
  });
  return new AppError("config-invalid", lines.join("\n"), { fix: "docs/specs/mapping.md says what a mapping holds" });
}

/** Line of a dotted key, or of its nearest parent that stands in the text. */
function lineOf(text: string, key: string): number | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "silent" });
  const broken = document.errors[0];
  if (broken !== undefined) return lines.linePos(broken.pos[0]).line;
  const path = key === "" ? [] : key.split(".").map((name) => (/^\d+$/.test(name) ? Number(name) : name));
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
    if (Array.isArray(range) && typeof range[0] === "number") return lines.linePos(range[0]).line;
  }
  return undefined;
}

const logsOf = ({ shapes, base, byChannel }: CompiledMapping): readonly LogSource[] => [
  ...new Map(
    [...shapes.all, base, ...byChannel.values()].map(({ log }) => [JSON.stringify(log), log] as const),
  ).values(),
];
