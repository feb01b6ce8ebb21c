/**
 * The inside of the brackets as a test of one object.
 *
 * H1. All parts of an AND are asked of the same object; an observation satisfies an expression when one of its objects does.
 * H2. A test holds when one of the values at its path passes it, NOT included; without a value only NOT EXISTS holds.
 */
import type { MatchedField } from "@cordon/model/detection";
import type { JsonObject } from "@cordon/model/json";
import { compileTest } from "./compare.ts";
import type { Observation } from "./observation.ts";
import type { Comparison, ComparisonTree } from "./pattern.ts";
import { type Found, readPath } from "./read-path.ts";

/** What was found, path and value, in the order of the pattern. */
export type Seen = Pick<MatchedField, "field" | "value">[];

export type ObjectTest = (observation: Observation, object: JsonObject, seen: Seen) => boolean;

export function compileTree(tree: ComparisonTree): ObjectTest {
  if (tree.kind === "test") return compileComparison(tree);
  const parts = tree.of.map(compileTree);
  if (tree.kind === "and") {
    return (observation, object, seen) => {
      const before = seen.length;
      if (parts.every((part) => part(observation, object, seen))) return true;
      seen.length = before;
      return false;
    };
  }
  return (observation, object, seen) => parts.some((part) => part(observation, object, seen));
}

function compileComparison({ path, test, negated, at }: Comparison): ObjectTest {
  if (test.op === "EXISTS") {
    return (observation, object, seen) => {
      if (object.type !== path.type) return false;
      const [found] = readPath(path, observation, object);
      if ((found !== undefined) === negated) return false;
      if (found !== undefined) seen.push({ field: path.text, value: found.value });
      return true;
    };
  }
  const passes = compileTest(test, negated, { lastKey: lastKeyOf(path.steps), at });
  return (observation, object, seen) => {
    if (object.type !== path.type) return false;
    const found: Found | undefined = readPath(path, observation, object).find(passes);
    if (found === undefined) return false;
    seen.push({ field: path.text, value: found.value });
    return true;
  };
}

function lastKeyOf(steps: Comparison["path"]["steps"]): string {
  const last = steps.findLast((step) => step.kind === "key");
  return last?.kind === "key" ? last.key : "";
}

/** The first object that satisfies the test, with what was found in it. */
export function firstMatch(test: ObjectTest, type: string | undefined, observation: Observation): Seen | undefined {
  for (const object of observation.objects.values()) {
    if (type !== undefined && object.type !== type) continue;
    const seen: Seen = [];
    if (test(observation, object, seen)) return seen;
  }
  return undefined;
}
