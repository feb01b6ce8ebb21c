import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeCsvFramer } from "./csv.ts";
import { makeEvtxFramer } from "./evtx.ts";
import { FRAME_BYTES_MAX, type Frame, type Framer } from "./frame.ts";
import { makeJsonFramer } from "./json.ts";
import { makeLineFramer } from "./lines.ts";

const bytesOf = (text: string) => Buffer.from(text);
function framesOf(framer: Framer, input: Uint8Array, pieces: readonly number[] = []): Frame[] {
  const out: Frame[] = [];
  let at = 0;
  for (const piece of pieces) {
    out.push(...framer.push(input.subarray(at, at + piece)));
    at = Math.min(input.length, at + piece);
  }
  out.push(...framer.push(input.subarray(at)), ...framer.end());
  return out;
}
const show = (frame: Frame) =>
  [frame.position, frame.format === "auto" ? "~" : "", Buffer.from(frame.bytes).toString()].join("");

const json: readonly (readonly [string, string, readonly string[]])[] = [
  ["nothing", "", []],
  ["white space", " \n\r\n\t", []],
  ["one object a line", '{"a":1}\n{"b":"}\\"{"}\r\n\n{"c":3}', ['1{"a":1}', '2{"b":"}\\"{"}', '4{"c":3}']],
  ["objects one after another", '{"a":1}{"b":2} {"c":3}', ['1{"a":1}', '2{"b":2}', '3{"c":3}']],
  ["two on a later line", '{"a":1}\n{"b":2}{"c":3}\n', ['1{"a":1}', '2{"b":2}', '2{"c":3}']],
  [
    "pretty-printed",
    '{\n  "a": [\n    {}\n  ]\n}\n{\n  "b": {}\n}\n',
    ['1{\n  "a": [\n    {}\n  ]\n}', '2{\n  "b": {}\n}'],
  ],
  ["array", '[{"a":1},\n {"b":[2]} , 5, "x,y]"]', ['1{"a":1}', '2{"b":[2]}', "35", '4"x,y]"']],
  ["empty array", "[ ]", []],
  ["array of arrays is one value", "[[1,2],[3]]", ["1[[1,2],[3]]"]],
  ["CloudTrail wrapper", '{"Records":[{"a":1},{"b":"]}"}]}', ['1{"a":1}', '2{"b":"]}"}']],
  [
    "wrapper with envelope before and after",
    '{"@odata.context":"u","value": [ {"a":1} ],"@odata.nextLink":"x]}"}\n',
    ['1{"a":1}'],
  ],
  [
    "two wrappers on two lines",
    '{"records":[{"a":1},{"a":2}]}\n{"records":[{"a":3}]}\n',
    ['1{"a":1}', '2{"a":2}', '3{"a":3}'],
  ],
  ["empty wrapper", '{"Records": [ ] }', []],
  ["a record with other members is no wrapper", '{"id":1,"records":[{"a":1}]}', ['1{"id":1,"records":[{"a":1}]}']],
  [
    "value that is no array of objects",
    '{"value":[1]}\n{"value":{"records":[{}]}}',
    ['1{"value":[1]}', '2{"value":{"records":[{}]}}'],
  ],
  ["broken line in the middle", '{"a":1}\n{"b":\n{"c":3}\n', ['1{"a":1}', '2~{"b":', '3{"c":3}']],
  ["broken first line, in a string", '{"a":"x\n{"b":2}\n{"c":3}', ['1~{"a":"x', '2{"b":2}', '3{"c":3}']],
  ["broken first line, in a value", '{"a":1,\n{"b":2}\n{"c":3}', ['1~{"a":1,\n', '2{"b":2}', '3{"c":3}']],
  ["cut at the end", '{"a":1}\n{"b":2', ['1{"a":1}', '2~{"b":2']],
  ["text between", '{"a":1}\n# note, {x}\n{"b":2}', ['1{"a":1}', "2~# note, {x}", '3{"b":2}']],
  ["lines with commas after them", '{"a":1},\n{"b":2},\n', ['1{"a":1}', '2{"b":2}']],
  ["bracketed text", "[Sun Dec 04] [error] x\n", ["1~[Sun Dec 04] [error] x"]],
];

