/** The shipped rules and correlations against the tests beside them, with the field views that the shipped mappings give. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runRuleTests, type TestedRule } from "@cordon/engine/stream/detect/rule-test";
import { compileMappings } from "@cordon/engine/stream/normalise/mapping";
import { describe, expect, it } from "vitest";

const content = resolve(import.meta.dirname, "../../../../content");
const sources = join(content, "sources");
const { views } = compileMappings(
  readdirSync(sources)
    .map((name) => join(sources, name, "mapping.yml"))
    .filter((path) => existsSync(path))
    .map((path) => ({ path, text: readFileSync(path, "utf8") })),
);
const paths = ["rules", "correlations"].flatMap((part) =>
  readdirSync(join(content, part), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yml"))
    .map((path) => join(part, path)),
);
const sidecar = (path: string): string => path.replace(/\.yml$/, ".test.yml");
const isSidecar = (path: string): boolean => path.endsWith(".test.yml");

const tested = paths
  .filter((path) => !isSidecar(path))
  .map((path): TestedRule => {
    const text = readFileSync(join(content, path), "utf8");
    const test = paths.includes(sidecar(path)) ? readFileSync(join(content, sidecar(path)), "utf8") : undefined;
    return { rule: { path: `content/${path}`, text, source: "content" }, test };
  });

describe("our own rules", () => {
  it.each(tested.map((one) => [one.rule.path, one] as const))("%s passes its own tests", (_, one) => {
    const [result] = runRuleTests([one], views);
    expect(result?.problems).toEqual([]);
    expect(result?.cases.filter((row) => !row.ok)).toEqual([]);
  });

  it("has no sidecar without a rule", () => {
    const orphans = paths.filter((path) => isSidecar(path) && !paths.includes(path.replace(/\.test\.yml$/, ".yml")));
    expect(orphans).toEqual([]);
  });

  it("gives every rule what the catalogue needs", () => {
    const bare = tested.filter(
      ({ rule }) => !/^id: [0-9a-f-]{36}$/m.test(rule.text) || !/attack\.t\d{4}/.test(rule.text),
    );
    expect(bare.map(({ rule }) => rule.path)).toEqual([]);
    expect(tested.length).toBeGreaterThanOrEqual(45);
  });
});
