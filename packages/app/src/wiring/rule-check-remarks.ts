/** What a reader of rules would remark: nothing that keeps a rule from working as written, but what it may not have meant. */
import type { RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import { logsourceApplies } from "@cordon/engine/stream/detect/sigma/logsource";
import type { Expr, Item, RuleHead, SigmaRule } from "@cordon/engine/stream/detect/sigma/rule";
import type { LogSource } from "@cordon/model/event";
import { TACTICS } from "@cordon/model/technique";

export interface RuleRemark {
  readonly path: string;
  readonly line?: number;
  readonly id?: string;
  readonly title?: string;
  /** `reading` = what the engine itself noted while it read the rule. */
  readonly code: string;
  readonly remark: string;
}

export interface RemarkContext {
  /** ATT&CK technique ids, where the operator gave a list of them. */
  readonly techniques: ReadonlySet<string> | undefined;
  /** Every log source that some mapping can give. */
  readonly logs: readonly LogSource[];
  /** Ids that apply already, with their files. */
  readonly known: ReadonlyMap<string, string>;
}

type Found = readonly [code: string, remark: string, needle?: string];

export function remarksOn(set: RuleSet, context: RemarkContext): readonly RuleRemark[] {
  const titles = new Map<string, string>();
  const heads: readonly RuleHead[] = [...set.rules, ...set.correlations];
  const onHeads = heads.flatMap((rule) => {
    const found = [...onHead(rule, context), ...sameTitle(rule, titles)];
    return found.map((one) => rowOf(rule, one));
  });
  const onRules = set.rules.flatMap((rule) => onRule(rule, context).map((one) => rowOf(rule, one)));
  return [...onHeads, ...onRules];
}

function rowOf(rule: RuleHead, [code, remark, needle]: Found): RuleRemark {
  const { path, id, title } = rule;
  return { path, line: needle === undefined ? rule.line : lineOf(rule, needle), id, title, code, remark };
}

/** The line on which the text stands first; the rule's own where it is written otherwise. */
function lineOf({ text, line }: RuleHead, needle: string): number {
  const lines = text.split("\n");
  const first = lines.findIndex((each) => !/^\s*(?:#.*|---.*)?$/.test(each));
  const at = lines.findIndex((each) => each.includes(needle));
  return at < 0 || first < 0 ? line : line + at - first;
}

const WANTED: readonly (readonly [key: string, remark: string])[] = [
  ["level", "no level: taken as medium"],
  ["description", "no description: who looks at an alert reads it first"],
  ["falsepositives", "no false positives named: what else looks like this?"],
];

function onHead(rule: RuleHead, { techniques, known }: RemarkContext): readonly Found[] {
  const missing = WANTED.filter(([key]) => !new RegExp(`^${key}\\s*:`, "m").test(rule.text));
  const elsewhere = known.get(rule.id.toLowerCase());
  return [
    ...missing.map(([key, remark]): Found => [`${key}-missing`, remark]),
    ...(rule.tags.some((tag) => TECHNIQUE.test(tag))
      ? []
      : [["technique-missing", "no ATT&CK technique: it counts for no coverage"] as const]),
    ...rule.tags.flatMap((tag) => onTag(tag, techniques)),
    ...(elsewhere === undefined
      ? []
      : [["id-known", `the id stands in ${elsewhere} too: beside it this one is rejected`, rule.id] as const]),
  ];
}

const TECHNIQUE = /^attack\.t\d{4}(?:\.\d{3})?$/;
/** Groups, software, campaigns and data sources may be named too. */
const OTHER_ATTACK = /^attack\.(?:[gsc]|ds)\d{4}$/;

function onTag(tag: string, techniques: ReadonlySet<string> | undefined): readonly Found[] {
  if (!tag.startsWith("attack.") || OTHER_ATTACK.test(tag)) return [];
  const name = tag.slice("attack.".length);
  if (TECHNIQUE.test(tag)) {
    const id = name.toUpperCase();
    if (techniques === undefined || techniques.has(id)) return [];
    return [["technique-unknown", `${id} is not in the list of techniques`, tag]];
  }
  if (TACTICS.some((tactic) => tactic === name.replaceAll("_", "-"))) return [];
  const what = /^t\d/.test(name) ? "technique" : "tactic";
  return [[`${what}-unknown`, `\`${tag}\` is no ${what} of ATT&CK`, tag]];
}

function sameTitle(rule: RuleHead, titles: Map<string, string>): readonly Found[] {
  const key = rule.title.toLowerCase();
  const first = titles.get(key);
  if (first !== undefined) return [["title-twice", `the title stands in ${first} too`, rule.title]];
  titles.set(key, `${rule.path}:${rule.line}`);
  return [];
}

function onRule(rule: SigmaRule, { logs }: RemarkContext): readonly Found[] {
  const { product, service, category } = rule.logsource;
  const named = [product, service, category].some((part) => part !== undefined);
  const fed = !named || logs.some((log) => logsourceApplies(rule.logsource, log));
  const name = [product, service, category].filter((part) => part !== undefined).join("/");
  return [
    ...(fed ? [] : [["logsource-unfed", `no mapping gives events of ${name}`, "logsource"] as const]),
    ...itemsOf(rule.condition).flatMap((item) => onItem(item, rule)),
  ];
}

function itemsOf(expr: Expr): readonly Item[] {
  if (expr.kind === "item") return [expr];
  return "of" in expr && Array.isArray(expr.of) ? expr.of.flatMap(itemsOf) : itemsOf(expr.of as Expr);
}

const COMMAND_LINE = /commandline$/i;
const PATH_FIELD = /^(?:Image|ParentImage|SourceImage|TargetImage|ImageLoaded|TargetFilename|NewProcessName)$/i;
const SHORT = 2;

function onItem(item: Item, { logsource }: SigmaRule): readonly Found[] {
  const { field, modifiers } = item;
  const texts = item.tests.flatMap(({ kind, shown }) => (kind === "text" && typeof shown === "string" ? [shown] : []));
  if (field === undefined) return texts.filter(isShort).map((text) => shortRemark("keyword", text));
  const found: Found[] = [];
  const dashed = texts.find((text) => /(?:^|\s)[-/][a-z]/i.test(text));
  if (
    dashed !== undefined &&
    COMMAND_LINE.test(field) &&
    logsource.product === "windows" &&
    !modifiers.includes("windash")
  )
    found.push(["windash", `\`${dashed}\`: Windows programs take - and / alike; windash matches both`, dashed]);
  const rooted = modifiers === "" ? texts.find((text) => /^\\[^*?\\]+$/.test(text)) : undefined;
  if (rooted !== undefined && PATH_FIELD.test(field))
    found.push(["whole-path", `${field} holds whole paths: \`${rooted}\` alone never equals one; endswith?`, rooted]);
  if (modifiers.includes("contains")) {
    const starred = texts.find((text) => /^\*|[^\\]\*$/.test(text));
    if (starred !== undefined) found.push(["star-in-contains", `\`${starred}\`: contains needs no stars`, starred]);
    found.push(...texts.filter(isShort).map((text) => shortRemark(field, text)));
  }
  return found;
}

const isShort = (text: string): boolean =>
  text.trim().length > 0 && text.trim().length <= SHORT && text.length <= SHORT;

const shortRemark = (field: string, text: string): Found => [
  "short-text",
  `${field} contains \`${text}\`: so short a text stands in most values`,
  text,
];
