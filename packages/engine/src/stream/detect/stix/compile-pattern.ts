/** A parsed pattern with what matching needs to know of it. Throws `PatternError` for what cannot be run. */
import { compileTree, type ObjectTest } from "./holds.ts";
import { parsePattern } from "./parse-pattern.ts";
import type { Expression, Observe, Pattern } from "./pattern.ts";

export interface CompiledPattern {
  readonly pattern: Pattern;
  readonly leaves: readonly CompiledLeaf[];
  /** One observation alone decides: nothing has to be remembered. */
  readonly alone: boolean;
  /** No two observations of a match lie further apart; infinite where the pattern does not say. */
  readonly spanMs: number;
}

export interface CompiledLeaf {
  readonly source: Observe;
  readonly test: ObjectTest;
  /** All STARTs and STOPs above it. */
  readonly between: readonly { readonly start: number; readonly stop: number }[];
}

export function compilePattern(text: string): CompiledPattern {
  const pattern = parsePattern(text);
  const leaves: CompiledLeaf[] = [];
  collectLeaves(pattern.root, [], leaves);
  leaves.sort((a, b) => a.source.leaf - b.source.leaf);
  return { pattern, leaves, alone: isAlone(pattern.root), spanMs: spanOf(pattern.root) };
}

function collectLeaves(node: Expression, between: CompiledLeaf["between"], into: CompiledLeaf[]): void {
  switch (node.kind) {
    case "observe":
      into.push({ source: node, test: compileTree(node.of), between });
      return;
    case "and":
    case "or":
    case "followed-by":
      for (const part of node.of) collectLeaves(part, between, into);
      return;
    case "between":
      collectLeaves(node.of, [...between, { start: node.start, stop: node.stop }], into);
      return;
    case "within":
    case "repeats":
      collectLeaves(node.of, between, into);
      return;
  }
}

function isAlone(node: Expression): boolean {
  switch (node.kind) {
    case "observe":
      return true;
    case "or":
      return node.of.every(isAlone);
    case "and":
    case "followed-by":
      return false;
    case "repeats":
      return node.times === 1 && isAlone(node.of);
    case "within":
    case "between":
      return isAlone(node.of);
  }
}

/** The longest that a match may take, for points in time. */
function spanOf(node: Expression): number {
  switch (node.kind) {
    case "observe":
      return 0;
    case "or":
      return Math.max(...node.of.map(spanOf));
    case "and":
    case "followed-by":
      return Number.POSITIVE_INFINITY;
    case "repeats":
      return node.times === 1 ? spanOf(node.of) : Number.POSITIVE_INFINITY;
    case "within":
      return Math.min(node.ms, spanOf(node.of));
    case "between":
      return spanOf(node.of);
  }
}

/** Whether some moment of the observation lies in all of them: from START on, before STOP. */
export function liesBetween(
  between: CompiledLeaf["between"],
  { first, last }: { readonly first: number; readonly last: number },
): boolean {
  return between.every(({ start, stop }) => start < stop && last >= start && first < stop);
}
