/** What is no rule is refused with its place and reason; what is odd but clear is taken with a remark. */
import { describe, expect, it } from "vitest";
import { loadRules } from "./load-rules.ts";

const load = (text: string) => loadRules([{ path: "r.yml", text, source: "test" }]);
const rule = (detection: string): string =>
  `title: t\nlogsource: { product: windows }\ndetection:\n  ${detection.replaceAll("\n", "\n  ")}\n`;
const line = (text: string): string => rule(`s:\n  ${text}\ncondition: s`);
const condition = (text: string): string => rule(`k: { f: a }\ncondition: ${text}`);
const correlation = (body: string): string =>
  `title: base\nname: b\nlogsource: { product: x }\ndetection: { s: { f: a }, condition: s }\n---\n` +
  `title: c\nname: me\ncorrelation:\n  ${body.replaceAll("\n", "\n  ")}\n`;
const COUNT = "type: event_count\nrules: [b]\ngroup-by: [g]\ntimespan: 5m";
const filter = (body: string): string =>
  `title: f\nlogsource: { product: x }\nfilter:\n  ${body.replaceAll("\n", "\n  ")}\n`;

type Refused = readonly [text: string, code: string, at: number, says: string];

describe("one line of a selection is refused", () => {
  it.each<Refused>([
    [line("f|hour|minute: 5"), "schema-modifier", 5, "two parts of a date"],
    [line("f|re|i|cased: a"), "schema-modifier", 5, "contradict"],
    [line("f|exists: [true, false]"), "schema-value", 5, "one value"],
    [line("f|exists: null"), "schema-value", 5, "true or false"],
    [line("f|exists: 1"), "schema-value", 5, "true or false"],
    [line("f|exists|contains: true"), "schema-modifier", 5, "`contains`"],
    [line("'f|': a"), "unknown-modifier", 5, "modifier ``"],
    [line("'f||contains': a"), "unknown-modifier", 5, "modifier ``"],
    [line("f|contain: a"), "unknown-modifier", 5, "`contain`"],
    [line("f|gt: [1, x]"), "schema-value", 5, "`x`"],
    [line("f|gt: true"), "schema-value", 5, "`true`"],
    [line("f|gt: .nan"), "schema-value", 5, "`NaN`"],
    [line("f|gt|gte: 5"), "schema-modifier", 5, "two comparisons"],
    [line("f|hour: noon"), "schema-value", 5, "`noon`"],
    [line("f|cidr: 10.*"), "schema-value", 5, "`10.*`"],
    [line("f|cidr: 10.0.0.0/-1"), "schema-value", 5, "not a network"],
    [line("f|cidr: '::/129'"), "schema-value", 5, "not a network"],
    [line("f|cidr: 10.0.0.0/255.0.0.0"), "schema-value", 5, "not a network"],
    [line("f|re: '[a'"), "regex-unsupported", 5, "missing closing ]"],
    [line("f|re: 'a++'"), "regex-unsupported", 5, "nested repetition"],
    [line("f|re: '(?>a)'"), "regex-unsupported", 5, "Perl syntax"],
    [line("f|re|windash: a"), "schema-modifier", 5, "do not go together"],
    [line("f|i|re: a"), "schema-modifier", 5, "`i` belongs after `re`"],
    [line("f|wide|utf16be|base64: ab"), "schema-modifier", 5, "two UTF-16"],
    [line("f|wide|base64: a?b"), "wildcard-in-encoded", 5, "wildcard"],
    [line("f|windash|fieldref: g"), "schema-modifier", 5, "do not go together"],
    [line("f|fieldref: 'g*'"), "schema-value", 5, "`g*`"],
    [line("f|fieldref|gt: g"), "schema-modifier", 5, "do not go together"],
    [line("f|expand: 'a%x%'"), "placeholder-unresolved", 5, "%x%"],
    [line("f: [[a]]"), "schema-value", 5, "plain value"],
    [line("f: [{ a: b }]"), "schema-value", 5, "plain value"],
  ])("%s", (text, code, at, says) => {
    const { rules, rejected } = load(text);
    expect([rules.length, rejected.map((row) => [row.code, row.line])]).toEqual([0, [[code, at]]]);
    expect(rejected[0]?.reason).toContain(says);
  });
});

