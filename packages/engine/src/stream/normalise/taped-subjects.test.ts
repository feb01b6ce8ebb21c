import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { makeTape } from "../tape/json-tape.ts";
import { compileMappings } from "./mapping.ts";
import { makeSubjects } from "./subjects.ts";
import { makeTapedSubjects } from "./taped-subjects.ts";

const mapping = (id: string, detect: string, more = ""): string =>
  `id: ${id}\nversion: '1'\ndetect: ${detect}\nlog: { product: ${id} }\n${more}`;
const LISTS = mapping("in.lists", "{ any: [{ items.kind: { exists: true } }] }");
const THERE = mapping("is.there", "{ any: [{ stamp: { exists: true }, kind: x }] }");
const TIMED = mapping(
  "windows.timed",
  "{ windows: { channel: [Timed] } }",
  "shapes: [{ name: timed, when: { TimeCreated_SystemTime: { exists: true } }, log: { categories: [timed] } }]\n",
);
const SHAPED = mapping(
  "has.shapes",
  "{ any: [{ sort: { exists: true } }] }",
  `shapes:
  - { name: a, when: { sort: [a, b] }, log: { categories: [a] } }
  - { name: c, when: { sort: c, by: { prefix: root } }, log: { categories: [c] } }
  - { name: said, match: { field: text, templates: ['{who} came'] }, log: { categories: [said] } }
`,
);

function twinsOf(texts: readonly string[]) {
  const knowing = compileMappings(texts.map((text, i) => ({ path: `f${i}.yml`, text })));
  expect(knowing.errors).toEqual([]);
  const tape = makeTape({ before: 0 });
  if (tape === undefined) throw new Error("no WebAssembly here");
  const [subjectOf, subjectsOf] = [makeTapedSubjects(knowing), makeSubjects(knowing)];
  let taped = 0;
  return {
    expectSame(line: object): void {
      const bytes = new TextEncoder().encode(JSON.stringify(line));
      const subject = tape.read(bytes) ? subjectOf(tape) : undefined;
      const { subjects } = subjectsOf(bytes, { format: "json", position: 1, receivedAt: instant(0) });
      if (subject === undefined) return;
      taped += 1;
      const shown = ({ view, log, mapped }: typeof subject) => ({ view: view.id, log, mapped });
      expect([shown(subject)], JSON.stringify(line)).toEqual(subjects.map(shown));
      expect(JSON.stringify(subject.raw)).toBe(JSON.stringify(line));
    },
    taped: () => taped,
  };
}

const windows = (stamp: string) => ({
  Event: { System: { Channel: "Timed", EventID: 1, TimeCreated: { "#attributes": { SystemTime: stamp } } } },
});

describe("events of one shape that are not the same", () => {
  it.each<readonly [name: string, mappings: readonly string[], lines: readonly object[], taped: number]>([
    ["what lies within a list", [LISTS], [{ items: [{ kind: 1 }] }, { items: [{ other: 1 }] }, { items: [] }], 3],
    [
      "one is there, the other has a value",
      [THERE],
      [
        { stamp: "1", kind: "x" },
        { stamp: "2", kind: "y" },
        { stamp: "3", kind: "x" },
        { stamp: "", kind: "x" },
      ],
      4,
    ],
    ["a time that is empty is none", [TIMED], [windows("2026"), windows("")], 2],
    [
      "shapes by a value, and by a second one",
      [SHAPED],
      [
        { sort: "a", by: "root1", text: "x" },
        { sort: "c", by: "root1", text: "x" },
        { sort: "c", by: "anna", text: "x" },
        { sort: "d", by: "root1", text: "x" },
      ],
      4,
    ],
    ["captures join the event: objects tell", [SHAPED], [{ sort: "d", by: "r", text: "anna came" }], 0],
  ])("%s", (_, mappings, lines, taped) => {
    for (const order of [lines, lines.toReversed(), [...lines, ...lines]]) {
      const twins = twinsOf(mappings);
      for (const line of order) twins.expectSame(line);
      expect(twins.taped()).toBe(taped * (order.length / lines.length));
    }
  });

  it("shapes that never lead to a subject are passed over, and others are not", () => {
    const twins = twinsOf([SHAPED]);
    for (let i = 0; i < 200; i += 1) twins.expectSame({ sort: "d", by: "r", text: `anna${i} came` });
    expect(twins.taped()).toBe(0);
    for (let i = 0; i < 5; i += 1) twins.expectSame({ sort: "a", by: `r${i}` });
    expect(twins.taped()).toBe(5);
  });

  it("more values than a tree holds", () => {
    const twins = twinsOf([SHAPED]);
    for (let i = 0; i < 20_000; i += 1) twins.expectSame({ sort: "c", by: `root${i}` });
    twins.expectSame({ sort: "c", by: "anna" });
    expect(twins.taped()).toBeGreaterThan(15_000);
  });
});
