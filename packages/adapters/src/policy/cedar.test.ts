import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyRequest } from "@cordon/model/ports/policy";
import { describe, expect, it } from "vitest";
import { loadCedar } from "./cedar.ts";

const folder = join(import.meta.dirname, "../../../../content/policies");
const schema = readFileSync(join(folder, "schema.cedarschema"), "utf8");
const policies = readFileSync(join(folder, "default.cedar"), "utf8");

interface Row {
  readonly name: string;
  readonly request: PolicyRequest;
  readonly decision: "permit" | "deny";
  readonly policies: readonly string[];
}
const rows: Row[] = JSON.parse(readFileSync(join(folder, "default.test.json"), "utf8"));

describe("default policy", () => {
  const decider = loadCedar({ policies, schema });
  it.each(rows.map((row) => [row.name, row] as const))("%s", async (_name, row) => {
    const answer = await decider.decide(row.request);
    expect(answer).toMatchObject({ decision: row.decision, policies: row.policies, errors: [] });
    expect(answer.reasons.length).toBeGreaterThan(0);
  });
});

describe("cedar", () => {
  const first = rows[0];
  if (first === undefined) throw new Error("empty decision table");
  const permitAll = `@id("all") @reason("all") permit (principal, action, resource);`;

  it("denies what does not fit the schema (C2)", async () => {
    const decider = loadCedar({ policies: permitAll, schema });
    const { mode: _mode, ...context } = first.request.context;
    const broken = [
      { ...first.request, context },
      { ...first.request, context: { ...first.request.context, confidence: 0.5 } },
      { ...first.request, context: { ...first.request.context, extra: null } },
      { ...first.request, resource: { ...first.request.resource, attributes: {} } },
      { ...first.request, resource: { ...first.request.resource, type: "Host" as const } },
    ];
    expect((await decider.decide(first.request)).decision).toBe("permit");
    for (const request of broken) {
      const answer = await decider.decide(request);
      expect(answer.decision).toBe("deny");
      expect(answer.errors.length).toBeGreaterThan(0);
    }
  });

  it("denies when a policy errors at run time, although a permit stands (C2)", async () => {
    const overflow = `@id("x") @reason("x") forbid (principal, action, resource) when { resource has criticality && resource.criticality * 9223372036854775807 > 1 };`;
    const decider = loadCedar({ policies: permitAll + overflow, schema });
    const answer = await decider.decide(first.request);
    expect(answer.decision).toBe("deny");
    expect(answer.errors.join()).toContain("x");
  });

  it("an empty policy set denies", async () => {
    expect((await loadCedar({ policies: "", schema }).decide(first.request)).decision).toBe("deny");
  });

  it.each([
    ["syntax", "permit (principal, action", /./],
    [
      "unknown attribute",
      `@id("a") @reason("a") forbid (principal, action == Action::"notify", resource) when { context.nothing };`,
      /nothing/,
    ],
    ["no id", "permit (principal, action, resource);", /@id/],
    ["no reason", `@id("a") permit (principal, action, resource);`, /@reason/],
    ["same id twice", permitAll + permitAll, /two policies/],
  ])("refuses at load: %s (C1, C3)", (_name, text, expected) => {
    expect(() => loadCedar({ policies: text, schema })).toThrow(
      expect.objectContaining({ code: "policy-invalid", message: expect.stringMatching(expected) }),
    );
  });

  it("the digest changes with the text", () => {
    expect(loadCedar({ policies, schema }).digest).not.toBe(loadCedar({ policies: `${policies}\n`, schema }).digest);
  });
});
