import { laidOpen, rawRecord } from "@cordon/testkit/raw-record";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, FrameError } from "./frame.ts";

const record = fc
  .record({
    id: fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{32}$/)),
    source: fc.string(),
    input: fc.string(),
    format: fc.constantFrom("json" as const, "evtx-chunk" as const, "auto" as const),
    position: fc.nat(),
    receivedAt: fc.nat(),
    body: fc.uint8Array({ maxLength: 200 }),
    meta: fc.option(fc.dictionary(fc.string(), fc.string()), { nil: undefined }),
  })
  .map(({ meta, ...rest }) => rawRecord(rest.position, meta === undefined ? rest : { ...rest, meta }));

const wellFormed = (text: string) => Buffer.from(text).toString() === text;

describe("spool frame", () => {
  it("F1: gives back the same records", () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), (records) => {
        fc.pre(records.every((one) => wellFormed(one.id)));
        expect(decodeFrame(encodeFrame(records)).map(laidOpen)).toEqual(records.map(laidOpen));
      }),
    );
  });

  it("F2: damage throws FrameError or changes content, and never anything else", () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(255), (records, where, byte) => {
        const frame = encodeFrame(records);
        frame[where % frame.length] = byte;
        const cut = frame.subarray(0, where % frame.length);
        for (const damaged of [frame, cut]) {
          try {
            decodeFrame(damaged);
          } catch (error) {
            expect(error).toBeInstanceOf(FrameError);
          }
        }
      }),
    );
    expect(() => decodeFrame(Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0))).toThrow("version 9");
  });
});
