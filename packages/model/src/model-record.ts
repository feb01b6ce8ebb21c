/** A triage model in the registry: where it comes from, how good it is, who let it live. The file itself lies beside. */
import type { JsonObject } from "./json.ts";
import type { Instant } from "./time.ts";

export const MODEL_STATUSES = ["shadow", "champion", "retired"] as const;
export type ModelStatus = (typeof MODEL_STATUSES)[number];

export interface ModelGate {
  readonly gate: string;
  readonly passed: boolean;
  readonly said: string;
}

export interface ModelRecord {
  /** SHA-256 of the file. */
  readonly id: string;
  readonly parent?: string;
  readonly status: ModelStatus;
  readonly createdAt: Instant;
  readonly by: string;
  /** Version of the code that made it. */
  readonly version: string;
  readonly schema: string;
  /** SHA-256 of the verdicts and rows that it learnt from. */
  readonly snapshot: string;
  readonly seed: number;
  readonly verdicts: number;
  /** Window, parameters, figures, poisoning guards: as written into the file. */
  readonly facts: JsonObject;
  readonly approvedBy?: string;
  readonly approvedAt?: Instant;
  /** What the gates said when it was promoted, and why a person let it pass all the same. */
  readonly gates?: readonly ModelGate[];
  readonly despite?: string;
  readonly retiredAt?: Instant;
  readonly reviewBy?: Instant;
}
