/** One element of a field (or one leaf of the event) against one test. Text goes through `patternMatches`, the reference. */
import { unreachable } from "@cordon/model/error";
import type { Json } from "@cordon/model/json";
import { fold } from "./fold.ts";
import { networkHolds } from "./network.ts";
import type { CompareOp, Test, TextOp } from "./rule.ts";
import { elementsOf, strictNumber, textOf, wholeDigits } from "./scalar.ts";
import { patternMatches } from "./text-match.ts";
import { timePart } from "./time-part.ts";

/** Tests that look at one element; the others look at the field as a whole. */
export type ElementTest = Exclude<Test, { readonly kind: "null" | "present" | "exists" | "field" }>;

export function elementHolds(test: ElementTest, element: Json): boolean {
  const text = textOf(element);
  if (text === undefined) return false;
  switch (test.kind) {
    case "text":
      return patternMatches(test.pattern, text);
    case "regex":
      return test.regex.test(text);
    case "cidr":
      return networkHolds(test.network, text);
    case "compare":
      return numberHolds(test, element);
    case "time":
      return compares(test.op, timePart(test.part, text), test.number);
    default:
      return unreachable(test);
  }
}

/** Beyond 2^53 two whole numbers that look equal are told apart by their digits. */
function numberHolds({ op, number, exact }: Extract<Test, { readonly kind: "compare" }>, element: Json): boolean {
  const read = strictNumber(element);
  const digits = exact === undefined || read !== number ? undefined : wholeDigits(element);
  if (exact === undefined || digits === undefined) return compares(op, read, number);
  const [left, right] = [BigInt(digits), BigInt(exact)];
  return compares(op, left < right ? -1 : left > right ? 1 : 0, 0);
}

export function compares(op: CompareOp, left: number | undefined, right: number): boolean {
  if (left === undefined) return false;
  switch (op) {
    case "lt":
      return left < right;
    case "lte":
      return left <= right;
    case "gt":
      return left > right;
    case "gte":
      return left >= right;
    case "eq":
      return left === right;
    default:
      return unreachable(op);
  }
}

export interface FieldPair {
  readonly op: TextOp;
  readonly cased: boolean;
}

/** Any element of one field against any element of the other; absent or without text on either side is false. */
export function fieldsHold(left: Json | undefined, right: Json | undefined, pair: FieldPair): boolean {
  if (left === undefined || right === undefined) return false;
  // Most pairs of texts are told apart, or found the same, without folding them.
  if (pair.op === "equals" && typeof left === "string" && typeof right === "string") {
    if (left.length !== right.length) return false;
    if (left === right) return true;
  }
  const texts = (value: Json): readonly string[] =>
    elementsOf(value).flatMap((element) => {
      const text = textOf(element);
      return text === undefined ? [] : [pair.cased ? text : fold(text)];
    });
  const others = texts(right);
  return texts(left).some((text) => others.some((other) => textHolds(pair.op, text, other)));
}

function textHolds(op: TextOp, text: string, other: string): boolean {
  switch (op) {
    case "equals":
      return text === other;
    case "startswith":
      return text.startsWith(other);
    case "endswith":
      return text.endsWith(other);
    case "contains":
      return text.includes(other);
    default:
      return unreachable(op);
  }
}
