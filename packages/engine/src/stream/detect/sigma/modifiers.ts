/** The modifiers of a field name, read into one description before any value is touched. */
import { RuleRefusal, type YamlPath } from "./refusal.ts";
import type { CompareOp, TextOp } from "./rule.ts";
import { TIME_PARTS, type TimePart } from "./time-part.ts";

/** Steps that change the text of a value, in the order written. */
export type TextStep = "windash" | "utf16le" | "utf16be" | "utf16" | "base64" | "base64offset";

export interface Modifiers {
  readonly written: string;
  readonly steps: readonly TextStep[];
  readonly op: TextOp;
  readonly all: boolean;
  readonly neq: boolean;
  readonly cased: boolean;
  readonly exists: boolean;
  readonly expand: boolean;
  readonly cidr: boolean;
  readonly fieldref: boolean;
  /** Regex flags, sorted; undefined = not a regex. */
  readonly regex: string | undefined;
  readonly compare: CompareOp | undefined;
  readonly time: TimePart | undefined;
}

type Draft = { -readonly [K in keyof Modifiers]: Modifiers[K] } & { steps: TextStep[] };

const REGEX_FLAGS: Readonly<Record<string, string>> = {
  i: "i",
  ignorecase: "i",
  m: "m",
  multiline: "m",
  s: "s",
  dotall: "s",
};
const STEPS: Readonly<Record<string, TextStep>> = {
  windash: "windash",
  utf16le: "utf16le",
  wide: "utf16le",
  utf16be: "utf16be",
  utf16: "utf16",
  base64: "base64",
  base64offset: "base64offset",
};
const TEXT_OPS: Readonly<Record<string, TextOp>> = {
  contains: "contains",
  startswith: "startswith",
  endswith: "endswith",
};
const COMPARES: Readonly<Record<string, CompareOp>> = { lt: "lt", lte: "lte", gt: "gt", gte: "gte" };
const FLAGS: Readonly<Record<string, "all" | "neq" | "cased" | "exists" | "expand" | "cidr" | "fieldref">> = {
  all: "all",
  neq: "neq",
  cased: "cased",
  exists: "exists",
  expand: "expand",
  cidr: "cidr",
  fieldref: "fieldref",
};

/** A field name with more modifiers than this is a mistake. */
const MODIFIERS_MAX = 16;

export function readModifiers(words: readonly string[], at: YamlPath): Modifiers {
  if (words.length > MODIFIERS_MAX)
    throw new RuleRefusal("schema-modifier", `${words.length} modifiers on one field`, at);
  const draft: Draft = {
    written: words.join("|"),
    steps: [],
    op: "equals",
    all: false,
    neq: false,
    cased: false,
    exists: false,
    expand: false,
    cidr: false,
    fieldref: false,
    regex: undefined,
    compare: undefined,
    time: undefined,
  };
  for (const word of words) apply(draft, word.toLowerCase(), at);
  check(draft, at);
  return draft;
}

/** Own members only: `constructor` is not a modifier. */
const entry = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

function apply(draft: Draft, word: string, at: YamlPath): void {
  const bad = (reason: string): RuleRefusal => new RuleRefusal("schema-modifier", reason, at);
  const flag = entry(FLAGS, word);
  const op = entry(TEXT_OPS, word);
  const step = entry(STEPS, word);
  const compare = entry(COMPARES, word);
  const time = TIME_PARTS.find((part) => part === word);
  const regexFlag = entry(REGEX_FLAGS, word);
  if (flag !== undefined) draft[flag] = true;
  else if (op !== undefined) draft.op = bothEnds(draft.op, op);
  else if (step !== undefined) {
    if (draft.op !== "equals" && step !== "windash")
      throw bad(`\`${word}\` after \`${draft.op}\` would encode wildcards`);
    draft.steps.push(step);
  } else if (compare !== undefined) {
    if (draft.compare !== undefined) throw bad(`two comparisons (\`${draft.written}\`)`);
    draft.compare = compare;
  } else if (time !== undefined) {
    if (draft.time !== undefined && draft.time !== time) throw bad(`two parts of a date (\`${draft.written}\`)`);
    draft.time = time;
  } else if (word === "re") {
    if (draft.steps.length > 0 || draft.op !== "equals")
      throw bad("`re` must come before other transforming modifiers");
    draft.regex ??= "";
  } else if (regexFlag !== undefined) {
    if (draft.regex === undefined) throw bad(`\`${word}\` belongs after \`re\``);
    if (!draft.regex.includes(regexFlag)) draft.regex = [...draft.regex, regexFlag].sort().join("");
  } else throw new RuleRefusal("unknown-modifier", `unknown modifier \`${word}\``, at);
}

/** `startswith|endswith` together leave only what both allow: a wildcard on each side. */
function bothEnds(before: TextOp, op: TextOp): TextOp {
  return before === "equals" || before === op ? op : "contains";
}

/** Kinds of comparison exclude each other; what could not be obeyed is refused, never ignored. */
function check(draft: Draft, at: YamlPath): void {
  const kinds: readonly (readonly [string, boolean])[] = [
    ["re", draft.regex !== undefined],
    ["exists", draft.exists],
    ["cidr", draft.cidr],
    ["fieldref", draft.fieldref],
    ["a number or time comparison", draft.compare !== undefined || draft.time !== undefined],
    ["a text encoding", draft.steps.length > 0],
  ];
  const used = kinds.filter(([, on]) => on).map(([name]) => name);
  if (used.length > 1) throw new RuleRefusal("schema-modifier", `${used.join(" and ")} do not go together`, at);
  if (draft.cased && draft.regex?.includes("i") === true) {
    throw new RuleRefusal("schema-modifier", "`cased` and `i` contradict each other", at);
  }
  if (draft.op !== "equals" && used.length > 0 && draft.steps.length === 0 && !draft.fieldref) {
    throw new RuleRefusal("schema-modifier", `\`${draft.op}\` does not go with ${used.join()}`, at);
  }
}
