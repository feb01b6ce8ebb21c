/**
 * Why a rule holds for an event, or what would have to be different. Made on demand by the reference evaluator.
 *
 * E1. `holds` of every node is the reference's answer.
 * E2. `change` names a smallest set of items whose truth, turned over, makes the rule hold; empty when it does.
 *     Each place in the condition counts by itself: a condition that asks one item twice may contradict it.
 */
import { unreachable } from "@cordon/model/error";
import type { Event, LogSource } from "@cordon/model/event";
import type { Json } from "@cordon/model/json";
import { type FieldView, readField } from "@cordon/model/view";
import { fold } from "./fold.ts";
import { logsourceApplies } from "./logsource.ts";
import { itemHolds, type Subject, testHolds } from "./naive.ts";
import type { Expr, Item, RuleLogSource, SigmaRule, Test } from "./rule.ts";

/** Longer value lists are shown by their true members and their first ones. */
const TESTS_SHOWN_MAX = 32;

export interface ExplainedTest {
  readonly kind: Test["kind"];
  readonly ruleValue: Json;
  readonly holds: boolean;
  /** Where in the event's text the rule's first literal piece stands. */
  readonly offset?: number;
}

export interface ExplainedItem {
  readonly kind: "item";
  readonly holds: boolean;
  /** Empty for keywords. */
  readonly field: string;
  readonly operator: string;
  readonly link: "any" | "all";
  /** Where the event's value was found; absent when the event has no such field. */
  readonly pointer?: string;
  /** The event's own name for the field, where it is another than the rule's: an alias, or a part of another field. */
  readonly resolved?: string;
  readonly eventValue?: Json;
  readonly tests: readonly ExplainedTest[];
  readonly testsTotal: number;
}

export type ExplainedNode =
  | ExplainedItem
  | {
      readonly kind: "selection";
      readonly holds: boolean;
      readonly name: string;
      readonly of: readonly ExplainedNode[];
    }
  | { readonly kind: "and" | "or" | "not"; readonly holds: boolean; readonly of: readonly ExplainedNode[] }
  | {
      readonly kind: "at-least";
      readonly holds: boolean;
      readonly count: number;
      readonly of: readonly ExplainedNode[];
    };

export interface Explanation {
  readonly holds: boolean;
  /** Whether the rule's logsource admits the event at all. */
  readonly routed: boolean;
  /** Why not. */
  readonly because?: string;
  readonly tree: ExplainedNode;
  readonly change: readonly ExplainedItem[];
}

export function explainRule(rule: SigmaRule, event: Pick<Event, "raw" | "log">, view: FieldView): Explanation {
  const tree = explain(rule.condition, { view, raw: event.raw });
  const change = turnOver(tree, true);
  const routed = logsourceApplies(rule.logsource, event.log);
  const because = routed ? {} : { because: logsourceMismatch(rule.logsource, event.log) };
  return { holds: tree.holds, routed, ...because, tree, change };
}

/** Each part of the logsource that the event does not have, in the order in which people write them. */
function logsourceMismatch(rule: RuleLogSource, log: LogSource): string {
  const parts = (["product", "service", "category"] as const).flatMap((part) => {
    const wanted = rule[part];
    if (wanted === undefined || logsourceApplies({ [part]: wanted }, log)) return [];
    return [`${part} ${wanted}, the event has ${seenPart(log, part)}`];
  });
  return `the rule asks for ${parts.join("; for ")}`;
}

function seenPart({ product, service, categories }: LogSource, part: keyof RuleLogSource): string {
  if (part === "category") return categories.length === 0 ? "no category" : categories.join(" and ");
  return (part === "product" ? product : service) ?? `no ${part}`;
}

/** The items that decide: for a match the true ones on the side that says yes, otherwise those that would have to change. */
export function decidingItems({ holds, tree, change }: Explanation): readonly ExplainedItem[] {
  return holds ? turnOver(tree, false) : change;
}

