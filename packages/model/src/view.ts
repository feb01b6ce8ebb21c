/**
 * How a name is looked up in an event's `raw`. Rules, searches and the claim checker all read through this one door.
 * Order: exact key in each root -> dotted path -> alias -> derived field -> exact key without spaces -> the same
 * without regard to case (detection.md 2.2). The first hit wins, also when its value is null.
 */
import type { Json, JsonObject } from "./json.ts";

export interface FieldView {
  /** Shape it belongs to (`Event.shape`); engines cache per id. */
  readonly id: string;
  /** Objects whose keys count as top level, in order; `[]` is `raw` itself. */
  readonly roots: readonly (readonly string[])[];
  /** Rule field name -> raw paths, first present wins. */
  readonly alias: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Fields computed from others: the parts of a `Hashes` string (`SHA1=..,MD5=..`). */
  readonly derived: Readonly<Record<string, DerivedField>>;
}

export type DerivedField =
  | { readonly kind: "hash-part"; readonly from: readonly string[]; readonly label: string }
  | { readonly kind: "constant"; readonly value: Json };

export const PLAIN_VIEW: FieldView = { id: "unknown", roots: [[]], alias: {}, derived: {} };
