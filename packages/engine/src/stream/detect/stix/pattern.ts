/** A STIX 2.1 pattern as a tree: what the parser leaves, and what matching and checking read. */
import { AppError } from "@cordon/model/error";

export type Literal =
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "boolean"; readonly boolean: boolean }
  /** One UTF-16 unit per byte. */
  | { readonly kind: "binary"; readonly bytes: string }
  /** NaN for a day that no calendar has: written correctly, equal to nothing. */
  | { readonly kind: "time"; readonly ms: number };

export type Step =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "index"; readonly index: number }
  /** `[*]`: any element. */
  | { readonly kind: "any" };

export interface ObjectPath {
  readonly type: string;
  readonly steps: readonly Step[];
  /** As written, for people. */
  readonly text: string;
}

export type OrderOperator = "<" | "<=" | ">" | ">=";

export type Test =
  | { readonly op: "=" | "!="; readonly value: Literal }
  | { readonly op: OrderOperator; readonly value: Literal }
  | { readonly op: "IN"; readonly values: readonly Literal[] }
  | { readonly op: "LIKE" | "MATCHES" | "ISSUBSET" | "ISSUPERSET"; readonly text: string }
  | { readonly op: "EXISTS" };

export interface Comparison {
  readonly kind: "test";
  readonly path: ObjectPath;
  readonly negated: boolean;
  readonly test: Test;
  readonly at: Place;
}

export type ComparisonTree =
  | Comparison
  | { readonly kind: "and" | "or"; readonly of: readonly ComparisonTree[]; readonly at: Place };

export interface Observe {
  readonly kind: "observe";
  /** Numbers the bracketed expressions of a pattern, from 0. */
  readonly leaf: number;
  readonly of: ComparisonTree;
  readonly text: string;
}

export type Expression =
  | Observe
  | { readonly kind: "and" | "or" | "followed-by"; readonly of: readonly Expression[] }
  | { readonly kind: "within"; readonly ms: number; readonly of: Expression }
  | { readonly kind: "repeats"; readonly times: number; readonly of: Expression }
  /** START..STOP: from `start` on, before `stop`. */
  | { readonly kind: "between"; readonly start: number; readonly stop: number; readonly of: Expression };

export interface Pattern {
  readonly text: string;
  readonly root: Expression;
  readonly leaves: readonly Observe[];
  /** Nothing is wrong, but something can never hold, or means less than it seems. */
  readonly remarks: readonly string[];
}

export interface Place {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

export type PatternErrorCode = "pattern-syntax" | "pattern-value" | "pattern-too-large" | "regex-unsupported";

/** Thrown by the parser only; whoever loads patterns makes a row of it. */
export class PatternError extends AppError<PatternErrorCode> {
  readonly at: Place;

  constructor(code: PatternErrorCode, reason: string, at: Place) {
    super(code, `line ${at.line}, column ${at.column}: ${reason}`);
    this.at = at;
  }
}

export function placeOf(text: string, offset: number): Place {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) {
    line += 1;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}
