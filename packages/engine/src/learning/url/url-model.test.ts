import { createHash } from "node:crypto";
import { sha256Of } from "@cordon/model/ids";
import { badUrls, ordinaryUrls } from "@cordon/testkit/content/urls";
import { describe, expect, it } from "vitest";
import { scoreWorded } from "../../mail/mail-model.ts";
import { type ModelContent, readModel, writeModel } from "../model-file/model-file.ts";
import { contentToUrls, urlsToContent } from "../model-file/urls-file.ts";
import { URL_FEATURES } from "./url-features.ts";
import { makeUrlJudge, trainUrls, wordedUrl } from "./url-model.ts";
import { urlWords } from "./url-words.ts";

const hash = (bytes: Uint8Array) => sha256Of(createHash("sha256").update(bytes).digest("hex"));
const ROWS = [...ordinaryUrls(1, 900), ...badUrls(1, 600)];
const MODEL = trainUrls(ROWS, 1);
const judge = makeUrlJudge(MODEL);
const over = (rows: readonly { readonly url: string }[]): number =>
  rows.filter(({ url }) => judge.chance(url) >= judge.cut).length / rows.length;

describe("the model of addresses", () => {
  it("UM3. of 3,000 ordinary addresses of other seeds at most one in two hundred is over the cut; most bad ones are", () => {
    expect(over(ordinaryUrls(2, 3_000))).toBeLessThanOrEqual(0.005);
    expect(over(badUrls(2, 500))).toBeGreaterThan(0.9);
  });

  it("one address alone gets the number it gets among many, to the bit", () => {
    const some = [...ordinaryUrls(6, 40), ...badUrls(6, 40)].map(({ url }) => url);
    expect(some.map((url) => judge.chance(url))).toEqual([...scoreWorded(MODEL, some.map(wordedUrl))]);
  });

  it("UM2. scheme and www do not count", () => {
    const [one] = badUrls(3, 1);
    const bare = one?.url.replace(/^https?:\/\//, "") ?? "";
    const all = [`http://${bare}`, `https://www.${bare}`, bare].map((url) => judge.chance(url));
    expect(new Set(all).size).toBe(1);
  });

  it("UM4. the same rows give the same bytes", () => {
    const bytes = (model: typeof MODEL) => Buffer.from(writeModel(urlsToContent(model, {}), hash).bytes);
    expect(bytes(trainUrls(ROWS, 1)).equals(bytes(MODEL))).toBe(true);
  });

  it("gives reasons in words, nothing that a program makes a link of", () => {
    for (const { url } of badUrls(4, 40)) {
      const reasons = judge.reasons(url);
      expect(reasons.length).toBeGreaterThan(0);
      expect(reasons.join(" ")).not.toMatch(/https?:\/\/|undefined|NaN/);
    }
  });

  it.each(URL_FEATURES.filter((name) => name !== "www" && name !== "secure"))("%s is told in words", (name) => {
    expect(urlWords(name, 1)).not.toMatch(/[a-z][A-Z]/);
    expect(urlWords(name, 1)).not.toBe(name);
  });
});

describe("its file", () => {
  const content = urlsToContent(MODEL, { trainedOn: "made" });
  const through = (some: ModelContent) => contentToUrls(readModel(writeModel(some, hash).bytes, hash));

  it("gives the same chances back, to the bit", () => {
    const back = makeUrlJudge(through(content));
    for (const { url } of [...ordinaryUrls(5, 50), ...badUrls(5, 50)]) expect(back.chance(url)).toBe(judge.chance(url));
    expect(back.cut).toBe(judge.cut);
  });

  const words = content.about.words as { hashing: object };
  it.each<readonly [string, ModelContent]>([
    ["a model of mail", { ...content, kind: "mail" }],
    [
      "other letters",
      { ...content, about: { ...content.about, words: { ...words, hashing: { ...words.hashing, charsMax: 400 } } } },
    ],
    ["no arrays", { ...content, arrays: {} }],
    ["other marks", { ...content, about: { ...content.about, names: URL_FEATURES.toReversed() } }],
  ])("UF1, UF2. %s is refused", (_, some) => {
    expect(() => through(some)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(?:model-malformed|schema-differs)$/) }),
    );
  });
});
