import { gzipSync, zstdCompressSync } from "node:zlib";
import { makeMemorySpool } from "@cordon/testkit/memory-spool";
import { bodyText } from "@cordon/testkit/source-compliance";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import { describe, expect, it } from "vitest";
import { makePushIntake } from "./push.ts";

function setup(bytesMax = 1 << 24) {
  const runtime = makeVirtualRuntime();
  const spool = makeMemorySpool({ bytesMax, dedupeWindowMs: 1e6, dedupeMax: 1e6, runtime });
  const push = makePushIntake({ source: "token-a", runtime, deliver: (batch) => spool.append(batch) });
  const stored = async () => (await spool.read(0, 1e9)).flatMap((batch) => batch.records);
  return { push, stored, runtime, spool };
}

async function* body(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
const PEER = { peer: "192.0.2.1" };

describe("HTTP push", () => {
  const shapes: readonly (readonly [string, string | Uint8Array, string | undefined, number])[] = [
    ["NDJSON", '{"a":1}\n{"a":2}\n', undefined, 2],
    ["NDJSON without a last line end", '{"a":1}\r\n{"a":2}', "identity", 2],
    ["array", '[{"a":1},{"a":2}]', undefined, 2],
    ["objects one after another", '{"a":1}{"a":2}', undefined, 2],
    ["one object", '{\n"a":1}', undefined, 1],
    ["wrapper", '{"Records":[{"a":1},{"a":2},{"a":3}]}', undefined, 3],
    ["gzip", gzipSync('{"a":1}\n{"a":2}\n'), "gzip", 2],
    ["zstd", zstdCompressSync('{"a":1}\n{"a":2}\n'), "ZSTD", 2],
    ["nothing", "", undefined, 0],
  ];
  for (const [name, content, contentEncoding, records] of shapes) {
    it(`takes ${name}`, async () => {
      const { push, stored } = setup();
      const request = contentEncoding === undefined ? PEER : { ...PEER, contentEncoding };
      const result = await push.accept(body(content), request);
      expect(result).toEqual({ accepted: records, duplicates: 0, cut: 0, problems: [], problemCount: 0 });
      for (const record of await stored())
        expect(record).toMatchObject({ source: "token-a", input: "192.0.2.1", format: "json" });
    });
  }

  it("PU1: the same body again counts once, also cut into other chunks, also partly", async () => {
    const { push } = setup();
    await push.accept(body('{"a":1}\n{"a":2}\n'), PEER);
    expect(await push.accept(body('{"a"', ':1}\n{"a":2}\n{"a":3}'), PEER)).toMatchObject({
      accepted: 1,
      duplicates: 2,
    });
    expect(await push.accept(body('{"a":2}\n'), PEER)).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  it("PU2: equal lines of one body are records of their own", async () => {
    const { push } = setup();
    expect(await push.accept(body('{"a":1}\n{"a":1}\n'), PEER)).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(await push.accept(body('{"a":1}\n{"a":1}\n'), PEER)).toMatchObject({ accepted: 0, duplicates: 2 });
  });

  it("PU1: with a key, other keys make other records and the same key the same", async () => {
    const { push } = setup();
    const send = (idempotencyKey: string) => push.accept(body('{"a":1}\n'), { ...PEER, idempotencyKey });
    expect([await send("k1"), await send("k2"), await send("k1")].map((result) => result.accepted)).toEqual([1, 1, 0]);
  });

  it("PU3: names what is odd by line and stores it all", async () => {
    const { push, stored } = setup();
    const long = `{"x":"${"y".repeat(2 ** 20)}"}`;
    const result = await push.accept(body('{"a":1}\nnot json\n{"b":\n', long, '\n{"c":3}'), PEER);
    expect(result).toMatchObject({ accepted: 5, cut: 1, problemCount: 3 });
    expect(result.problems.map((problem) => problem.position)).toEqual([2, 3, 4]);
    expect((await stored()).map((record) => bodyText(record).slice(0, 8))).toEqual([
      '{"a":1}',
      "not json",
      '{"b":',
      '{"x":"yy',
      '{"c":3}',
    ]);
  });

  it("PU4: passes spool-full on, and the body is taken whole when there is room again", async () => {
    const small = setup(20_000);
    const text = Array.from({ length: 2_000 }, (_, n) => `{"record":${n}}\n`).join("");
    await expect(small.push.accept(body(text), PEER)).rejects.toMatchObject({ code: "spool-full", retry: "later" });
    const { lastSeq } = await small.spool.stats();
    await small.spool.advance("detect", lastSeq);
    await small.spool.advance("store", lastSeq);
    await small.spool.trim();
    const result = await small.push.accept(body(text), PEER);
    expect(result.accepted + result.duplicates).toBe(2_000);
    expect((await small.spool.stats()).records).toBe(2_000);
  });

  it.each([
    ["one byte more than the limit", '{"a":1}\n\n', undefined],
    ["longer only once it is decompressed", gzipSync('{"a":1}\n'.repeat(50)), "gzip"],
  ])("refuses a body that is %s, in words that say what to do", async (_, content, contentEncoding) => {
    const { runtime, spool } = setup();
    const push = makePushIntake({ source: "a", runtime, deliver: (batch) => spool.append(batch), bytesMax: 8 });
    expect(await push.accept(body('{"a":1}\n'), PEER)).toMatchObject({ accepted: 1 });
    const request = contentEncoding === undefined ? PEER : { ...PEER, contentEncoding };
    await expect(push.accept(body(content), request)).rejects.toMatchObject({
      code: "body-too-large",
      message: "the body holds more than 8 bytes after decompression",
      fix: expect.stringContaining("limits.pushMiB"),
    });
  });

  it("refuses an unknown encoding and a damaged body by code", async () => {
    const { push } = setup();
    const send = (content: Uint8Array, contentEncoding: string) =>
      push.accept(body(content), { ...PEER, contentEncoding });
    await expect(send(Buffer.from("x"), "br")).rejects.toMatchObject({ code: "unsupported-encoding" });
    await expect(send(gzipSync('{"a":1}\n').subarray(0, 20), "gzip")).rejects.toMatchObject({ code: "input-damaged" });
    await expect(send(gzipSync(Buffer.alloc(130_000_000, " ")), "gzip")).rejects.toMatchObject({ code: "input-bomb" });
  });
});
