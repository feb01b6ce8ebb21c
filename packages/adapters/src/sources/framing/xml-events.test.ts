import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FRAME_BYTES_MAX, type Frame } from "./frame.ts";
import { isXmlEvents, makeXmlEventFramer } from "./xml-events.ts";

function framesOf(text: string, pieces: readonly number[] = []): readonly Frame[] {
  const input = Buffer.from(text);
  const framer = makeXmlEventFramer();
  const out: Frame[] = [];
  let at = 0;
  for (const piece of pieces) {
    out.push(...framer.push(input.subarray(at, at + piece)));
    at = Math.min(input.length, at + piece);
  }
  return [...out, ...framer.push(input.subarray(at)), ...framer.end()];
}
const textOf = ({ bytes }: Frame): string => Buffer.from(bytes).toString();

const A = "<Event xmlns='e'><System><EventID>1</EventID></System></Event>";
const B = "<Event>\n  <System/>\n</Event>";
const HEAD = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>';

describe("events as XML", () => {
  it.each([
    ["one behind the other", `${A}${B}`, [A, B]],
    ["in lines", `${A}\r\n${B}\n`, [A, B]],
    ["within an export", `${HEAD}\r\n<Events>${A}${B}</Events>\r\n`, [A, B]],
    ["each with a head of its own", `${HEAD}\n${A}\n${HEAD}\n${B}`, [A, B]],
    ["text between", `${A}\n# note\n${B}\nend`, [A, "# note", B, "end"]],
    ["one without its end", `${A}<Event><System>`, [A, "<Event><System>"]],
    ["none", `${HEAD}<Events></Events>`, []],
  ])("%s", (_, text, expected) => {
    const frames = framesOf(text);
    expect(frames.map(textOf)).toEqual(expected);
    for (const { offset, bytes } of frames)
      expect(Buffer.from(text).subarray(offset, offset + bytes.length)).toEqual(Buffer.from(bytes));
  });

  it("the frames do not depend on the chunks (F2)", () => {
    const part = fc.constantFrom(A, B, HEAD, "<Events>", "</Events>", "\n", " ", "x\n", "<Event", "</Event>", "\u00e4");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 10 }), fc.array(fc.nat(30), { maxLength: 10 }), (parts, pieces) => {
        const text = parts.join("");
        expect(framesOf(text, pieces)).toEqual(framesOf(text));
      }),
    );
  });

  it("an event without end is kept up to the limit, and the next one is found", () => {
    const long = `${HEAD}<Events><Event>${"x".repeat(FRAME_BYTES_MAX)}`;
    const text = `${long}</Event>${A}`;
    const frames = framesOf(
      text,
      Array.from({ length: 40 }, () => 30_000),
    );
    expect(frames).toEqual(framesOf(text));
    expect(frames.map(({ bytes }) => bytes.length <= FRAME_BYTES_MAX)).toEqual([true, true]);
    expect(frames[0]?.meta?.cut).toMatch(/^kept \d+ of \d+ bytes$/);
    expect(textOf(frames[1] as Frame)).toBe(A);
  });

  it.each([
    [`${HEAD}\n<Events><Event xmlns='e'>`, true],
    [A, true],
    [`${HEAD}<rss><item/></rss>`, false],
    ["<EventLog>", false],
    ["<14>May  4 10:20:30 h p: <Event>", false],
  ])("%s: %s", (head, expected) => expect(isXmlEvents(head)).toBe(expected));
});
