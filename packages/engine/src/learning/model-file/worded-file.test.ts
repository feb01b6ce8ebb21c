import { createHash } from "node:crypto";
import { sha256Of } from "@cordon/model/ids";
import { describe, expect, it } from "vitest";
import { fitWorded, hashWords, scoreWorded, type WordedModel, type WordedRow } from "../../mail/mail-model.ts";
import { makeRandom } from "../random.ts";
import { type ModelContent, readModel, writeModel } from "./model-file.ts";
import { contentToWorded, wordedToContent } from "./worded-file.ts";

const hash = (bytes: Uint8Array) => sha256Of(createHash("sha256").update(bytes).digest("hex"));

/** Two marks that tell, and words that do. */
const random = makeRandom(4);
const LABELS = Uint8Array.from({ length: 160 }, (_, at) => at % 2);
const ROWS = Array.from(LABELS, (label): WordedRow => {
  const values = Float64Array.of(label + random.next(), random.next() < 0.1 ? Number.NaN : random.next());
  return { values, words: hashWords(label === 1 ? "verify account prize" : "meeting notes lunch") };
});
const MODEL: WordedModel = fitWorded(
  { rows: ROWS, labels: LABELS, groups: Int32Array.from(LABELS.keys()) },
  {
    names: ["a", "b"],
    hashing: { bits: 18, wordGrams: 2, charGramsMin: 3, charGramsMax: 4, charsMax: 6_000 },
    seed: 1,
  },
);
const CONTENT = wordedToContent(MODEL, { trainedOn: "rows" });

describe("worded file", () => {
  it("WF1. scores are the same to the bit, and the file holds what weighs something", () => {
    const { bytes } = writeModel(CONTENT, hash);
    const back = contentToWorded(readModel(bytes, hash));
    expect([...scoreWorded(back, ROWS)]).toEqual([...scoreWorded(MODEL, ROWS)]);
    expect(back).toMatchObject({ names: ["a", "b"], calibrator: MODEL.calibrator, cut: MODEL.cut });
    expect(bytes.length).toBeLessThan(1_000_000);
  });

  const about = (part: object): ModelContent => ({ ...CONTENT, about: { ...CONTENT.about, ...part } });
  const arrays = (part: Record<string, unknown>): ModelContent =>
    ({ ...CONTENT, arrays: { ...CONTENT.arrays, ...part } }) as ModelContent;
  const places = CONTENT.arrays.wordPlaces ?? new Int32Array(0);
  it.each<readonly [string, ModelContent]>([
    ["another kind", { ...CONTENT, kind: "forest" }],
    ["no names", about({ names: [] })],
    ["names that the forests do not ask", about({ names: ["b", "a"] })],
    ["a name too many", about({ names: ["a", "b", "c"] })],
    ["no forests", about({ forests: [] })],
    ["a forest that is not there", about({ forests: [...(CONTENT.about.forests as object[]), {}] })],
    ["a cut beyond 1", about({ cut: 2 })],
    ["a calibrator without numbers", about({ calibrator: { kind: "platt", verdicts: 9, slope: "1", intercept: 0 } })],
    ["steps that fall", about({ calibrator: { kind: "isotonic", verdicts: 9, scores: [1, 0], values: [0, 1] } })],
    ["shares beyond 1", about({ calibrator: { kind: "isotonic", verdicts: 9, scores: [0, 1], values: [0, 3] } })],
    ["hashing that asks for memory", about({ words: { ...(CONTENT.about.words as object), hashing: { bits: 40 } } })],
    ["a bucket outside", arrays({ wordPlaces: places.map(() => 2 ** 30) })],
    ["a bucket before the first", arrays({ wordPlaces: places.map(() => -1) })],
    ["fewer weights than buckets", arrays({ wordZ: new Float64Array(1) })],
    ["infinite weights", arrays({ wordZ: Float64Array.from(places, () => Number.POSITIVE_INFINITY) })],
    ["a child before its parent", arrays({ "forest0.left": (CONTENT.arrays["forest0.left"] ?? places).map(() => 0) })],
  ])("WF2. %s is refused", (_, content) => {
    const { bytes } = writeModel(content, hash);
    expect(() => contentToWorded(readModel(bytes, hash))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(?:model-malformed|parameters-malformed)$/) }),
    );
  });
});
