import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import type { DataFile, SuiteInput } from "./suite.ts";
import { URLS } from "./urls.ts";
import { readUrls } from "./urls-data.ts";

const file = (path: string, text: string): DataFile => ({ path, bytes: async () => new TextEncoder().encode(text) });
const input = (files: readonly DataFile[]): SuiteInput => ({
  path: "",
  files,
  train: [],
  test: [],
  seed: 1,
  progress: () => {},
});

describe("lists of addresses", () => {
  it.each([
    ["malicious_phish.csv", "url,type\nbr-icloud.com.br,phishing\nmp3raid.com/music/x.html,benign\n", [true, false]],
    ["phishing_site_urls.csv", "URL,Label\nnobell.it/a/login.php,bad\nexample.com/x,good\n", [true, false]],
    [
      "PhiUSIIL.csv",
      "FILENAME,URL,URLLength,Domain,URLSimilarityIndex,label\n1.txt,https://www.a.com,17,www.a.com,100,1\n2.txt,http://b.top/x,14,b.top,20,0\n",
      [false, true],
    ],
    ["list.csv", "http://a.example/1,1\nhttp://b.example/2,0\n", [true, false]],
    ["Benign_list_big_final.csv", "http://a.example/1\nhttp://b.example/2\n", [false, false]],
    ["lists/phishing_dataset.csv", "http://a.example/1\n", [true]],
    ["x.csv", "url,length,status\nhttp://a.example/1,3,legitimate\nhttp://b.example/2,9,phishing\n", [false, true]],
  ])("UD1. %s", async (path, text, expected) => {
    const list = await readUrls([file(path, text)]);
    expect(list.urls.map(({ bad }) => bad)).toEqual(expected);
    expect(list.unread).toEqual([]);
  });

  it("UD3. copies once, contradictions not at all, unread rows named", async () => {
    const list = await readUrls([
      file("a.csv", "url,label\na.example/1,0\na.example/1,0\nb.example,0\nb.example,1\nc.example,?\n"),
      file("All.csv", "Querylength,class\n3,benign\n"),
    ]);
    expect([list.urls.length, list.copies, list.contradictions]).toEqual([1, 1, 1]);
    expect(list.unread.map(({ where }) => where)).toEqual(["a.csv:6", "All.csv"]);
  });
});

describe("suite urls", () => {
  it("learns on domains that it is not tested on", async () => {
    const random = makeRandom(3);
    const word = () => Array.from({ length: 6 }, () => "abcdefghiklmnoprstu"[random.below(19)]).join("");
    const rows = Array.from({ length: 200 }, (_, at) =>
      at % 2 === 0
        ? `http://${word()}.com/${word()},benign`
        : `http://${word()}-${random.below(9_999)}.top/${word()}/login.php?id=${random.below(99_999)},phishing`,
    );
    const outcome = await URLS.run(input([file("u.csv", `url,type\n${rows.join("\n")}\n`)]));
    expect(outcome.metrics.f1).toBeGreaterThan(0.9);
    expect(outcome.metrics).toMatchObject({ n: 200, bad: 100 });
    expect(outcome.by?.phishing?.n).toBe(100);
  });
});
