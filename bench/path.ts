/**
 * The whole path on one core: NDJSON files -> framing -> durable spool -> normalise -> match -> event store, sealed; with the
 * ways beside rules that learn or classify (behaviour, content), and in the same run without them.
 * What incidents cost is not in it: that depends on what is found, not on how much is read.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRuntime, makeStop } from "@cordon/adapters/runtime";
import { makeFilesSource } from "@cordon/adapters/sources/files/files";
import { runSource } from "../packages/app/src/roles/source-role.ts";
import { type Embedded, openEmbedded } from "../packages/app/src/wiring/embedded.ts";
import { linesOf } from "./layouts.ts";
import { benchConfig, rulePaths } from "./material.ts";
import { cpuNow, type Effort, type Figure, figure, roundsOf } from "./measure.ts";

export async function benchPath(effort: Effort): Promise<readonly Figure[]> {
  const withWays = await passesOf(effort, true);
  const without = await passesOf(effort, false);
  const { events } = effort;
  const cost = 1e6 * (middle(withWays.passes) - middle(without.passes));
  const share = `behaviour and content cost ${(cost / events).toFixed(1)} us an event`;
  return [
    figure("whole path, files to sealed events", rate(events, withWays.passes, "cpu"), {
      ...{ unit: "events/CPU-s", note: `${withWays.note}; ${share}` },
    }),
    figure("the same without behaviour and content", rate(events, without.passes, "cpu"), {
      ...{ unit: "events/CPU-s", note: without.note },
    }),
    figure("whole path, by the clock on the wall", rate(events, withWays.passes, "wall"), { unit: "events/s" }),
  ];
}

const middle = (passes: readonly Pass[]): number =>
  passes.map(({ cpu }) => cpu).sort((a, b) => a - b)[(passes.length - 1) >> 1] ?? Number.NaN;

interface Passes {
  readonly passes: readonly Pass[];
  readonly note: string;
}

async function passesOf({ rounds, events }: Effort, ways: boolean): Promise<Passes> {
  const dir = mkdtempSync(join(tmpdir(), "cordon-bench-path-"));
  const paths = rulePaths();
  const config = benchConfig(join(dir, "data"));
  const { behaviour, content } = config;
  try {
    const embedded = await openEmbedded(
      { ...config, behaviour: { ...behaviour, enabled: ways }, content: { ...content, enabled: ways } },
      {
        demo: false,
        durable: true,
        rules: { paths, shipped: paths.length === 0 },
        simulateOnly: true,
        log: (_level, message) => process.stderr.write(`${message}\n`),
      },
    );
    try {
      const text = linesOf("flat", events).join("\n");
      const passes = await roundsOf(rounds, async (round) => {
        // Another file, so other records: the same file again would be a duplicate.
        const file = join(dir, `events-${round}.ndjson`);
        writeFileSync(file, text);
        return readOne(embedded, file);
      });
      const { rules } = embedded.rules();
      const { detections } = embedded.instance.meters;
      return { passes, note: `${events} events a round, ${rules.length} rules, ${detections} detections` };
    } finally {
      await embedded.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Pass {
  readonly cpu: number;
  readonly wall: number;
}

const rate = (events: number, passes: readonly Pass[], by: keyof Pass): readonly number[] =>
  passes.map((pass) => events / pass[by]);

async function readOne({ instance, intake, stream }: Embedded, file: string): Promise<Pass> {
  const before = instance.meters.events;
  const [cpu, wall] = [cpuNow(), performance.now()];
  const stop = makeStop();
  const reading = makeStop();
  const following = stream.run(reading);
  const source = makeFilesSource({ name: "bench", paths: [file] }, { runtime: instance.runtime });
  await runSource(
    source,
    "files",
    {
      deliver: intake.deliver,
      runtime: makeRuntime(),
      meters: instance.meters,
      onFail: ({ reason }) => {
        throw new Error(reason);
      },
    },
    stop,
  );
  await intake.drain();
  reading.stop();
  await following;
  await stream.drain(stop);
  const read = instance.meters.events - before;
  if (read === 0) throw new Error(`bench: no event came out of ${file}`);
  return { cpu: cpuNow() - cpu, wall: (performance.now() - wall) / 1_000 };
}
