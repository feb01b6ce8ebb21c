/** `cordon simulate`: plays the generator's story into files, or into a running Cordon by push. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { simulate } from "@cordon/engine/simulate/simulate";
import { SCENARIOS, type ScenarioName, type Story, type StoryLine } from "@cordon/engine/simulate/story";
import { AppError } from "@cordon/model/error";
import { instant, isoTime, MINUTE } from "@cordon/model/time";
import { configOf, findServer } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText } from "./terminal.ts";

const FILES: Readonly<Record<StoryLine["feed"], string>> = {
  windows: "windows-events.ndjson",
  linux: "auth.log",
  cloudtrail: "cloudtrail.ndjson",
};
const STORY_MINUTES = 20;

export async function run(context: CommandContext): Promise<number> {
  const seed = context.number("seed") ?? 1;
  const scenarios = context.texts("scenario").map(scenarioOf);
  const story = simulate({
    seed,
    // The story ends now, so that nothing lies in the future.
    start: instant(Date.now() - STORY_MINUTES * MINUTE),
    minutes: STORY_MINUTES,
    ...(scenarios.length === 0 ? {} : { scenarios }),
  });
  const out = context.text("out");
  if (context.flag("push")) await pushStory(context, story);
  else writeStory(context, story, out ?? "cordon-simulation");
  for (const truth of story.truths) {
    if (context.json)
      context.terminal.json({ kind: "truth", ...truth, from: isoTime(truth.from), to: isoTime(truth.to) });
    else context.terminal.line(`${truth.scenario}: ${safeText(truth.summary)}`);
  }
  return EXIT.ok;
}

function scenarioOf(text: string): ScenarioName {
  const found = SCENARIOS.find((each) => each === text);
  if (found === undefined) throw new AppError("usage", `--scenario: "${text}" is not one of ${SCENARIOS.join(", ")}`);
  return found;
}

function writeStory(context: CommandContext, story: Story, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [feed, name] of Object.entries(FILES)) {
    const lines = story.lines.filter((line) => line.feed === feed).map((line) => `${line.text}\n`);
    if (lines.length > 0) writeFileSync(join(folder, name), lines.join(""));
  }
  context.terminal.note(`${story.lines.length} lines written to ${folder}; next: cordon scan ${folder}`);
}

async function pushStory(context: CommandContext, story: Story): Promise<void> {
  const config = configOf(context);
  const server = await findServer(config.data);
  if (server === undefined)
    throw new AppError("unavailable", "no server of this data folder is running", {
      fix: "cordon up, or use --out DIR",
    });
  for (const feed of Object.keys(FILES)) {
    const body = story.lines
      .filter((line) => line.feed === feed)
      .map((line) => `${line.text}\n`)
      .join("");
    if (body === "") continue;
    const answer = await fetch(`${server.url}/api/v1/ingest/simulate-${feed}`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/x-ndjson" },
      body,
    });
    if (!answer.ok)
      throw new AppError("unavailable", `push of ${feed} was answered with ${answer.status}: ${await answer.text()}`);
    context.terminal.note(`${feed}: ${await answer.text()}`);
  }
}
