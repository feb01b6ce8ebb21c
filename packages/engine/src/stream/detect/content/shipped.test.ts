import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Of } from "@cordon/model/ids";
import { attackValues, benignValues } from "@cordon/testkit/content/requests";
import { describe, expect, it } from "vitest";
import { judgeDomain } from "../../../learning/domains/domain-model.ts";
import { generatedNames, usualNames } from "../../../learning/domains/generate-names.ts";
import {
  contentToDomains,
  contentToWeb,
  domainsToContent,
  webToContent,
} from "../../../learning/model-file/heads-file.ts";
import { readModel, writeModel } from "../../../learning/model-file/model-file.ts";
import { judgePayload } from "../../../learning/web/web-model.ts";
import { Requests } from "./requests.ts";

const hash = (bytes: Uint8Array) => sha256Of(createHash("sha256").update(bytes).digest("hex"));
const models = join(import.meta.dirname, "../../../../../../content/models");
const read = (name: string) => readModel(readFileSync(join(models, name)), hash);
const webFile = read("web-payloads.model");
const web = contentToWeb(webFile);
const namesFile = read("generated-names.model");
const domains = contentToDomains(namesFile);

const raised = (value: string): boolean => {
  const request = { parts: [{ where: "parameter q", pointer: "/q", text: value }], path: "/", status: 200, bytes: 1 };
  return new Requests(web).see({ kind: "request", ...request }, "c", 0) !== undefined;
};

describe("the shipped model of requests, on a generator it never saw", () => {
  it("raises none of 5,000 ordinary values", () => {
    expect(benignValues(7, 5_000).filter(({ value }) => raised(value))).toHaveLength(0);
  });

  it("finds and names attacks, disguised ones too", () => {
    const attacks = attackValues();
    const found = attacks.filter(({ value, kind }) => judgePayload(web, value).kind === kind && raised(value));
    expect(found.length / attacks.length).toBeGreaterThan(0.95);
  });
});

describe("the shipped model of names", () => {
  it("tells other seeds of its families from other usual names", () => {
    const odd = (name: string): boolean => (judgeDomain(domains, name)?.p ?? 0) >= 0.8;
    expect(usualNames(77, 2_000).filter(({ name }) => odd(name)).length).toBeLessThan(60);
    const drawn = generatedNames(77, 50).filter(({ family }) => /^(?:arithmetic|hash)/.test(family));
    expect(drawn.filter(({ name }) => odd(name)).length / drawn.length).toBeGreaterThan(0.9);
  });
});

describe("model files", () => {
  it("come back as they were, byte for byte", () => {
    const facts = { seed: 1 };
    const again = writeModel(webToContent(web, facts), hash);
    const { weights } = contentToWeb(readModel(again.bytes, hash));
    // One comparison: the matcher takes seconds for a million numbers.
    expect(weights.length === web.weights.length && weights.every((weight, at) => weight === web.weights[at])).toBe(
      true,
    );
    const names = writeModel(domainsToContent(domains, facts), hash);
    const back = contentToDomains(readModel(names.bytes, hash));
    expect([...back.letters.words]).toEqual([...domains.letters.words]);
    for (const { name } of usualNames(5, 50)) expect(judgeDomain(back, name)).toEqual(judgeDomain(domains, name));
  });

  it.each([
    ["another kind", () => contentToWeb(namesFile)],
    ["no weights", () => contentToWeb({ ...webFile, arrays: {} })],
    [
      "a weight outside",
      () => contentToWeb({ ...webFile, arrays: { places: Int32Array.of(-1), steps: Int32Array.of(1) } }),
    ],
    ["hashing of nonsense", () => contentToWeb({ ...webFile, about: { ...webFile.about, hashing: { bits: 60 } } })],
    ["no words", () => contentToDomains({ ...namesFile, arrays: { ...namesFile.arrays, words: new Int32Array(0) } })],
    [
      "words without counts",
      () => contentToDomains({ ...namesFile, arrays: { ...namesFile.arrays, wordCounts: new Int32Array(1) } }),
    ],
  ])("are refused: %s", (_, open) => expect(open).toThrow(/./));
});
