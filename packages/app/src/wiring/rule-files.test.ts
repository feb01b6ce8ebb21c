import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { ruleFiles } from "./rule-files.ts";

describe("rule files below a folder", () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    [
      "an operator's folders may have any name",
      ["a.yml", "other/b.yml", "tests/c.yaml"],
      ["a.yml", "other/b.yml", "tests/c.yaml"],
    ],
    ["beside the rules of a checkout lie others", ["rules/a.yml", "other/b.yml", "tests/c.yml"], ["rules/a.yml"]],
    ["tests of rules are none", ["a.yml", "a.test.yml", "a.txt"], ["a.yml"]],
  ])("%s", (_name, files, expected) => {
    const root = mkdtempSync(join(tmpdir(), "cordon-rules-"));
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), "title: x\n");
    }
    expect(ruleFiles(root, "x").map(({ path }) => relative(root, path))).toEqual(expected);
    rmSync(root, { recursive: true });
  });
});
