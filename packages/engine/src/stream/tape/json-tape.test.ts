import { describe, expect, it } from "vitest";
import { decodeJson } from "../normalise/decode/json.ts";
import { makeTextDecoder } from "../normalise/decode/utf8.ts";
import { makeTape, type TapeLimits } from "./json-tape.ts";
import type { Tape } from "./tape.ts";

const encoder = new TextEncoder();
const bytesOf = (text: string): Uint8Array => encoder.encode(text);
const decodeText = makeTextDecoder();

function tapeOf(limits: Partial<TapeLimits> = {}): Tape {
  const tape = makeTape({ before: 0, ...limits });
  if (tape === undefined) throw new Error("no WebAssembly here");
  return tape;
}

/** What the old way says: the value, or nothing where there is a remark or no JSON object. */
function reference(bytes: Uint8Array): string | undefined {
  const { text, remark } = decodeText(bytes);
  const decoded = decodeJson(text);
  if (remark !== undefined || decoded.kind === "not-json" || decoded.remarks.length > 0) return undefined;
  return JSON.stringify(decoded.value);
}

describe("what a tape vouches for", () => {
  it.each([
    ["a plain event", '{"EventID":1,"Image":"C:\\\\Windows\\\\a.exe","Level":4,"ok":true,"no":false,"none":null}'],
    ["nested objects", '{"a":{"b":{"c":"x","d":1}},"e":{"b":"y"}}'],
    ["an empty object inside", '{"a":{},"b":1}'],
    ["lists", '{"a":[1,"x",{"b":[null]}],"c":[]}'],
    ["white space", ' {\t"a" : "b" , "c":\r\n{ "d" : 1 } }\n'],
    ["escapes", '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac\\ud83d\\ude00"}'],
    ["beyond ASCII", '{"a":"é€😀","b":"\ufeffx"}'],
    ["fractions", '{"a":1.5,"b":-0.25,"c":0.000001,"d":123456.789}'],
    ["integers up to what a double holds", '{"a":-1,"b":0,"c":8999999999999999}'],
  ])("%s", (_, text) => {
    const tape = tapeOf();
    const expected = reference(bytesOf(text));
    expect(expected).toBeDefined();
    // Remembered values are read another way the second time.
    for (let time = 0; time < 3; time += 1) {
      expect(tape.read(bytesOf(text))).toBe(true);
      expect(JSON.stringify(tape.shape.raw)).toBe(expected);
    }
  });
});
