import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEvtxChunk } from "./evtx.ts";
import {
  END,
  FREE_AT,
  HEAD,
  le,
  none,
  type Piece,
  type Plain,
  slotWriter,
  str,
  strings,
  u32,
  type Value,
} from "./write-slot.ts";

const event = (...inside: readonly Piece[]): Piece => ({ el: "Event", in: inside });
const data = (...inside: readonly Piece[]) => event({ el: "EventData", in: inside });
const named = (key: string, ...inside: readonly Piece[]): Piece => ({ el: "Data", attrs: [["Name", key]], in: inside });
const unnamed = (...inside: readonly Piece[]): Piece => ({ el: "Data", in: inside });

/** One record with one template around `of`. */
function decodeOne(of: Piece, values: readonly Value[], options: { dependencyIds?: boolean } = {}) {
  const slot = slotWriter(options);
  slot.record(1, [HEAD, { instance: 9, of: [of], values }, END]);
  return decodeEvtxChunk(slot.done());
}

const forms: readonly [string, Piece, readonly Value[], unknown][] = [
  ["no content", event(), [], null],
  ["named data", data(named("a", { hole: 0 }), named("b", { hole: 1 })), [str("x"), u32(7)], { a: "x", b: 7 }],
  [
    "null and empty text in named data",
    data(named("a", { hole: 0 }), named("b", { hole: 1 })),
    [none, str("")],
    { a: null, b: "" },
  ],
  ["empty text in another element", data({ el: "Binary", in: [{ hole: 0 }] }), [str("")], { Binary: null }],
  ["one unnamed item", data(unnamed({ hole: 0 })), [str("x")], { Data: ["x"] }],
  [
    "unnamed items keep order and empty ones",
    data(unnamed("a"), unnamed(), unnamed("b"), unnamed()),
    [],
    { Data: ["a", "", "b", ""] },
  ],
  ["array into one unnamed item", data(unnamed({ hole: 0 })), [strings("a", "", "b")], { Data: ["a", "", "b"] }],
  ["array into named data", data(named("a", { hole: 0 })), [strings("x", "y")], { a: ["x", "y"] }],
  ["array of one into named data", data(named("a", { hole: 0 })), [strings("x")], { a: "x" }],
  ["empty array", data(named("a", { hole: 0 })), [strings()], { a: null }],
  ["repeated names", data(named("a", "1"), named("a", "2"), named("a", "3")), [], { a: ["1", "2", "3"] }],
  ["empty name is no name", data(named("", "x")), [], { Data: ["x"] }],
  ["name from a value", data({ el: "Data", attrs: [["Name", { hole: 0 }]], in: ["x"] }), [str("key")], { key: "x" }],
  ["text pieces", data(named("a", "n=", { hole: 0 }, ";")), [u32(5)], { a: "n=5;" }],
  ["array inside text", data(named("a", "[", { hole: 0 }, "]")), [strings("x", "y")], { a: "[x, y]" }],
  ["text of the data itself", event({ el: "EventData", in: ["text"] }), [], "text"],
  [
    "attributes and value",
    data({ el: "E", attrs: [["q", { hole: 0 }]], in: [{ hole: 1 }] }),
    [u32(1), u32(2)],
    { E: { "#attributes": { q: 1 }, "#text": 2 } },
  ],
  ["null attribute", data({ el: "E", attrs: [["q", { hole: 0 }]], in: [{ hole: 1 }] }), [none, u32(2)], { E: 2 }],
  [
    "literal attribute, null value",
    data({ el: "E", attrs: [["q", "1"]], in: [{ hole: 0 }] }),
    [none],
    { E: { "#attributes": { q: "1" } } },
  ],
  [
    "children and attributes",
    data({ el: "E", attrs: [["q", "1"]], in: ["\n ", { el: "F" }, "\n"] }),
    [],
    { E: { "#attributes": { q: "1" }, F: null } },
  ],
  ["children and text", data({ el: "E", in: ["t", { el: "F" }] }), [], { E: { F: null, "#text": "t" } }],
  ["value that is not there", data(named("a", { hole: 3 })), [str("x")], { a: null }],
  [
    "entities, characters, CDATA",
    data(named("a", { raw: [0x08, 0x41, 0] }, { raw: [0x07, 2, 0, 0x3c, 0, 0x3e, 0] })),
    [],
    { a: "A<>" },
  ],
  [
    "names that objects inherit",
    data(named("constructor", "x"), named("__proto__", "y")),
    [],
    JSON.parse('{"constructor":"x","__proto__":"y"}'),
  ],
];

