/** What a pattern says that can never hold, though the grammar allows it: whoever wrote it should know. */
import { parseNetwork } from "../sigma/network.ts";
import type { Comparison, ComparisonTree, Expression, Literal, Observe, Place } from "./pattern.ts";

/** One line each; more than this helps nobody. */
const REMARKS_MAX = 20;

export function remarksOf(root: Expression, leaves: readonly Observe[]): readonly string[] {
  const remarks: string[] = [];
  const say = (at: Place, text: string): void => void remarks.push(`line ${at.line}, column ${at.column}: ${text}`);
  for (const leaf of leaves) typesOf(leaf.of, say);
  for (const text of timesOf(root)) remarks.push(text);
  return [...new Set(remarks)].slice(0, REMARKS_MAX);
}

type Say = (at: Place, text: string) => void;

/** Object types that can satisfy the tree: an AND needs one object for all its parts. */
function typesOf(tree: ComparisonTree, say: Say): ReadonlySet<string> {
  if (tree.kind === "test") {
    testRemark(tree, say);
    return new Set([tree.path.type]);
  }
  const parts = tree.of.map((part) => typesOf(part, say));
  if (tree.kind === "or") return new Set(parts.flatMap((types) => [...types]));
  const [first = new Set<string>(), ...rest] = parts;
  const shared = new Set([...first].filter((type) => rest.every((types) => types.has(type))));
  if (shared.size === 0 && parts.every((types) => types.size > 0)) {
    const names = [...new Set(parts.flatMap((types) => [...types]))].join(" and ");
    say(tree.at, `this AND never holds: it asks one object to be ${names}; for two objects write [..] AND [..]`);
  }
  return shared;
}

function testRemark({ path, test, at }: Comparison, say: Say): void {
  if (path.steps.some((step) => step.kind === "index" && step.index < 0)) say(at, "no element has an index below 0");
  switch (test.op) {
    case "ISSUBSET":
    case "ISSUPERSET":
      if (parseNetwork(test.text) === undefined) say(at, `${test.text} is neither an address nor a network`);
      return;
    case "IN":
      if (test.values.length === 0) say(at, "nothing is in an empty set");
      for (const value of test.values) literalRemark(path.steps, value, (text) => say(at, text));
      return;
    case "=":
    case "!=":
      literalRemark(path.steps, test.value, (text) => say(at, text));
      return;
    default:
      return;
  }
}

const DIGEST_LENGTHS: Readonly<Record<string, number>> = { MD5: 32, SHA1: 40, SHA256: 64, SHA512: 128 };

function literalRemark(steps: Comparison["path"]["steps"], value: Literal, say: (text: string) => void): void {
  if (value.kind === "time" && Number.isNaN(value.ms)) say("no calendar has this day: nothing is equal to it");
  const [hashes, algorithm] = steps;
  if (value.kind !== "string" || hashes?.kind !== "key" || hashes.key !== "hashes" || algorithm?.kind !== "key") return;
  const length = DIGEST_LENGTHS[algorithm.key.toUpperCase().replaceAll("-", "")];
  if (length !== undefined && (value.text.length !== length || !/^[0-9a-fA-F]+$/.test(value.text))) {
    say(`${value.text.slice(0, 80)} is no ${algorithm.key} (${length} hex digits)`);
  }
}

function timesOf(node: Expression): readonly string[] {
  switch (node.kind) {
    case "observe":
      return [];
    case "and":
    case "or":
    case "followed-by":
      return node.of.flatMap(timesOf);
    case "between":
      return [
        ...(node.start < node.stop ? [] : ["START is not before STOP: nothing lies between"]),
        ...timesOf(node.of),
      ];
    case "within":
    case "repeats":
      return timesOf(node.of);
  }
}
