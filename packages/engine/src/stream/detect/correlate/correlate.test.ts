/** Decisions where the specification is silent (docs/specs/sigma.md), one row or test each. */
import type { Detection } from "@cordon/model/detection";
import type { Entity } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import type { JsonObject } from "@cordon/model/json";
import { describe, expect, it } from "vitest";
import type { DetectOptions } from "../detect.ts";
import { baseRule, correlation, detectorFor, rulesOf, type Sketch, testEvent } from "./correlate.fixture.ts";

type Step = readonly [at: number, kind: string, raw?: JsonObject];

const sketch = ([at, kind, raw = { g: "x" }]: Step, id: number): Sketch => ({ id, at, raw: { kind, ...raw } });
const events = (steps: readonly Step[]): readonly Event[] => steps.map((step, id) => testEvent(sketch(step, id)));

function run(body: string, steps: readonly Step[], options: DetectOptions = {}): readonly Detection[] {
  const set = rulesOf(...["a", "b", "c"].map(baseRule), correlation(body));
  expect(set.rejected).toEqual([]);
  const detector = detectorFor(set, options);
  const found = [...detector.detect(events(steps)), ...detector.finish()];
  return found.filter(({ rule }) => rule.title === "Correlation");
}

const COUNT = "type: event_count\nrules: [a]\ngroup-by: [g]\ntimespan: 10s\n";
const times = (kind: string, ...at: readonly number[]): readonly Step[] => at.map((second) => [second, kind]);

describe("the window", () => {
  it.each<readonly [string, readonly number[], number]>([
    ["is half-open: an event exactly one span older is out", [0, 5, 10], 0],
    ["is not aligned to the clock", [7, 9, 12], 1],
    ["slides with every event", [0, 8, 9, 12], 1],
  ])("%s", (_, at, alerts) => {
    expect(run(`${COUNT}condition: { gte: 3 }`, times("a", ...at))).toHaveLength(alerts);
  });

  it.each<readonly [string, string, readonly number[], number]>([
    ["an upper bound is judged when the window of the first event is over", "{ lt: 3 }", [0, 1], 1],
    ["and not before", "{ lt: 3 }", [0, 1, 9], 0],
    ["a range holds in between", "{ gte: 2, lte: 3 }", [0, 1, 2], 1],
    ["and not beyond", "{ gte: 2, lte: 3 }", [0, 1, 2, 3], 0],
    ["equal means equal at the end", "{ eq: 2 }", [0, 1, 2], 0],
    ["unequal too", "{ neq: 2 }", [0, 1, 2], 1],
    ["no event, no window: silence is not counted", "{ lte: 5 }", [], 0],
  ])("%s", (_, condition, at, alerts) => {
    expect(run(`${COUNT}condition: ${condition}`, times("a", ...at))).toHaveLength(alerts);
  });
});

describe("an episode", () => {
  it.each<readonly [string, readonly number[], number]>([
    ["gives one alert, however long it lasts", [0, 1, 2, 3, 4, 8, 12, 13, 14, 15, 16], 1],
    ["ends after a quiet span", [0, 1, 2, 20, 21, 22], 2],
    ["ends when the condition is false at an event", [0, 1, 2, 11.5, 20, 21], 2],
  ])("%s", (_, at, alerts) => {
    expect(run(`${COUNT}condition: { gte: 3 }`, times("a", ...at))).toHaveLength(alerts);
  });

  it("has an id of rule, definition, group and first event: the same on every run, another for another definition", () => {
    const steps = times("a", 0, 1, 2);
    const id = (condition: string) => run(`${COUNT}condition: ${condition}`, steps)[0]?.id;
    expect(id("{ gte: 3 }")).toBe(id("{ gte: 3 }"));
    expect(id("{ gte: 3 }")).not.toBe(id("{ gte: 2 }"));
    expect(id("{ gte: 3 }")).toMatch(/^det-[0-9a-f]{32}$/);
  });
});

