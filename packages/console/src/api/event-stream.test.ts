import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FrameReader, NO_FRAMES, readFrames, type StreamFrame } from "./event-stream.ts";

const TEXT =
  ': hello\n\nid: 7\nevent: scored\ndata: {"a":1}\n\nid: 8\r\ndata: x\r\ndata: y\r\n\r\nevent: reset\n\ndata: cut';

function readAll(chunks: readonly string[]): readonly [FrameReader, readonly StreamFrame[]] {
  let reader = NO_FRAMES;
  const all: StreamFrame[] = [];
  for (const chunk of chunks) {
    const [next, frames] = readFrames(reader, chunk);
    reader = next;
    all.push(...frames);
  }
  return [reader, all];
}

describe("readFrames", () => {
  it("reads kinds, ids, joined data and skips comments", () => {
    const [reader, frames] = readAll([TEXT]);
    expect(frames).toEqual([
      { id: "7", event: "scored", data: '{"a":1}' },
      { id: "8", event: "message", data: "x\ny" },
      { id: "8", event: "reset", data: "" },
    ]);
    expect(reader.lastId).toBe("8");
  });
  it("gives the same frames however the text is cut (E1)", () => {
    const plain = TEXT.replaceAll("\r\n", "\n");
    fc.assert(
      fc.property(fc.array(fc.nat(plain.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...[...cuts].sort((a, b) => a - b), plain.length];
        const chunks = at.slice(1).map((end, i) => plain.slice(at[i], end));
        expect(readAll(chunks)[1]).toEqual(readAll([plain])[1]);
      }),
    );
  });
});
