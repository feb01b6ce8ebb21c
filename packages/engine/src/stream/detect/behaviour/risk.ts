/**
 * Risk of an entity: the sum of its surprises, half of which fades in seven days. One detector adds at most so much a day,
 * so that none carries an entity alone; the addends are shown.
 */
import { DAY } from "@cordon/model/time";
import type { Finding } from "./finding.ts";
import type { Remembered } from "./remembered.ts";

export interface Addend {
  readonly detector: string;
  readonly bits: number;
}

const HALF_LIFE = 7 * DAY;
const PER_DETECTOR_DAY = 15;
const KEPT = 24;
/** What makes risk a finding of its own: different detectors, and bits together. */
const DETECTORS_MIN = 3;
const BITS_MIN = 24;

/** Bits that a detector without p of its own adds. */
const BY_DEFINITION = 10;

export function addRisk(about: Remembered, { detector, p, fact, basis }: Finding): readonly Addend[] {
  const { time } = fact;
  const bits =
    basis === "definition" && p >= 0.5 ? BY_DEFINITION : Math.min(PER_DETECTOR_DAY, -Math.log2(Math.max(p, 1e-12)));
  let today = 0;
  for (const [name, at, earlier] of about.risk) if (name === detector && time - at < DAY) today += earlier;
  const added = Math.max(0, Math.min(bits, PER_DETECTOR_DAY - today));
  if (added > 0) about.risk.push([detector, time, added, fact.event.id]);
  if (about.risk.length > KEPT) about.risk.splice(0, about.risk.length - KEPT);
  return addendsOf(about, time);
}

function addendsOf(about: Remembered, time: number): readonly Addend[] {
  const sums = new Map<string, number>();
  for (const [name, at, bits] of about.risk) {
    const left = bits * 2 ** (-Math.max(0, time - at) / HALF_LIFE);
    if (left >= 0.5) sums.set(name, (sums.get(name) ?? 0) + left);
  }
  return [...sums].map(([detector, bits]) => ({ detector, bits })).sort((a, b) => b.bits - a.bits);
}

export function riskFinding(last: Finding, addends: readonly Addend[]): Finding | undefined {
  const bits = addends.reduce((sum, addend) => sum + addend.bits, 0);
  if (addends.length < DETECTORS_MIN || bits < BITS_MIN) return undefined;
  const list = addends.map((addend) => `${addend.detector} ${addend.bits.toFixed(1)}`).join(" + ");
  return {
    ...{ detector: "entity-risk", about: last.about, fact: last.fact, p: 1, basis: "own", n: addends.length },
    values: { who: last.about.key, addends: list, bits: Math.round(bits) },
    evidence: last.about.risk.map(([, , , event]) => event),
    mark: "risk",
  };
}