describe("groups", () => {
  it("fold case, keep tuples apart, and open one group for each element of a list", () => {
    const body = "type: event_count\nrules: [a]\ngroup-by: [g, h]\ntimespan: 10s\ncondition: { gte: 2 }";
    const alerts = run(body, [
      [0, "a", { g: "X", h: 1 }],
      [1, "a", { g: "x", h: "1" }],
      [2, "a", { g: "y", h: ["p", "q"] }],
      [3, "a", { g: "y", h: ["q", "r"] }],
    ]);
    expect(alerts.map(({ matched }) => matched.slice(0, 2).map(({ value }) => value))).toEqual([
      ["X", "1"],
      ["y", "q"],
    ]);
  });

  it("need their field: what lacks it is not counted here, and how many is", () => {
    const set = rulesOf(baseRule("a"), correlation(`${COUNT}condition: { gte: 2 }`));
    const detector = detectorFor(set);
    const steps: readonly Step[] = [
      [0, "a", {}],
      [1, "a", { g: null }],
      [2, "a", { g: {} }],
    ];
    expect(detector.detect(events(steps))).toEqual([]);
    expect(detector.stats().correlations.lanes[0]).toMatchObject({ matched: 3, groupMissing: 3, groups: 0 });
  });

  it("may be none: one group for all, with a remark", () => {
    const body = "type: event_count\nrules: [a]\ntimespan: 10s\ncondition: { gte: 2 }";
    expect(run(body, times("a", 0, 1))).toHaveLength(1);
    const { lint } = rulesOf(baseRule("a"), correlation(body));
    expect(lint.map(({ remark }) => remark)).toContain("no `group-by`: one group for all events");
  });

  it("open for at most 16 elements of a list", () => {
    const set = rulesOf(baseRule("a"), correlation(`${COUNT}condition: { gte: 2 }`));
    const detector = detectorFor(set);
    detector.detect(events([[0, "a", { g: Array.from({ length: 40 }, (_, i) => `v${i}`) }]]));
    expect(detector.stats().correlations.lanes[0]?.groups).toBe(16);
  });

  it("take an alias for each rule", () => {
    const body = `type: temporal
rules: [a, b]
aliases:
  who: { a: user, b: account }
group-by: [who]
timespan: 10s`;
    const steps: readonly Step[] = [
      [0, "a", { user: "anna" }],
      [1, "b", { account: "bob" }],
      [2, "b", { account: "ANNA" }],
    ];
    expect(run(body, steps).map(({ matched }) => matched[0])).toMatchObject([{ field: "who", value: "anna" }]);
  });
});

describe("values", () => {
  const value = (type: string, condition: string): string =>
    `type: ${type}\nrules: [a]\ngroup-by: [g]\ntimespan: 10s\ncondition: ${condition}`;
  const of = (...values: readonly (JsonObject[string] | undefined)[]): readonly Step[] =>
    values.map((v, i) => [i, "a", v === undefined ? { g: "x" } : { g: "x", v, w: i % 2 }]);

  it.each<readonly [string, string, readonly Step[], number]>([
    ["equal without regard to case are one", value("value_count", "{ field: v, gte: 2 }"), of("A", "a"), 0],
    ["absent ones are not counted", value("value_count", "{ field: v, gte: 2 }"), of("a", undefined, null), 0],
    ["several fields count as tuples", value("value_count", "{ field: [v, w], gte: 2 }"), of("a", "a"), 1],
    ["numbers as text sum up", value("value_sum", "{ field: v, gte: 6 }"), of(1, "2", "0x3"), 1],
    ["what is no number is left out", value("value_sum", "{ field: v, gt: 0 }"), of("many", true), 0],
    ["an average is judged at the end", value("value_avg", "{ field: v, gt: 5 }"), of(9, 9, 0), 1],
    ["the median is the lower middle", value("value_median", "{ field: v, eq: 2 }"), of(1, 2, 3, 4), 1],
    [
      "rank 90 of ten is the ninth",
      value("value_percentile", "{ field: v, percentile: 90, eq: 9 }"),
      of(...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(Number)),
      1,
    ],
    ["share: the one in five", value("value_percentile", "{ field: v, lte: 20 }"), of("x", "x", "y", "x", "x"), 1],
    ["share: none so rare", value("value_percentile", "{ field: v, lte: 20 }"), of("x", "y", "x", "y"), 0],
  ])("%s", (_, body, steps, alerts) => {
    expect(run(body, steps)).toHaveLength(alerts);
  });

  it("by share, the rare event is what is cited", () => {
    const steps = of("x", "x", "y", "x", "x");
    const [alert] = run(value("value_percentile", "{ field: v, lte: 20 }"), steps);
    expect(alert?.evidence).toEqual([events(steps)[2]?.id]);
  });
});

