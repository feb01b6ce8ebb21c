/**
 * The generator behind `cordon simulate` and `--demo`: benign background and staged attacks with known truth.
 * Enters: a seed, the time of the first line, scenarios. Leaves: log lines as ordinary sources carry them, and the truth.
 * G1. a story is a function of its options: same seed, same bytes.
 * G2. nothing in the lines tells attack from background; the truth is beside them. Addresses are documentation ranges.
 */
import { type Instant, MINUTE } from "@cordon/model/time";
import { stageCloudTakeover } from "./attack-cloud.ts";
import { stagePhishing } from "./attack-phishing.ts";
import { stageSshBruteForce } from "./attack-ssh.ts";
import { writeBackground } from "./background.ts";
import { makeChance } from "./chance.ts";
import { later, PEOPLE, type Pen } from "./estate.ts";
import { SCENARIOS, type ScenarioName, type Story, type StoryLine, type Truth } from "./story.ts";

export interface SimulateOptions {
  readonly seed: number;
  readonly start: Instant;
  /** Absent: all. Empty: background alone. */
  readonly scenarios?: readonly ScenarioName[];
  /** Minutes of background, at least as long as the attacks. Default 20. */
  readonly minutes?: number;
  /** Background lines a minute. Default 60. */
  readonly perMinute?: number;
}

/** Attacks begin this long after the first line, so that there is a "before". */
const LEAD_MS = 4 * MINUTE;
const MINUTES_DEFAULT = 20;
const PER_MINUTE_DEFAULT = 60;

export function simulate(options: SimulateOptions): Story {
  const { seed, start } = options;
  const chance = makeChance(seed);
  const lines: StoryLine[] = [];
  const pen: Pen = { chance, lines, recordIds: new Map() };
  const minutes = options.minutes ?? MINUTES_DEFAULT;
  writeBackground(pen, start, later(start, minutes * MINUTE), options.perMinute ?? PER_MINUTE_DEFAULT);
  const truths = (options.scenarios ?? SCENARIOS).map((scenario) =>
    stage({ ...pen, scenario }, scenario, later(start, LEAD_MS)),
  );
  return { seed, lines: lines.sort((a, b) => a.at - b.at), truths };
}

function stage(pen: Pen, scenario: ScenarioName, start: Instant): Truth {
  switch (scenario) {
    case "phishing":
      return stagePhishing(pen, start, pen.chance.pick(PEOPLE));
    case "cloud-takeover":
      return stageCloudTakeover(pen, later(start, 2 * MINUTE));
    case "ssh-brute-force":
      return stageSshBruteForce(pen, later(start, MINUTE));
  }
}
