/**
 * Seeded truth: generated stories through both rivers, as a scan and live, scored against what was staged in them.
 * Floors are what is reached; whoever falls below one has broken something.
 */
import { simulate } from "@cordon/engine/simulate/simulate";
import type { Story, StoryLine } from "@cordon/engine/simulate/story";
import { instant, MINUTE, SECOND } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { makeRiver } from "./river.ts";
import { type Score, scoreStory, tableOf } from "./story-score.ts";

const START = Date.UTC(2026, 10, 21, 20);
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const STORY_MINUTES = 14;
/** An incident of the background alone must stay below this. */
const BACKGROUND_PRIORITY_MAX = 40;

type Way = "scan" | "demo" | "live" | "late";

/** All at once, after the fact. */
async function scanned(story: Story) {
  const river = makeRiver({ startMs: START + STORY_MINUTES * MINUTE });
  await river.feed(story.lines);
  await river.settle();
  return river;
}

/** As `up --demo` plays it: the story lies in the past and comes in 40 pieces within 20 seconds. */
async function demonstrated(story: Story) {
  const river = makeRiver({ startMs: START + STORY_MINUTES * MINUTE });
  const size = Math.ceil(story.lines.length / 40);
  for (let from = 0; from < story.lines.length; from += size) {
    await river.feed(story.lines.slice(from, from + size));
    await river.settle();
    await river.pass(500, 250);
  }
  await river.pass(MINUTE, SECOND);
  return river;
}

interface Arriving {
  readonly line: StoryLine;
  readonly at: number;
}

/** As it arrives, in steps of five seconds, with time to think in between. */
async function arriving(lines: readonly Arriving[]) {
  const river = makeRiver({ startMs: START });
  let from = 0;
  for (let now = START + 5 * SECOND; from < lines.length; now += 5 * SECOND) {
    await river.pass(5 * SECOND, 5 * SECOND);
    const to = lines.findIndex(({ at }, index) => index >= from && at > now);
    const end = to < 0 ? lines.length : to;
    if (end > from) await river.feed(lines.slice(from, end).map(({ line }) => line));
    from = end;
    await river.settle();
  }
  // Long enough for the look that waits for late logs.
  await river.pass(6 * MINUTE, 5 * SECOND);
  return river;
}

const lived = (story: Story) => arriving(story.lines.map((line) => ({ line, at: line.at })));

/** Each machine's agent is late by its own measure, up to three minutes: effects arrive before their causes. */
function delayed(story: Story) {
  const lag = (line: StoryLine): number => {
    const host = /"Computer":"([^"]+)"/.exec(line.text)?.[1] ?? line.feed;
    return [...`${story.seed}${host}`].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7) % 4;
  };
  const lines = story.lines.map((line) => ({ line, at: line.at + lag(line) * MINUTE }));
  return arriving(lines.sort((a, b) => a.at - b.at));
}

const WAYS: Readonly<Record<Way, typeof scanned>> = {
  ...{ scan: scanned, demo: demonstrated, live: lived, late: delayed },
};

describe("generated stories are told as they were staged", () => {
  for (const [way, tell] of Object.entries(WAYS)) {
    it(`${way}: one incident per attack with its true beginning and extent`, { timeout: 300_000 }, async () => {
      const rows: (Score & { seed: number; way: string })[] = [];
      const background: { readonly title: string; readonly priority: number }[] = [];
      for (const seed of SEEDS) {
        const story = simulate({ seed, start: instant(START), minutes: STORY_MINUTES });
        const river = await tell(story);
        expect(river.faults).toEqual([]);
        expect(river.problems()).toBe(0);
        const { scores, others } = scoreStory(story, await river.incidents());
        for (const score of scores) rows.push({ ...score, seed, way });
        for (const { title, priority } of others) background.push({ title, priority });
      }
      if (process.env.STORY_TABLE !== undefined) console.info(tableOf(rows), background);
      expect(rows.filter((row) => row.incidents !== 1)).toEqual([]);
      expect(rows.filter((row) => !row.rootRight || !row.boundaryRight)).toEqual([]);
      const shares = rows.flatMap((row) => [row.hosts, row.users, row.addresses]);
      expect(Math.min(...shares.map((share) => share.recall))).toBe(1);
      expect(Math.min(...shares.map((share) => share.precision))).toBe(1);
      expect(rows.filter((row) => row.verdict !== "malicious")).toEqual([]);
      expect(Math.min(...rows.map((row) => row.priority))).toBeGreaterThan(BACKGROUND_PRIORITY_MAX);
      expect(Math.max(0, ...background.map(({ priority }) => priority))).toBeLessThanOrEqual(BACKGROUND_PRIORITY_MAX);
    });
  }
});
