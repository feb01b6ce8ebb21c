/**
 * The slow twin: the specification's words over a short list of observations, every binding written out. Tests compare the
 * engine with it; nothing else uses it.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import type { Observation } from "./observation.ts";
import type { Comparison, ComparisonTree, Expression, Literal } from "./pattern.ts";

/** Numbers of the observations that are taken, one for each bracketed expression. */
type Binding = readonly number[];

export function naiveBindings(node: Expression, seen: readonly Observation[]): readonly Binding[] {
  switch (node.kind) {
    case "observe":
      return seen.flatMap((observation, i) => (naiveHolds(node.of, observation) ? [[i]] : []));
    case "or":
      return node.of.flatMap((part) => naiveBindings(part, seen));
    case "and":
      return node.of.map((part) => naiveBindings(part, seen)).reduce((left, right) => products(left, right));
    case "followed-by":
      return node.of
        .map((part) => naiveBindings(part, seen))
        .reduce((left, right) =>
          products(left, right, (before, after) =>
            before.every((a) => after.every((b) => (seen[a]?.first ?? 0) <= (seen[b]?.last ?? 0))),
          ),
        );
    case "within":
      return naiveBindings(node.of, seen).filter((binding) =>
        binding.every((a) => binding.every((b) => (seen[a]?.first ?? 0) - (seen[b]?.last ?? 0) <= node.ms)),
      );
    case "between":
      return naiveBindings(node.of, seen).filter((binding) =>
        binding.every((i) => {
          const { first = 0, last = 0 } = seen[i] ?? {};
          return node.start < node.stop && last >= node.start && first < node.stop;
        }),
      );
    case "repeats": {
      const one = naiveBindings(node.of, seen);
      let all = one;
      for (let times = 1; times < node.times; times += 1) all = products(all, one);
      return all;
    }
  }
}

function products(
  left: readonly Binding[],
  right: readonly Binding[],
  fits: (left: Binding, right: Binding) => boolean = () => true,
): readonly Binding[] {
  const found = new Map<string, Binding>();
  for (const a of left) {
    for (const b of right) {
      if (!b.some((i) => a.includes(i)) && fits(a, b)) found.set([...a, ...b].join(), [...a, ...b]);
    }
  }
  return [...found.values()];
}

function naiveHolds(tree: ComparisonTree, observation: Observation): boolean {
  return [...observation.objects.values()].some((object) => holdsFor(tree, object));
}

function holdsFor(tree: ComparisonTree, object: JsonObject): boolean {
  if (tree.kind !== "test") {
    const holds = (part: ComparisonTree): boolean => holdsFor(part, object);
    return tree.kind === "and" ? tree.of.every(holds) : tree.of.some(holds);
  }
  if (object.type !== tree.path.type) return false;
  const [step] = tree.path.steps;
  const value = step?.kind === "key" ? object[step.key] : undefined;
  if (tree.test.op === "EXISTS") return (value !== undefined) !== tree.negated;
  return value !== undefined && passes(tree, value);
}

function passes({ test, negated }: Comparison, value: Json): boolean {
  switch (test.op) {
    case "=":
      return same(test.value, value) !== negated;
    case "!=":
      return !same(test.value, value) !== negated;
    case "IN":
      return test.values.some((one) => same(one, value)) !== negated;
    case "LIKE": {
      const source = test.text.replace(/[^%_]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
      const like = new RegExp(`^${source.replaceAll("%", "[^]*").replaceAll("_", "[^]")}$`);
      return (typeof value === "string" && like.test(value)) !== negated;
    }
    case "MATCHES":
      return (typeof value === "string" && new RegExp(test.text).test(value)) !== negated;
    case "<":
      return test.value.kind === "number" && typeof value === "number" && value < test.value.number !== negated;
    case ">=":
      return test.value.kind === "number" && typeof value === "number" && value >= test.value.number !== negated;
    default:
      throw new Error(`the twin does not know ${test.op}`);
  }
}

function same(literal: Literal, value: Json): boolean {
  if (literal.kind === "string") return literal.text === value;
  return literal.kind === "number" && literal.number === value;
}
