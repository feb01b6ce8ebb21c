/**
 * The reference evaluator: walks the rule's tree and reads every field anew. Slow on purpose, simple on purpose.
 * The index must agree with it on every event; explanations and tests are made with it.
 */
import { unreachable } from "@cordon/model/error";
import type { Json, JsonObject } from "@cordon/model/json";
import { type FieldHit, type FieldView, readField } from "@cordon/model/view";
import { elementHolds, fieldsHold } from "./element.ts";
import type { Expr, Item, Test } from "./rule.ts";
import { elementsOf, someLeaf } from "./scalar.ts";

export interface Subject {
  readonly view: FieldView;
  readonly raw: JsonObject;
  /** Answers of `readField` for this event, kept; for callers that ask many rules about one event. */
  readonly known?: Map<string, FieldHit | undefined>;
}

function read({ view, raw, known }: Subject, field: string): FieldHit | undefined {
  if (known === undefined) return readField(view, raw, field);
  if (!known.has(field)) known.set(field, readField(view, raw, field));
  return known.get(field);
}

export const holds = (expr: Expr, subject: Subject): boolean => evaluate(expr, (item) => itemHolds(item, subject));

/** Truth of a condition, given the truth of its items. */
export function evaluate(expr: Expr, itemTruth: (item: Item) => boolean): boolean {
  switch (expr.kind) {
    case "and":
      return expr.of.every((child) => evaluate(child, itemTruth));
    case "or":
      return expr.of.some((child) => evaluate(child, itemTruth));
    case "at-least":
      return expr.of.filter((child) => evaluate(child, itemTruth)).length >= expr.count;
    case "not":
      return !evaluate(expr.of, itemTruth);
    case "selection":
      return evaluate(expr.of, itemTruth);
    case "item":
      return itemTruth(expr);
    default:
      return unreachable(expr);
  }
}

export function itemHolds(item: Item, subject: Subject): boolean {
  const met = (test: Test): boolean => testHolds(test, item.field, subject);
  return item.link === "all" ? item.tests.every(met) : item.tests.some(met);
}

export function testHolds(test: Test, field: string | undefined, subject: Subject): boolean {
  if (field === undefined) return keywordHolds(test, subject.raw);
  const value = read(subject, field)?.value;
  switch (test.kind) {
    case "null":
      return value === undefined || elementsOf(value).includes(null);
    case "present":
      return value !== undefined && elementsOf(value).some((element) => element !== null);
    case "exists":
      return (value !== undefined) === test.wanted;
    case "field":
      return fieldsHold(value, read(subject, test.other)?.value, test);
    default:
      return value !== undefined && elementsOf(value).some((element) => elementHolds(test, element));
  }
}

/** Keywords have no field: tests on a field as a whole are refused when the rule is read. */
function keywordHolds(test: Test, raw: Json): boolean {
  if (test.kind === "null" || test.kind === "present" || test.kind === "exists" || test.kind === "field") return false;
  return someLeaf(raw, (_, leaf) => elementHolds(test, leaf));
}
