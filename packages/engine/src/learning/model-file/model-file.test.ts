import { createHash } from "node:crypto";
import { sha256Of } from "@cordon/model/ids";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { makeSchema, makeTable } from "../table.ts";
import { fitForest } from "../trees/fit.ts";
import { predictForest } from "../trees/forest.ts";
import { contentToForest, forestToContent } from "./forest-file.ts";
import { type Hash, type ModelArray, readModel, writeModel } from "./model-file.ts";

const hash: Hash = (bytes) => sha256Of(createHash("sha256").update(bytes).digest("hex"));
const random = makeRandom(1);
const table = makeTable(makeSchema(["größe", "rule"], ["number", "category"]), [
  Float64Array.from({ length: 500 }, () => random.normal()),
  Float64Array.from({ length: 500 }, () => random.below(50)),
]);
const targets = Float64Array.from({ length: 500 }, (_, at) =>
  (table.columns[0]?.[at] ?? 0) + ((table.columns[1]?.[at] ?? 0) % 2) > 0.5 ? 1 : 0,
);
const { forest } = fitForest({ table, targets }, { objective: "binary", seed: 1, rounds: 5 });
const { id, bytes } = writeModel(forestToContent(forest, { note: 'é \u{1f600} \\ "' }), hash);

describe("model file", () => {
  it("LM1. gives back what was written; its id is the SHA-256 of the file", () => {
    const read = readModel(bytes, hash);
    expect(read.id).toBe(id);
    expect(id).toBe(hash(bytes));
    expect(read.about.facts).toEqual({ note: 'é \u{1f600} \\ "' });
    const back = contentToForest(read);
    expect(back).toEqual(forest);
    expect(predictForest(back, table)).toEqual(predictForest(forest, table));
    expect(writeModel(forestToContent(back, { note: 'é \u{1f600} \\ "' }), hash).id).toBe(id);
  });

  it("LM1. holds numbers of every kind, not a number too", () => {
    const array = fc.oneof(
      fc.array(fc.double()).map((all) => Float64Array.from(all)),
      fc.array(fc.integer()).map((all) => Int32Array.from(all)),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), array), (arrays: Record<string, ModelArray>) => {
        const written = writeModel({ kind: "any", about: {}, arrays }, hash);
        expect({ ...readModel(written.bytes, hash).arrays }).toEqual({ ...arrays });
      }),
    );
  });

  it("LM2. any changed bit and any cut is refused", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(() => readModel(changed, hash)).toThrow(/changed|version|cut short/);
        expect(() => readModel(bytes.subarray(0, at), hash)).toThrow(/changed|version|cut short/);
      }),
    );
  });

  it("LM2. a longer file is refused", () => {
    expect(() => readModel(Uint8Array.of(...bytes, 0), hash)).toThrow("checksum");
  });

  it.each([
    ["nothing", new Uint8Array(0), "not a model file"],
    ["foreign bytes", new TextEncoder().encode("PK\u0003\u0004 something else"), "not a model file"],
    ["another version", new TextEncoder().encode("CORDONM2 something else"), "another version"],
  ])("LM2. %s is refused", (_, foreign, reason) => {
    expect(() => readModel(foreign, hash)).toThrow(reason);
  });

  it.each<[string, Partial<typeof forest>]>([
    ["a child before its parent", { left: forest.left.map(() => 0) }],
    ["a child outside", { right: forest.right.map((child) => (child === 0 ? 0 : 1e6)) }],
    ["a feature outside", { feature: forest.feature.map((at) => (at < 0 ? at : 2)) }],
    ["a set outside", { sets: forest.sets.subarray(0, 1) }],
    ["covers of nothing", { cover: forest.cover.map(() => 0) }],
    ["arrays of unlike length", { value: forest.value.subarray(1) }],
    ["roots that fall", { roots: forest.roots.toReversed() }],
    ["infinite leaves", { value: forest.value.map(() => Number.POSITIVE_INFINITY) }],
    ["a base too long", { base: Float64Array.of(1, 2) }],
  ])("LM4. a forest with %s is refused", (_, part) => {
    const forged = writeModel(forestToContent({ ...forest, ...part }), hash).bytes;
    expect(() => contentToForest(readModel(forged, hash))).toThrow("not as it must be");
  });

  it("LM4. another kind of model is no forest", () => {
    expect(() => contentToForest({ kind: "text", about: {}, arrays: {} })).toThrow('a "text" model');
  });
});
