/**
 * `content/sources/<vendor-product>/mapping.yml` -> compiled mappings and field views. Enters: file texts. Leaves: the
 * mappings that are sound, a view for every shape, and an error with file and key for everything that is not.
 *
 * M1. One unsound file never takes the others with it.
 * M2. Every `Event.shape` that a mapping can give has a view.
 */

import type { EntityKind } from "@cordon/model/entity";
import { messageOf } from "@cordon/model/error";
import {
  type MappingChoice,
  type MappingEntity,
  type MappingFile,
  type MappingShape,
  parseMappingFile,
} from "@cordon/model/mapping-file";
import type { FieldView } from "@cordon/model/view";
import { parse } from "yaml";
import { compileAlternatives, compileConditions, equalValues } from "./condition.ts";
import { fieldPath } from "./field-path.ts";
import { compileViews, rootPath } from "./mapping-view.ts";
import type { Choice, CompiledMapping, EntityPlan, OutcomePlan, ShapeIndex, ShapePlan } from "./plan.ts";
import { shapeKeys } from "./shape-keys.ts";
import { compileTemplate } from "./template.ts";

export interface MappingError {
  readonly path: string;
  /** Dotted key inside the file; empty when the whole file is meant. */
  readonly key: string;
  readonly message: string;
}

export interface CompiledMappings {
  readonly mappings: readonly CompiledMapping[];
  readonly views: ReadonlyMap<string, FieldView>;
  readonly errors: readonly MappingError[];
}

/** Source of events that no mapping recognised; `generic.*` are recognised by form only. Both count as unmapped. */
export const isUnmapped = (source: string): boolean => source === "unknown" || source.startsWith("generic.");

export function compileMappings(files: readonly { readonly path: string; readonly text: string }[]): CompiledMappings {
  const mappings: CompiledMapping[] = [];
  const views = new Map<string, FieldView>();
  const errors: MappingError[] = [];
  const seen = new Map<string, string>();
  for (const { path, text } of files) {
    const file = readMapping(path, text, errors);
    if (file === undefined) continue;
    const first = seen.get(file.id);
    if (first !== undefined) {
      errors.push({ path, key: "id", message: `id ${file.id} is already used by ${first}` });
      continue;
    }
    seen.set(file.id, path);
    try {
      mappings.push(compileMapping(file));
      for (const view of compileViews(file)) views.set(view.id, view);
    } catch (error) {
      errors.push({ path, key: "", message: messageOf(error) });
    }
  }
  return { mappings, views, errors };
}

function readMapping(path: string, text: string, errors: MappingError[]): MappingFile | undefined {
  let value: unknown;
  try {
    value = parse(text, { uniqueKeys: true, maxAliasCount: 100 });
  } catch (error) {
    errors.push({ path, key: "", message: messageOf(error) });
    return undefined;
  }
  const result = parseMappingFile(value);
  if (result.kind === "file") return result.file;
  for (const { key, message } of result.problems) errors.push({ path, key, message });
  return undefined;
}

function compileMapping(file: MappingFile): CompiledMapping {
  const shapes = (file.shapes ?? []).map((shape) => compileShape(file, shape, shape.name));
  const services = Object.entries(file.services ?? {});
  return {
    id: file.id,
    version: file.version,
    detect: compileDetect(file),
    roots: (file.view?.roots ?? ["."]).map(rootPath),
    shapes: indexShapes(shapes),
    base: compileShape(file, undefined, undefined),
    byChannel: new Map(
      services.map(([channel, service]) => [
        channel.toLowerCase(),
        compileShape(file, { name: service, log: { ...file.log, service } }, service),
      ]),
    ),
    discover: file.discover ?? false,
  };
}

function compileDetect(file: MappingFile): CompiledMapping["detect"] {
  const { detect } = file;
  if ("windows" in detect) {
    const lower = (names: readonly string[] | undefined) => (names ?? []).map((name) => name.toLowerCase());
    return { kind: "windows", channels: lower(detect.windows.channel), providers: lower(detect.windows.provider) };
  }
  const forms = typeof detect.form === "string" ? [detect.form] : detect.form;
  return {
    kind: "plain",
    forms: forms === undefined ? undefined : new Set(forms),
    any: compileAlternatives(detect.any ?? [{}]),
    priority: detect.priority ?? 0,
  };
}

