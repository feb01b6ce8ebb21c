import { AppError } from "@cordon/model/error";
import type { NonEmpty } from "@cordon/model/ids";
import type { SpoolLog } from "@cordon/model/ports/spool";
import type { RawRecord } from "@cordon/model/record";
import { makeMemorySpool } from "@cordon/testkit/memory-spool";
import { rawRecord } from "@cordon/testkit/raw-record";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INTAKE_LIMITS, type IntakeLimits, makeIntake } from "./intake.ts";

function setup(wish: Partial<IntakeLimits> = {}, bytesMax = 1 << 24) {
  const runtime = makeVirtualRuntime();
  const spool = makeMemorySpool({ bytesMax, dedupeWindowMs: 1e6, dedupeMax: 1e6, runtime });
  const intake = makeIntake({ spool, runtime, limits: { ...INTAKE_LIMITS, ...wish } });
  return { runtime, spool, intake };
}

const numbered = (start: number, count: number, body?: string): NonEmpty<RawRecord> => {
  const make = (index: number) => rawRecord(start + index, body === undefined ? {} : { body });
  return [make(0), ...Array.from({ length: count - 1 }, (_, index) => make(index + 1))];
};
const shapes = async (spool: SpoolLog) => (await spool.read(0, 1e9)).map((batch) => batch.records.length);

describe("intake", () => {
  it("I1: joins small senders into one batch after the linger, and acknowledges none before", async () => {
    const { runtime, spool, intake } = setup();
    const done: number[] = [];
    const all = [1, 2, 3].map((n) => intake.deliver([rawRecord(n)]).then(() => done.push(n)));
    await runtime.advance(INTAKE_LIMITS.lingerMs - 1);
    expect(done).toEqual([]);
    expect((await spool.stats()).records).toBe(0);
    await runtime.advance(1);
    await Promise.all(all);
    expect(await shapes(spool)).toEqual([3]);
  });

  it("closes a batch without lingering when it is full by count or by bytes", async () => {
    const byCount = setup();
    await byCount.intake.deliver(numbered(0, 1_024));
    expect(await shapes(byCount.spool)).toEqual([512, 512]);
    const byBytes = setup({ batchBytesMax: 1_000 });
    const all = byBytes.intake.deliver(numbered(0, 5, "x".repeat(500)));
    await byBytes.runtime.advance(0);
    expect(await shapes(byBytes.spool)).toEqual([2, 2]);
    await byBytes.runtime.advance(INTAKE_LIMITS.lingerMs);
    await all;
    expect(await shapes(byBytes.spool)).toEqual([2, 2, 1]);
  });

  it("tells each of several senders what became of its own records", async () => {
    const { runtime, intake } = setup();
    const [a, b] = [intake.submit(numbered(0, 3)), intake.submit([rawRecord(1), rawRecord(7)])];
    await runtime.advance(10);
    expect(await a).toEqual({ accepted: 3, duplicates: 0, duplicateIndexes: [] });
    expect(await b).toEqual({ accepted: 1, duplicates: 1, duplicateIndexes: [0] });
    expect(intake.counters()).toMatchObject({ accepted: 4, duplicates: 1, rejected: 0, queuedBytes: 0 });
  });

  it("I4: hands the spool's refusal to every sender of the batch, and the next batch goes through", async () => {
    const { runtime, spool, intake } = setup({}, 100);
    const outcomes = Promise.allSettled([
      intake.submit([rawRecord(1, { body: "x".repeat(90) })]),
      intake.submit([rawRecord(2, { body: "y".repeat(90) })]),
    ]);
    await runtime.advance(10);
    expect((await outcomes).map((one) => one.status)).toEqual(["rejected", "rejected"]);
    const small = intake.submit([rawRecord(3)]);
    await runtime.advance(10);
    expect(await small).toMatchObject({ accepted: 1 });
    expect(intake.counters()).toMatchObject({ accepted: 1, rejected: 2, queuedBytes: 0 });
    expect((await spool.stats()).records).toBe(1);
  });

  it("I3: over the queue bound senders wait, in order, and all get through", async () => {
    const runtime = makeVirtualRuntime();
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const seen: number[] = [];
    const spool: Pick<SpoolLog, "append"> = {
      async append(batch) {
        await gate;
        seen.push(...batch.map((record) => record.position));
        return { accepted: batch.length, duplicates: 0 };
      },
    };
    const intake = makeIntake({ spool, runtime, limits: { ...INTAKE_LIMITS, queueBytesMax: 250, batchBytesMax: 100 } });
    const all = [1, 2, 3, 4, 5, 6].map((n) => intake.deliver([rawRecord(n, { body: "z".repeat(100) })]));
    await runtime.advance(100);
    expect(intake.counters().queuedBytes).toBeLessThanOrEqual(250);
    open();
    await runtime.advance(100);
    await Promise.all(all);
    await intake.drain();
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("I5: cuts a body over the bound, says so, and counts it", async () => {
    const { runtime, spool, intake } = setup({ recordBytesMax: 10 });
    const done = intake.deliver([rawRecord(1, { body: "0123456789abc", meta: { header: "h" } })]);
    await runtime.advance(10);
    await done;
    const [batch] = await spool.read(0, 10);
    expect(batch?.records[0]?.meta).toEqual({ header: "h", cut: "kept 10 of 13 bytes" });
    expect(batch?.records[0]?.body.open().length).toBe(10);
    expect(intake.counters().cut).toBe(1);
  });

  it("I1, I2: any senders, any sizes, a spool that fails now and then: acknowledged = stored, once, in order", async () => {
    const senders = fc.array(fc.array(fc.nat(30), { minLength: 1, maxLength: 12 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(senders, fc.nat(5), async (sends, failEvery) => {
        const { runtime, spool } = setup();
        let calls = 0;
        const flaky: Pick<SpoolLog, "append"> = {
          append: async (batch) => {
            calls += 1;
            if (failEvery > 0 && calls % (failEvery + 1) === 0)
              throw new AppError("disk-full", "no room", { retry: "later" });
            return spool.append(batch);
          },
        };
        const limits = { ...INTAKE_LIMITS, batchRecordsMax: 4, batchBytesMax: 60, queueBytesMax: 100 };
        const intake = makeIntake({ spool: flaky, runtime, limits });
        const acknowledged: string[] = [];
        const all = sends.map(async (sizes, sender) => {
          const [first, ...rest] = sizes.map((size, n) => rawRecord(sender * 100 + n, { body: "x".repeat(size) }));
          if (first === undefined) return;
          await intake.deliver([first, ...rest]).then(
            () => acknowledged.push(first.id, ...rest.map((record) => record.id)),
            () => {},
          );
        });
        await runtime.advance(10_000);
        await Promise.all(all);
        const stored = (await spool.read(0, 1e9)).flatMap((batch) => batch.records.map((record) => record.id));
        expect(acknowledged.filter((id) => !stored.some((one) => one === id))).toEqual([]);
        expect(stored).toEqual([...new Set(stored)].sort());
        expect(intake.counters().queuedBytes).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});
