/** Files changed in bulk: encrypted, deleted, moved. */
import type { Detection } from "@cordon/model/detection";
import { DAY, HOUR } from "@cordon/model/time";
import { fileChange, Pen, program } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { hashText } from "./way.fixture.ts";
import { makeBehaviourWay } from "./way.ts";

const START = Date.UTC(2026, 0, 5);
const CREATED = 1;
const CHANGED = 3;
const DELETED = 4;
const RENAMED = 5;

type Change = readonly [path: string, activity: number];

const many = (name: (i: number) => string, activity: number, count = 80): readonly Change[] =>
  Array.from({ length: count }, (_, i) => [name(i), activity] as const);

/** Ten ordinary days, then all changes within a minute. */
function said(changes: readonly Change[]): readonly Detection[] {
  const pen = new Pen(3);
  for (let hour = 0; hour < 240; hour += 1) {
    for (let k = 0; k < 4; k += 1) {
      program(pen, START + hour * HOUR + k, [
        `ws00${k}`,
        "ada",
        "C:\\Windows\\notepad.exe",
        "C:\\Windows\\explorer.exe",
      ]);
      fileChange(pen, START + hour * HOUR + k, [`ws00${k}`, `C:\\Users\\ada\\d${hour % 9}\\n${hour}.docx`, CHANGED]);
    }
  }
  for (const [i, [path, activity]] of changes.entries())
    fileChange(pen, START + 10 * DAY + i * 500, ["ws001", path, activity]);
  const way = makeBehaviourWay({ views: new Map(), hash: hashText });
  const found = way.detect(pen.takeBefore(Number.POSITIVE_INFINITY));
  expect(way.stats().failed).toBe(0);
  return found.filter(({ rule }) => rule.id === "behaviour:mass-file-change");
}

const because = (detection: Detection | undefined): string =>
  String(detection?.matched.find(({ field }) => field === "because")?.value);

describe("files changed in bulk", () => {
  it.each([
    [
      "an ending put behind another",
      many((i) => `D:\\a\\${i % 5}\\report${i}.docx.lkd`, RENAMED),
      "high",
      /ending of their own/,
    ],
    [
      "an ending put behind another, written anew",
      many((i) => `D:\\a\\${i % 5}\\report${i}.xlsx.lkd`, CREATED),
      "high",
      /ending of their own/,
    ],
    [
      "written anew while the old ones are deleted, as sensors without renames tell it",
      many((i) => `D:\\a\\${(i >> 1) % 5}\\plan${i >> 1}.docx.lkd`, CREATED).map(
        ([path, activity], i): Change => (i % 2 === 0 ? [path, activity] : [path.replace(".lkd", ""), DELETED]),
      ),
      "high",
      /ending of their own/,
    ],
    ["renamed to no known type", many((i) => `D:\\a\\${i % 5}\\${i}.q7x2`, RENAMED), "high", /no known type/],
    [
      "a note in each folder",
      [
        ...many((i) => `D:\\a\\${i}\\HOW_TO_RESTORE.txt`, CREATED, 5),
        ...many((i) => `D:\\a\\${i % 5}\\${i}.q7x2`, CHANGED),
      ],
      "high",
      /one name came into 5 places/,
    ],
    ["photos moved", many((i) => `D:\\Photos\\${i % 4}\\img${i}.jpg`, RENAMED), "low", /files that are moved/],
    [
      "photos of an unusual camera copied",
      many((i) => `D:\\Photos\\${i % 4}\\img${i}.CR3`, CREATED),
      "low",
      /files that are moved/,
    ],
    ["photos deleted", many((i) => `D:\\Photos\\${i % 4}\\img${i}.jpg`, DELETED), "medium", /in 4 folders/],
    ["a tool's own files", many((i) => `D:\\run\\${i % 4}\\part${i}.shard`, CREATED), "medium", /\.shard; usual/],
  ] as const)("%s", (_name, changes, level, sentence) => {
    const found = said(changes);
    expect(found.map(({ severity }) => severity)).toEqual([level]);
    expect(because(found[0])).toMatch(sentence);
  });
  it("says again what turns out to be encryption", () => {
    const moved = many((i) => `D:\\Photos\\${i % 4}\\img${i}.jpg`, RENAMED);
    const found = said([...moved, ...many((i) => `D:\\Photos\\${i % 4}\\img${i}.jpg.lkd`, RENAMED)]);
    expect(found.map(({ severity }) => severity)).toEqual(["low", "high"]);
  });
  it.each([
    ["documents everyone has", many((i) => `D:\\a\\${i % 5}\\r${i}.docx`, CHANGED)],
    ["one folder", many((i) => `D:\\a\\${i}.lkd`, RENAMED)],
    ["a few files", many((i) => `D:\\a\\${i % 5}\\${i}.lkd`, RENAMED, 20)],
  ])("is silent about %s", (_name, changes) => {
    expect(said(changes)).toEqual([]);
  });
});
