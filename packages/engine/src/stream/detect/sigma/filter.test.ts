import type { JsonObject } from "@cordon/model/json";
import { describe, expect, it } from "vitest";
import { detectorFor, testEvent } from "../correlate/correlate.fixture.ts";
import { loadRules } from "./load-rules.ts";

const RULE = `title: Rule
id: 11111111-2222-4333-8444-555555555555
name: rule
logsource: { product: test, category: x }
detection: { selection: { kind: a }, condition: selection }
`;
const filter = (
  condition: string,
  more = "",
  rules = "[rule]",
  logsource = "{ product: test }",
): string => `title: Filter
id: 99999999-2222-4333-8444-555555555555
logsource: ${logsource}
${more}
filter:
  rules: ${rules}
  selection: { user|startswith: adm_ }
  other: { host: lab }
  condition: ${condition}
`;

const load = (...documents: readonly string[]) =>
  loadRules([{ path: "r.yml", source: "test", text: documents.join("---\n") }]);

function hits(set: ReturnType<typeof load>, raw: JsonObject) {
  const event = testEvent({ id: 1, at: 1, raw: { kind: "a", ...raw } });
  const detector = detectorFor(set);
  const found = detector.detect([{ ...event, log: { product: "test", categories: ["x"] } }]);
  return { found: found.length, suppressed: detector.stats().suppressed };
}

describe("a filter", () => {
  it.each<readonly [string, string, JsonObject, number]>([
    ["says what is harmless", filter("selection"), { user: "adm_1" }, 0],
    ["and leaves the rest", filter("selection"), { user: "anna" }, 1],
    ["with `not` in front says what may pass", filter("not selection"), { user: "adm_1" }, 0],
    ["and lets it pass", filter("not selection"), { user: "anna" }, 1],
    ["`not` inside is not in front", filter("selection and not other"), { user: "adm_1" }, 0],
    ["nor does it take all away", filter("selection and not other"), { user: "adm_1", host: "lab" }, 1],
    ["denying every part says what may pass", filter("not selection and not other"), { user: "anna" }, 1],
    ["and takes one away", filter("not selection and not other"), { user: "anna", host: "lab" }, 0],
    ["and the other", filter("[not selection and not other]"), { user: "adm_1" }, 0],
    ["may be forced: as written", filter("selection", "x-cordon-reading: as-written"), { user: "anna" }, 0],
    ["may be forced: exclude", filter("not selection", "x-cordon-reading: exclude"), { user: "anna" }, 0],
    ["`them` are its own selections", filter("1 of them"), { user: "anna", host: "lab" }, 0],
    ["reaches by id", filter("selection", "", "[11111111-2222-4333-8444-555555555555]"), { user: "adm_1" }, 0],
    ["reaches any", filter("selection", "", "any"), { user: "adm_1" }, 0],
    ["in any case", filter("selection", "", "ANY"), { user: "adm_1" }, 0],
    ["not other rules", filter("selection", "", "[else]"), { user: "adm_1" }, 1],
    ["of the same source only", filter("selection", "", "any", "{ product: other }"), { user: "adm_1" }, 1],
    [
      "not when it is narrower than the rule",
      filter("selection", "", "any", "{ product: test, service: s }"),
      { user: "adm_1" },
      1,
    ],
  ])("%s", (_, text, raw, found) => {
    const set = load(RULE, text);
    expect(set.rejected).toEqual([]);
    expect(hits(set, raw).found).toBe(found);
  });

  it("counts what it takes away, and that reaches no correlation", () => {
    const corr =
      "title: c\ncorrelation: { type: event_count, rules: [rule], group-by: [kind], timespan: 1m, condition: { gte: 1 } }\n";
    const set = load(RULE, filter("selection"), corr);
    expect(hits(set, { user: "adm_1" })).toEqual({
      found: 0,
      suppressed: { "99999999-2222-4333-8444-555555555555": 1 },
    });
    expect(hits(set, { user: "anna" })).toEqual({ found: 1, suppressed: {} });
  });

  it("says how it is read, and what it names in vain", () => {
    const remarks = (text: string) => load(RULE, text).lint.map(({ remark }) => remark);
    expect(remarks(filter("selection"))).toContain("read as: and not (condition)");
    expect(remarks(filter("not selection"))).toContain("read as: and condition, as written");
    expect(remarks(filter("selection", "", "[nobody]"))).toContain("no loaded rule has the id or name `nobody`");
    expect(remarks(filter("selection", "", "[rule]", "{ product: other }"))).toContain(
      "logsource does not contain that of 11111111-2222-4333-8444-555555555555: not applied there",
    );
  });

  it.each([
    ["schema-filter", "title: t\nlogsource: {}\nfilter: any\n"],
    ["schema-filter", "title: t\nlogsource: {}\nfilter: { rules: 3, s: { f: a }, condition: s }\n"],
    [
      "schema-filter",
      "title: t\nx-cordon-reading: odd\nlogsource: {}\nfilter: { rules: any, s: { f: a }, condition: s }\n",
    ],
    ["unknown-identifier", "title: t\nlogsource: {}\nfilter: { rules: any, s: { f: a }, condition: not t }\n"],
    ["schema-logsource", "title: t\nfilter: { rules: any, s: { f: a }, condition: s }\n"],
    ["schema-document", "title: t\ndetection: {}\nfilter: {}\n"],
  ])("is refused: %s", (code, text) => {
    expect(load(text).rejected.map((row) => row.code)).toEqual([code]);
  });
});
