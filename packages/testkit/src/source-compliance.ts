/** What every `Source` keeps to, whatever it reads from. A source's own test says how to feed it. */
import { AppError } from "@cordon/model/error";
import type { NonEmpty } from "@cordon/model/ids";
import type { Stop } from "@cordon/model/ports/runtime";
import type { Deliver, InputFailure, Source } from "@cordon/model/ports/source";
import type { RawRecord } from "@cordon/model/record";
import { describe, expect, it } from "vitest";

export interface SourceTrial {
  readonly source: Source;
  /** Makes the bodies appear as records of the source: writes a file, sends datagrams, ... */
  readonly feed: (bodies: readonly string[]) => Promise<void>;
  readonly cleanup?: () => Promise<void>;
  /** `tells`: an unacknowledged record is delivered again by the source itself; `forgets`: best effort, as UDP is. */
  readonly redelivers: boolean;
}

export interface Collected {
  readonly records: RawRecord[];
  readonly failures: InputFailure[];
  readonly deliver: Deliver;
  readonly fail: (failure: InputFailure) => void;
}

export function makeCollector(refuse: (batch: NonEmpty<RawRecord>) => boolean = () => false): Collected {
  const records: RawRecord[] = [];
  const failures: InputFailure[] = [];
  return {
    records,
    failures,
    async deliver(batch) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (refuse(batch)) throw new AppError("spool-full", "no room", { retry: "later" });
      records.push(...batch);
    },
    fail: (failure) => {
      failures.push(failure);
    },
  };
}

export function makeTestStop(): Stop & { stop(): void } {
  const listeners = new Set<() => void>();
  let stopped = false;
  return {
    get stopped() {
      return stopped;
    },
    onStop(run) {
      if (stopped) run();
      else listeners.add(run);
      return () => listeners.delete(run);
    },
    stop() {
      stopped = true;
      for (const run of [...listeners]) run();
      listeners.clear();
    },
  };
}

export const bodyText = (record: RawRecord): string => new TextDecoder().decode(record.body.open());

/** Polls: sources of the real world have no event that says "now it has arrived". */
export async function until(holds: () => boolean, what: string, withinMs = 15_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await new Promise<void>((resolve) => setTimeout(resolve, 5));
  }
}

const BODIES = ['{"n":1}', '{"n":2,"text":"ünï"}', '{"n":3}'];

export function sourceCompliance(name: string, open: () => Promise<SourceTrial>): void {
  const run = async (collected: Collected, body: (trial: SourceTrial) => Promise<void>): Promise<void> => {
    const trial = await open();
    const stop = makeTestStop();
    const running = trial.source.run(collected.deliver, collected.fail, stop);
    try {
      await body(trial);
    } finally {
      stop.stop();
      await running;
      await trial.cleanup?.();
    }
  };

  describe(`source compliance: ${name}`, () => {
    it("delivers every record once, with id, source, input, position and receive time", async () => {
      const collected = makeCollector();
      await run(collected, async (trial) => {
        await trial.feed(BODIES);
        await until(() => collected.records.length >= BODIES.length, "all records arrived");
        for (const record of collected.records) {
          expect(record.id).toMatch(/^[0-9a-f]{32}$/);
          expect(record.source).toBe(trial.source.name);
          expect(record.input).not.toBe("");
          expect(Number.isInteger(record.position)).toBe(true);
          expect(record.receivedAt).toBeGreaterThan(0);
        }
      });
      expect(collected.records.map(bodyText).sort()).toEqual([...BODIES].sort());
      expect(new Set(collected.records.map((record) => record.id)).size).toBe(BODIES.length);
      expect(collected.failures).toEqual([]);
    });

    it("ends soon after stop, also when it was never fed, and delivers nothing afterwards", async () => {
      const collected = makeCollector();
      await run(collected, async () => {});
      expect(collected.records).toEqual([]);
    });

    it("does not lose a batch that was refused with retry later, where the protocol allows it", async () => {
      let refusals = 3;
      const collected = makeCollector(() => refusals-- > 0);
      await run(collected, async (trial) => {
        await trial.feed(BODIES);
        if (!trial.redelivers) return;
        await until(() => collected.records.length >= BODIES.length, "all records arrived in spite of refusals");
        expect(collected.records.map(bodyText).sort()).toEqual([...BODIES].sort());
      });
    });
  });
}
