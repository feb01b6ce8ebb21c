import type { Entity } from "@cordon/model/entity";
import type { Event, LogSource } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { instant } from "@cordon/model/time";
import type { FieldView } from "@cordon/model/view";
import { describe, expect, it } from "vitest";
import { type DetectOptions, makeDetector } from "./detect.ts";
import { explainRule } from "./sigma/explain.ts";
import { loadRules } from "./sigma/load-rules.ts";

/** Not a hash, but as deterministic as one, and different for different texts in these tests. */
const hash = (text: string) => {
  let sum = 7;
  for (const unit of text) sum = (Math.imul(sum, 31) + (unit.codePointAt(0) ?? 0)) >>> 0;
  return sha256Of(sum.toString(16).padStart(8, "0").repeat(8));
};

const WINDOWS: LogSource = { product: "windows", service: "sysmon", categories: ["process_creation"] };
const HOST: Entity = { kind: "host", role: "device", value: "ws1" };
const USER: Entity = { kind: "user", role: "actor", value: "corp\\anna" };

function event(raw: JsonObject, more: Partial<Event> = {}): Event {
  const record = recordId("0".repeat(32));
  return {
    id: eventId(`${record}-0`),
    time: instant(1_000),
    receivedAt: instant(2_000),
    source: "windows.sysmon",
    shape: "windows.sysmon",
    log: WINDOWS,
    class: 1007,
    activity: 1,
    severity: 1,
    raw,
    entities: [HOST, USER],
    provenance: { record, via: "files", input: "a.evtx", position: 42, mapping: "m", version: "1", sha256: hash("x") },
    ...more,
  };
}

const rule = (id: number, logsource: string, detection: string, more = "level: high"): string =>
  `title: Rule ${id}\nid: 00000000-0000-4000-8000-00000000000${id}\nauthor: Somebody\nstatus: test\n${more}\nlogsource: ${logsource}\ndetection:\n  s: ${detection}\n  condition: s\n`;

function detectorOf(rules: readonly string[], options: DetectOptions = {}, views = new Map<string, FieldView>()) {
  const loaded = loadRules(rules.map((text, i) => ({ path: `r${i}.yml`, text, source: "test" })));
  expect(loaded.rejected).toEqual([]);
  return makeDetector({ rules: loaded.rules, options }, views, hash);
}

const CMD = { Image: "C:\\Windows\\cmd.exe", CommandLine: "cmd /c 4711" };
const SHELL = rule(
  1,
  "{ product: windows, category: process_creation }",
  "{ Image|endswith: '\\cmd.exe', CommandLine|contains: [foo, '/C'] }",
  "level: high\ntags: [attack.execution, attack.t1059.003, attack.defense_impairment, car.2013, attack.t9]",
);

describe("a detection", () => {
  it("says which rule, where, about whom, and which fields matched", () => {
    const [detection] = detectorOf([SHELL]).detect([event(CMD)]);
    expect(detection).toMatchObject({
      rule: {
        title: "Rule 1",
        level: "high",
        source: "r0.yml",
        author: "Somebody",
        status: "test",
        version: hash(SHELL),
      },
      severity: "high",
      confidence: 65,
      techniques: ["T1059.003"],
      tactics: ["execution", "defense-impairment"],
      evidence: [event(CMD).id],
      entities: [HOST, USER],
      input: "a.evtx",
      position: 42,
      matched: [
        { selection: "s", field: "Image", pointer: "/Image", value: CMD.Image },
        { selection: "s", field: "CommandLine", pointer: "/CommandLine", value: CMD.CommandLine },
      ],
    });
    expect(detection?.id).toMatch(/^det-[0-9a-f]{32}$/);
  });

  it("is the same on every run, and another one for another rule version or event (D1)", () => {
    const id = (text: string, one: Event) => detectorOf([text]).detect([one])[0]?.id;
    const other = event(CMD, { id: eventId(`${"1".repeat(32)}-0`) });
    expect(id(SHELL, event(CMD))).toBe(id(SHELL, event(CMD)));
    expect(id(`${SHELL}# changed\n`, event(CMD))).not.toBe(id(SHELL, event(CMD)));
    expect(id(SHELL, other)).not.toBe(id(SHELL, event(CMD)));
  });

  it.each([
    ["another number in the command", { ...CMD, CommandLine: "cmd  /c 0815" }, {}, true],
    ["another command", { ...CMD, CommandLine: "cmd /c other" }, {}, false],
    ["another user", CMD, { entities: [HOST, { ...USER, value: "bob" }] }, false],
    ["another host", CMD, { entities: [{ ...HOST, value: "ws2" }, USER] }, false],
  ])("repeats itself or not: %s", (_, raw, more, same) => {
    const detections = detectorOf([SHELL]).detect([event(CMD), event(raw, more)]);
    expect(detections[0]?.dedupKey === detections[1]?.dedupKey).toBe(same);
  });

  it("caps values and names the keyword's place", () => {
    const detector = detectorOf([rule(2, "{}", "[needle]")]);
    const [detection] = detector.detect([event({ deep: [{ x: `needle${"y".repeat(1_000)}` }] })]);
    expect(detection?.matched).toMatchObject([{ field: "", pointer: "/deep/0/x" }]);
    expect(String(detection?.matched[0]?.value)).toHaveLength(256);
  });
});

