/** One line of a selection (`field|modifiers: values`) -> item. Every modifier is obeyed or the rule is refused. */
import type { Json } from "@cordon/model/json";
import { base64, base64Offsets, bytesAsText, utf8, utf16 } from "./encode.ts";
import { type Modifiers, readModifiers } from "./modifiers.ts";
import { parseNetwork } from "./network.ts";
import {
  DASH_SPELLINGS_MAX,
  dashSpellings,
  literalOf,
  patternOf,
  type Token,
  tokenise,
  withAnyAfter,
  withAnyBefore,
  withDashes,
} from "./pattern.ts";
import { expandPlaceholders, type Placeholders } from "./placeholders.ts";
import { RuleRefusal, type YamlPath } from "./refusal.ts";
import { compileRegex } from "./regex.ts";
import type { Expr, Item, Test } from "./rule.ts";
import { strictNumber, wholeDigits } from "./scalar.ts";
import { possible } from "./time-part.ts";

export interface ItemContext {
  readonly placeholders: Placeholders;
  readonly at: YamlPath;
  readonly lint: (remark: string) => void;
}

type Scalar = string | number | boolean | null;

/** A list longer than this in one rule is data for an indicator table. */
const VALUES_MAX = 200_000;

/** `key` is undefined for bare keywords. */
export function parseItem(key: string | undefined, value: Json, context: ItemContext): Expr {
  const [name = "", ...words] = (key ?? "").split("|");
  if (/\[[^\]]*\]/.test(name)) {
    throw new RuleRefusal("unsupported-sigma-3", `array brackets in \`${name}\` belong to Sigma 3`, context.at);
  }
  const modifiers = readModifiers(words, context.at);
  const field = name === "" ? undefined : name;
  if (field === undefined && (modifiers.exists || modifiers.fieldref)) {
    throw new RuleRefusal("schema-modifier", `\`${modifiers.written}\` needs a field name`, context.at);
  }
  const values = scalarsOf(value, context);
  if (modifiers.exists && values.length > 1) {
    throw new RuleRefusal("schema-value", "`exists` takes one value: true or false", context.at);
  }
  if (modifiers.all && values.length === 1) context.lint("`all` on a single value says nothing");
  const groups = values.map((scalar) => testsOf(scalar, field, { modifiers, context }));
  return negated(combine(field, groups, modifiers), modifiers);
}

const negated = (expr: Expr, modifiers: Modifiers): Expr => (modifiers.neq ? { kind: "not", of: expr } : expr);

/** One value may become several tests (placeholders, base64 offsets): those are alternatives even under `all`. */
function combine(field: string | undefined, groups: readonly (readonly Test[])[], modifiers: Modifiers): Expr {
  const item = (tests: readonly Test[], link: Item["link"]): Item => ({
    kind: "item",
    field,
    link,
    tests,
    modifiers: modifiers.written,
  });
  if (!modifiers.all) return item(groups.flat(), "any");
  if (groups.every((tests) => tests.length === 1)) return item(groups.flat(), "all");
  return { kind: "and", of: groups.map((tests) => item(tests, "any")) };
}

function scalarsOf(value: Json, { at }: ItemContext): readonly Scalar[] {
  if (!Array.isArray(value)) return [scalarOf(value, at)];
  if (value.length === 0) throw new RuleRefusal("schema-value", "empty list of values", at);
  if (value.length > VALUES_MAX) throw new RuleRefusal("schema-too-large", `${value.length} values in one list`, at);
  return value.map((member, i) => {
    if (member === null) throw new RuleRefusal("null-in-list", "null inside a list of values", [...at, i]);
    return scalarOf(member, [...at, i]);
  });
}

function scalarOf(value: Json, at: YamlPath): Scalar {
  if (typeof value === "object" && value !== null) {
    throw new RuleRefusal("schema-value", "a map or list where a plain value was expected", at);
  }
  return value;
}

interface How {
  readonly modifiers: Modifiers;
  readonly context: ItemContext;
}

function testsOf(value: Scalar, field: string | undefined, how: How): readonly Test[] {
  const { modifiers, context } = how;
  if (modifiers.expand && typeof value === "string") {
    const texts = expandPlaceholders(value, context.placeholders, context.at);
    return texts.flatMap((text) => plainTests(text, field, how));
  }
  return plainTests(value, field, how);
}

function plainTests(value: Scalar, field: string | undefined, how: How): readonly Test[] {
  const { modifiers, context } = how;
  const { at } = context;
  if (modifiers.exists) return [existsTest(value, at)];
  if (modifiers.regex !== undefined) {
    return [{ kind: "regex", regex: compileRegex(textValue(value, at), modifiers.regex, at), shown: value }];
  }
  if (modifiers.cidr) return [cidrTest(value, context)];
  if (modifiers.fieldref) {
    const other = textValue(value, at);
    if (/[*?]/.test(other)) throw new RuleRefusal("schema-value", `\`${other}\` is no name of a field: wildcards`, at);
    return [{ kind: "field", other, op: modifiers.op, cased: modifiers.cased, shown: value }];
  }
  if (modifiers.compare !== undefined || modifiers.time !== undefined) return [numberTest(value, modifiers, context)];
  return textTests(value, field, how);
}