describe("decodeEvtxChunk", () => {
  it.each(forms)("%s", (_, of, values, expected) => {
    for (const dependencyIds of [true, false]) {
      const { records, problems, walked } = decodeOne(of, values, { dependencyIds });
      expect(problems).toEqual([]);
      expect(walked).toBe(1);
      const inside = records[0]?.event.Event;
      expect(inside === null ? inside : Object(inside).EventData).toEqual(expected);
    }
  });

  it("reads id, time and several records of one template, also when it is defined in a later record", () => {
    const slot = slotWriter();
    const of = [data(named("a", { hole: 0 }))];
    const reference = (definition: number, value: Plain) => ({
      raw: [
        0x0c,
        1,
        ...le(9, 4),
        ...le(definition, 4),
        ...le(1, 4),
        ...le(value.bytes.length, 2),
        value.type,
        0,
        ...value.bytes,
      ],
    });
    const before = slot.record(1, [HEAD, reference(0, str("first")), END]);
    const home = slot.record(2, [HEAD, { instance: 9, of, values: [str("second")] }, END]);
    slot.record(3, [HEAD, reference(home + 24 + 4 + 10, str("third")), END]);
    slot.view.setUint32(before + 24 + 4 + 6, home + 24 + 4 + 10, true);
    const { records, problems } = decodeEvtxChunk(slot.done());
    expect(problems).toEqual([]);
    expect(records.map((one) => one.recordId)).toEqual([1, 2, 3]);
    expect(records.map((one) => one.written)).toEqual([0, 0, 0]);
    expect(records.map((one) => one.event)).toEqual(
      ["first", "second", "third"].map((a) => ({ Event: { EventData: { a } } })),
    );
  });

  const eventData = (dependencyIds: boolean): Value => ({
    embedded: [{ el: "EventData", in: [named("x", "3")] }],
    dependencyIds,
  });
  const inner: Piece = { instance: 8, of: [{ el: "EventData", in: [named("x", { hole: 0 })] }], values: [str("3")] };
  const embedded: readonly [string, readonly Piece[], readonly Value[]][] = [
    ["bare elements with dependency ids", [{ hole: 0 }], [eventData(true)]],
    ["bare elements without dependency ids", [{ hole: 0 }], [eventData(false)]],
    ["a fragment with a template of its own", [{ hole: 0 }], [{ embedded: [HEAD, inner, END], dependencyIds: false }]],
    ["an instance inside the definition", [inner], []],
  ];
  it.each(embedded)("puts %s where it stands", (_, inside, values) => {
    const { records, problems } = decodeOne(event({ el: "System" }, ...inside, { el: "Last" }), values);
    expect(problems).toEqual([]);
    expect(records[0]?.event).toEqual({ Event: { System: null, EventData: { x: "3" }, Last: null } });
    expect(Object.keys(Object(records[0]?.event.Event))).toEqual(["System", "EventData", "Last"]);
  });

  it("reads several fragments of one record, and elements outside any template", () => {
    const slot = slotWriter();
    slot.record(1, [HEAD, event({ el: "A" }), END, HEAD, { el: "More", in: ["x"] }, END]);
    const { records, problems } = decodeEvtxChunk(slot.done());
    expect(problems).toEqual([]);
    expect(records[0]?.event).toEqual({ Event: { A: null }, More: "x" });
  });

  it("reads a further fragment behind the end of a template instance", () => {
    const slot = slotWriter();
    const of = (name: string) => [{ el: name }];
    const first = { instance: 1, of: of("Event"), values: [] };
    slot.record(1, [HEAD, first, END, HEAD, { instance: 2, of: of("More"), values: [] }, END]);
    const { records, problems } = decodeEvtxChunk(slot.done());
    expect(problems).toEqual([]);
    expect(records[0]?.event).toEqual({ Event: null, More: null });
  });

  it("takes a record without end markers", () => {
    const slot = slotWriter();
    slot.record(1, [HEAD, event({ el: "A" })]);
    expect(decodeEvtxChunk(slot.done()).records[0]?.event).toEqual({ Event: { A: null } });
  });
});