function explain(expr: Expr, subject: Subject): ExplainedNode {
  switch (expr.kind) {
    case "item":
      return explainItem(expr, subject);
    case "selection": {
      const child = explain(expr.of, subject);
      return { kind: "selection", name: expr.name, holds: child.holds, of: [child] };
    }
    case "not": {
      const child = explain(expr.of, subject);
      return { kind: "not", holds: !child.holds, of: [child] };
    }
    case "and":
    case "or": {
      const of = expr.of.map((child) => explain(child, subject));
      return { kind: expr.kind, holds: expr.kind === "and" ? of.every(isTrue) : of.some(isTrue), of };
    }
    case "at-least": {
      const of = expr.of.map((child) => explain(child, subject));
      return { kind: "at-least", count: expr.count, holds: of.filter(isTrue).length >= expr.count, of };
    }
    default:
      return unreachable(expr);
  }
}

const isTrue = (node: ExplainedNode): boolean => node.holds;

function explainItem(item: Item, subject: Subject): ExplainedItem {
  const hit = item.field === undefined ? undefined : readField(subject.view, subject.raw, item.field);
  const tests = item.tests.map((test): ExplainedTest => {
    const offset = offsetOf(test, hit?.value);
    return {
      kind: test.kind,
      ruleValue: test.shown,
      holds: testHolds(test, item.field, subject),
      ...(offset === undefined ? {} : { offset }),
    };
  });
  const shown = tests.length <= TESTS_SHOWN_MAX ? tests : [...tests.filter((t) => t.holds), ...tests];
  return {
    kind: "item",
    holds: itemHolds(item, subject),
    field: item.field ?? "",
    operator: item.modifiers,
    link: item.link,
    ...(hit === undefined
      ? {}
      : { pointer: hit.pointer, eventValue: hit.value, ...resolvedName(item.field, hit.pointer) }),
    tests: [...new Set(shown)].slice(0, TESTS_SHOWN_MAX),
    testsTotal: tests.length,
  };
}

/** The rule's name may be a whole path of the event, or the last name of one. */
function resolvedName(field = "", pointer = ""): { readonly resolved?: string } {
  const names = pointer
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = names.findLast((name) => !/^\d+$/.test(name));
  if (last === undefined || fold(last) === fold(field) || `.${names.join(".")}`.endsWith(`.${field}`)) return {};
  return { resolved: last };
}

function offsetOf(test: Test, value: Json | undefined): number | undefined {
  if (test.kind !== "text" || typeof value !== "string") return undefined;
  const piece = test.pattern.tokens.find((token) => token.kind === "text");
  if (piece?.kind !== "text") return undefined;
  const at = (test.pattern.cased ? value : fold(value)).indexOf(piece.text);
  return at < 0 ? undefined : at;
}

/** Smallest set of items to turn over so that the node becomes `wanted`. */
function turnOver(node: ExplainedNode, wanted: boolean): readonly ExplainedItem[] {
  if (node.holds === wanted) return [];
  switch (node.kind) {
    case "item":
      return [node];
    case "selection":
      return node.of.flatMap((child) => turnOver(child, wanted));
    case "not":
      return node.of.flatMap((child) => turnOver(child, !wanted));
    case "and":
      return cheapest(node.of, wanted, wanted ? node.of.length : 1);
    case "or":
      return cheapest(node.of, wanted, wanted ? 1 : node.of.length);
    case "at-least":
      return cheapest(node.of, wanted, wanted ? node.count : node.of.length - node.count + 1);
    default:
      return unreachable(node);
  }
}

/** `needed` of the children must be `wanted`: those that already are count, of the others the cheapest are taken. */
function cheapest(children: readonly ExplainedNode[], wanted: boolean, needed: number): readonly ExplainedItem[] {
  const ways = children.map((child) => turnOver(child, wanted)).sort((a, b) => a.length - b.length);
  return ways.slice(0, needed).flat();
}
