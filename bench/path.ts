/**
 * The whole path on one core: NDJSON files -> framing -> durable spool -> normalise -> match -> event store, sealed.
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

export async function benchPath({ rounds, events }: Effort): Promise<readonly Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), "cordon-bench-path-"));
  const paths = rulePaths();
  try {
    const embedded = await openEmbedded(benchConfig(join(dir, "data")), {
      demo: false,
      durable: true,
      rules: { paths, shipped: paths.length === 0 },
      simulateOnly: true,
      log: (_level, message) => process.stderr.write(`${message}\n`),
    });
    try {
      const text = linesOf("flat", events).join("\n");
      const passes = await roundsOf(rounds, async (round) => {
        // Another file, so other records: the same file again would be a duplicate.
        const file = join(dir, `events-${round}.ndjson`);
        writeFileSync(file, text);
        return readOne(embedded, file);
      });
      const rules = embedded.rules();
      const note = `${events} events a round, ${rules.rules.length} rules, ${embedded.instance.meters.detections} detections`;
      return [
        figure("whole path, files to sealed events", rate(events, passes, "cpu"), { unit: "events/CPU-s", note }),
        figure("whole path, by the clock on the wall", rate(events, passes, "wall"), { unit: "events/s" }),
      ];
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
