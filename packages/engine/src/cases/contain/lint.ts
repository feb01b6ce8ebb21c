/**
 * Reads a playbook and says what is wrong with it, in three grades (response.md 1.4):
 * error = refused; not-runnable = imported and shown, cannot be started; warning.
 * Enters: text and where it stands. Leaves: findings and, unless there is an error, the loaded playbook.
 *
 * L1. A valid foreign playbook loads, whatever its command types and dates; only running it is refused.
 * L2. A pointer that cannot be followed, a value that cannot be typed or a loop without an end is an error.
 * L3. Nothing here looks at the world: the same text gives the same findings (dates are judged against `now`, if given).
 */
import { messageOf } from "@cordon/model/error";
import type { Sha256 } from "@cordon/model/ids";
import { canonicalJson, isJsonObject, type JsonObject } from "@cordon/model/json";
import { type LoadedPlaybook, type PlaybookFinding, playbookSchema } from "@cordon/model/playbook";
import type { Instant } from "@cordon/model/time";
import { timeFindings, variableFindings } from "./lint-data.ts";
import { flowFindings } from "./lint-flow.ts";
import { stepFindings } from "./lint-steps.ts";

/** Bytes and steps of one playbook (check 13): the largest public ones are a tenth of this. */
export const PLAYBOOK_CHARS_MAX = 1_048_576;
export const PLAYBOOK_STEPS_MAX = 500;

export interface LintOptions {
  readonly sha256: (text: string) => Sha256;
  /** `content`: our own tree, unknown keys are errors; `import`: somebody else's file, they are warnings. */
  readonly origin?: "content" | "import";
  readonly now?: Instant;
}

export interface LintResult {
  readonly path: string;
  readonly findings: readonly PlaybookFinding[];
  readonly playbook?: LoadedPlaybook;
}

export function lintPlaybook(text: string, path: string, options: LintOptions): LintResult {
  if (text.length > PLAYBOOK_CHARS_MAX) {
    return { path, findings: [finding("13", "", `larger than ${PLAYBOOK_CHARS_MAX} characters`)] };
  }
  const document = parseJson(text);
  if (typeof document === "string") return { path, findings: [finding("json", "", document)] };
  const parsed = playbookSchema.safeParse(document);
  if (!parsed.success) return { path, findings: parsed.error.issues.map(shapeFinding) };
  const playbook = parsed.data;
  const count = Object.keys(playbook.workflow).length;
  if (count > PLAYBOOK_STEPS_MAX) {
    return { path, findings: [finding("13", "workflow", `${count} steps, more than ${PLAYBOOK_STEPS_MAX}`)] };
  }
  const strict = options.origin !== "import";
  const findings = [
    ...stepFindings(playbook, strict),
    ...flowFindings(playbook),
    ...variableFindings(playbook),
    ...timeFindings(playbook, options.now),
  ];
  if (findings.some((item) => item.level === "error")) return { path, findings };
  const slug = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).replace(/\.json$/, "");
  const digest = options.sha256(canonicalJson(document));
  const runnable = findings.every((item) => item.level === "warning");
  return { path, findings, playbook: { slug, path, digest, playbook, document, findings, runnable } };
}

const finding = (rule: string, where: string, text: string): PlaybookFinding => ({ level: "error", rule, where, text });

function shapeFinding(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): PlaybookFinding {
  return finding("shape", issue.path.map(String).join("."), issue.message);
}

function parseJson(text: string): JsonObject | string {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : "not a JSON object";
  } catch (error) {
    return `not JSON: ${messageOf(error)}`;
  }
}
