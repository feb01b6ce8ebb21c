/** What the simulator gives: log lines by feed in order of time, and the truth about what was staged in them. */
import type { Instant } from "@cordon/model/time";

/** One line for one ordinary source: Windows events as JSON, Linux syslog text, CloudTrail as JSON. */
export interface StoryLine {
  readonly at: Instant;
  readonly feed: "windows" | "linux" | "cloudtrail";
  readonly text: string;
  /** Part of a staged attack; background otherwise. Never in the text itself. */
  readonly scenario?: ScenarioName;
}

export const SCENARIOS = ["phishing", "cloud-takeover", "ssh-brute-force"] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

/** Ground truth of one staged attack; values in the canonical form of entities. */
export interface Truth {
  readonly scenario: ScenarioName;
  readonly summary: string;
  readonly from: Instant;
  readonly to: Instant;
  /** The door: entity, and the kind of trust boundary that was crossed. */
  readonly rootCause: { readonly kind: string; readonly value: string; readonly boundary: string };
  readonly hosts: readonly string[];
  readonly users: readonly string[];
  readonly addresses: readonly string[];
  readonly techniques: readonly string[];
}

export interface Story {
  readonly seed: number;
  readonly lines: readonly StoryLine[];
  readonly truths: readonly Truth[];
}
