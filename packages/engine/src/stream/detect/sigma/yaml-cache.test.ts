import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readYaml, type YamlDocument } from "./read-yaml.ts";
import { makeYamlCache } from "./yaml-cache.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

const ONE = "title: one\nid: 9007199254740993\ndate: 2024-01-02\n'__proto__': {a: 1}\nlist: [1, null, yes]\n";
const TWO = "# head\ntitle: same\n---\ntitle: same\ndetection:\n  s: x\n";
const BROKEN = "a: 1\na: 2\n";

const seen = (documents: readonly YamlDocument[]) =>
  documents.map((one) => ({ line: one.line, text: one.text, value: one.read(), at: one.lineOf(["detection", "s"]) }));

function savedFrom(...texts: readonly string[]): string {
  const cache = makeYamlCache(hash);
  for (const text of texts) cache.read(text);
  return cache.serialise();
}

describe("YAML cache", () => {
  it.each([
    ["one document", ONE],
    ["two documents that say the same", TWO],
    ["an empty text", ""],
  ])("gives back what readYaml gives: %s", (_, text) => {
    const cache = makeYamlCache(hash, savedFrom(ONE, TWO, ""));
    expect(seen(cache.read(text))).toEqual(seen(readYaml(text)));
    expect(cache.stats()).toEqual({ hits: 1, misses: 0, kept: 0 });
  });

  it("keeps no file that cannot be read (C3)", () => {
    const cache = makeYamlCache(hash, savedFrom(BROKEN, ONE));
    expect(() => cache.read(BROKEN)[0]?.read()).toThrow("stands twice");
    expect(cache.stats()).toEqual({ hits: 0, misses: 1, kept: 0 });
  });

  it("forgets what nobody asked for", () => {
    const second = makeYamlCache(hash, savedFrom(ONE, TWO));
    second.read(TWO);
    const third = makeYamlCache(hash, second.serialise());
    third.read(ONE);
    third.read(TWO);
    expect(third.stats()).toEqual({ hits: 1, misses: 1, kept: 1 });
  });

  it("is the same text whatever the order of reading", () => {
    expect(savedFrom(ONE, TWO)).toBe(savedFrom(TWO, ONE));
  });

  it.each<[string, (saved: string) => string]>([
    ["cut", (saved) => saved.slice(0, -5)],
    ["changed", (saved) => saved.replace("one", "two")],
    ["of another version", (saved) => saved.replace("cordon-yaml-3", "cordon-yaml-0")],
    ["of another kind", () => `cordon-yaml-3 ${hash('{"a":1}')}\n{"a":1}`],
    ["with rows of another kind", () => `cordon-yaml-3 ${hash('[["k",[[1,2]]],7]')}\n[["k",[[1,2]]],7]`],
    ["empty", () => ""],
  ])("takes a saved text that is %s for none (C2)", (_, damage) => {
    const cache = makeYamlCache(hash, damage(savedFrom(ONE)));
    expect(seen(cache.read(ONE))).toEqual(seen(readYaml(ONE)));
    expect(cache.stats()).toEqual({ hits: 0, misses: 1, kept: 1 });
  });
});
