/** Why a rule is not taken. Thrown inside the parser only; the loader turns it into a row with file and line. */
import { AppError } from "@cordon/model/error";
import type { RejectionCode } from "./rule.ts";

export type YamlPath = readonly (string | number)[];

export class RuleRefusal extends AppError<RejectionCode> {
  /** Place in the document, from its root. */
  readonly at: YamlPath;

  constructor(code: RejectionCode, reason: string, at: YamlPath = []) {
    super(code, reason);
    this.at = at;
  }
}
