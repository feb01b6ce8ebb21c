/** What adds up about one entity, and when that is a finding. */
import { HOUR, instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { DEFINITIONS, type DetectorName } from "./definitions.ts";
import type { Fact } from "./fact.ts";
import type { Finding } from "./finding.ts";
import type { Remembered } from "./remembered.ts";
import { addRisk, riskFinding } from "./risk.ts";

const START = Date.UTC(2026, 0, 5);

const nobody = (): Remembered => ({
  ...{ key: "host:ws1", first: 0, last: 0, n: 0, days: 0, day: 0, peer: "host" },
  ...{ counts: {}, tallies: {}, windows: {}, marks: {}, notes: {}, risk: [] },
});

type Row = readonly [detector: DetectorName, hour: number, p: number, known?: Finding["known"]];

/** The last risk finding of these, if any. */
function risked(rows: readonly Row[]): Finding | undefined {
  const about = nobody();
  let found: Finding | undefined;
  for (const [at, [detector, hour, p, known]] of rows.entries()) {
    const fact = { time: instant(START + hour * HOUR), event: { id: `e-${at}` } } as unknown as Fact;
    const basis = p === 1 ? "definition" : "own";
    const finding: Finding = {
      ...{ detector, about, fact, p, basis, n: 100, values: {}, mark: `${at}` },
      ...(known === undefined ? {} : { known }),
    };
    found = riskFinding(finding, addRisk(about, finding)) ?? found;
  }
  return found;
}

const bits = (finding: Finding | undefined): unknown => finding?.values.bits;
const week = (detector: DetectorName, p: number): readonly Row[] =>
  Array.from({ length: 7 }, (_, day) => [detector, 24 * day, p] as const);

describe("risk of an entity", () => {
  it.each<readonly [string, readonly Row[], number | undefined]>([
    [
      "a developer's week of builds",
      [...week("rare-process", 1e-6), ...week("rare-parent", 1e-4), ...week("mass-file-change", 1)],
      undefined,
    ],
    [
      "a journey",
      [
        ["first-country", 0, 2e-4],
        ["first-network", 0, 2e-4],
        ["off-hours", 1, 1e-3],
        ["first-device", 2, 1e-4],
      ],
      undefined,
    ],
    [
      "an implant that calls home and sends",
      [
        ["rare-process", 0, 1e-6],
        ["beaconing", 6, 1e-12],
        ["exfiltration", 20, 1e-12],
      ],
      43,
    ],
    [
      "a stolen account that grants itself rights",
      [
        ["first-country", 0, 2e-4],
        ["mfa-fatigue", 0, 1],
        ["privilege-change", 1, 1e-3],
      ],
      32,
    ],
    [
      "two detectors of two kinds",
      [
        ["beaconing", 0, 1e-12],
        ["exfiltration", 0, 1e-12],
      ],
      undefined,
    ],
    [
      "a change of habits sums up what others said",
      [
        ["rare-process", 0, 1e-6],
        ["rare-parent", 0, 1e-6],
        ["changed-habit", 1, 1e-9],
      ],
      undefined,
    ],
    [
      "what is known to be harmless adds nothing",
      [
        ["beaconing", 0, 1e-12],
        ["exfiltration", 0, 1e-12],
        ["mass-file-change", 1, 1e-9, { most: "low", because: "as files that are moved" }],
      ],
      undefined,
    ],
    [
      "the first has faded for four weeks",
      [
        ["rare-process", 0, 1e-6],
        ["beaconing", 28 * 24, 1e-3],
        ["exfiltration", 28 * 24, 1e-3],
      ],
      undefined,
    ],
  ])("%s", (_name, rows, expected) => {
    expect(bits(risked(rows))).toBe(expected);
  });

  it("counts one kind once, whatever its detectors say and how often", () => {
    const more = risked([...week("rare-process", 1e-9), ...week("rare-parent", 1e-9), ["beaconing", 150, 1e-12]]);
    expect(bits(more)).toBe(30);
    expect(more?.values.kinds).toBe(2);
  });

  it("knows the kind of every detector, but for the sums of others", () => {
    const silent = (Object.keys(DEFINITIONS) as DetectorName[]).filter((detector) => {
      const about = nobody();
      const fact = { time: instant(START), event: { id: "e" } } as unknown as Fact;
      return addRisk(about, { detector, about, fact, p: 1e-6, basis: "own", n: 9, values: {}, mark: "" }).length === 0;
    });
    expect(silent).toEqual(["changed-habit", "entity-risk"]);
  });
});
