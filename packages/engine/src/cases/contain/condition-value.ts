/**
 * What a condition means for typed variables (CACAO 2.0 section 10.18, STIX 2.1 section 9).
 * Enters: a parsed condition and the variables. Leaves: its type problems, or true/false.
 *
 * K3. A comparison that cannot be typed throws `condition-untyped` (the step fails); it is never simply false.
 * K4. MATCHES and LIKE run on re2js only: linear time, whatever the text.
 */
import { AppError } from "@cordon/model/error";
import { RE2JS } from "re2js";
import { type Cidr, cidrContains, parseAddress, parseCidr } from "./address.ts";
import type { Condition, ConditionError, Literal, Operator } from "./condition.ts";

export interface TypedValue {
  readonly type: string;
  /** null = unknown. */
  readonly value: string | null;
}

/** Problems that will make the condition fail at run time whatever the values are; one sentence each. */
export function typeProblems(
  condition: Condition,
  typeOf: (variable: string) => string | undefined,
): readonly string[] {
  if (condition.kind === "and" || condition.kind === "or") {
    return condition.parts.flatMap((part) => typeProblems(part, typeOf));
  }
  const type = typeOf(condition.variable);
  if (type === undefined) return [`variable ${condition.variable} is not declared`];
  if (condition.kind === "exists") return [];
  return condition.operands.flatMap((operand) => {
    const problem = operandProblem(type, condition.op, operand);
    return problem === undefined ? [] : [`${condition.variable} (${type}) ${condition.op}: ${problem}`];
  });
}

function operandProblem(type: string, op: Operator, operand: Literal): string | undefined {
  const text = operand.kind === "string" || operand.kind === "hex" ? operand.text : undefined;
  if (op === "LIKE" || op === "MATCHES") {
    if (text === undefined) return "needs text on the right";
    if (family(type) === "number" || family(type) === "bool") return "needs a text variable";
    return op === "MATCHES" ? regexProblem(text) : undefined;
  }
  if (op === "ISSUBSET" || op === "ISSUPERSET") {
    if (family(type) !== "address" && family(type) !== "text") return "needs an address variable";
    return text !== undefined && parseCidr(text) !== undefined
      ? undefined
      : "needs an address or a prefix on the right";
  }
  if (family(type) === "number") return operand.kind === "number" ? undefined : "needs a number on the right";
  if (family(type) === "bool") {
    return operand.kind === "bool" && (op === "=" || op === "!=" || op === "IN")
      ? undefined
      : "needs = true or = false";
  }
  if (family(type) === "none") return "values of this type cannot be compared";
  if (text === undefined) return "needs text on the right";
  if (family(type) === "address") return parseAddress(text) === undefined ? "needs an address on the right" : undefined;
  return undefined;
}

function regexProblem(text: string): string | undefined {
  try {
    RE2JS.compile(text);
    return undefined;
  } catch {
    return "the regular expression is not valid RE2";
  }
}

type Family = "text" | "number" | "bool" | "address" | "none";

function family(type: string): Family {
  switch (type) {
    case "bool":
      return "bool";
    case "integer":
    case "long":
    case "float":
      return "number";
    case "ipv4-addr":
    case "ipv6-addr":
      return "address";
    case "dictionary":
      return "none";
    default:
      return "text";
  }
}

export function evaluateCondition(condition: Condition, lookup: (variable: string) => TypedValue | undefined): boolean {
  if (condition.kind === "and") return condition.parts.every((part) => evaluateCondition(part, lookup));
  if (condition.kind === "or") return condition.parts.some((part) => evaluateCondition(part, lookup));
  const found = lookup(condition.variable);
  if (found === undefined) throw untyped(`variable ${condition.variable} is not declared`);
  if (condition.kind === "exists") return (found.value !== null) !== condition.not;
  if (found.value === null) throw untyped(`variable ${condition.variable} has no value yet`);
  const { value } = found;
  const holds = condition.operands.some((operand) => {
    const problem = operandProblem(found.type, condition.op, operand);
    if (problem !== undefined) throw untyped(`${condition.variable} ${condition.op}: ${problem}`);
    return compare({ type: found.type, value, name: condition.variable }, condition.op, operand);
  });
  return holds !== condition.not;
}

const untyped = (text: string): AppError<ConditionError> => new AppError("condition-untyped", `condition: ${text}`);

interface Known {
  readonly type: string;
  readonly value: string;
  readonly name: string;
}

function compare(left: Known, op: Operator, operand: Literal): boolean {
  const text = operand.kind === "bool" ? String(operand.truth) : operand.text;
  switch (op) {
    case "LIKE":
      return RE2JS.compile(likePattern(text), RE2JS.DOTALL).matches(left.value);
    case "MATCHES":
      return RE2JS.compile(text).matcher(left.value).find();
    case "ISSUBSET":
      return cidrContains(cidrOf(text, left.name), cidrOf(left.value, left.name));
    case "ISSUPERSET":
      return cidrContains(cidrOf(left.value, left.name), cidrOf(text, left.name));
    case "=":
    case "IN":
      return order(left, text) === 0;
    case "!=":
      return order(left, text) !== 0;
    case "<":
      return order(left, text) < 0;
    case "<=":
      return order(left, text) <= 0;
    case ">":
      return order(left, text) > 0;
    case ">=":
      return order(left, text) >= 0;
  }
}

/** `%` any run, `_` any one character; everything else is itself. */
function likePattern(text: string): string {
  return [...text].map((char) => (char === "%" ? ".*" : char === "_" ? "." : RE2JS.quote(char))).join("");
}

function cidrOf(text: string, name: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw untyped(`${name} is not an address or prefix: "${text.slice(0, 80)}"`);
  return cidr;
}

function order(left: Known, right: string): number {
  switch (family(left.type)) {
    case "number":
      return numberOrder(left, right);
    case "bool":
      if (left.value !== "true" && left.value !== "false") throw untyped(`${left.name} is not true or false`);
      return left.value === right ? 0 : 1;
    case "address":
      return sign(cidrOf(left.value, left.name).address.bits, cidrOf(right, left.name).address.bits);
    default:
      return sign(left.value, right);
  }
}

function numberOrder(left: Known, right: string): number {
  const whole = /^[+-]?\d{1,40}$/;
  if (whole.test(left.value) && whole.test(right)) return sign(BigInt(strip(left.value)), BigInt(strip(right)));
  if (!/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(left.value)) {
    throw untyped(`${left.name} is not a number: "${left.value.slice(0, 80)}"`);
  }
  return sign(Number(left.value), Number(right));
}

const strip = (digits: string): string => digits.replace(/^\+/, "");

function sign<T extends string | number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