describe("order", () => {
  const ordered = "type: temporal_ordered\nrules: [a, b]\ngroup-by: [g]\ntimespan: 10s";
  it.each<readonly [string, readonly Step[], number]>([
    [
      "first to last",
      [
        [0, "a"],
        [1, "b"],
      ],
      1,
    ],
    [
      "not last to first",
      [
        [0, "b"],
        [1, "a"],
      ],
      0,
    ],
    [
      "within the span only",
      [
        [0, "a"],
        [10, "b"],
      ],
      0,
    ],
    [
      "the latest beginning counts",
      [
        [0, "a"],
        [9, "a"],
        [12, "b"],
      ],
      1,
    ],
    [
      "at one time, order of arrival",
      [
        [5, "a"],
        [5, "b"],
      ],
      1,
    ],
    [
      "at one time, the other way round",
      [
        [5, "b"],
        [5, "a"],
      ],
      0,
    ],
  ])("%s", (_, steps, alerts) => {
    expect(run(ordered, steps)).toHaveLength(alerts);
  });

  it("one event fills one place, though it satisfies both rules", () => {
    const both = "title: both\nname: both\nlogsource: { product: test }\ndetection: { s: { g: x }, condition: s }\n";
    const body = "type: temporal_ordered\nrules: [a, both]\ngroup-by: [g]\ntimespan: 10s";
    const set = rulesOf(baseRule("a"), both, correlation(body));
    expect(detectorFor(set).detect(events(times("a", 0)))).toEqual([]);
    expect(detectorFor(set).detect(events(times("a", 0, 1)))).toHaveLength(1);
    const any = rulesOf(baseRule("a"), both, correlation(body.replace("_ordered", "")));
    expect(detectorFor(any).detect(events(times("a", 0)))).toHaveLength(1);
  });

  it.each(["{ gte: 2 }", "{ eq: 2 }", "{ gt: 1 }", "{ gt: 1, lte: 2 }"])("%s says all rules", (condition) => {
    const steps: readonly Step[] = [
      [0, "a"],
      [1, "b"],
    ];
    expect(run(`${ordered}\ncondition: ${condition}`, steps)).toHaveLength(1);
    expect(run(`${ordered}\ncondition: ${condition}`, steps.slice(0, 1))).toHaveLength(0);
  });

  it("may ask for one rule twice", () => {
    const twice = "type: temporal_ordered\nrules: [a, b, a]\ngroup-by: [g]\ntimespan: 10s";
    expect(
      run(twice, [
        [0, "a"],
        [1, "b"],
      ]),
    ).toHaveLength(0);
    expect(
      run(twice, [
        [0, "a"],
        [1, "b"],
        [2, "a"],
      ]),
    ).toHaveLength(1);
  });
});

describe("chains", () => {
  const inner = correlation(`${COUNT.replace("[g]", "[g, host]")}condition: { gte: 2 }`, "name: inner");
  const chain = (group: string): string =>
    correlation(`type: temporal_ordered\nrules: [inner, b]\ngroup-by: [${group}]\ntimespan: 1m`, "name: outer");
  const steps: readonly Step[] = [
    [0, "a", { g: "x", host: "h", user: "anna" }],
    [1, "a", { g: "x", host: "h", user: "bob" }],
    [5, "b", { g: "x", host: "h", user: "bob" }],
  ];

  it.each(["g", "host", "user"])("an alert goes on as an event with %s", (group) => {
    const set = rulesOf(baseRule("a"), baseRule("b"), inner, chain(group));
    const detector = detectorFor(set);
    const found = steps.flatMap((step, id) => detector.detect([testEvent(sketch(step, id))]));
    expect(found.map(({ evidence }) => evidence)).toEqual([events(steps).map(({ id }) => id)]);
  });

  it.each([
    ["itself", "name: one", "one", "correlation-cycle"],
    ["nobody", "name: one", "nobody", "correlation-unknown-rule"],
  ])("that name %s are refused", (_, head, rule, code) => {
    const set = rulesOf(correlation(COUNT.replace("[a]", `[${rule}]`).concat("condition: { gte: 2 }"), head));
    expect(set.rejected).toMatchObject([{ code, path: "r.yml", line: 6 }]);
  });

  it("in a circle are all refused, and what leans on them", () => {
    const ring = (name: string, next: string) =>
      correlation(COUNT.replace("[a]", `[${next}]`).concat("condition: { gte: 2 }"), `name: ${name}`);
    const set = rulesOf(baseRule("a"), ring("p", "q"), ring("q", "p"), ring("r", "p"), ring("s", "a"));
    expect(set.correlations.map(({ name }) => name)).toEqual(["s"]);
    expect(set.rejected.map(({ code }) => code)).toEqual(Array(3).fill("correlation-cycle"));
    expect(set.offered).toBe(set.rules.length + set.correlations.length + set.rejected.length);
  });
});

