/**
 * STIX JSON -> indicators: a bundle, a list of objects or one object. Nothing is judged here but the shape.
 *
 * Techniques of an attack pattern that a relationship says it indicates count as the indicator's own.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";

export interface StixIndicator {
  readonly id: string;
  readonly name?: string;
  readonly pattern: string;
  /** Absent in STIX 2.0, where every pattern is a STIX pattern. */
  readonly patternType?: string;
  readonly validFrom?: string;
  readonly validUntil?: string;
  readonly revoked?: boolean;
  /** 0..100. */
  readonly confidence?: number;
  /** `indicator_types`, and `labels` of STIX 2.0. */
  readonly types: readonly string[];
  readonly phases: readonly { readonly chain: string; readonly phase: string }[];
  /** ATT&CK technique ids. */
  readonly techniques: readonly string[];
  /** File or feed it came from. */
  readonly source: string;
}

/** Bundles of whole feeds have some hundred thousand objects. */
const OBJECTS_MAX = 1_000_000;
const TECHNIQUE = /^T\d{4}(?:\.\d{3})?$/;

export function readIndicators(document: unknown, source: string): readonly StixIndicator[] {
  const objects = objectsOf(document);
  const indicated = indicatedBy(objects);
  return objects.flatMap((object, i) => {
    if (object.type !== "indicator" || typeof object.pattern !== "string") return [];
    const id = textOf(object.id) ?? `${source}#${i}`;
    const techniques = new Set([...techniquesOf(object), ...(indicated.get(id) ?? [])]);
    return [{ ...facts(object), id, pattern: object.pattern, techniques: [...techniques], source }];
  });
}

function objectsOf(document: unknown): readonly JsonObject[] {
  const list = Array.isArray(document)
    ? document
    : isJsonObject(document) && Array.isArray(document.objects)
      ? document.objects
      : [document];
  return list.slice(0, OBJECTS_MAX).filter(isJsonObject);
}

function facts(object: JsonObject): Omit<StixIndicator, "id" | "pattern" | "techniques" | "source"> {
  const given = {
    name: textOf(object.name),
    patternType: textOf(object.pattern_type),
    validFrom: textOf(object.valid_from),
    validUntil: textOf(object.valid_until),
  };
  const { confidence } = object;
  const phases = listOf(object.kill_chain_phases).flatMap((phase) =>
    isJsonObject(phase) ? [{ chain: textOf(phase.kill_chain_name) ?? "", phase: textOf(phase.phase_name) ?? "" }] : [],
  );
  return {
    ...defined(given),
    ...(object.revoked === true ? { revoked: true } : {}),
    ...(typeof confidence === "number" && confidence >= 0 && confidence <= 100 ? { confidence } : {}),
    types: [...listOf(object.indicator_types), ...listOf(object.labels)].flatMap((type) => textOf(type) ?? []),
    phases,
  };
}

function defined<K extends string>(given: Readonly<Record<K, string | undefined>>): Partial<Record<K, string>> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Record<K, string>>;
}

const textOf = (value: Json | undefined): string | undefined => (typeof value === "string" ? value : undefined);

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

function techniquesOf(object: JsonObject): readonly string[] {
  return listOf(object.external_references).flatMap((reference) => {
    if (!isJsonObject(reference) || !String(reference.source_name).startsWith("mitre-")) return [];
    const id = textOf(reference.external_id)?.toUpperCase() ?? "";
    return TECHNIQUE.test(id) ? [id] : [];
  });
}

function indicatedBy(objects: readonly JsonObject[]): ReadonlyMap<string, readonly string[]> {
  const techniques = new Map<string, readonly string[]>();
  for (const object of objects) {
    if (object.type === "attack-pattern" && typeof object.id === "string")
      techniques.set(object.id, techniquesOf(object));
  }
  const found = new Map<string, string[]>();
  for (const { type, relationship_type, source_ref, target_ref } of objects) {
    if (type !== "relationship" || relationship_type !== "indicates" || typeof source_ref !== "string") continue;
    const own = found.get(source_ref) ?? [];
    own.push(...(techniques.get(String(target_ref)) ?? []));
    found.set(source_ref, own);
  }
  return found;
}