function compileShape(file: MappingFile, shape: MappingShape | undefined, name: string | undefined): ShapePlan {
  const log = { ...file.log, ...shape?.log };
  return {
    source: file.id,
    keys: shapeKeys(file.id, name),
    when: compileAlternatives(shape?.when),
    match: shape?.match && {
      path: fieldPath(shape.match.field),
      templates: shape.match.templates.map(compileTemplate),
    },
    class: shape?.class ?? file.class ?? 0,
    activity: compileChoice(shape?.activity ?? file.activity ?? 0),
    severity: compileChoice(shape?.severity ?? file.severity ?? 0),
    outcome: compileOutcome(shape?.outcome ?? file.outcome),
    log: {
      ...(log.product !== undefined && { product: log.product }),
      ...(log.service !== undefined && { service: log.service }),
      categories: log.categories ?? [],
    },
    time: [...(shape?.time ?? []), ...(file.time ?? [])].map(fieldPath),
    entities: [...(file.entities ?? []), ...(shape?.entities ?? [])].map(compileEntity).sort(deviceFirst),
  };
}

function compileChoice<T extends number>(choice: MappingChoice<T>): Choice<T> {
  if (typeof choice !== "object") return { kind: "fixed", value: choice };
  return {
    kind: "by",
    path: fieldPath(choice.field),
    values: new Map(Object.entries(choice.values)),
    otherwise: choice.default,
  };
}

function compileOutcome(outcome: MappingFile["outcome"]): OutcomePlan {
  if (typeof outcome !== "object") return { failure: [], success: [], otherwise: outcome };
  return {
    failure: compileAlternatives(outcome.failure),
    success: compileAlternatives(outcome.success),
    otherwise: outcome.default,
  };
}

function compileEntity(entity: MappingEntity): EntityPlan {
  const plan = Array.isArray(entity) ? { field: entity[0], kind: entity[1], role: entity[2] } : entity;
  const path = (name: string | undefined) => (name === undefined ? undefined : fieldPath(name));
  return {
    path: path(plan.field),
    // The schema admits nothing but kinds here.
    kinds: plan.kind.split("|") as EntityKind[],
    role: plan.role,
    domain: "domain" in plan ? path(plan.domain) : undefined,
    guid: "guid" in plan ? path(plan.guid) : undefined,
    pid: "pid" in plan ? path(plan.pid) : undefined,
    when: "when" in plan && plan.when !== undefined ? compileConditions(plan.when) : [],
  };
}

/** Processes and sessions are named after the device's host, so it has to be known before them. */
function deviceFirst(a: EntityPlan, b: EntityPlan): number {
  const rank = (plan: EntityPlan) => (plan.role === "device" && plan.kinds.includes("host") ? 0 : 1);
  return rank(a) - rank(b);
}

/** Dispatch on the first field of the first shape, wherever a shape begins with an equality on it. */
function indexShapes(shapes: readonly ShapePlan[]): ShapeIndex {
  const by = shapes[0]?.when[0]?.[0]?.path;
  const values = new Map<string, ShapePlan[]>();
  const rest: ShapePlan[] = [];
  for (const shape of shapes) {
    const keys = by === undefined ? undefined : dispatchValues(shape, by.name);
    if (keys === undefined) rest.push(shape);
    for (const key of keys ?? []) values.set(key, [...(values.get(key) ?? []), shape]);
  }
  return { by: values.size === 0 ? undefined : by, values, rest, all: shapes };
}

function dispatchValues(shape: ShapePlan, name: string): ReadonlySet<string> | undefined {
  const keys = new Set<string>();
  for (const conditions of shape.when) {
    const values = equalValues(conditions.find(({ path }) => path.name === name));
    if (values === undefined) return undefined;
    for (const value of values) keys.add(value);
  }
  return shape.when.length === 0 ? undefined : keys;
}
