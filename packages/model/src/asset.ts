/** What the owner told us about things: criticality, protection, groups. From the configuration or an inventory file. */
import type { EntityKey } from "./entity.ts";

export const ACCOUNT_KINDS = ["person", "administrator", "service", "machine", "shared"] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

export interface Asset {
  readonly key: EntityKey;
  /** 0 (does not matter) .. 4 (crown jewel); 2 when nothing is known. */
  readonly criticality: 0 | 1 | 2 | 3 | 4;
  readonly protected: boolean;
  readonly owner?: string;
  readonly tags: readonly string[];
  /** Where it belongs in the organisation, and what it runs: only for looking whether all groups are judged alike. */
  readonly department?: string;
  readonly region?: string;
  readonly platform?: string;
  readonly account?: AccountKind;
}

export interface Inventory {
  find(key: EntityKey): Asset | undefined;
  list(): readonly Asset[];
}
