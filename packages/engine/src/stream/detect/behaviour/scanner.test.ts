/** A scanner by the owner's word, or by its own past; what else it does is judged as that of others. */
import type { Detection } from "@cordon/model/detection";
import type { Event } from "@cordon/model/event";
import { DAY, MINUTE, SECOND } from "@cordon/model/time";
import { flow, Pen } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { hashText } from "./way.fixture.ts";
import { type BehaviourParts, makeBehaviourWay } from "./way.ts";

const START = Date.UTC(2026, 0, 5);
const SCANNER = "10.0.1.200";

/** Ordinary connections of forty hosts for `days`, at first all to new places; a scan of all ports of ten hosts on each of `scans`. */
function played(days: number, scans: readonly number[], more: (pen: Pen) => void = () => {}): readonly Event[] {
  const pen = new Pen(11);
  const { chance } = pen;
  for (let i = 0; i < 120 * days; i += 1)
    flow(pen, START + i * 12 * MINUTE, {
      ...{ ip: `10.1.0.${i % 40}`, to: i < 1_400 ? `93.1.${i % 251}.${(i * 7) % 253}` : `93.1.${i % 40}.9`, port: 443 },
      ...{ out: Math.round(800 + 4_000 * chance.next()), in: Math.round(20_000 * chance.next()) },
    });
  for (const day of scans)
    for (let i = 0; i < 300; i += 1)
      flow(pen, START + day * DAY + i * SECOND, {
        ...{ ip: SCANNER, to: `10.0.1.${10 + (i % 10)}`, port: 20 + 13 * Math.floor(i / 10) + (day % 7), state: "REJ" },
        ...{ out: 60, in: 0 },
      });
  more(pen);
  return pen.takeBefore(Number.POSITIVE_INFINITY);
}

function said(events: readonly Event[], options: BehaviourParts["options"] = {}): readonly Detection[] {
  const way = makeBehaviourWay({ views: new Map(), hash: hashText, options });
  const found = way.detect(events);
  expect(way.stats().failed).toBe(0);
  return found.filter(({ entities }) => entities.some(({ value }) => value === SCANNER));
}

const names = (found: readonly Detection[]): readonly string[] =>
  [...new Set(found.map(({ rule, severity }) => `${rule.id.slice(10)} ${severity}`))].toSorted();
const because = (detection: Detection | undefined): string =>
  String(detection?.matched.find(({ field }) => field === "because")?.value);
const told: BehaviourParts["options"] = { isScanner: (key) => key === `ip:${SCANNER}` };

describe("scanners", () => {
  it("are informational when the owner says what they are, and the sentence says so", () => {
    const events = played(20, [18]);
    expect(names(said(events)).filter((name) => /scan/.test(name))).toEqual(["port-scan medium"]);
    const found = said(events, told);
    expect(names(found).every((name) => name.endsWith(" informational"))).toBe(true);
    expect(found.length).toBeGreaterThan(0);
    for (const each of found) expect(because(each)).toMatch(/a scanner by the inventory$/);
  });
  it("are never silent for other detectors, nor made a risk by what is informational", () => {
    const steals = (pen: Pen): void => {
      for (let i = 0; i < 20; i += 1)
        flow(pen, START + 19 * DAY + i * MINUTE, { ip: SCANNER, to: "37.9.9.9", port: 443, out: 1e8, in: 10_000 });
    };
    const found = said(played(20, [4, 11, 18], steals), told);
    expect(names(found)).toContain("exfiltration low");
    expect(
      found
        .find(({ rule }) => rule.id.endsWith("exfiltration"))
        ?.matched.filter(({ selection }) => selection === "risk"),
    ).toHaveLength(1);
  });
  it("are learnt after three scans in two weeks, for what nobody answers", () => {
    const late = (found: readonly Detection[]): readonly Detection[] =>
      found.filter(({ rule, time }) => rule.id.endsWith("flow-anomaly") && time > START + 20 * DAY);
    const odd = (pen: Pen): void =>
      flow(pen, START + 26 * DAY, { ip: SCANNER, to: "10.0.1.77", port: 4_444, out: 6e9, in: 0, state: "REJ" });
    const answered = (pen: Pen): void =>
      flow(pen, START + 26 * DAY, { ip: SCANNER, to: "10.0.1.77", port: 4_444, out: 6e9, in: 10 });
    const usual = late(said(played(27, [3, 10, 17, 24], odd)));
    expect(names(usual)).toEqual(["flow-anomaly informational"]);
    expect(because(usual[0])).toMatch(/has scanned so on 4 days of 22: usual for itself$/);
    expect(names(late(said(played(27, [3, 10, 17, 24], answered))))).toEqual(["flow-anomaly low"]);
    expect(names(late(said(played(27, [24], odd))))).toEqual(["flow-anomaly low"]);
  });
});
