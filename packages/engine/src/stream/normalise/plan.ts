/** A mapping, compiled: what is asked of every event is split, indexed and typed beforehand. */
import type { EntityKind, EntityRole } from "@cordon/model/entity";
import type { LogSource, OcsfSeverity } from "@cordon/model/event";
import type { Condition } from "./condition.ts";
import type { FieldPath } from "./field-path.ts";
import type { ShapeKeys } from "./shape-keys.ts";
import type { Template } from "./template.ts";

export interface CompiledMapping {
  readonly id: string;
  readonly version: string;
  readonly detect: PlainDetect | WindowsDetect;
  /** Root objects for mappings that are not of a Windows layout; empty path = the record itself. */
  readonly roots: readonly (readonly string[])[];
  readonly shapes: ShapeIndex;
  /** Meaning when no shape holds. */
  readonly base: ShapePlan;
  /** Windows channel (lower case) -> shape with that channel's Sigma service. */
  readonly byChannel: ReadonlyMap<string, ShapePlan>;
  readonly discover: boolean;
}

interface PlainDetect {
  readonly kind: "plain";
  readonly forms: ReadonlySet<string> | undefined;
  readonly any: readonly (readonly Condition[])[];
  readonly priority: number;
}

interface WindowsDetect {
  readonly kind: "windows";
  readonly channels: readonly string[];
  readonly providers: readonly string[];
}

/** Shapes by the value of one field where they allow it; `rest` is asked in order afterwards. */
export interface ShapeIndex {
  readonly by: FieldPath | undefined;
  readonly values: ReadonlyMap<string, readonly ShapePlan[]>;
  readonly rest: readonly ShapePlan[];
  /** Every shape in the order of the file, for records whose dispatch field is a list. */
  readonly all: readonly ShapePlan[];
}

export interface ShapePlan {
  readonly source: string;
  /** `Event.shape`, per layout (`plain` for sources without layouts). */
  readonly keys: ShapeKeys;
  readonly when: readonly (readonly Condition[])[];
  readonly match: { readonly path: FieldPath; readonly templates: readonly Template[] } | undefined;
  readonly class: number;
  readonly activity: Choice<number>;
  readonly severity: Choice<OcsfSeverity>;
  readonly outcome: OutcomePlan;
  readonly log: LogSource;
  readonly time: readonly FieldPath[];
  readonly entities: readonly EntityPlan[];
}

export type Choice<T> =
  | { readonly kind: "fixed"; readonly value: T }
  | { readonly kind: "by"; readonly path: FieldPath; readonly values: ReadonlyMap<string, T>; readonly otherwise: T };

export type Outcome = "success" | "failure";

export interface OutcomePlan {
  readonly failure: readonly (readonly Condition[])[];
  readonly success: readonly (readonly Condition[])[];
  readonly otherwise: Outcome | undefined;
}

export interface EntityPlan {
  readonly path: FieldPath | undefined;
  /** Tried in order: the first kind whose form the value has. */
  readonly kinds: readonly EntityKind[];
  readonly role: EntityRole;
  readonly domain: FieldPath | undefined;
  readonly guid: FieldPath | undefined;
  readonly pid: FieldPath | undefined;
  readonly when: readonly Condition[];
}
