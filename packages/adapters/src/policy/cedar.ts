/**
 * The owner's policy in Cedar.
 * In: policy text and schema, then one request at a time. Out: permit or deny, with the ids and reasons that decided.
 *
 * C1. Text that does not validate against the schema is refused at load, with the place; it is never half used.
 * C2. A policy that errors is skipped by Cedar, so a broken `forbid` would leave `permit` standing: any error is a deny.
 * C3. Every policy carries a unique @id and a @reason; without them a decision could not be explained.
 */
import { createHash } from "node:crypto";
import {
  type AuthorizationAnswer,
  type DetailedError,
  policySetTextToParts,
  policyToJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  validate,
} from "@cedar-policy/cedar-wasm/nodejs";
import { AppError, messageOf } from "@cordon/model/error";
import type { JsonObject } from "@cordon/model/json";
import type { PolicyAnswer, PolicyDecider, PolicyRequest } from "@cordon/model/ports/policy";

export type CedarError = "policy-invalid";

export interface CedarText {
  readonly policies: string;
  readonly schema: string;
  /** What to call the text in errors: a path. */
  readonly name?: string;
}

export function loadCedar(text: CedarText): PolicyDecider {
  const name = text.name ?? "policy";
  const reasons = new Map<string, string>();
  const staticPolicies: Record<string, string> = {};
  for (const part of splitPolicies(text.policies, name)) {
    const { id, reason } = annotationsOf(part, name);
    if (reasons.has(id)) throw invalid(name, `two policies are called "${id}"`);
    reasons.set(id, reason);
    staticPolicies[id] = part;
  }
  check(name, text.schema, staticPolicies);
  const digest = createHash("sha256").update(text.schema).update("\0").update(text.policies).digest("hex");
  prepare(name, digest, text.schema, staticPolicies);
  return { digest, decide: async (request) => decide(request, digest, reasons) };
}

const invalid = (name: string, what: string): AppError<CedarError> =>
  new AppError("policy-invalid", `${name}: ${what}`);

function splitPolicies(text: string, name: string): readonly string[] {
  const parts = policySetTextToParts(text);
  if (parts.type === "failure") throw invalid(name, describe(parts.errors));
  if (parts.policy_templates.length > 0) throw invalid(name, "templates (?principal, ?resource) are not supported");
  return parts.policies;
}

function annotationsOf(policy: string, name: string): { readonly id: string; readonly reason: string } {
  const json = policyToJson(policy);
  if (json.type === "failure") throw invalid(name, describe(json.errors));
  const { id, reason } = json.json.annotations ?? {};
  if (id === undefined || id === "") throw invalid(name, `a policy has no @id: ${policy.slice(0, 80)}`);
  if (reason === undefined || reason === "") throw invalid(name, `policy "${id}" has no @reason`);
  return { id, reason };
}

function check(name: string, schema: string, staticPolicies: Record<string, string>): void {
  const answer = validate({ schema, policies: { staticPolicies }, validationSettings: { mode: "strict" } });
  if (answer.type === "failure") throw invalid(name, describe(answer.errors));
  const problems = answer.validationErrors.map((item) => `${item.policyId}: ${item.error.message}`);
  if (problems.length > 0) throw invalid(name, problems.join("; "));
}

function prepare(name: string, digest: string, schema: string, staticPolicies: Record<string, string>): void {
  const parsedSchema = preparseSchema(digest, schema);
  if (parsedSchema.type === "failure") throw invalid(name, describe(parsedSchema.errors));
  const parsed = preparsePolicySet(digest, { staticPolicies });
  if (parsed.type === "failure") throw invalid(name, describe(parsed.errors));
}

const describe = (errors: readonly DetailedError[]): string => errors.map((error) => error.message).join("; ");

type CedarJson = string | number | boolean | CedarJson[] | { [key: string]: CedarJson };

/** Cedar has no null and no fractions: a value it cannot hold is an error, hence a deny. */
function toCedar(value: unknown): CedarJson {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (Array.isArray(value)) return value.map(toCedar);
  if (typeof value === "object" && value !== null) return toRecord(value);
  throw new TypeError(`a policy cannot read ${JSON.stringify(value)}`);
}

function toRecord(value: object): { [key: string]: CedarJson } {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toCedar(member)]));
}

function decide(request: PolicyRequest, digest: string, reasons: ReadonlyMap<string, string>): PolicyAnswer {
  try {
    const principal = { type: request.principal.type, id: request.principal.id };
    const resource = { type: request.resource.type, id: request.resource.id };
    const answer = statefulIsAuthorized({
      ...{ principal, resource, action: { type: "Action", id: request.action } },
      context: toRecord(request.context),
      ...{ preparsedSchemaName: digest, preparsedPolicySetId: digest, validateRequest: true },
      entities: [entity(principal, request.principal.attributes), entity(resource, request.resource.attributes)],
    });
    return toAnswer(answer, reasons);
  } catch (error) {
    return denied([messageOf(error)]);
  }
}

const entity = (uid: { type: string; id: string }, attributes: JsonObject) => ({
  uid,
  attrs: toRecord(attributes),
  parents: [],
});

function toAnswer(answer: AuthorizationAnswer, reasons: ReadonlyMap<string, string>): PolicyAnswer {
  if (answer.type === "failure") return denied(answer.errors.map((error) => error.message));
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) {
    return denied(diagnostics.errors.map((item) => `${item.policyId}: ${item.error.message}`));
  }
  const policies = [...diagnostics.reason].sort();
  const said = policies.flatMap((id) => reasons.get(id) ?? []);
  return {
    decision: decision === "allow" ? "permit" : "deny",
    policies,
    reasons: said.length > 0 ? said : ["No policy permits it."],
    errors: [],
  };
}

/** C2 */
const denied = (errors: readonly string[]): PolicyAnswer => ({
  decision: "deny",
  policies: [],
  reasons: ["The policy could not be evaluated, so the answer is no."],
  errors,
});