describe("what is refused", () => {
  it.each([
    ["schema-correlation", "type: event_sum\nrules: [a]\ntimespan: 1m\ncondition: { gte: 1 }"],
    ["schema-correlation", "type: event_count\nrules: []\ntimespan: 1m\ncondition: { gte: 1 }"],
    ["schema-correlation", "type: event_count\nrules: [a]\ntimespan: 1 minute\ncondition: { gte: 1 }"],
    ["schema-correlation", "type: event_count\nrules: [a]\ntimespan: 0s\ncondition: { gte: 1 }"],
    ["schema-correlation", "type: event_count\nrules: [a]\ntimespan: 99d\ncondition: { gte: 1 }"],
    ["correlation-condition", "type: event_count\nrules: [a]\ntimespan: 1m"],
    ["correlation-condition", "type: event_count\nrules: [a]\ntimespan: 1m\ncondition: { field: x }"],
    ["correlation-condition", "type: event_count\nrules: [a]\ntimespan: 1m\ncondition: { gte: many }"],
    ["correlation-condition", "type: event_count\nrules: [a]\ntimespan: 1m\ncondition: { most: 3 }"],
    ["correlation-condition", "type: value_count\nrules: [a]\ntimespan: 1m\ncondition: { gte: 3 }"],
    ["correlation-condition", "type: value_sum\nrules: [a]\ntimespan: 1m\ncondition: { field: [x, y], gte: 3 }"],
    ["correlation-condition", "type: temporal_ordered\nrules: [a]\ntimespan: 1m\ncondition: { gte: 3 }"],
    ["correlation-condition", "type: temporal_extended\nrules: [a]\ntimespan: 1m\ncondition: { gte: 3 }"],
    ["unknown-identifier", "type: temporal_extended\nrules: [a]\ntimespan: 1m\ncondition: a and b"],
  ])("%s: %j", (code, body) => {
    const set = rulesOf(baseRule("a"), correlation(body));
    expect(set.correlations).toEqual([]);
    expect(set.rejected.map((row) => row.code)).toEqual([code]);
  });
});

describe("generate", () => {
  it.each([
    ["by default base rules are muted", "", ["Correlation"]],
    ["`generate: true` lets them speak", "generate: true", ["a", "a", "Correlation"]],
  ])("%s", (_, more, titles) => {
    const set = rulesOf(baseRule("a"), correlation(`${COUNT}condition: { gte: 2 }`, `name: c\n${more}`));
    const found = detectorFor(set).detect(events(times("a", 0, 1)));
    expect(found.map(({ rule }) => rule.title)).toEqual(titles);
    expect([...set.muted.values()].flat()).toHaveLength(more === "" ? 1 : 0);
  });

  it("one correlation that lets a rule speak is enough", () => {
    const quiet = correlation(`${COUNT}condition: { gte: 2 }`, "name: c");
    const loud = correlation(`${COUNT}condition: { gte: 9 }`, "name: d\ngenerate: true");
    expect(rulesOf(baseRule("a"), quiet, loud).muted.size).toBe(0);
  });
});

describe("a detection of a correlation", () => {
  const host: Entity = { kind: "host", role: "device", value: "h1" };
  const user = (value: string): Entity => ({ kind: "user", role: "target", value });
  const ip: Entity = { kind: "ip", role: "src", value: "10.0.0.1" };

  it("cites its events, with the entities they share and those it groups by", () => {
    const body = "type: event_count\nrules: [a]\ngroup-by: [src]\ntimespan: 10s\ncondition: { gte: 2 }";
    const set = rulesOf(baseRule("a"), correlation(body));
    const [alert] = detectorFor(set).detect([
      testEvent({ id: 1, at: 0, raw: { kind: "a", src: "10.0.0.1" }, entities: [host, user("anna"), ip] }),
      testEvent({ id: 2, at: 3, raw: { kind: "a", src: "10.0.0.1" }, entities: [host, user("bob"), ip] }),
    ]);
    expect(alert).toMatchObject({ severity: "high", time: 3_000, position: 2, entities: [host, ip] });
    expect(alert?.evidence).toHaveLength(2);
    expect(alert?.matched.map(({ field, value }) => [field, value])).toEqual([
      ["src", "10.0.0.1"],
      ["event_count", 2],
      ["events", 2],
      ["window", "10s"],
      ["from", "1970-01-01T00:00:00.000Z"],
      ["to", "1970-01-01T00:00:03.000Z"],
    ]);
  });

  it("cites at most a hundred, the first and the newest, and counts all", () => {
    const [alert] = run(
      `${COUNT}condition: { gte: 300 }`,
      times("a", ...Array.from({ length: 300 }, (_, i) => i / 100)),
    );
    expect(alert?.evidence).toHaveLength(100);
    expect(alert?.matched).toContainEqual({ selection: "correlation", field: "events", value: 300 });
    expect(alert?.evidence.at(-1)).toBe(events(times("a", ...Array.from({ length: 300 }, () => 0)))[299]?.id);
  });
});
