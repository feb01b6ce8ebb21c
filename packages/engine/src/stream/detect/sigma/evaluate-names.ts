/** Truth of a condition over names alone: what a selection means is the caller's. */
import type { Expr } from "./rule.ts";

export function evaluateNames(expr: Expr, truth: (name: string) => boolean): boolean {
  switch (expr.kind) {
    case "and":
      return expr.of.every((child) => evaluateNames(child, truth));
    case "or":
      return expr.of.some((child) => evaluateNames(child, truth));
    case "at-least":
      return expr.of.filter((child) => evaluateNames(child, truth)).length >= expr.count;
    case "not":
      return !evaluateNames(expr.of, truth);
    case "selection":
      return truth(expr.name);
    case "item":
      return false;
  }
}
