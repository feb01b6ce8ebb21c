/** A Sigma rule as it is understood: the tree that is evaluated. */
import type { Json } from "@cordon/model/json";
import type { Level } from "@cordon/model/rule";
import type { Network } from "./network.ts";
import type { Pattern } from "./pattern.ts";
import type { Regex } from "./regex.ts";
import type { TimePart } from "./time-part.ts";

/** Each part absent = any. All lower case. */
export interface RuleLogSource {
  readonly product?: string;
  readonly service?: string;
  readonly category?: string;
}

/** What rules and correlations have in common: who they are and where they stand. */
export interface RuleHead {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly status: string | undefined;
  readonly author: string | undefined;
  readonly description: string | undefined;
  readonly tags: readonly string[];
  readonly falsepositives: readonly string[];
  readonly references: readonly string[];
  /** `name`, by which correlations may refer to the rule. */
  readonly name: string | undefined;
  /** File it stands in and the line where its document begins. */
  readonly path: string;
  readonly line: number;
  /** Name of the collection it came with, as the loader was told. */
  readonly source: string;
  /** The rule's own text; its hash is the rule's version. */
  readonly text: string;
}

export interface SigmaRule extends RuleHead {
  readonly logsource: RuleLogSource;
  readonly condition: Expr;
}

/** Condition with its selections put in place. `selection` nodes keep the names for people; they mean their child. */
export type Expr =
  | { readonly kind: "and"; readonly of: readonly Expr[] }
  | { readonly kind: "or"; readonly of: readonly Expr[] }
  | { readonly kind: "at-least"; readonly count: number; readonly of: readonly Expr[] }
  | { readonly kind: "not"; readonly of: Expr }
  | { readonly kind: "selection"; readonly name: string; readonly of: Expr }
  | Item;

/** One line of a selection: a field (undefined = keywords, every leaf of the event) and what its value must meet. */
export interface Item {
  readonly kind: "item";
  readonly field: string | undefined;
  /** `all`: each test is met by some element of the value. */
  readonly link: "any" | "all";
  readonly tests: readonly Test[];
  /** Modifiers as written, for people: `contains|all`, empty when none. */
  readonly modifiers: string;
}

export type CompareOp = "lt" | "lte" | "gt" | "gte" | "eq";
export type TextOp = "equals" | "startswith" | "endswith" | "contains";

/** `shown` is the rule's value for people. */
export type Test =
  | { readonly kind: "text"; readonly pattern: Pattern; readonly shown: Json }
  | { readonly kind: "null"; readonly shown: Json }
  | { readonly kind: "present"; readonly shown: Json }
  | { readonly kind: "exists"; readonly wanted: boolean; readonly shown: Json }
  | { readonly kind: "regex"; readonly regex: Regex; readonly shown: Json }
  | {
      readonly kind: "compare";
      readonly op: CompareOp;
      readonly number: number;
      /** Digits of a whole number beyond 2^53, whose neighbours are the same `number`. */
      readonly exact?: string;
      readonly shown: Json;
    }
  | {
      readonly kind: "time";
      readonly part: TimePart;
      readonly op: CompareOp;
      readonly number: number;
      readonly shown: Json;
    }
  | { readonly kind: "cidr"; readonly network: Network; readonly shown: Json }
  | {
      readonly kind: "field";
      readonly other: string;
      readonly op: TextOp;
      readonly cased: boolean;
      readonly shown: Json;
    };
