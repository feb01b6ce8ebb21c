import { describe, expect, it } from "vitest";
import { referencesOf } from "./rule-references.ts";
import { runRuleTests } from "./rule-test.ts";
import { loadRules } from "./sigma/load-rules.ts";

const RULE = `
title: Test
id: 11111111-2222-4333-8444-555555555555
logsource: { product: windows, category: process_creation }
detection:
  s: { Image|endswith: '\\cmd.exe' }
  condition: s
`;
const file = { path: "r.yml", source: "test", text: RULE };
const log = "{ product: windows, categories: [process_creation] }";

describe("runRuleTests", () => {
  it.each([
    ["no sidecar", undefined, ["no sidecar with tests", "no case that must match", "no case that must no match"]],
    ["no near miss", `match: [{ log: ${log}, raw: { Image: 'C:\\cmd.exe' } }]`, ["no case that must no match"]],
    [
      "broken sidecar",
      "match: 3",
      ["sidecar: `match` is not a list", "no case that must match", "no case that must no match"],
    ],
  ])("refuses a rule with %s", (_, test, problems) => {
    const [result] = runRuleTests([{ rule: file, test }]);
    expect(result?.ok).toBe(false);
    expect(result?.problems).toEqual(problems);
  });

  it("names the case that does not come out as expected", () => {
    const test = `
match: [{ name: wrong source, log: { product: linux }, raw: { Image: '\\cmd.exe' } }]
noMatch: [{ name: should not, log: ${log}, raw: { Image: '\\cmd.exe' } }]`;
    const [result] = runRuleTests([{ rule: file, test }]);
    expect(result?.cases).toEqual([
      {
        ...{ name: "wrong source", expected: "match", ok: false, got: "no match", reason: "got no match" },
        why: [
          "the rule asks for product windows, the event has linux; for category process_creation, the event has no category",
        ],
      },
      {
        ...{ name: "should not", expected: "no match", ok: false, got: "match", reason: "got match" },
        why: ['Image|endswith "\\\\cmd.exe": true for "\\\\cmd.exe"'],
      },
    ]);
  });
});

describe("a correlation whose rules stand in other files", () => {
  const text = `
title: Twice
id: 22222222-2222-4333-8444-555555555555
correlation: { type: event_count, rules: [11111111-2222-4333-8444-555555555555], group-by: [Computer], timespan: 5m, condition: { gte: 2 } }
`;
  const step = `{ at: 0s, repeat: 2, every: 1s, log: ${log}, raw: { Image: '\\cmd.exe', Computer: w } }`;
  const test = `
match: [{ log: ${log}, raw: { Image: '\\cmd.exe' } }]
fires: [{ events: [${step}] }]
silent: [{ events: [${step}] }]
`;
  const tested = { rule: { path: "c.yml", source: "test", text }, test };
  const library = loadRules([file]);

  it("takes them from the rules that are known, and says which of them held", () => {
    const [result] = runRuleTests([{ ...tested, references: referencesOf([tested.rule], library) }]);
    expect(result?.problems).toEqual([]);
    expect(result?.cases.map(({ ok }) => ok)).toEqual([true, false, false]);
    expect(result?.cases[1]?.why).toEqual(["Test (11111111-2222-4333-8444-555555555555) held 2 times in 2 events"]);
  });
  it("is refused where nobody knows them", () => {
    expect(referencesOf([tested.rule], { rules: [], correlations: [] })).toEqual([]);
    expect(runRuleTests([tested])[0]?.problems[0]).toContain("correlation-unknown-rule");
  });
});
