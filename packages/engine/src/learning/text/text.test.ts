import { createHash } from "node:crypto";
import { sha256Of } from "@cordon/model/ids";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auroc } from "../metrics/ranking.ts";
import { readModel, writeModel } from "../model-file/model-file.ts";
import { contentToText, textToContent } from "../model-file/text-file.ts";
import { makeRandom } from "../random.ts";
import goldens from "./goldens/murmur3.json" with { type: "json" };
import { hashText, stringsInSlots, TEXT_HASHING } from "./hash-text.ts";
import { murmur3 } from "./murmur3.ts";
import { explainText, learnText, makeBucketNames, makeTextModel, textMargin, topBuckets } from "./text-model.ts";

describe("murmur3", () => {
  it.each(goldens.cases)("of $text with seed $seed is that of scikit-learn", ({ text, seed, hash }) => {
    expect(murmur3(text, seed)).toBe(hash);
  });

  it("of a piece is that of the piece alone", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, piece, after) => {
        const to = before.length + piece.length;
        expect(murmur3(before + piece + after, 7, before.length, to)).toBe(murmur3(piece, 7));
      }),
    );
  });
});

describe("hashText", () => {
  it("LT5. rows have length 1, slots ascend, each once and inside the table", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "binary" }), (text) => {
        const { slots, values } = hashText(text);
        expect([...slots]).toEqual([...new Set(slots)].sort((a, b) => a - b));
        expect(slots.every((slot) => slot >= 0 && slot < 2 ** 18)).toBe(true);
        expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it("reads words, pairs and runs of characters, whatever their case and spacing", () => {
    const { slots } = hashText("Pay NOW");
    const strings = [...stringsInSlots("Pay NOW", new Set(slots)).values()].flatMap((each) => [...each.keys()]);
    const runs = ["p", "a", "y", " ", "n", "o", "w", "pa", "ay", "y ", " n", "no", "ow"];
    const longer = ["pay", "ay ", "y n", " no", "now", "pay ", "ay n", "y no", " now"];
    expect(strings.sort()).toEqual([...runs, ...longer, "pay", "now", "pay now"].sort());
    expect(hashText("pay \t\n now")).toEqual(hashText("PAY NOW"));
  });

  it("LT6. says where a text is longer than it reads", () => {
    const long = `${"a".repeat(10)}b`;
    const hashing = { ...TEXT_HASHING, charsMax: 10 };
    expect(hashText(long, hashing)).toEqual({ ...hashText("a".repeat(10), hashing), cut: true });
    expect(hashText("", hashing).slots.length).toBe(0);
  });
});

describe("text model", () => {
  const random = makeRandom(4);
  const pick = (words: readonly string[]): string => words[random.below(words.length)] ?? "";
  const common = ["the", "meeting", "report", "on", "monday", "budget", "team", "please", "see", "attached"];
  const lures = ["password", "verify", "urgent", "account", "suspended", "wire"];
  const texts = Array.from({ length: 1_200 }, (_, at) => {
    const bad = at % 3 === 0;
    const words = Array.from({ length: 12 }, () => pick(bad && random.next() < 0.25 ? lures : common));
    return { text: words.join(" "), label: bad ? 1 : 0 };
  });
  const train = (): ReturnType<typeof makeTextModel> => {
    const model = makeTextModel();
    for (const { text, label } of texts.slice(0, 800)) learnText(model, hashText(text), label);
    return model;
  };
  const model = train();

  it("learns in one pass, the same each time", () => {
    const held = texts.slice(800);
    const scores = held.map(({ text }) => textMargin(model, hashText(text)));
    expect(
      auroc(
        held.map(({ label }) => label),
        scores,
      ),
    ).toBeGreaterThan(0.95);
    expect(train()).toEqual(model);
  });

  it("equals the update of the paper written out for one bucket", () => {
    const small = makeTextModel({ hashing: { ...TEXT_HASHING, wordGrams: 1, charGramsMax: 0 }, l1: 0.05 });
    const row = hashText("word", small.parameters.hashing);
    let z = 0;
    let n = 0;
    let zBias = 0;
    let nBias = 0;
    const x = row.values[0] ?? 0;
    for (const label of [1, 1, 0, 1]) {
      const w = Math.abs(z) <= 0.05 ? 0 : -(z - Math.sign(z) * 0.05) / ((1 + Math.sqrt(n)) / 0.1 + 1);
      const bias = -zBias / ((1 + Math.sqrt(nBias)) / 0.1);
      expect(textMargin(small, row)).toBeCloseTo(w * x + bias, 12);
      const error = 1 / (1 + Math.exp(-(w * x + bias))) - label;
      z += error * x - ((Math.sqrt(n + (error * x) ** 2) - Math.sqrt(n)) / 0.1) * w;
      n += (error * x) ** 2;
      zBias += error - ((Math.sqrt(nBias + error ** 2) - Math.sqrt(nBias)) / 0.1) * bias;
      nBias += error ** 2;
      learnText(small, row, label);
    }
  });

  it("LT8. contributions add up to the margin and quote the text", () => {
    for (const { text } of texts.slice(800, 860)) {
      const { bias, margin, contributions } = explainText(model, text, { limit: Number.MAX_SAFE_INTEGER });
      expect(contributions.reduce((sum, each) => sum + each.contribution, bias)).toBeCloseTo(margin, 9);
      for (const { strings } of contributions) for (const each of strings) expect(text).toContain(each);
    }
  });

  it("names its top buckets by their most frequent strings, and discloses what shares one", () => {
    const tiny = makeTextModel({ hashing: { ...TEXT_HASHING, bits: 4, wordGrams: 1, charGramsMax: 0 }, l1: 0 });
    for (const { text, label } of texts) learnText(tiny, hashText(text, tiny.parameters.hashing), label);
    const names = makeBucketNames(topBuckets(tiny, 16), tiny.parameters.hashing);
    for (const { text } of texts) names.see(text);
    const { contributions } = explainText(tiny, "password", { limit: 1, names });
    expect(contributions[0]?.strings).toEqual(["password"]);
    const shared = explainText(tiny, [...common, ...lures].join(" "), { limit: 16, names }).contributions;
    expect(shared.some(({ strings, collisions }) => strings.length + collisions.length > 1)).toBe(true);
  });

  it("LT9. what was seen once has no weight", () => {
    expect(topBuckets(makeTextModel(), 10)).toEqual([]);
    const once = makeTextModel();
    learnText(once, hashText("seen once"), 1);
    expect(topBuckets(once, 10)).toEqual([]);
  });

  it("comes back from a file as it was; a forged one is refused", () => {
    const hash = (bytes: Uint8Array) => sha256Of(createHash("sha256").update(bytes).digest("hex"));
    const { bytes } = writeModel(textToContent(model), hash);
    expect(contentToText(readModel(bytes, hash))).toEqual(model);
    const content = textToContent(model);
    const forged = { ...content, arrays: { ...content.arrays, z: new Float64Array(3) } };
    expect(() => contentToText(forged)).toThrow("arrays");
    expect(() => contentToText({ ...content, about: { ...content.about, alpha: "1" } })).toThrow(
      "where a number must be",
    );
    expect(() => contentToText({ ...content, about: { ...content.about, hashing: {} } })).toThrow("wordGrams");
  });

  it.each([
    ["a label of 2", () => learnText(makeTextModel(), hashText("x"), 2)],
    ["an alpha of 0", () => makeTextModel({ alpha: 0 })],
    ["too many bits", () => makeTextModel({ hashing: { ...TEXT_HASHING, bits: 30 } })],
  ])("refuses %s", (_, run) => expect(run).toThrow(/./));
});