/** Three good records; the test damages them and says what must come out. */
function three() {
  const slot = slotWriter();
  const starts = [1, 2, 3].map((id) => slot.record(id, [HEAD, event({ el: "A" }), END]));
  const [first = 0, second = 0, third = 0] = starts;
  return { slot, first, second, third, end: slot.at() };
}

describe("a damaged slot", () => {
  it("reports a record that cannot be decoded and goes on behind it", () => {
    const { slot, second } = three();
    slot.bytes[second + 24 + 4] = 0x3f;
    const { records, problems, walked } = decodeEvtxChunk(slot.done());
    expect(records.map((one) => one.recordId)).toEqual([1, 3]);
    expect(problems).toMatchObject([{ kind: "record", offset: second, recordId: 2 }]);
    expect(walked).toBe(3);
  });

  it("stops where a magic is missing and counts the framed records it could not reach", () => {
    const { slot, second } = three();
    slot.bytes[second] = 0;
    const { records, problems, walked } = decodeEvtxChunk(slot.done());
    expect(records.map((one) => one.recordId)).toEqual([1]);
    expect(problems).toMatchObject([
      { kind: "gap", offset: second, reason: expect.stringContaining("1 framed record") },
    ]);
    expect(walked).toBe(1);
  });

  const sizes: readonly [string, number][] = [
    ["smaller than a record", 27],
    ["zero", 0],
    ["beyond the slot", 65_536],
  ];
  it.each(sizes)("reports a record size %s", (_, size) => {
    const { slot, second } = three();
    slot.view.setUint32(second + 4, size, true);
    const { records, problems, walked } = decodeEvtxChunk(slot.done());
    expect(records).toHaveLength(1);
    expect(problems.map((problem) => problem.kind)).toEqual(["record", "gap"]);
    expect(walked).toBe(2);
  });

  it("accepts a wrong copy of the size with a remark", () => {
    const { slot, third } = three();
    slot.view.setUint32(third - 4, 1, true);
    const { records, problems } = decodeEvtxChunk(slot.done());
    expect(problems).toEqual([]);
    expect(records.map((one) => one.remarks?.length ?? 0)).toEqual([0, 1, 0]);
  });

  it("walks on behind a stale end while the ids go on, and leaves older records alone", () => {
    const { slot, second } = three();
    const bytes = slot.done();
    slot.view.setUint32(FREE_AT, second, true);
    expect(decodeEvtxChunk(bytes).records).toHaveLength(3);
    slot.view.setUint32(second + 8, 77, true);
    const { records, problems, remarks } = decodeEvtxChunk(bytes);
    expect(records).toHaveLength(1);
    expect(problems).toEqual([]);
    expect(remarks.some((remark) => remark.reason.startsWith("2 older records"))).toBe(true);
  });

  it("reports a cut slot, a slot without magic and a slot shorter than its header", () => {
    const { slot, third } = three();
    const bytes = slot.done();
    const cut = decodeEvtxChunk(bytes.subarray(0, third + 26));
    expect(cut.records).toHaveLength(2);
    expect(cut.problems.map((problem) => problem.kind)).toEqual(["record", "gap"]);
    expect(decodeEvtxChunk(bytes.subarray(0, 511)).problems).toMatchObject([{ kind: "slot" }]);
    bytes[0] = 0;
    const unmarked = decodeEvtxChunk(bytes);
    expect(unmarked.records).toEqual([]);
    expect(unmarked.problems).toMatchObject([{ kind: "slot", reason: expect.stringContaining("its 3 event records") }]);
  });

  it("remarks on wrong checksums and on a header that announces other ids", () => {
    const { slot } = three();
    const bytes = slot.done();
    expect(decodeEvtxChunk(bytes).remarks).toEqual([]);
    slot.view.setUint32(52, 1, true);
    slot.view.setUint32(124, 1, true);
    slot.view.setUint32(32, 9, true);
    const { records, remarks } = decodeEvtxChunk(bytes);
    expect(records).toHaveLength(3);
    expect(remarks.map((remark) => remark.reason)).toEqual([
      "checksum of header is wrong",
      "checksum of records is wrong",
      "header announces ids 1 to 9, 3 records found",
    ]);
  });

  it("clamps a record id that is no safe integer", () => {
    const { slot, first } = three();
    slot.view.setUint32(first + 12, 0xffff_ffff, true);
    const { records } = decodeEvtxChunk(slot.done());
    expect(records[0]?.recordId).toBe(Number.MAX_SAFE_INTEGER);
    expect(records[0]?.remarks).toHaveLength(1);
  });
});

