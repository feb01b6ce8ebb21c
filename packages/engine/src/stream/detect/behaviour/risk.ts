/**
 * Risk of an entity: the sum of its surprises, half of which fades in seven days. The addends are shown.
 *
 * RK1. One detector adds at most so much a day, one kind of detectors at most so much at any time: a kind is what one ordinary
 *      act raises together (a build makes new programs and many files, a journey a new country at an odd hour).
 * RK2. Risk is a finding of its own only where two kinds agree: no kind carries an entity alone.
 * RK3. What is known to be harmless adds nothing, nor does what only sums up the same acts (`changed-habit`).
 */
import { DAY } from "@cordon/model/time";
import type { DetectorName } from "./definitions.ts";
import type { Finding } from "./finding.ts";
import type { Remembered } from "./remembered.ts";

export interface Addend {
  readonly detector: string;
  readonly bits: number;
}

const HALF_LIFE = 7 * DAY;
const PER_DETECTOR_DAY = 15;
const PER_KIND = 15;
const KEPT = 24;
/** What makes risk a finding of its own: different detectors, their kinds, and bits together. */
const DETECTORS_MIN = 3;
const KINDS_MIN = 2;
const BITS_MIN = 24;

/** Bits that a detector without p of its own adds. */
const BY_DEFINITION = 10;

const KINDS: Readonly<Record<string, readonly DetectorName[]>> = {
  "sign-in": ["first-country", "first-network", "first-device", "impossible-travel", "off-hours", "dormant-account"],
  guessing: ["password-spray", "credential-stuffing", "brute-force"],
  "second factor": ["mfa-fatigue"],
  reach: ["new-host", "lateral-fan-out"],
  "foreign use": ["service-account-use", "instance-credentials"],
  rights: ["privilege-change", "new-credential", "rare-action", "cloud-enumeration"],
  mail: ["mail-forwarding"],
  software: ["rare-process", "rare-parent", "mass-file-change"],
  calls: ["beaconing"],
  names: ["dns-tunnel", "generated-domains"],
  volume: ["exfiltration", "flow-anomaly", "slow-drift"],
  scan: ["port-scan", "host-scan"],
  silence: ["log-silence"],
};

const KIND_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(KINDS).flatMap(([kind, detectors]) => detectors.map((detector) => [detector, kind] as const)),
);

export function addRisk(about: Remembered, { detector, p, fact, basis, known }: Finding): readonly Addend[] {
  const { time } = fact;
  if (known !== undefined || !KIND_OF.has(detector)) return addendsOf(about, time);
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
  const counted = addends.filter(({ detector }) => KIND_OF.has(detector));
  const kinds = new Map<string, number>();
  for (const { detector, bits } of counted) {
    const kind = KIND_OF.get(detector) ?? detector;
    kinds.set(kind, Math.min(PER_KIND, (kinds.get(kind) ?? 0) + bits));
  }
  const bits = [...kinds.values()].reduce((sum, each) => sum + each, 0);
  if (counted.length < DETECTORS_MIN || kinds.size < KINDS_MIN || bits < BITS_MIN) return undefined;
  const list = counted.map((addend) => `${addend.detector} ${addend.bits.toFixed(1)}`).join(" + ");
  return {
    ...{ detector: "entity-risk", about: last.about, fact: last.fact, p: 1, basis: "own", n: counted.length },
    values: { who: last.about.key, addends: list, bits: Math.round(bits), kinds: kinds.size },
    evidence: last.about.risk.map(([, , , event]) => event),
    mark: "risk",
  };
}
