/**
 * Texts that an event must hold for a rule to match it, so that a store can leave out events without reading them.
 *
 * Enters: rules and the views through which they read. Leaves: lists; of each list one text stands in some value of the
 * raw record of every event that one of the rules matches, folded on both sides.
 * BX1. What is not understood, and what a view computes, demands nothing: no matching event is lost.
 */

import { unreachable } from "@cordon/model/error";
import type { FieldView } from "@cordon/model/view";
import { fold } from "./sigma/fold.ts";
import type { Pattern } from "./sigma/pattern.ts";
import type { Expr, Item, SigmaRule, Test } from "./sigma/rule.ts";

type Clause = readonly string[];

/** Looking for more texts than this costs as much as reading the event. */
const TEXTS_MAX = 64;
/** Further lists turn few more events away. */
const CLAUSES_MAX = 4;
/** Shorter texts stand in nearly every event. */
const LENGTH_MIN = 3;

export function textsOf(rules: readonly SigmaRule[], views: ReadonlyMap<string, FieldView>): readonly Clause[] {
  const computed = new Set(
    [...views.values()].flatMap(({ derived }) =>
      Object.entries(derived).flatMap(([name, { kind }]) => (kind === "hash-part" ? [] : [name])),
    ),
  );
  const each = rules.map(({ condition }) => demanded(condition, computed));
  const [only, ...others] = each;
  if (only !== undefined && others.length === 0) return only.toSorted(byWorth).slice(0, CLAUSES_MAX);
  return oneOf(each);
}

function demanded(expr: Expr, computed: ReadonlySet<string>): readonly Clause[] {
  switch (expr.kind) {
    case "and":
      return expr.of.flatMap((child) => demanded(child, computed));
    case "or":
      return oneOf(expr.of.map((child) => demanded(child, computed)));
    case "at-least":
      return expr.count < 1 ? [] : oneOf(expr.of.map((child) => demanded(child, computed)));
    case "not":
      return [];
    case "selection":
      return demanded(expr.of, computed);
    case "item":
      return ofItem(expr, computed);
    default:
      return unreachable(expr);
  }
}

function ofItem({ field, link, tests }: Item, computed: ReadonlySet<string>): readonly Clause[] {
  if (field !== undefined && computed.has(field)) return [];
  const each = tests.map(ofTest);
  return link === "all" ? each.flat() : oneOf(each);
}

function ofTest(test: Test): readonly Clause[] {
  if (test.kind === "text") return usable([longestText(test.pattern)]);
  return test.kind === "regex" ? usable(test.regex.required ?? []) : [];
}

const longestText = ({ tokens }: Pattern): string =>
  tokens.reduce((best, token) => (token.kind === "text" && token.text.length > best.length ? token.text : best), "");

const usable = (texts: Clause): readonly Clause[] =>
  texts.length === 0 || texts.some((text) => text.length < LENGTH_MIN) ? [] : [texts.map(fold)];

/** One of several holds: then one text of the best list of any of them stands there. */
function oneOf(each: readonly (readonly Clause[])[]): readonly Clause[] {
  const best = each.map((clauses) => clauses.toSorted(byWorth)[0]);
  if (best.length === 0 || best.includes(undefined)) return [];
  const texts = [...new Set(best.flatMap((clause = []) => clause))];
  return texts.length > TEXTS_MAX ? [] : [texts];
}

/** The list whose shortest text is longest, then the shortest list. */
const byWorth = (a: Clause, b: Clause): number => shortest(b) - shortest(a) || a.length - b.length;
const shortest = (clause: Clause): number => Math.min(...clause.map((text) => text.length));
