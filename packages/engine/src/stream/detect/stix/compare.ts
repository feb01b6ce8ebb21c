/**
 * One test of a pattern on one value. Types that do not fit are unequal, and nothing else holds for them.
 *
 * C1. `=` and `!=` are opposites for every value; so are a test and its NOT, but for order: where there is none, neither holds.
 * C2. Numbers compare with numbers, timestamps with texts that are timestamps, bytes with bytes and with texts of
 *     characters below 256. No other types meet.
 * C3. MATCHES runs in linear time; LIKE takes `%` for any run and `_` for one character.
 */
import type { Json } from "@cordon/model/json";
import { type Network, parseNetwork } from "../sigma/network.ts";
import { compileRegex, REGEX_SUBJECT_MAX, type Regex } from "../sigma/regex.ts";
import { type Form, inForm, nfc } from "./forms.ts";
import { compileLike } from "./like.ts";
import { type Literal, type OrderOperator, PatternError, type Place, type Test } from "./pattern.ts";
import type { Found } from "./read-path.ts";
import { bytesOfBase64, bytesOfHex, readTime } from "./tokens.ts";

/** A value with its type, as properties and literals have them. */
type Typed =
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "boolean"; readonly boolean: boolean }
  | { readonly kind: "binary"; readonly bytes: string }
  | undefined;

/** Its pieces are looked for one after the other in every value. */
const LIKE_LENGTH_MAX = 4_096;

type ValueTest = (found: Found) => boolean;

/** `lastKey` ends with `_hex` or `_bin` where the property holds bytes. */
export function compileTest(test: Test, negated: boolean, context: TestContext): ValueTest {
  if (test.op === "EXISTS") return () => true;
  const typed = reader(context.lastKey);
  switch (test.op) {
    case "=":
    case "!=": {
      const equal = equality(test.value);
      const wanted = (test.op === "=") !== negated;
      return ({ value, form }) => equal(typed(value), form) === wanted;
    }
    case "IN": {
      const member = membership(test.values);
      return ({ value, form }) => member(typed(value), form) !== negated;
    }
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const { op, value: literal } = test;
      return ({ value }) => {
        const order = orderOf(typed(value), literal);
        return order !== undefined && inOrder(op, order) !== negated;
      };
    }
    case "LIKE": {
      if (test.text.length > LIKE_LENGTH_MAX) {
        const reason = `LIKE with ${test.text.length} characters (at most ${LIKE_LENGTH_MAX})`;
        throw new PatternError("pattern-too-large", reason, context.at);
      }
      const like = compileLike(test.text);
      return ({ value, form }) => {
        const text = textOf(typed(value));
        return (text !== undefined && like(text, form)) !== negated;
      };
    }
    case "MATCHES": {
      const regex = regexOf(test.text, context.at);
      return ({ value }) => {
        const text = textOf(typed(value));
        return (text !== undefined && matches(regex, nfc(text))) !== negated;
      };
    }
    case "ISSUBSET":
    case "ISSUPERSET":
      return subset(test.op, test.text, negated);
  }
}

interface TestContext {
  readonly lastKey: string;
  readonly at: Place;
}

function regexOf(source: string, at: Place): Regex {
  try {
    return compileRegex(nfc(source), "", []);
  } catch (error) {
    throw new PatternError("regex-unsupported", error instanceof Error ? error.message : String(error), at);
  }
}

function matches(regex: Regex, text: string): boolean {
  const subject = text.length > REGEX_SUBJECT_MAX ? text.slice(0, REGEX_SUBJECT_MAX) : text;
  return regex.mayMatch(subject) && regex.test(subject);
}

function reader(lastKey: string): (value: Json) => Typed {
  if (lastKey.endsWith("_hex")) return (value) => binary(value, bytesOfHex);
  if (lastKey.endsWith("_bin")) return (value) => binary(value, bytesOfBase64);
  return typedOf;
}

function binary(value: Json, read: (text: string) => string | undefined): Typed {
  const bytes = typeof value === "string" ? read(value) : undefined;
  return bytes === undefined ? undefined : { kind: "binary", bytes };
}

