/** Labelled addresses -> `content train urls` -> `scan` of a proxy's log with the model -> a damaged one is refused and the rest goes on. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { badUrls, ordinaryUrls } from "@cordon/testkit/content/urls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cordon } from "../server.ts";
import { jsonLines } from "../story.ts";

const LONG_MS = 240_000;
const folder = mkdtempSync(join(tmpdir(), "cordon-url-model-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [model, lists, config, log] = ["own.model", "lists", "cordon.yml", "access.log"].map((name) =>
  join(folder, name),
) as [string, string, string, string];
const LURE = badUrls(9, 1)[0]?.url ?? "";

const fetched = (url: string, at: number, from: string): string =>
  `${1_777_890_030 + at}.125    123 ${from} TCP_MISS/200 1234 GET ${url} - HIER_DIRECT/198.51.100.7 text/html`;

beforeAll(() => {
  mkdirSync(lists);
  writeFileSync(
    join(lists, "benign.txt"),
    ordinaryUrls(1, 400)
      .map(({ url }) => url)
      .join("\n"),
  );
  writeFileSync(
    join(lists, "phishing.csv"),
    `url,label\n${badUrls(1, 300)
      .map(({ url }) => `${url},phishing`)
      .join("\n")}\n`,
  );
  writeFileSync(config, "content:\n  urls: own.model\n");
  const lines = ordinaryUrls(8, 600).map(({ url }, at) => fetched(url, at, `192.0.2.${1 + (at % 60)}`));
  writeFileSync(log, [...lines, fetched(LURE, 700, "192.0.2.9"), ""].join("\n"));
});

const scan = () => cordon(["scan", "--config", config, "--detections", "--json", log]);
const said = (out: string) => jsonLines(out).filter((line) => JSON.stringify(line).includes("content:bad-url"));

describe("cordon content train urls", () => {
  it(
    "makes a model that scan uses; a damaged one is refused with its reason",
    async () => {
      const args = ["content", "train", "urls", "--data", lists, "--to", model, "--json"];
      const trained = await cordon(args);
      expect(trained.code, trained.err).toBe(0);
      const last = jsonLines(trained.out).at(-1);
      expect(last).toMatchObject({ kind: "trained", file: model, bad: 300, unread: 0 });
      const metrics = last?.metrics as Record<string, number>;
      expect(metrics.auroc).toBeGreaterThan(0.95);
      const bytes = readFileSync(model);
      const card = readFileSync(`${model}.card.md`, "utf8");
      expect(card).toContain(String(last?.id));
      expect(card).toContain("never more by itself");
      expect(bytes.toString("latin1")).not.toContain(folder);

      const seen = await scan();
      expect(seen.code, seen.err).toBe(0);
      const found = said(seen.out);
      expect(found).toHaveLength(1);
      expect(JSON.stringify(found[0])).toContain(LURE);
      expect(JSON.stringify(found[0])).toMatch(/reads like known bad ones/);
      expect(found[0]).toMatchObject({ severity: "low" });

      writeFileSync(
        model,
        bytes.map((byte, at) => (at === 5_000 ? byte ^ 4 : byte)),
      );
      const refused = await scan();
      expect(refused.code).toBe(3);
      expect(refused.out + refused.err).toMatch(
        /own\.model: the checksum .* does not hold.*; addresses are not judged/,
      );
      expect(said(refused.out)).toEqual([]);
    },
    LONG_MS,
  );

  it.each([
    ["no data", [], 2, /learnt from labelled ones alone, none come with Cordon/],
    ["data that is not there", ["--data", join(folder, "none")], 4, /no such file or folder/],
    ["one class alone", ["--data", join(folder, "lists", "benign.txt")], 4, /0 bad addresses.*at least 50/],
  ])(
    "says what is wrong: %s",
    async (_, args, code, message) => {
      const ended = await cordon(["content", "train", "urls", ...args, "--to", join(folder, "x.model")]);
      expect(ended.err).toMatch(message);
      expect(ended.code).toBe(code);
    },
    LONG_MS,
  );
});