describe("a condition is refused", () => {
  it.each<readonly [text: string, code: string, says: string]>([
    ["''", "condition-syntax", "a selection was expected"],
    ["5", "schema-condition", "not a text"],
    ["[]", "schema-condition", "empty list"],
    ["[k, null]", "schema-condition", "not a text"],
    ["K", "unknown-identifier", "`K`"],
    ["k*", "unknown-identifier", "`k*`"],
    ["them", "unknown-identifier", "`them`"],
    ["'!k'", "unknown-identifier", "`!k`"],
    ["most of them", "unknown-identifier", "`most`"],
    ["or k", "condition-syntax", "`or`"],
    ["k and", "condition-syntax", "ends"],
    ["not", "condition-syntax", "ends"],
    ["()", "condition-syntax", "`)`"],
    ["k)", "condition-syntax", "`)`"],
    ["k k", "condition-syntax", "unexpected `k`"],
    ["k and and k", "condition-syntax", "`and`"],
    ["k && k", "condition-syntax", "`&&`"],
    ["of k*", "condition-syntax", "`of`"],
    ["all of", "condition-syntax", "`them` or a pattern"],
    ["all of (k)", "condition-syntax", "`them` or a pattern"],
    ["0 of k*", "condition-syntax", "`0 of`"],
    ["2 of k*", "empty-pattern", "only 1"],
    ["1 of x*", "empty-pattern", "`x*`"],
    ["k | count() by f > 5", "obsolete-aggregation", "correlation"],
    ["k near k", "obsolete-aggregation", "`near`"],
  ])("%s", (text, code, says) => {
    const { rules, rejected } = load(condition(text));
    expect([rules.length, rejected.map((row) => [row.code, row.line])]).toEqual([0, [[code, 5]]]);
    expect(rejected[0]?.reason).toContain(says);
  });
});

describe("a correlation or a filter is refused", () => {
  it.each<Refused>([
    [correlation("type: event_count"), "schema-correlation", 8, "`rules`"],
    [
      correlation(`${COUNT.replace("event_count", "count")}\ncondition: { gte: 1 }`),
      "schema-correlation",
      9,
      "`count`",
    ],
    [correlation(`${COUNT.replace("[b]", "[zz]")}\ncondition: { gte: 1 }`), "correlation-unknown-rule", 10, "`zz`"],
    [correlation(`${COUNT.replace("[b]", "[me]")}\ncondition: { gte: 1 }`), "correlation-cycle", 10, "itself"],
    [correlation(`${COUNT.replace("5m", "5")}\ncondition: { gte: 1 }`), "schema-correlation", 12, "`5`"],
    [correlation(`${COUNT.replace("5m", "1h30m")}\ncondition: { gte: 1 }`), "schema-correlation", 12, "`1h30m`"],
    [correlation(`${COUNT.replace("5m", "1M")}\ncondition: { gte: 1 }`), "schema-correlation", 12, "`1M`"],
    [correlation(`${COUNT.replace("5m", "5w")}\ncondition: { gte: 1 }`), "schema-correlation", 12, "31 days"],
    [correlation(COUNT), "correlation-condition", 8, "needs a condition"],
    [correlation(`${COUNT}\ncondition: {}`), "correlation-condition", 13, "no bound"],
    [correlation(`${COUNT}\ncondition: { ge: 1 }`), "correlation-condition", 13, "`ge`"],
    [correlation(`${COUNT}\ncondition: { gte: five }`), "correlation-condition", 13, "`gte`"],
    [
      correlation(`${COUNT.replace("event", "value")}\ncondition: { gte: 1 }`),
      "correlation-condition",
      13,
      "needs the `field`",
    ],
    [
      correlation(
        `${COUNT.replace("event_count", "temporal_ordered").replace("[b]", "[b, b]")}\ncondition: { gte: 1 }`,
      ),
      "correlation-condition",
      13,
      "all rules",
    ],
    [filter("s: { a: b }\ncondition: s"), "schema-filter", 3, "`rules`"],
    [filter("rules: any\ns: { a: b }"), "schema-condition", 3, "condition"],
    [filter("rules: any\ncondition: s"), "schema-detection", 3, "no selection"],
    [filter("rules: any\ns: { a: b }\ncondition: 1 of t*"), "empty-pattern", 6, "`t*`"],
  ])("%s", (text, code, at, says) => {
    const { rejected, correlations, filters } = load(text);
    expect([correlations.length + filters.length, rejected.map((row) => [row.code, row.line])]).toEqual([
      0,
      [[code, at]],
    ]);
    expect(rejected[0]?.reason).toContain(says);
  });
});