describe("a hostile slot", () => {
  const reasonOf = (of: Piece, values: readonly Value[]) =>
    decodeOne(of, values).problems.map((problem) => problem.reason);

  it("refuses deep nesting, in elements and in templates", () => {
    let deep: Piece = { el: "A" };
    for (let i = 0; i < 70; i += 1) deep = { el: "A", in: [deep] };
    expect(reasonOf(event(deep), [])).toEqual([expect.stringContaining("nesting deeper than 64")]);
    let chain: Piece = { el: "A" };
    for (let i = 0; i < 70; i += 1) chain = { instance: 100 + i, of: [{ el: "A", in: [chain] }], values: [] };
    expect(reasonOf(event(chain), [])).toEqual([expect.stringContaining("nesting deeper than 64")]);
  });

  it("refuses embedded fragments that nest without end", () => {
    let chain: readonly Piece[] = [HEAD, { el: "A" }];
    for (let i = 0; i < 70; i += 1) {
      chain = [HEAD, { instance: i, of: [{ hole: 0 }], values: [{ embedded: chain, dependencyIds: false }] }, END];
    }
    expect(reasonOf(event({ hole: 0 }), [{ embedded: chain, dependencyIds: false }])).toEqual([
      expect.stringContaining("nesting deeper than 64"),
    ]);
  });

  it("refuses a template that contains itself, and every record that uses it", () => {
    const slot = slotWriter();
    const definition = 512 + 24 + 4 + 10;
    const self = { raw: [0x0c, 1, ...le(9, 4), ...le(definition, 4), ...le(0, 4)] };
    slot.record(1, [HEAD, { instance: 9, of: [event(self)], values: [] }, END]);
    slot.record(2, [HEAD, self, END]);
    const { records, problems } = decodeEvtxChunk(slot.done());
    expect(records).toEqual([]);
    expect(problems.map((problem) => problem.reason)).toEqual(
      [1, 2].map(() => expect.stringContaining("template contains itself")),
    );
  });

  it("refuses an offset that leads to another template than the one named", () => {
    const slot = slotWriter();
    const definition = slot.record(1, [HEAD, { instance: 9, of: [event()], values: [] }, END]) + 24 + 4 + 10;
    slot.record(2, [HEAD, { raw: [0x0c, 1, ...le(8, 4), ...le(definition, 4), ...le(0, 4)] }, END]);
    const { records, problems } = decodeEvtxChunk(slot.done());
    expect(records.map((one) => one.recordId)).toEqual([1]);
    expect(problems).toMatchObject([{ recordId: 2 }]);
  });

  it("keeps the first remarks of a record and no more", () => {
    const { records } = decodeOne(data(...Array.from({ length: 50 }, () => unnamed({ hole: 99 }))), []);
    expect(records[0]?.remarks).toHaveLength(8);
  });

  it("refuses to write one long value again and again", () => {
    const holes = Array.from({ length: 400 }, () => ({ hole: 0 }));
    expect(reasonOf(data(...holes.map((hole) => unnamed(hole))), [str("x".repeat(10_000))])).toEqual([
      expect.stringContaining("output budget"),
    ]);
  });

  it("refuses more work than a slot may cause", () => {
    const slot = slotWriter();
    const of = [data(...Array.from({ length: 400 }, () => unnamed({ hole: 0 })))];
    const definition = slot.record(1, [HEAD, { instance: 9, of, values: [none] }, END]) + 24 + 4 + 10;
    const again = { raw: [0x0c, 1, ...le(9, 4), ...le(definition, 4), ...le(1, 4), 0, 0, 0, 0] };
    let id = 1;
    while (slot.at() < 65_000) {
      id += 1;
      slot.record(id, [HEAD, again]);
    }
    const { records, problems, walked } = decodeEvtxChunk(slot.done());
    expect(records.length).toBeGreaterThan(100);
    expect(problems.length).toBeGreaterThan(100);
    expect(problems.at(-1)?.reason).toContain("work budget");
    expect(walked).toBe(id);
  });

  const bytes = fc.uint8Array({ minLength: 0, maxLength: 4_096 });
  it("never throws on random bytes behind a header", () => {
    fc.assert(
      fc.property(bytes, fc.boolean(), (body, framed) => {
        const slot = slotWriter();
        if (framed) slot.record(1, [HEAD, { raw: [...body] }]);
        else slot.bytes.set(body, 512);
        const { records, problems, walked } = decodeEvtxChunk(slot.done());
        expect(records.length + problems.filter((problem) => problem.kind === "record").length).toBe(walked);
      }),
    );
  });

  it("never throws on one changed byte anywhere in a rich slot", () => {
    const slot = slotWriter();
    for (const [i, [, of, values]] of forms.entries()) {
      slot.record(i + 1, [HEAD, { instance: i + 1, of: [of], values }, END]);
    }
    const whole = slot.done();
    const used = slot.at();
    fc.assert(
      fc.property(fc.nat(used - 1), fc.nat(255), (at, value) => {
        const changed = whole.slice();
        changed[at] = value;
        const { records, problems, walked } = decodeEvtxChunk(changed);
        expect(records.length + problems.filter((problem) => problem.kind === "record").length).toBe(walked);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a slot without the chunk magic", () => {
  const slot = (text: string) => {
    const bytes = new Uint8Array(65_536).fill(7, 0, 4_096);
    bytes.set(new TextEncoder().encode(text), 100);
    return bytes;
  };
  it("is damage inside the file's chunks", () =>
    expect(decodeEvtxChunk(slot(""), { slot: 3, chunks: 4 }).problems.map(({ reason }) => reason)).toEqual([
      "damaged: the chunk's signature is missing, and no event record is left in it",
    ]));
  it("is no loss behind them", () =>
    expect(decodeEvtxChunk(slot(""), { slot: 4, chunks: 4 })).toMatchObject({
      problems: [],
      remarks: [
        { reason: "behind the 4 chunks of the file: no chunk and no event record in it, old contents of the disk" },
      ],
    }));
  it("with event records in it is damage wherever it stands", () => {
    const bytes = slot("");
    const view = new DataView(bytes.buffer);
    view.setUint32(600, 0x2a2a, true);
    view.setUint32(604, 40, true);
    view.setUint32(636, 40, true);
    expect(decodeEvtxChunk(bytes, { slot: 9, chunks: 4 }).problems.map(({ reason }) => reason)).toEqual([
      "damaged: the chunk's signature is missing, its 1 event records cannot be decoded",
    ]);
  });
});
