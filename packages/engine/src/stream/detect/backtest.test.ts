import type { Entity } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { DAY, HOUR, instant, MINUTE } from "@cordon/model/time";
import { PLAIN_VIEW } from "@cordon/model/view";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BacktestTarget, type ClosedAs, makeBacktest } from "./backtest.ts";
import { suppresses } from "./sigma/filter.ts";
import { loadRules, type RuleSet } from "./sigma/load-rules.ts";

const hash = (text: string) => {
  let sum = 7;
  for (const unit of text) sum = (Math.imul(sum, 31) + (unit.codePointAt(0) ?? 0)) >>> 0;
  return sha256Of(sum.toString(16).padStart(8, "0").repeat(8));
};

const START = Date.UTC(2026, 0, 5, 9);

function event(n: number, at: number, raw: JsonObject, entities: readonly Entity[] = []): Event {
  const record = recordId(`${n}`.padStart(32, "0"));
  const time = instant(START + at);
  return {
    ...{
      id: eventId(`${record}-0`),
      time,
      receivedAt: time,
      source: "s",
      shape: "s",
      class: 1007,
      activity: 1,
      severity: 1,
    },
    log: { product: "windows", categories: ["process_creation"] },
    ...{ raw, entities },
    provenance: { record, via: "t", input: "in", position: n, mapping: "s", version: "1", sha256: hash("x") },
  };
}

const RULE = `
title: Whoami by a service
id: 11111111-2222-4333-8444-555555555555
level: medium
logsource: { product: windows, category: process_creation }
detection:
  s: { Image|endswith: '\\whoami.exe' }
  condition: s
`;
const CORRELATION = `
title: Many whoami
id: 22222222-2222-4333-8444-555555555555
correlation:
  type: event_count
  rules: [11111111-2222-4333-8444-555555555555]
  group-by: [Computer]
  timespan: 10m
  condition: { gte: 3 }
`;

function loaded(...texts: readonly string[]): RuleSet {
  const set = loadRules(texts.map((text, i) => ({ path: `r${i}.yml`, text, source: "test" })));
  expect(set.rejected).toEqual([]);
  return set;
}

function run(set: RuleSet, events: readonly Event[], closedAs = (_: string): ClosedAs | undefined => undefined) {
  const [rule] = set.rules;
  const [correlation] = set.correlations;
  const target: BacktestTarget | undefined =
    correlation === undefined ? rule && { kind: "rule", rule } : { kind: "correlation", rule: correlation };
  if (target === undefined) throw new Error("nothing to test");
  const backtest = makeBacktest({ set, target, views: new Map(), hash, closedAs });
  backtest.count(events.map(({ log, time }) => ({ log, events: 1, first: time, last: time })));
  for (let i = 0; i < events.length; i += 7) backtest.take(events.slice(i, i + 7));
  return backtest.report({ wantedFrom: instant(START), wantedTo: instant(START + 10 * DAY) });
}

const who = (n: number, at: number, parent: string, host = "ws1"): Event =>
  event(
    n,
    at,
    { Image: "C:\\Windows\\System32\\whoami.exe", ParentImage: parent, Computer: host, CommandLine: `whoami /${n}x` },
    [
      { kind: "host", role: "device", value: host },
      { kind: "user", role: "actor", value: "corp\\svc" },
    ],
  );
const SVC = "C:\\Program Files\\Backup\\svc-backup.exe";