describe("JSON framing", () => {
  for (const [name, input, expected] of json) {
    it(name, () => expect(framesOf(makeJsonFramer(), bytesOf(input)).map(show)).toEqual(expected));
  }

  it("F2: the same frames however the bytes are cut into chunks", () => {
    const inputs = json.map(([, input]) => input);
    fc.assert(
      fc.property(fc.constantFrom(...inputs), fc.array(fc.nat(7)), (input, pieces) => {
        const whole = framesOf(makeJsonFramer(), bytesOf(input));
        const cut = framesOf(makeJsonFramer(), bytesOf(input), pieces);
        expect(cut.map((frame) => [frame.offset, show(frame), frame.meta])).toEqual(
          whole.map((frame) => [frame.offset, show(frame), frame.meta]),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("frames any JSON values as JSON.parse reads them, in every layout", () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }).map((value) => ({ first: 0, ...value }));
    const layouts: readonly ((all: readonly object[]) => string)[] = [
      (all) => all.map((one) => JSON.stringify(one)).join("\n"),
      (all) => all.map((one) => JSON.stringify(one, null, 2)).join("\n"),
      (all) => all.map((one) => JSON.stringify(one)).join(""),
      (all) => JSON.stringify(all),
      (all) => JSON.stringify({ Records: all }, null, 1),
    ];
    fc.assert(
      fc.property(
        fc.array(object, { maxLength: 6 }),
        fc.constantFrom(...layouts),
        fc.array(fc.nat(30)),
        (all, write, pieces) => {
          const frames = framesOf(makeJsonFramer(), bytesOf(write(all)), pieces);
          expect(frames.map((frame) => JSON.parse(Buffer.from(frame.bytes).toString()))).toEqual(
            JSON.parse(JSON.stringify(all)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it("F1, F3: any bytes: no throw, frames in order, each where its offset says, no byte of text lost", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.string(), (noise, text) => {
        const input = Buffer.concat([bytesOf(`{"a${text}`), noise, bytesOf('\n[{"x":'), noise]);
        let end = 0;
        for (const frame of framesOf(makeJsonFramer(), input, [3, 11])) {
          expect(frame.offset).toBeGreaterThanOrEqual(end);
          expect([...frame.bytes]).toEqual([...input.subarray(frame.offset, frame.offset + frame.bytes.length)]);
          end = frame.offset + frame.bytes.length;
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("long records", () => {
  const long = 5 * FRAME_BYTES_MAX;
  const cases: readonly (readonly [string, Framer, string, string])[] = [
    ["line", makeLineFramer(), "", "\nnext\n"],
    ["JSON", makeJsonFramer(), '{"a":"', '"}\n{"b":1}\n'],
    ["CSV", makeCsvFramer(), "h1,h2\n", "\nnext,2\n"],
  ];
  for (const [name, framer, before, after] of cases) {
    it(`${name}: cut to 1 MiB with the original length, and what follows is framed`, () => {
      const frames = framer.push(bytesOf(before)).slice();
      const piece = Buffer.alloc(65_536, "x");
      for (let sent = 0; sent < long; sent += piece.length) frames.push(...framer.push(piece));
      frames.push(...framer.push(bytesOf(after)), ...framer.end());
      const first = frames[0];
      expect(frames.length).toBe(2);
      expect(first?.bytes.length).toBe(FRAME_BYTES_MAX);
      const length = long + (name === "JSON" ? before.length + 2 : 0);
      expect(first?.meta?.cut).toBe(`kept ${FRAME_BYTES_MAX} of ${length} bytes`);
    });
  }
});

describe("line framing", () => {
  it("numbers lines, skips blank ones, keeps bytes that are not UTF-8, and takes a last line without its end", () => {
    const input = Buffer.concat([bytesOf("a\r\n\n  \nb"), Uint8Array.of(0xff, 0xc0), bytesOf("\nlast")]);
    const frames = framesOf(makeLineFramer(), input, [1, 2, 3]);
    expect(frames.map((frame) => [frame.position, frame.offset, [...frame.bytes]])).toEqual([
      [1, 0, [97]],
      [4, 7, [98, 0xff, 0xc0]],
      [5, 11, [108, 97, 115, 116]],
    ]);
  });
});

const csv: readonly (readonly [string, string, readonly string[], string])[] = [
  ["rows", "a,b\r\n1,2\r\n\r\n3,4", ["21,2", "43,4"], "a,b"],
  ["line break in quotes", 'a,b\n1,"x\ny ""q""\n"\n2,z\n', ['21,"x\ny ""q""\n"', "52,z"], "a,b"],
  ["stray quote in text", 'a,b\n1,5" disk\n2,ok\n', ['21,5" disk', "32,ok"], "a,b"],
  ["semicolons", 'a;b\n1;"x\ny"\n', ['21;"x\ny"'], "a;b"],
  ["PowerShell type line", '#TYPE System.Object\n"a","b"\n"1","2"\n', ['3"1","2"'], '"a","b"'],
  ["header only", "a,b\n", [], ""],
];

describe("CSV framing", () => {
  for (const [name, input, rows, header] of csv) {
    it(name, () => {
      for (const pieces of [[], [1, 1, 2, 3, 5, 8], Array.from(input, () => 1)]) {
        const frames = framesOf(makeCsvFramer(), bytesOf(input), pieces);
        expect(frames.map((frame) => `${frame.position}${Buffer.from(frame.bytes)}`)).toEqual(rows);
        for (const frame of frames) expect(frame.meta?.header).toBe(header);
      }
    });
  }
});

describe("EVTX slots", () => {
  it("skips the file header and slots of zeros, keeps the number, takes a partial last slot", () => {
    const file = Buffer.alloc(4096 + 3 * 65_536 + 100);
    file.write("ElfFile\0");
    file.write("ElfChnk\0", 4096);
    file.write("ElfChnk\0", 4096 + 2 * 65_536);
    file.write("tail", 4096 + 3 * 65_536);
    const frames = framesOf(makeEvtxFramer(true), file, [1_000, 70_000, 5]);
    expect(frames.map((frame) => [frame.position, frame.offset, frame.bytes.length])).toEqual([
      [0, 4096, 65_536],
      [2, 4096 + 2 * 65_536, 65_536],
      [3, 4096 + 3 * 65_536, 100],
    ]);
    expect(framesOf(makeEvtxFramer(true), file.subarray(0, 3_000))).toEqual([]);
  });
});
