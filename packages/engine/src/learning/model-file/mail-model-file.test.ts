import { createHash } from "node:crypto";
import { sha256Of } from "@cordon/model/ids";
import { describe, expect, it } from "vitest";
import {
  fitWorded,
  hashWords,
  type MailModels,
  scoreAway,
  scoreWorded,
  type WordedRow,
} from "../../mail/mail-model.ts";
import { makeRandom } from "../random.ts";
import { contentToMailModels, mailModelsToContent } from "./mail-model-file.ts";
import { type ModelContent, readModel, writeModel } from "./model-file.ts";

const hash = (bytes: Uint8Array) => sha256Of(createHash("sha256").update(bytes).digest("hex"));
const through = (content: ModelContent): MailModels =>
  contentToMailModels(readModel(writeModel(content, hash).bytes, hash));

const random = makeRandom(4);
const LABELS = Uint8Array.from({ length: 240 }, (_, at) => at % 2);
const ROWS = Array.from(LABELS, (label): WordedRow => {
  const words = hashWords(label === 1 ? "verify account prize" : "meeting notes lunch");
  return { values: Float64Array.of(label + random.next(), random.next()), words };
});
const fit = (seed: number) =>
  fitWorded(
    {
      ...{ rows: ROWS, labels: LABELS, groups: Int32Array.from(LABELS.keys()) },
      uses: ROWS.map((_, at) => (at < 120 ? "real" : "made")),
    },
    {
      names: ["a", "b"],
      hashing: { bits: 18, wordGrams: 2, charGramsMin: 3, charGramsMax: 4, charsMax: 6_000 },
      seed,
    },
  );
const HOME = fit(1);
const SOURCE = { places: ["corp.example", "corp.test"], untold: false };
const ELSEWHERE = { model: fit(2), source: SOURCE };
const BOTH = mailModelsToContent({ home: HOME, elsewhere: ELSEWHERE }, { trainedOn: "rows" });

describe("file of the models of mail", () => {
  it("MM1. both models, their curves and the places come back, to the bit", () => {
    const { home, elsewhere } = through(BOTH);
    expect([...scoreWorded(home, ROWS)]).toEqual([...scoreWorded(HOME, ROWS)]);
    expect(elsewhere?.source).toEqual(SOURCE);
    expect([...scoreAway(elsewhere?.model ?? home, ROWS)]).toEqual([...scoreAway(ELSEWHERE.model, ROWS)]);
    expect([...scoreAway(ELSEWHERE.model, ROWS)]).not.toEqual([...scoreWorded(HOME, ROWS)]);
  });

  it("MM1. a file of one model is one for all mails", () => {
    expect(through(mailModelsToContent({ home: HOME }, {}))).not.toHaveProperty("elsewhere");
  });

  const about = (part: object): ModelContent => ({ ...BOTH, about: { ...BOTH.about, ...part } });
  const { away: _, ...curveless } = BOTH.about.elsewhere as Record<string, never>;
  it.each<readonly [string, ModelContent]>([
    ["a model for other sources that is none", about({ elsewhere: [] })],
    ["one without its curve", about({ elsewhere: curveless })],
    ["no source", about({ source: [] })],
    ["a source that does not say whether all tell", about({ source: { places: ["corp.example"] } })],
    ["a place that is no domain", about({ source: { ...SOURCE, places: ["corp.example", "<script>"] } })],
    ["places that are no list", about({ source: { ...SOURCE, places: "corp.example" } })],
    [
      "more places than anyone has",
      about({ source: { ...SOURCE, places: Array.from({ length: 101 }, () => "corp.example") } }),
    ],
    [
      "arrays that are not there",
      {
        ...BOTH,
        arrays: Object.fromEntries(Object.entries(BOTH.arrays).filter(([name]) => !name.startsWith("elsewhere."))),
      },
    ],
  ])("%s is refused", (_name, content) => {
    expect(() => through(content)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(?:model-malformed|parameters-malformed)$/) }),
    );
  });
});