function typedOf(value: Json): Typed {
  if (typeof value === "string") return { kind: "string", text: value };
  if (typeof value === "number") return { kind: "number", number: value };
  if (typeof value === "boolean") return { kind: "boolean", boolean: value };
  return undefined;
}

/** Texts of texts and of bytes. */
function textOf(value: Typed): string | undefined {
  return value?.kind === "string" ? value.text : value?.kind === "binary" ? value.bytes : undefined;
}

type Equality = (value: Typed, form: Form) => boolean;

function equality(literal: Literal): Equality {
  switch (literal.kind) {
    case "number":
      return (value) => value?.kind === "number" && value.number === literal.number;
    case "boolean":
      return (value) => value?.kind === "boolean" && value.boolean === literal.boolean;
    case "time":
      return (value) => value?.kind === "string" && readTime(value.text) === literal.ms;
    case "binary":
      return (value) => textOf(value) === literal.bytes;
    case "string": {
      const written = perForm(literal.text);
      return (value, form) => {
        if (value?.kind === "binary") return value.bytes === literal.text;
        return value?.kind === "string" && inForm(value.text, form) === written(form);
      };
    }
  }
}

function perForm(text: string): (form: Form) => string {
  const known = new Map<Form, string>();
  return (form) => {
    const done = known.get(form);
    if (done !== undefined) return done;
    const made = inForm(text, form);
    known.set(form, made);
    return made;
  };
}

function membership(values: readonly Literal[]): Equality {
  const texts = values.flatMap((value) => (value.kind === "string" ? [value.text] : []));
  const others = values.filter(({ kind }) => kind !== "string").map(equality);
  const bytes = new Set(texts);
  const sets = new Map<Form, ReadonlySet<string>>();
  const setOf = (form: Form): ReadonlySet<string> => {
    const set = sets.get(form) ?? new Set(texts.map((text) => inForm(text, form)));
    sets.set(form, set);
    return set;
  };
  return (value, form) => {
    if (value?.kind === "string" && setOf(form).has(inForm(value.text, form))) return true;
    if (value?.kind === "binary" && bytes.has(value.bytes)) return true;
    return others.some((equal) => equal(value, form));
  };
}

/** Below zero when the value comes first; undefined when the two have no order. */
function orderOf(value: Typed, literal: Literal): number | undefined {
  if (value === undefined) return undefined;
  if (literal.kind === "number") return value.kind === "number" ? value.number - literal.number : undefined;
  if (literal.kind === "time") {
    const order = value.kind === "string" ? (readTime(value.text) ?? Number.NaN) - literal.ms : Number.NaN;
    return Number.isNaN(order) ? undefined : order;
  }
  const text = textOf(value);
  if (text === undefined || literal.kind === "boolean") return undefined;
  if (literal.kind === "string" && value.kind === "string") return byCodePoint(text, literal.text);
  const other = literal.kind === "string" ? literal.text : literal.bytes;
  return isBytes(text) && isBytes(other) ? byCodePoint(text, other) : undefined;
}

const isBytes = (text: string): boolean => !/[^\x00-\xff]/.test(text);

function byCodePoint(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i += 1) {
    if (left.charCodeAt(i) === right.charCodeAt(i)) continue;
    return (left.codePointAt(i) ?? 0) - (right.codePointAt(i) ?? 0);
  }
  return left.length - right.length;
}

function inOrder(op: OrderOperator, order: number): boolean {
  switch (op) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

function subset(op: "ISSUBSET" | "ISSUPERSET", text: string, negated: boolean): ValueTest {
  const literal = parseNetwork(text)?.network;
  return ({ value }) => {
    const network = typeof value === "string" ? parseNetwork(value)?.network : undefined;
    const known = literal !== undefined && network !== undefined;
    const holds = known && (op === "ISSUBSET" ? within(network, literal) : within(literal, network));
    return holds !== negated;
  };
}

function within(inner: Network, outer: Network): boolean {
  if (inner.bytes.length !== outer.bytes.length || inner.prefix < outer.prefix) return false;
  return outer.bytes.every((byte, i) => {
    const kept = Math.min(8, Math.max(0, outer.prefix - i * 8));
    return (((inner.bytes[i] ?? 0) ^ byte) & ((0xff << (8 - kept)) & 0xff)) === 0;
  });
}
