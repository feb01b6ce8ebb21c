/** What a test costs to run. Only speed depends on these numbers, never an answer. */
import { unreachable } from "@cordon/model/error";
import type { Test } from "../rule.ts";

/** Rough microseconds of one test that the index does not answer. */
export function evaluationCost(test: Test): number {
  switch (test.kind) {
    case "null":
    case "present":
    case "exists":
      return 0.1;
    case "text":
      return test.pattern.tokens.length <= 3 ? 1 : 3;
    case "compare":
      return 2;
    case "field":
      return 3;
    case "cidr":
    case "time":
      return 6;
    case "regex":
      return 200;
    default:
      return unreachable(test);
  }
}