describe("a backtest of a rule", () => {
  const noisy = Array.from({ length: 100 }, (_, i) =>
    who(i, i * HOUR, i % 10 === 0 ? "C:\\Windows\\explorer.exe" : SVC, i % 2 === 0 ? "ws1" : "ws2"),
  );
  const quiet = Array.from({ length: 20 }, (_, i) => event(1_000 + i, i * HOUR, { Image: "C:\\a.exe" }));

  it("counts per day, host, user and value, and names the one that makes the noise", () => {
    const report = run(loaded(RULE), [...noisy, ...quiet]);
    expect(report).toMatchObject({
      hits: 100,
      covered: { events: 120, inScope: 120, complete: true, failed: 0 },
      hosts: [
        { value: "ws1", hits: 50 },
        { value: "ws2", hits: 50 },
      ],
      users: [{ value: "corp\\svc", hits: 100 }],
      incidents: { none: 100 },
      filter: { field: "ParentImage", value: SVC, takes: 90, leaves: 10 },
    });
    expect(report.perDay.map(({ day, hits }) => [day, hits])).toEqual([
      ["2026-01-05", 15],
      ["2026-01-06", 24],
      ["2026-01-07", 24],
      ["2026-01-08", 24],
      ["2026-01-09", 13],
    ]);
    expect(report.fields.find(({ field }) => field === "Image")).toMatchObject({ matched: true, distinct: 1 });
    expect(report.verdict).toContain("90 % from one parent process: svc-backup.exe; consider a filter");
    expect(report.examples.length).toBeGreaterThan(0);
  });

  it("says how incidents with its hits were closed", () => {
    const report = run(loaded(RULE), noisy, (id) => (id.endsWith("1-0") ? "false-positive" : "open"));
    expect(report.incidents).toMatchObject({ falsePositive: 10, open: 90, none: 0 });
    expect(report.verdict).toContain("closed 10 as false");
  });

  it.each([
    ["nothing stored", [], "nothing can be said"],
    [
      "nothing of its log source",
      [{ ...who(1, 0, SVC), log: { product: "linux", categories: [] } }],
      "None of 1 events",
    ],
    ["no hit", quiet, "No hit in 20 events of its log source over 19 hours: quiet."],
    ["a short time", noisy.slice(0, 3), "too short a time to say how many a day"],
    ["a hit now and then", [who(1, 0, SVC), event(2, 9 * DAY, { Image: "x" })], "About one every 9 days: quiet"],
  ])("says what can be said: %s", (_, events, expected) => {
    expect(run(loaded(RULE), events).verdict).toContain(expected);
  });

  it.each([
    ["a deed that all hits share", { ParentImage: "-", CommandLine: "same" }],
    ["a value that says nothing", { User: "-", SubjectUserName: "N/A" }],
  ])("proposes no filter for %s", (_, more) => {
    const hits = noisy.map((one) => ({ ...one, raw: { Image: "C:\\whoami.exe", ...more } }));
    expect(run(loaded(RULE), hits).filter).toBeUndefined();
  });

  it("does not propose what the rule itself demands (BF2)", () => {
    const alone = noisy.map(({ raw: { Image = "" }, ...rest }) => ({ ...rest, raw: { Image } }));
    expect(run(loaded(RULE), alone).filter).toBeUndefined();
  });
});

describe("a backtest of a correlation", () => {
  it("counts its own alerts by group, not the hits of its rules", () => {
    const burst = Array.from({ length: 9 }, (_, i) => who(i, i * MINUTE, SVC, i % 3 === 0 ? "ws9" : "ws1"));
    const report = run(loaded(RULE, CORRELATION), burst);
    expect(report.rule).toMatchObject({ title: "Many whoami", correlation: "event_count" });
    expect(report.hits).toBe(2);
    expect(report.fields).toEqual([
      expect.objectContaining({
        field: "Computer",
        distinct: 2,
        values: expect.arrayContaining([{ value: "ws9", hits: 1 }]),
      }),
    ]);
  });
});

describe("the proposed filter", () => {
  it("loads and takes away exactly what has the value, whatever the value (BF1)", () => {
    const text = fc.string({
      unit: fc.constantFrom("\\", "*", "?", "a", "B", " ", "'", '"', "%", "ü", "\n", "\u2028", ":"),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(text, text, (value, other) => {
        const hits = Array.from({ length: 6 }, (_, i) => who(i, i * DAY, value));
        const filter = run(loaded(RULE), hits).filter;
        if (/^[-*?.\s]*$/.test(value)) {
          expect(filter).toBeUndefined();
          return;
        }
        expect(filter).toMatchObject({ field: "ParentImage", takes: 6 });
        const [made] = loaded(RULE, filter?.text ?? "").filters;
        if (made === undefined) throw new Error("no filter");
        expect(suppresses(made, { view: PLAIN_VIEW, raw: { ParentImage: value } })).toBe(true);
        const same = value.toLowerCase() === other.toLowerCase();
        expect(suppresses(made, { view: PLAIN_VIEW, raw: { ParentImage: other } })).toBe(same);
      }),
      { numRuns: 60 },
    );
  });
});
