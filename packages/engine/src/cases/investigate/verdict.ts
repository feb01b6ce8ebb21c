/**
 * The machine's own verdict. Enters: detections, root causes, extent. Leaves: malicious, benign or undecided, how sure,
 * and the points that made it. Pure; reads counts and kinds, never free text (investigation.md G1).
 *
 * V1. More evidence never makes it less malicious.
 * V2. "Benign" needs logs that could have shown otherwise: with a truncated answer or an unseen start it is undecided.
 */
import type { Detection } from "@cordon/model/detection";
import type { Investigation } from "@cordon/model/investigation";
import { levelRank } from "@cordon/model/rule";
import type { Member } from "./extent.ts";
import type { Candidate } from "./root-cause.ts";

export interface VerdictOf {
  readonly verdict: Investigation["verdict"];
  readonly confidence: number;
  readonly points: number;
}

const LEVEL_POINTS = [0, 5, 15, 30, 40] as const;
const MALICIOUS_FROM = 60;
const BENIGN_BELOW = 20;
/** Many logons failed from an address and then one worked: nobody mistypes so often. */
const GUESSED_POINTS = 25;

const OPEN_DOORS: ReadonlySet<string> = new Set([
  ...[
    "mail-attachment",
    "downloaded-document",
    "office-document",
    "web-service",
    "cloud-access-key",
    "removable-medium",
  ],
]);
const HARD_TACTICS: ReadonlySet<string> = new Set(["credential-access", "lateral-movement", "exfiltration", "impact"]);

export interface VerdictInput {
  readonly detections: readonly Detection[];
  readonly roots: readonly Candidate[];
  readonly extent: readonly Member[];
  readonly guessed: boolean;
  /** Of a mail that is part of it (mail-findings.ts); 0 without one. */
  readonly mail?: number;
  readonly limits: ReadonlySet<string>;
}

export function verdictOf(input: VerdictInput): VerdictOf {
  const { detections, roots, extent, guessed, limits } = input;
  const [root] = roots;
  const top = Math.max(0, ...detections.map((detection) => levelRank(detection.severity)));
  // Two rule sets that fire on the very same events are one witness.
  const sightings = new Set(detections.map(({ evidence }) => [...evidence].sort().join(" "))).size;
  const rules = Math.min(sightings, new Set(detections.map((detection) => detection.rule.id)).size);
  const tactics = new Set(detections.flatMap((detection) => detection.tactics));
  const hosts = extent.filter((member) => member.entity.kind === "host" && member.standing !== "exposed").length;
  const door = root !== undefined && OPEN_DOORS.has(root.boundary) ? 10 : 0;
  const points =
    (LEVEL_POINTS[top] ?? 0) +
    Math.min(20, 8 * Math.max(0, rules - 1)) +
    Math.min(15, 5 * Math.max(0, tactics.size - 1)) +
    Math.min(15, 8 * [...tactics].filter((tactic) => HARD_TACTICS.has(tactic)).length) +
    Math.min(10, 5 * Math.max(0, hosts - 1)) +
    door +
    (guessed ? GUESSED_POINTS : 0) +
    (input.mail ?? 0);
  if (points >= MALICIOUS_FROM) {
    return { verdict: "malicious", confidence: Math.min(97, 60 + Math.round((points - MALICIOUS_FROM) * 0.8)), points };
  }
  const seen = root !== undefined && root.boundary !== "not-visible" && limits.size === 0;
  if (points < BENIGN_BELOW && seen && door === 0 && !guessed) {
    return { verdict: "benign", confidence: Math.round(75 - points), points };
  }
  const distance = Math.min(Math.abs(points - MALICIOUS_FROM), Math.abs(points - BENIGN_BELOW));
  return { verdict: "undecided", confidence: Math.min(60, 30 + distance), points };
}