describe("files of Sigma 1", () => {
  const whole = (title: string): string => rule("s: { f: a }\ncondition: s").replace("title: t", `title: ${title}`);
  const refused = (text: string) => load(text).rejected.map(({ code, title }) => [code, title]);
  const loaded = (text: string) => load(text).rules.map(({ title }) => title);

  it("are refused with all that stands on `action: global`, which would be wider without it", () => {
    const text = `action: global\nlogsource: { service: security }\n---\n${whole("one")}---\naction: reset\n---\n${whole("two")}`;
    expect(refused(text)).toEqual([
      ["obsolete-action", undefined],
      ["obsolete-action", "one"],
      ["obsolete-action", undefined],
    ]);
    expect(loaded(text)).toEqual(["two"]);
  });

  it("lose only the repetition where `action: repeat` stands", () => {
    const text = `${whole("one")}---\naction: repeat\ndetection: { s: { f: b } }\n`;
    expect([refused(text), loaded(text)]).toEqual([[["obsolete-action", undefined]], ["one"]]);
  });
});

describe("what is taken with a remark", () => {
  it.each([
    [line("f|hour: 24"), "no date has the hour 24"],
    [line("f|month: 0"), "no date has the month 0"],
    [line("f|hour: 1.5"), "no date has the hour 1.5"],
    [line("f: 0x17"), "`0x17` without quotes is the number 23"],
    [line("f:\n    - 1.10 # why"), "`1.10` without quotes is the number 1.1"],
    [line("f|cidr: 10.1.2.3/8"), "host bits of 10.1.2.3/8 are ignored"],
    [line("f|contains|all: [a]"), "`all` on a single value says nothing"],
    [correlation(`${COUNT.replace("5m", "1w")}\ncondition: { gte: 1 }`), "weeks in `timespan` are an extension"],
    [correlation(`${COUNT}\ncondition: { gt: 2, lt: 3 }`), "no amount meets the condition: this never alerts"],
    [correlation(`${COUNT}\ncondition: { lt: 1 }`), "no amount meets the condition: this never alerts"],
    [
      correlation(`${COUNT.replace("event_count", "temporal")}\ncondition: { gte: 5 }`),
      "no amount meets the condition: this never alerts",
    ],
    [
      correlation(`${COUNT.replace("event_count", "temporal")}\naliases: { who: { zz: user } }`),
      "alias `who` names `zz`, which is not among the rules",
    ],
  ])("%s: %s", (text, remark) => {
    const { rejected, lint } = load(text);
    expect(rejected).toEqual([]);
    expect(lint.map((row) => row.remark)).toContain(remark);
  });

  it.each(["f: '0x17'", "f: 17", "f: 1.5", "f: 0x17g"])("numbers as they stand need none: %s", (text) => {
    expect(load(line(text)).lint.map(({ remark }) => remark)).toEqual(["no id: known by its path"]);
  });

  it("names the rule that a name of several means", () => {
    const at = (path: string, text: string) => ({ path, text, source: "test" });
    const base = condition("k").replace("title: t", "title: t\nname: b");
    const corr = `title: c\ncorrelation:\n  ${`${COUNT}\ncondition: { gte: 1 }`.replaceAll("\n", "\n  ")}\n`;
    const remarks = (...files: readonly ReturnType<typeof at>[]) =>
      loadRules(files).lint.flatMap(({ remark }) => (remark.includes("called") ? [remark] : []));
    const said = ["2 rules are called `b`: taken is that of x.yml:1"];
    expect(remarks(at("x.yml", base), at("y.yml", base), at("c.yml", corr))).toEqual(said);
    expect(remarks(at("y.yml", base), at("x.yml", `${base}---\n${base}---\n${corr}`))).toEqual(said);
    expect(remarks(at("y.yml", base), at("x.yml", `${base}---\n${corr}`))).toEqual([]);
  });

  it.each([
    `${COUNT}\ncondition: { gt: 2, lt: 4 }`,
    `${COUNT}\ncondition: { neq: 1 }`,
    `${COUNT.replace("event_count", "value_avg")}\ncondition: { field: v, gt: 0.3, lt: 0.31 }`,
    `${COUNT.replace("event_count", "value_sum")}\ncondition: { field: v, lt: -5 }`,
    `${COUNT.replace("event_count", "temporal")}\naliases: { g: { b: user } }`,
  ])("%s has none", (body) => {
    const { lint } = load(correlation(body));
    expect(lint.map(({ remark }) => remark).filter((remark) => /never|alias/.test(remark))).toEqual([]);
  });
});
