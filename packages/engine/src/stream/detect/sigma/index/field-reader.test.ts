import type { Json, JsonObject } from "@cordon/model/json";
import { type FieldView, readField } from "@cordon/model/view";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FieldReader } from "./field-reader.ts";

const key = fc.constantFrom(
  "a",
  "b",
  "c",
  "A",
  "a b",
  "ab",
  "AB",
  "a.b",
  "A.B",
  "b.c",
  "x",
  "Hashes",
  "__proto__",
  "a.b.c",
  "0",
);
const leaf = fc.constantFrom<Json>(null, 1, "v", "w", "MD5=00,SHA1=11");
const value: fc.Arbitrary<Json> = fc.letrec<{ node: Json }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    { weight: 3, arbitrary: leaf },
    {
      weight: 2,
      arbitrary: fc.array(fc.tuple(key, tie("node")), { maxLength: 4 }).map((list) => Object.fromEntries(list)),
    },
    { weight: 1, arbitrary: fc.array(tie("node"), { maxLength: 3 }) },
  ),
})).node;
const raw = fc.array(fc.tuple(key, value), { maxLength: 6 }).map((list): JsonObject => Object.fromEntries(list));

const path = fc.array(fc.constantFrom("a", "b", "c", "x", "a.b"), { minLength: 1, maxLength: 3 });
const name = fc.constantFrom(
  "a",
  "b",
  "ab",
  "a b",
  "A B",
  "a.b",
  "a.b.c",
  "A.b.C",
  "b.c",
  "x.0.a",
  "MD5",
  "joined",
  "fixed",
  "aliased",
  "table",
  "a.aliased",
);
const view: fc.Arbitrary<FieldView> = fc.record({
  id: fc.constant("v"),
  roots: fc.array(
    fc.oneof(fc.constant([]), fc.array(fc.constantFrom("a", "b", "x", "*"), { minLength: 1, maxLength: 2 })),
    { maxLength: 3 },
  ),
  alias: fc.dictionary(name, fc.array(path, { minLength: 1, maxLength: 2 }), { maxKeys: 3 }),
  derived: fc.constant<FieldView["derived"]>({
    MD5: { kind: "hash-part", from: ["Hashes"], label: "md5" },
    joined: { kind: "join", from: [["a"], ["b", "c"]], with: "\\" },
    fixed: { kind: "constant", value: "f" },
    table: { kind: "lookup", from: ["a", "b"], values: { v: "found" } },
  }),
});

describe("FieldReader", () => {
  it("gives for every field what readField gives (R1)", () => {
    const names = [
      "a",
      "b",
      "c",
      "ab",
      "a b",
      "A B",
      "a.b",
      "a.b.c",
      "A.b.C",
      "b.c",
      "x.0.a",
      "MD5",
      "joined",
      "fixed",
      "aliased",
      "table",
      "a.aliased",
      "none",
      "__proto__",
      "constructor",
    ];
    fc.assert(
      fc.property(view, fc.array(raw, { minLength: 1, maxLength: 3 }), (one, raws) => {
        const reader = new FieldReader(one, names);
        for (const object of raws) {
          reader.read(object);
          const got = names.map((_, slot) => reader.value(slot));
          expect(got).toEqual(names.map((field) => readField(one, object, field)?.value));
          const present = [...reader.present.subarray(0, reader.presentCount)].sort((a, b) => a - b);
          expect(present).toEqual([...names.keys()].filter((slot) => got[slot] !== undefined));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