describe("routing", () => {
  const rules = [
    rule(1, "{ product: windows }", "{ f: x }"),
    rule(2, "{ product: linux }", "{ f: x }"),
    rule(3, "{ category: process_creation }", "{ f: x }"),
    rule(4, "{ product: windows, service: security }", "{ f: x }"),
    rule(5, "{}", "{ f: x }"),
    rule(6, "{ product: windows, category: clipboard_change }", "{ f: x }"),
  ];
  it.each<readonly [string, LogSource, readonly number[]]>([
    ["Sysmon process", WINDOWS, [1, 3, 5]],
    ["Security process", { product: "Windows", service: "Security", categories: ["process_creation"] }, [1, 3, 4, 5]],
    ["the other name of a category", { product: "windows", categories: ["clipboard_capture"] }, [1, 5, 6]],
    ["nobody knows", { categories: [] }, [5]],
  ])("%s: only rules that the logsource admits (D2)", (_, log, expected) => {
    const detections = detectorOf(rules).detect([event({ f: "x" }, { log })]);
    expect(detections.map(({ rule: { title } }) => Number(title.slice(5)))).toEqual(expected);
  });

  it("off asks every rule; unrouted events are counted by source", () => {
    expect(detectorOf(rules, { routing: "off" }).detect([event({ f: "x" }, { log: { categories: [] } })])).toHaveLength(
      6,
    );
    const detector = detectorOf(rules);
    detector.detect([event({}, { log: { categories: [] }, source: "unknown" }), event({})]);
    expect(detector.stats()).toMatchObject({ events: 2, unrouted: { unknown: 1 } });
  });
});

describe("the detector", () => {
  it("keeps informational rules quiet unless asked, and counts them (D3)", () => {
    const quiet = [rule(1, "{}", "{ f: x }", "level: informational")];
    const detector = detectorOf(quiet);
    expect(detector.detect([event({ f: "x" })])).toEqual([]);
    expect(detector.stats()).toMatchObject({ informational: 1, detections: 0 });
    expect(detectorOf(quiet, { informational: true }).detect([event({ f: "x" })])).toHaveLength(1);
  });

  it("reads through the view of the event's shape, then of its source", () => {
    const view: FieldView = { id: "v", roots: [[]], alias: { Image: [["NewProcessName"]] }, derived: {} };
    const image = rule(1, "{}", "{ Image: a }");
    const raw = { NewProcessName: "a" };
    expect(
      detectorOf([image], {}, new Map([["windows.sysmon", view]])).detect([event(raw, { shape: "other" })]),
    ).toHaveLength(1);
    expect(detectorOf([image]).detect([event(raw)])).toEqual([]);
  });

  it("counts an event that cannot be evaluated and goes on (D4)", () => {
    const bad: Event = Object.defineProperty({ ...event({}) }, "raw", {
      get: () => {
        throw new Error("broken");
      },
    });
    const detector = detectorOf([rule(1, "{}", "{ f: x }")]);
    expect(detector.detect([bad, event({ f: "x" })])).toHaveLength(1);
    expect(detector.stats().failed).toMatchObject({ count: 1, last: { reason: "broken" } });
  });
});

describe("explainRule", () => {
  const [loaded] = loadRules([
    {
      path: "r.yml",
      source: "test",
      text: "title: t\nlogsource: { product: windows }\ndetection:\n  a: { f|contains: [x, Y] }\n  b: { g: 1, h: 2 }\n  c: { i: 3 }\n  d: { k: 4 }\n  condition: a and (b or c) and not d\n",
    },
  ]).rules;
  const explain = (raw: JsonObject) => {
    if (loaded === undefined) throw new Error("no rule");
    return explainRule(loaded, event(raw), { id: "v", roots: [[]], alias: {}, derived: {} });
  };

  it("shows the tree with truth, places and offsets of a match", () => {
    const { holds, routed, change, tree } = explain({ f: "aay", g: 1, h: "2" });
    expect([holds, routed, change]).toEqual([true, true, []]);
    expect(tree).toMatchObject({
      kind: "and",
      of: [
        {
          kind: "selection",
          name: "a",
          holds: true,
          of: [
            {
              field: "f",
              operator: "contains",
              pointer: "/f",
              eventValue: "aay",
              tests: [
                { ruleValue: "x", holds: false },
                { ruleValue: "Y", holds: true, offset: 2 },
              ],
            },
          ],
        },
        { kind: "or", holds: true },
        { kind: "not", holds: true },
      ],
    });
  });

  it.each<readonly [string, JsonObject, readonly string[]]>([
    ["one leaf of three", { g: 1, h: 2 }, ["f"]],
    ["two leaves", { g: 1 }, ["f", "h"]],
    ["the cheaper side of an or", { f: "x" }, ["i"]],
    ["what a not forbids", { f: "x", g: 1, h: 2, k: 4 }, ["k"]],
  ])("names a smallest change: %s", (_, raw, fields) => {
    const { holds, change } = explain(raw);
    expect(holds).toBe(false);
    expect(change.map(({ field }) => field)).toEqual(fields);
  });
});
