import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openYamlCache } from "./yaml-cache-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-yaml-cache-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const PLACES = Array.from({ length: 100 }, (_, i) => ({ path: `rules/${i}.yml` }));

function run(texts: readonly string[]) {
  const cache = openYamlCache(folder, PLACES, folder);
  const values = texts.map((text) => cache?.read(text).map((document) => document.read()));
  cache?.save();
  return { values, stats: cache?.stats() };
}

const cacheFile = (): string => {
  const below = join(folder, ".cache", "cordon");
  const [name] = readdirSync(below);
  return join(below, name ?? "");
};

describe("the cache of parsed rule files", () => {
  it("gives in the next run what was read in this one", () => {
    expect(run(["a: 1\n"])).toEqual({ values: [[{ a: 1 }]], stats: { hits: 0, misses: 1, kept: 1 } });
    expect(run(["a: 1\n"])).toEqual({ values: [[{ a: 1 }]], stats: { hits: 1, misses: 0, kept: 0 } });
    expect(readdirSync(join(folder, ".cache", "cordon"))).toHaveLength(1);
  });

  it.each([
    ["cut", (text: string) => text.slice(0, -3)],
    ["foreign", () => "hello"],
    ["changed", (text: string) => text.replace('"a":1', '"a":2')],
  ])("is none when it is %s, and is written anew (Y1)", (_, damage) => {
    run(["a: 1\n"]);
    const path = cacheFile();
    writeFileSync(path, damage(readFileSync(path, "utf8")));
    expect(run(["a: 1\n"])).toEqual({ values: [[{ a: 1 }]], stats: { hits: 0, misses: 1, kept: 1 } });
    expect(run(["a: 1\n"]).stats).toEqual({ hits: 1, misses: 0, kept: 0 });
  });

  it("is left out for a handful of files", () => {
    expect(openYamlCache(folder, PLACES.slice(1), folder)).toBeUndefined();
  });

  it("does without a folder to write to", () => {
    const nowhere = join(folder, "nowhere");
    const cache = openYamlCache(nowhere, PLACES, nowhere);
    expect(cache?.read("a: 1\n")).toHaveLength(1);
    cache?.save();
    expect(readdirSync(folder)).toEqual([]);
  });
});