function existsTest(value: Scalar, at: YamlPath): Test {
  const wanted = typeof value === "string" ? value.toLowerCase() : value;
  if (wanted === true || wanted === "true") return { kind: "exists", wanted: true, shown: value };
  if (wanted === false || wanted === "false") return { kind: "exists", wanted: false, shown: value };
  throw new RuleRefusal("schema-value", "`exists` takes true or false", at);
}

function cidrTest(value: Scalar, { at, lint }: ItemContext): Test {
  const read = typeof value === "string" ? parseNetwork(value.trim()) : undefined;
  if (read === undefined) throw new RuleRefusal("schema-value", `\`${value}\` is not a network`, at);
  if (read.hostBits) lint(`host bits of ${value} are ignored`);
  return { kind: "cidr", network: read.network, shown: value };
}

function numberTest(value: Scalar, modifiers: Modifiers, { at, lint }: ItemContext): Test {
  const number = typeof value === "boolean" || value === null ? undefined : strictNumber(value);
  if (number === undefined) throw new RuleRefusal("schema-value", `\`${value}\` is not a number`, at);
  const op = modifiers.compare ?? "eq";
  if (modifiers.time !== undefined) {
    if (!possible(modifiers.time, number)) lint(`no date has the ${modifiers.time} ${value}`);
    return { kind: "time", part: modifiers.time, op, number, shown: value };
  }
  const exact = Math.abs(number) > Number.MAX_SAFE_INTEGER ? wholeDigits(value) : undefined;
  return { kind: "compare", op, number, ...(exact === undefined ? {} : { exact }), shown: value };
}

function textValue(value: Scalar, at: YamlPath): string {
  if (value === null || value === "") throw new RuleRefusal("schema-value", "this modifier needs a value", at);
  return String(value);
}

function textTests(value: Scalar, field: string | undefined, how: How): readonly Test[] {
  const { modifiers, context } = how;
  if (value === null) {
    if (modifiers.op !== "equals" || modifiers.steps.length > 0 || field === undefined) {
      throw new RuleRefusal("schema-value", "null goes with a plain field only", context.at);
    }
    return [{ kind: "null", shown: value }];
  }
  if (value === "" && modifiers.op !== "equals") context.lint("an empty text is part of every text");
  const start = typeof value === "string" ? tokenise(value) : [{ kind: "text" as const, text: String(value) }];
  return encoded(start, how).map((tokens): Test => {
    const pattern = patternOf(withOp(tokens, field, modifiers), modifiers.cased);
    const lone = pattern.tokens.length === 1 && pattern.tokens[0]?.kind === "any";
    return lone && field !== undefined ? { kind: "present", shown: value } : { kind: "text", pattern, shown: value };
  });
}

/** Keywords without an explicit place are searched anywhere in a leaf. */
function withOp(tokens: readonly Token[], field: string | undefined, { op }: Modifiers): readonly Token[] {
  const place = field === undefined && op === "equals" ? "contains" : op;
  const before = place === "contains" || place === "endswith";
  const after = place === "contains" || place === "startswith";
  const open = before ? withAnyBefore(tokens) : tokens;
  return after ? withAnyAfter(open) : open;
}

function encoded(start: readonly Token[], how: How): readonly (readonly Token[])[] {
  const { modifiers, context } = how;
  let texts: readonly (readonly Token[])[] = [start];
  let bytes: readonly Uint8Array[] | undefined;
  for (const step of modifiers.steps) {
    if (step === "windash") {
      if (bytes !== undefined) throw new RuleRefusal("schema-modifier", "`windash` after an encoding", context.at);
      texts = texts.map(withDashes);
      continue;
    }
    const plain = bytes ?? texts.flatMap((tokens) => literals(tokens, context).map(utf8));
    if (step === "base64" || step === "base64offset") {
      const spelled = plain.flatMap((one) => (step === "base64" ? [base64(one)] : base64Offsets(one)));
      if (spelled.includes("")) throw new RuleRefusal("schema-value", "too short to be found in base64", context.at);
      texts = spelled.map((text) => [{ kind: "text", text }]);
      bytes = undefined;
    } else {
      if (bytes !== undefined) throw new RuleRefusal("schema-modifier", "two UTF-16 encodings in a row", context.at);
      bytes = texts.flatMap((tokens) => literals(tokens, context).map((text) => utf16(text, step)));
    }
  }
  if (bytes === undefined) return texts;
  context.lint("UTF-16 without base64: matched as text of those bytes");
  return bytes.map((one) => [{ kind: "text", text: bytesAsText(one) }]);
}

function literals(tokens: readonly Token[], { at }: ItemContext): readonly string[] {
  const literal = literalOf(tokens);
  if (literal !== undefined) return [literal];
  if (tokens.some((token) => token.kind === "any" || token.kind === "one")) {
    throw new RuleRefusal("wildcard-in-encoded", "a wildcard cannot be encoded", at);
  }
  const spellings = dashSpellings(tokens, DASH_SPELLINGS_MAX);
  if (spellings === undefined) throw new RuleRefusal("schema-too-large", "too many dashes to encode", at);
  return spellings;
}
