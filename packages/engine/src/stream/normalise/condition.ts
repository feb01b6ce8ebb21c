/** Conditions of mappings: field -> test, all must hold; a list of them is a choice. Compared as text, case counts. */
import type { Json } from "@cordon/model/json";
import type { MappingConditions, MappingTest } from "@cordon/model/mapping-file";
import { type FieldPath, fieldPath, readPath, readPresence, type Scope, scalarText } from "./field-path.ts";

export interface Condition {
  readonly path: FieldPath;
  readonly test: Test;
}

type Test =
  | { readonly kind: "equals"; readonly values: ReadonlySet<string> }
  | { readonly kind: "not"; readonly values: ReadonlySet<string> }
  | { readonly kind: "exists"; readonly wanted: boolean }
  | { readonly kind: "prefix" | "suffix" | "contains"; readonly texts: readonly string[] };

export function compileConditions(conditions: MappingConditions): readonly Condition[] {
  return Object.entries(conditions).flatMap(([name, test]) =>
    compileTests(test).map((compiled) => ({ path: fieldPath(name), test: compiled })),
  );
}

export function compileAlternatives(
  alternatives: MappingConditions | readonly MappingConditions[] | undefined,
): readonly (readonly Condition[])[] {
  if (alternatives === undefined) return [];
  const list: readonly MappingConditions[] = isList(alternatives) ? alternatives : [alternatives];
  return list.map(compileConditions);
}

function isList(value: MappingConditions | readonly MappingConditions[]): value is readonly MappingConditions[] {
  return Array.isArray(value);
}

function compileTests(test: MappingTest): readonly Test[] {
  if (typeof test !== "object" || Array.isArray(test)) return [{ kind: "equals", values: textSet(test) }];
  const tests: Test[] = [];
  if (test.exists !== undefined) tests.push({ kind: "exists", wanted: test.exists });
  if (test.not !== undefined) tests.push({ kind: "not", values: textSet(test.not) });
  for (const kind of ["prefix", "suffix", "contains"] as const) {
    const texts = test[kind];
    if (texts !== undefined) tests.push({ kind, texts: typeof texts === "string" ? [texts] : texts });
  }
  return tests;
}

type Scalar = string | number | boolean;

function textSet(values: Scalar | readonly Scalar[]): ReadonlySet<string> {
  return new Set((typeof values === "object" ? values : [values]).map(String));
}

export function holdsAll(scope: Scope, conditions: readonly Condition[]): boolean {
  for (const { path, test } of conditions) {
    const value = test.kind === "exists" ? readPresence(scope, path) : readPath(scope, path);
    if (!holds(value, test)) return false;
  }
  return true;
}

export function holdsAny(scope: Scope, alternatives: readonly (readonly Condition[])[]): boolean {
  return alternatives.some((conditions) => holdsAll(scope, conditions));
}

/** A list holds when one of its elements does; for `not` none may be among the values. */
function holds(value: Json | undefined, test: Test): boolean {
  if (test.kind === "exists") return (value !== undefined && value !== null) === test.wanted;
  if (Array.isArray(value)) {
    return test.kind === "not" ? value.every((item) => holds(item, test)) : value.some((item) => holds(item, test));
  }
  const text = scalarText(value);
  if (test.kind === "not") return text === undefined || !test.values.has(text);
  if (text === undefined) return false;
  switch (test.kind) {
    case "equals":
      return test.values.has(text);
    case "prefix":
      return test.texts.some((part) => text.startsWith(part));
    case "suffix":
      return test.texts.some((part) => text.endsWith(part));
    case "contains":
      return test.texts.some((part) => text.includes(part));
  }
}

/** The values by which a condition can be dispatched, if it is an equality. */
export function equalValues(condition: Condition | undefined): ReadonlySet<string> | undefined {
  return condition?.test.kind === "equals" ? condition.test.values : undefined;
}
