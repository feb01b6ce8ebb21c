/** Why a rule is not taken. Thrown inside the parser only; the loader turns it into a row with file and line. */
import { AppError } from "@cordon/model/error";

export const REJECTION_CODES = [
  "yaml-syntax",
  "yaml-duplicate-key",
  "yaml-too-large",
  "yaml-too-deep",
  "schema-document",
  "schema-title",
  "schema-logsource",
  "schema-detection",
  "schema-condition",
  "schema-modifier",
  "schema-value",
  "schema-too-large",
  "duplicate-id",
  "unknown-modifier",
  "null-in-list",
  "wildcard-in-encoded",
  "regex-unsupported",
  "regex-too-large",
  "placeholder-unresolved",
  "empty-pattern",
  "unknown-identifier",
  "condition-syntax",
  "obsolete-aggregation",
  "obsolete-action",
  "unsupported-sigma-3",
  "unknown-taxonomy",
  "schema-correlation",
  "schema-filter",
  "correlation-cycle",
  "correlation-unknown-rule",
  "correlation-condition",
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

export type YamlPath = readonly (string | number)[];

export class RuleRefusal extends AppError<RejectionCode> {
  /** Place in the document, from its root. */
  readonly at: YamlPath;

  constructor(code: RejectionCode, reason: string, at: YamlPath = []) {
    super(code, reason);
    this.at = at;
  }
}
