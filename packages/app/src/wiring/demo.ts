/** `--demo`: a throw-away data folder beside the real one, and the generator writing into ordinary log files that are tailed. */
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { simulate } from "@cordon/engine/simulate/simulate";
import type { StoryLine } from "@cordon/engine/simulate/story";
import { AppError } from "@cordon/model/error";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import { instant, MINUTE, SECOND } from "@cordon/model/time";
import { type Config, demoFolder } from "../config.ts";

const SEED = 20_261_121;
/** The story lies in the past and ends now; it is written within this time, so that one sees it grow. */
const PLAY_MS = 20 * SECOND;
const STORY_MINUTES = 14;
const TICKS = 40;
const MARK = ".cordon-demo";
const FILES: Readonly<Record<StoryLine["feed"], string>> = {
  windows: "windows-events.ndjson",
  linux: "auth.log",
  cloudtrail: "cloudtrail.ndjson",
};

export interface Demo {
  readonly config: Config;
  /** Writes the story, then ends; the server goes on. */
  play(runtime: Runtime, stop: Stop): Promise<void>;
}

/** Never touches a folder that it did not make: throws AppError `unavailable` then. */
export function openDemo(config: Config): Demo {
  const data = demoFolder(config.data);
  if (existsSync(data) && !existsSync(join(data, MARK)))
    throw new AppError("unavailable", `${data} is not a demo folder of Cordon`, {
      fix: "move it away, or choose another --data",
    });
  rmSync(data, { recursive: true, force: true });
  const logs = join(data, "demo-logs");
  mkdirSync(logs, { recursive: true });
  writeFileSync(join(data, MARK), "thrown away at the next start of the demo\n");
  for (const file of Object.values(FILES)) writeFileSync(join(logs, file), "");
  const paths = Object.values(FILES).map((file) => join(logs, file));
  const source = { name: "demo", kind: "tail", paths, format: "auto", fromStart: true, suffixes: [] } as const;
  return {
    config: { ...config, data, sources: [...config.sources, { ...source, paths: [...paths], suffixes: [] }] },
    play: (runtime, stop) => play(logs, runtime, stop),
  };
}

async function play(logs: string, runtime: Runtime, stop: Stop): Promise<void> {
  const story = simulate({
    seed: SEED,
    start: instant(runtime.now() - STORY_MINUTES * MINUTE),
    minutes: STORY_MINUTES,
  });
  const size = Math.ceil(story.lines.length / TICKS);
  for (let from = 0; from < story.lines.length && !stop.stopped; from += size) {
    for (const [feed, file] of Object.entries(FILES)) {
      const lines = story.lines.slice(from, from + size).filter((line) => line.feed === feed);
      if (lines.length > 0) appendFileSync(join(logs, file), lines.map((line) => `${line.text}\n`).join(""));
    }
    await runtime.sleep(PLAY_MS / TICKS, stop);
  }
}
