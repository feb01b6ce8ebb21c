import { sha256Of } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { PLAIN_VIEW } from "@cordon/model/view";
import { describe, expect, it } from "vitest";
import type { LineSubject, SubjectsOf } from "../../line-subject.ts";
import { makeTape } from "../../tape/json-tape.ts";
import { loadRules } from "../sigma/load-rules.ts";
import { type LineDetectorParts, makeLineDetector } from "./line-detector.ts";

const RULES = `title: Admin
id: 11111111-2222-4333-8444-555555555555
name: admin
level: informational
logsource: { product: test }
detection: { selection: { user: root }, condition: selection }
---
title: Elsewhere
id: 21111111-2222-4333-8444-555555555555
level: high
logsource: { product: other }
detection: { selection: { user: root }, condition: selection }
---
title: Jobs are harmless
id: 99999999-2222-4333-8444-555555555555
logsource: { product: test }
filter:
  rules: [admin]
  selection: { job|startswith: nightly }
  condition: selection
---
title: Often
id: 31111111-2222-4333-8444-555555555555
correlation: { type: event_count, rules: [admin], group-by: [user], timespan: 1h, condition: { gte: 2 } }
level: high
`;
const set = loadRules([{ path: "r.yml", source: "test", text: RULES }]);
const ADMIN = "11111111-2222-4333-8444-555555555555";
const ELSEWHERE = "21111111-2222-4333-8444-555555555555";

const subjectOf = (raw: JsonObject, log = { product: "test", categories: [] }): LineSubject => ({
  ...{ raw, view: PLAIN_VIEW, log, mapped: true, position: undefined },
  time: () => undefined,
});
/** A line is a list of objects. */
const subjectsOf: SubjectsOf = (bytes) => {
  const read: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const all = (Array.isArray(read) ? read : [read]) as readonly JsonObject[];
  return { subjects: all.map((raw) => subjectOf(raw)), problems: all.length === 0 ? ["nothing in it"] : [] };
};
const make = (more: Partial<LineDetectorParts> = {}) =>
  makeLineDetector({ ...set, subjectsOf, routing: "on", hash: () => sha256Of("0".repeat(64)), ...more });
const line = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe("rules over lines", () => {
  it.each<readonly [name: string, value: unknown, routing: "on" | "off", hits: readonly string[]]>([
    ["a hit, informational or used by a correlation", { user: "root" }, "on", [ADMIN]],
    ["not of another log source", { user: "root" }, "on", [ADMIN]],
    ["but without routing", { user: "root" }, "off", [ADMIN, ELSEWHERE]],
    ["what a filter takes away", { user: "root", job: "nightly-7" }, "on", []],
    ["each event of a line", [{ user: "root" }, { user: "anna" }, { user: "root" }], "on", [ADMIN, ADMIN]],
  ])("%s", (_, value, routing, hits) => {
    const found = make({ routing }).detect(line(value));
    expect(found.map(({ facts }) => facts.ref.id)).toEqual(hits);
    for (const { matched } of found) expect(matched).toMatchObject([{ field: "user", value: "root" }]);
  });

  it("counts, and tells what could not be read or judged", () => {
    const told: string[] = [];
    const throwing = new Proxy<JsonObject>({}, { ownKeys: () => failing(), getOwnPropertyDescriptor: () => failing() });
    const detector = make({
      subjectsOf: (bytes, framing) => {
        const { subjects, problems } = subjectsOf(bytes, framing);
        return { subjects: subjects.length === 0 ? [subjectOf(throwing)] : subjects, problems };
      },
      onFault: (reason) => void told.push(reason),
    });
    for (const value of [{ user: "root" }, { user: "root", job: "nightly" }, []]) detector.detect(line(value));
    expect(told).toEqual(["nothing in it", "no such event"]);
    expect(detector.stats()).toMatchObject({
      ...{ lines: 3, events: 3, unmapped: 0, hits: 1, suppressed: 1, taped: 0 },
      failed: { count: 1, last: "no such event" },
      unreadable: { count: 1, last: "nothing in it" },
      differed: { count: 0 },
    });
  });

  it("objects are right where the tape gives another answer, and the difference is counted", () => {
    const tape = makeTape({ before: 0 });
    if (tape === undefined) throw new Error("no WebAssembly here");
    const wrong = { product: "other", categories: [] };
    const detector = make({ taped: { tape, subjectOf: ({ shape }) => subjectOf(shape.raw, wrong) } });
    const found = detector.detect(line({ user: "root" }));
    expect(found.map(({ facts }) => facts.ref.id)).toEqual([ADMIN]);
    expect(detector.stats()).toMatchObject({ lines: 1, events: 1, hits: 1, taped: 1, differed: { count: 1 } });
  });

  it("a hit by the tape keeps what it saw", () => {
    const tape = makeTape({ before: 0 });
    const nested = loadRules([
      {
        ...{ path: "n.yml", source: "test" },
        text: RULES.split("---\n")[0]?.replace("{ user: root }", "{ who|exists: true }") ?? "",
      },
    ]);
    const detector = make({
      rules: nested.rules,
      taped: tape && { tape, subjectOf: ({ shape }) => subjectOf(shape.raw) },
    });
    const seen = ["anna", "bob", "carol"].flatMap((name) => detector.detect(line({ who: { name } })));
    expect(seen.map(({ matched }) => matched.map(({ value }) => value))).toEqual([
      [{ name: "anna" }],
      [{ name: "bob" }],
      [{ name: "carol" }],
    ]);
    expect(detector.stats().taped).toBe(3);
  });
});

function failing(): never {
  throw new Error("no such event");
}
