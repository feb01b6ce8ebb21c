/** What detections were worth: attacks found by their own detector or by any, how late, and false alerts. */
import type { Detection } from "@cordon/model/detection";
import type { Story } from "./play.ts";

export interface SceneScore {
  found: number;
  foundByAny: number;
  staged: number;
  readonly delays: number[];
}

export interface Score {
  /** By scene name, then amplitude. */
  readonly scenes: Map<string, readonly [SceneScore, SceneScore, SceneScore]>;
  readonly falseAlerts: Map<string, number>;
  readonly falseDetections: Detection[];
  entityDays: number;
}

const empty = (): SceneScore => ({ found: 0, foundByAny: 0, staged: 0, delays: [] });

export const makeScore = (): Score => ({
  scenes: new Map(),
  falseAlerts: new Map(),
  falseDetections: [],
  entityDays: 0,
});

export const detectorOf = (detection: Detection): string => detection.rule.id.replace(/^behaviour:/, "");

export function scoreStory(score: Score, story: Story, detections: readonly Detection[]): void {
  score.entityDays += story.entities * story.days;
  const explained = new Set<Detection>();
  for (const attack of story.attacks) {
    const mine = detections.filter((each) => belongs(each, attack));
    for (const each of mine) explained.add(each);
    const rows = score.scenes.get(attack.name) ?? [empty(), empty(), empty()];
    score.scenes.set(attack.name, rows);
    const row = rows[attack.amplitude];
    if (row === undefined) continue;
    row.staged += 1;
    if (mine.length > 0) row.foundByAny += 1;
    const own = mine.filter((each) => detectorOf(each) === attack.name);
    if (own.length === 0) continue;
    row.found += 1;
    const [first] = [...own].sort((a, b) => a.time - b.time);
    row.delays.push(Math.max(0, (first?.time ?? 0) - attack.at));
  }
  for (const each of detections) {
    if (explained.has(each)) continue;
    const name = detectorOf(each);
    score.falseAlerts.set(name, (score.falseAlerts.get(name) ?? 0) + 1);
    score.falseDetections.push(each);
  }
}

/** Evidence of the attack stands behind it, or it is about the host that fell silent. */
function belongs(detection: Detection, { tag, host, at }: Story["attacks"][number]): boolean {
  if (detection.evidence.some((id) => id.startsWith(`${tag}-`))) return true;
  return (
    host !== undefined &&
    detectorOf(detection) === "log-silence" &&
    detection.time >= at &&
    detection.entities.some(({ value }) => value === host)
  );
}
